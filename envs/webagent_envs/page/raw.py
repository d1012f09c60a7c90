"""Mouse and keys piece by piece, for programs that press and release at different times."""

from __future__ import annotations

from typing import Any, Literal

from webagent_envs.page.keys import MODIFIERS, press_events, type_events
from webagent_envs.page.page import Page

__all__ = ["Button", "RawInput", "shifted"]

Button = Literal["left", "middle", "right"]
BUTTON_BITS: dict[str, int] = {"left": 1, "right": 2, "middle": 4}
MOUSE, KEYS = "Input.dispatchMouseEvent", "Input.dispatchKeyEvent"


class RawInput:
    """The real mouse and keyboard of a page. Nothing here lets the page come to rest, or looks at it.

    Points are CSS pixels of the viewport. Keys are named as in `Press`.

    Args:
        page: whose they are.

    Attributes:
        at: where the pointer is.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self.at = (0.0, 0.0)
        self._buttons: dict[str, int] = {}
        self._held: list[str] = []

    # -- mouse

    def move(self, x: float, y: float) -> None:
        """Move the pointer; buttons that are held stay so."""
        moved = self._moved(x, y)  # by itself it waits for the next frame
        self._send_mouse([moved, {**moved, "type": "mouseReleased", "button": "none"}])

    def down(self, x: float, y: float, button: Button = "left") -> None:
        """Move there and press a button."""
        events = [self._moved(x, y)]
        self._buttons[button] = BUTTON_BITS[button]
        self._send_mouse([*events, self._event("mousePressed", button, 1)])

    def up(self, x: float, y: float, button: Button = "left") -> None:
        """Move there and release a button."""
        events = [self._moved(x, y)]
        self._buttons.pop(button, None)
        self._send_mouse([*events, self._event("mouseReleased", button, 1)])

    def click(self, x: float, y: float, button: Button = "left", count: int = 1) -> None:
        """Move there and click, ``count`` times in a row (2 for a double click)."""
        events = [self._moved(x, y)]
        for number in range(1, count + 1):
            self._buttons[button] = BUTTON_BITS[button]
            events.append(self._event("mousePressed", button, number))
            self._buttons.pop(button)
            events.append(self._event("mouseReleased", button, number))
        self._send_mouse(events)

    def _moved(self, x: float, y: float) -> dict[str, Any]:
        self.at = (float(x), float(y))
        return self._event("mouseMoved", next(iter(self._buttons), "none"), 0)

    def _event(self, kind: str, button: str, count: int) -> dict[str, Any]:
        return {
            "type": kind,
            "x": self.at[0],
            "y": self.at[1],
            "button": button,
            "buttons": sum(self._buttons.values()),
            "clickCount": count,
            "modifiers": sum(MODIFIERS[name] for name in self._held),
        }

    def _send_mouse(self, events: list[dict[str, Any]]) -> None:
        self._page._input(MOUSE, events)

    # -- keyboard

    def press(self, keys: str) -> None:
        """Press and release a key or chord, while the modifiers that are held stay down.

        Raises:
            InvalidAction: there is no such key.
        """
        self._page._input(KEYS, press_events(shifted("+".join([*self._held, keys]))))

    def write(self, text: str) -> None:
        """Write where the focus is, key by key; what stands there stays."""
        if text:
            self._page._input(KEYS, type_events(text))

    def insert(self, text: str) -> None:
        """Put text where the focus is, as an input method does: no key is pressed."""
        self._page._input("Input.insertText", [{"text": text}])

    def key_down(self, key: str) -> None:
        """Press a key and hold it.

        Raises:
            InvalidAction: there is no such key.
        """
        self._page._input(KEYS, [self._one(key, 0)])
        if key in MODIFIERS and key not in self._held:
            self._held.append(key)

    def key_up(self, key: str) -> None:
        """Release a key.

        Raises:
            InvalidAction: there is no such key.
        """
        if key in self._held:
            self._held.remove(key)
        self._page._input(KEYS, [self._one(key, -1)])

    def _one(self, key: str, index: int) -> dict[str, Any]:
        event = press_events(key)[index]
        return {**event, "modifiers": event["modifiers"] | sum(MODIFIERS[name] for name in self._held)}

    def let_go(self) -> None:
        """Release everything that is held."""
        for key in list(self._held):
            self.key_up(key)
        for button in list(self._buttons):
            del self._buttons[button]
            self._send_mouse([self._event("mouseReleased", button, 1)])


def shifted(keys: str) -> str:
    """The same chord with a capital letter where Shift makes one: ``"Shift+a"`` is ``"Shift+A"``."""
    *held, last = keys.rsplit("+", 1)
    return f"{held[0]}+{last.upper()}" if held and len(last) == 1 and "Shift" in held[0].split("+") else keys
