"""The actions of BrowserGym: calls such as ``click('12')``, by the names of its ``HighLevelActionSet``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

from webagent_envs.env import WebEnv
from webagent_envs.page.raw import Button, RawInput, shifted
from webagent_envs.spaces import (
    Action,
    Back,
    Click,
    DoubleClick,
    Drag,
    Element,
    Forward,
    Goto,
    Hover,
    Modifier,
    Press,
    Say,
    Select,
    TabClose,
    TabNew,
    TabSwitch,
    Type,
    Wait,
)
from webagent_envs.wrappers.pointing import element_under, scroll_under

__all__ = ["ACTIONS", "Hands"]

REST = Wait(0.05)  # after mouse and keys of our own
BUTTONS = ("left", "middle", "right")
MODIFIERS = ("Alt", "Control", "Meta", "Shift")
CONTROL_OR_META = "Meta" if sys.platform == "darwin" else "Control"
KEYS = {
    "Backquote": "`", "Minus": "-", "Equal": "=", "Backslash": "\\", "BracketLeft": "[", "BracketRight": "]",
    "Semicolon": ";", "Quote": "'", "Comma": ",", "Period": ".", "Slash": "/", "ControlOrMeta": CONTROL_OR_META,
}  # fmt: skip


def key_name(keys: str) -> str:
    """A key or chord in Playwright's spelling (``"ControlOrMeta+KeyA"``) in that of `Press`."""
    if keys.endswith("+"):
        return "+".join([*map(_one_key, filter(None, keys[:-1].split("+"))), "+"])
    return shifted("+".join(map(_one_key, keys.split("+"))))


def _one_key(key: str) -> str:
    if len(key) == 4 and key.startswith("Key"):
        return key[3].lower()
    if len(key) == 6 and key.startswith("Digit"):
        return key[5]
    for side in ("Left", "Right"):
        if key.removesuffix(side) in MODIFIERS:
            return key.removesuffix(side)
    return KEYS.get(key, key)


class Hands:
    """Does what calls ask for: each method is an action of BrowserGym, and gives what is to be done in the environment.

    Args:
        env: the environment; its ``obs_mode`` is ``"elements"``.
        tell: is given who says what: ``"assistant"`` or ``"infeasible"``, and the text.
    """

    def __init__(self, env: WebEnv, tell: Callable[[str, str], None]) -> None:
        self._env = env
        self._tell = tell
        assert env.page is not None
        self._page = env.page
        self._raw = RawInput(env.page)
        self._at = (0.0, 0.0)

    # -- elements

    def click(self, bid: str, button: str = "left", modifiers: list[str] | tuple[str, ...] = ()) -> Iterable[Action]:
        """Click an element."""
        if _button(button) == "left":
            return [Click(self._ref(bid), tuple(map(_modifier, modifiers)))]
        return self._press_button(bid, button, modifiers, 1)

    def dblclick(self, bid: str, button: str = "left", modifiers: list[str] | tuple[str, ...] = ()) -> Iterable[Action]:
        """Double-click an element."""
        if _button(button) == "left":
            return [DoubleClick(self._ref(bid), tuple(map(_modifier, modifiers)))]
        return self._press_button(bid, button, modifiers, 2)

    def hover(self, bid: str) -> Iterable[Action]:
        """Move the pointer onto an element."""
        return [Hover(self._ref(bid))]

    def fill(self, bid: str, value: str, enable_autocomplete_menu: bool = False) -> Iterable[Action]:
        """Make this the content of a field. Keys are pressed for it, so menus that complete words open in any case."""
        return [Type(self._ref(bid), str(value))]

    def clear(self, bid: str) -> Iterable[Action]:
        """Empty a field."""
        return [Type(self._ref(bid), "")]

    def check(self, bid: str) -> Iterable[Action]:
        """Check a box, unless it is checked."""
        return [] if self._element(bid).checked else [Click(self._ref(bid))]

    def uncheck(self, bid: str) -> Iterable[Action]:
        """Take the check from a box that has one."""
        return [Click(self._ref(bid))] if self._element(bid).checked else []

    def select_option(self, bid: str, options: str | list[str]) -> Iterable[Action]:
        """Choose from a list, by value or by label."""
        ref = self._ref(bid)
        wanted = [options] if isinstance(options, str) else options
        return [Select(ref, self._label(ref, one)) for one in wanted]

    def press(self, bid: str, key_comb: str) -> Iterable[Action]:
        """Press a key or chord in an element."""
        return [Press(key_name(key_comb), self._ref(bid))]

    def focus(self, bid: str) -> Iterable[Action]:
        """Give an element the keyboard focus."""
        ref = self._ref(bid)
        found = f"(element => element && (element.focus(), true))(__webagent__.nodeOf({ref}))"
        if self._page.evaluate(found) is not True:
            raise _missing(bid)
        return [REST]

    def drag_and_drop(self, from_bid: str, to_bid: str) -> Iterable[Action]:
        """Drag one element onto another."""
        return [Drag(self._ref(from_bid), self._ref(to_bid))]

    def upload_file(self, bid: str, file: str | list[str]) -> Iterable[Action]:
        """Give files of this machine to a file field, its label, or a button that asks for files."""
        return self._give(self._element(bid), file)

    # -- the page and the pointer

    def scroll(self, delta_x: float, delta_y: float) -> Iterable[Action]:
        """Scroll what is under the pointer."""
        return [scroll_under(self._env.observation, self._at, delta_x, delta_y)]

    def scroll_at(self, x: float, y: float, dx: float, dy: float) -> Iterable[Action]:
        """Scroll what is at a point."""
        self.mouse_move(x, y)
        return self.scroll(dx, dy)

    def mouse_move(self, x: float, y: float) -> Iterable[Action]:
        """Move the pointer."""
        self._at = (float(x), float(y))
        self._raw.move(x, y)
        return [REST]

    def mouse_down(self, x: float, y: float, button: str = "left") -> Iterable[Action]:
        """Move there and press a button."""
        self._at = (float(x), float(y))
        self._raw.down(x, y, _button(button))
        return [REST]

    def mouse_up(self, x: float, y: float, button: str = "left") -> Iterable[Action]:
        """Move there and release a button."""
        self._at = (float(x), float(y))
        self._raw.up(x, y, _button(button))
        return [REST]

    def mouse_click(self, x: float, y: float, button: str = "left") -> Iterable[Action]:
        """Click a point."""
        self._at = (float(x), float(y))
        self._raw.click(x, y, _button(button))
        return [REST]

    def mouse_dblclick(self, x: float, y: float, button: str = "left") -> Iterable[Action]:
        """Double-click a point."""
        self._at = (float(x), float(y))
        self._raw.click(x, y, _button(button), 2)
        return [REST]

    def mouse_drag_and_drop(self, from_x: float, from_y: float, to_x: float, to_y: float) -> Iterable[Action]:
        """Press at one point, release at another."""
        self._raw.down(from_x, from_y)
        self._raw.move((from_x + to_x) / 2, (from_y + to_y) / 2)
        return self.mouse_up(to_x, to_y)

    def mouse_upload_file(self, x: float, y: float, file: str | list[str]) -> Iterable[Action]:
        """Give files of this machine to what is at a point."""
        element = element_under(self._env.observation, (x, y))
        if element is None:
            raise ValueError(f"nothing is at {x}, {y}: use a point of the viewport")
        return self._give(element, file)

    # -- the keyboard

    def keyboard_press(self, key: str) -> Iterable[Action]:
        """Press a key or chord where the focus is."""
        self._raw.press(key_name(key))
        return [REST]

    def keyboard_down(self, key: str) -> Iterable[Action]:
        """Press a key and hold it."""
        self._raw.key_down(key_name(key))
        return [REST]

    def keyboard_up(self, key: str) -> Iterable[Action]:
        """Release a key."""
        self._raw.key_up(key_name(key))
        return [REST]

    def keyboard_type(self, text: str) -> Iterable[Action]:
        """Write where the focus is, key by key."""
        self._raw.write(text)
        return [REST]

    def keyboard_insert_text(self, text: str) -> Iterable[Action]:
        """Put text where the focus is; no key is pressed."""
        self._raw.insert(text)
        return [REST]

    # -- pages and tabs

    def goto(self, url: str) -> Iterable[Action]:
        """Open an address."""
        return [Goto(url)]

    def go_back(self) -> Iterable[Action]:
        """Go one page back."""
        return [Back()]

    def go_forward(self) -> Iterable[Action]:
        """Go one page forward."""
        return [Forward()]

    def new_tab(self) -> Iterable[Action]:
        """Open a tab."""
        return [TabNew()]

    def tab_close(self) -> Iterable[Action]:
        """Close the tab."""
        return [TabClose()]

    def tab_focus(self, index: int) -> Iterable[Action]:
        """Use another tab."""
        return [TabSwitch(index)]

    # -- everything else

    def noop(self, wait_ms: float = 1000) -> Iterable[Action]:
        """Do nothing for so long, in milliseconds of the page's clock."""
        return [Wait(wait_ms / 1000)]

    def send_msg_to_user(self, text: str) -> Iterable[Action]:
        """Say something."""
        self._tell("assistant", _text(text))
        return [Say(text)]

    def report_infeasible(self, reason: str) -> Iterable[Action]:
        """Say that it cannot be done."""
        self._tell("infeasible", _text(reason))
        return [Say(reason)]

    # -- parts

    def let_go(self) -> None:
        """Release every button and key that is held."""
        self._raw.let_go()

    def _ref(self, bid: str) -> int:
        if not isinstance(bid, str):
            raise ValueError(f"expected a string, got {bid!r}")
        if not bid.isdecimal():
            raise _missing(bid)
        element = self._env.observation.element(int(bid))
        if element is not None:
            self._at = element.center
        return int(bid)

    def _element(self, bid: str) -> Element:
        element = self._env.observation.element(self._ref(bid))
        if element is None:
            raise _missing(bid)
        return element

    def _give(self, element: Element, file: str | list[str]) -> Iterable[Action]:
        paths = "\n".join([file] if isinstance(file, str) else file)
        asks = [Click(element.ref)] if element.tag not in ("input", "label") else []
        return [*asks, Type(element.ref, paths)]

    def _label(self, ref: int, wanted: str) -> str:
        """The text of an option that is named by its text or by its value."""
        listed = f"Array.from(__webagent__.nodeOf({ref})?.options ?? [], (one) => [one.text, one.value])"
        options = self._page.evaluate(listed)
        if any(text == wanted for text, _ in options):
            return wanted
        return next((text for text, value in options if value == wanted), wanted)

    def _press_button(self, bid: str, button: str, modifiers: Iterable[str], count: int) -> Iterable[Action]:
        x, y = self._element(bid).center
        held = [_modifier(name) for name in modifiers]
        for name in held:
            self._raw.key_down(name)
        self._raw.click(x, y, _button(button), count)
        for name in held:
            self._raw.key_up(name)
        return [REST]


def _missing(bid: str) -> ValueError:
    return ValueError(f'Could not find element with bid "{bid}": use one that is shown now')


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected a string, got {value!r}")
    return value


def _button(name: str) -> Button:
    if name not in BUTTONS:
        raise ValueError(f"there is no button {name!r}: use one of {', '.join(BUTTONS)}")
    return name  # type: ignore[return-value]  # one of them, as just checked


def _modifier(name: str) -> Modifier:
    plain = _one_key(name)
    if plain not in MODIFIERS:
        raise ValueError(f"there is no modifier {name!r}: use one of {', '.join(MODIFIERS)}, ControlOrMeta")
    return plain  # type: ignore[return-value]  # one of them, as just checked


ACTIONS: tuple[str, ...] = tuple(name for name in vars(Hands) if not name.startswith("_") and name != "let_go")
"""Names of all actions."""
