"""Commands to the browser, or to the page as a whole: go back, scroll down, press Enter, open an address."""

from __future__ import annotations

from collections.abc import Callable

from numpy.random import Generator

from webagent.data.pages.command import Command, polite
from webagent.data.pages.naming import pick, wordings
from webagent.data.pages.scene import Scene, plain
from webagent.data.pages.values import vocabulary
from webagent_envs.spaces import (
    Action,
    Back,
    Forward,
    Goto,
    Press,
    Reload,
    Scroll,
    TabClose,
    TabNew,
    TabSwitch,
)

__all__ = ["browser_command"]

_TO_THE_END = 1e5  # CSS px; further than any page is long
_A_PAGE = 0.8  # of the height of the window
_TABS = 9  # "tab 9"; the one behind stands for the last
_ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]
_KEYS = {
    "Enter": ("enter", "return", "the enter key"),
    "Tab": ("tab", "the tab key"),
    "Escape": ("escape", "esc", "the escape key"),
    "Space": ("space", "the space bar", "spacebar"),
    "Backspace": ("backspace", "the backspace key"),
    "Delete": ("delete", "the delete key"),
    "ArrowUp": ("up", "arrow up", "the up arrow", "up arrow"),
    "ArrowDown": ("down", "arrow down", "the down arrow", "down arrow"),
    "ArrowLeft": ("left", "arrow left", "the left arrow", "left arrow"),
    "ArrowRight": ("right", "arrow right", "the right arrow", "right arrow"),
}
_ENDINGS = ("com", "org", "net", "io", "de", "co.uk", "dev", "fr", "edu", "info")


def browser_command(scene: Scene, random: Generator) -> Command | None:
    """One command; ``None`` when something on the page is called just so, and may be meant."""
    ways: dict[str, Callable[[Scene, Generator], tuple[str, Action]]] = {
        "back": lambda scene, random: (_said("back", random), Back()),
        "forward": lambda scene, random: (_said("forward", random), Forward()),
        "reload": lambda scene, random: (_said("reload", random), Reload()),
        "tab_new": lambda scene, random: (_said("tab_new", random), TabNew()),
        "tab_close": lambda scene, random: (_said("tab_close", random), TabClose()),
        "tab_switch": _switch,
        "scroll": _scroll,
        "press": _press,
        "goto": _goto,
    }
    way = pick(random, [*ways, "scroll", "scroll", "press", "goto"])
    words, action = ways[way](scene, random)
    labels = {plain(target.label) for target in scene.targets}
    if plain(words) in labels or any(plain(words).endswith(f" {label}") for label in labels if label):
        return None
    keep = action.url if isinstance(action, Goto) else ""
    return Command(polite(words, random, keep=keep), way, (action,))


def _said(what: str, random: Generator) -> str:
    return pick(random, wordings()["browser"][what])


def _switch(scene: Scene, random: Generator) -> tuple[str, Action]:
    tab = int(random.integers(_TABS + 1))
    if tab == _TABS:
        return _said("tab_last", random), TabSwitch(-1)
    if random.random() < 0.5:
        return _said("tab_ordinal", random).format(tab=_ORDINALS[tab]), TabSwitch(tab)
    return _said("tab_number", random).format(tab=tab + 1), TabSwitch(tab)


def _scroll(scene: Scene, random: Generator) -> tuple[str, Action]:
    height = scene.observation.viewport[1]
    ways = {"top": -_TO_THE_END, "up": -_A_PAGE * height, "down": _A_PAGE * height, "bottom": _TO_THE_END}
    way = pick(random, [*ways, "down", "up"])
    return _said(f"scroll_{way}", random), Scroll(dy=ways[way])


def _press(scene: Scene, random: Generator) -> tuple[str, Action]:
    key = pick(random, [*_KEYS, "Enter", "Enter", "Escape"])
    return _said("press", random).format(key=pick(random, list(_KEYS[key]))), Press(key)


def _goto(scene: Scene, random: Generator) -> tuple[str, Action]:
    words = [pick(random, vocabulary()["words"]).lower().replace(" ", "") for _ in range(2)]
    host = words[0] if random.random() < 0.6 else pick(random, ["-", ""]).join(words)
    address = f"{host}.{pick(random, list(_ENDINGS))}"
    if random.random() < 0.25:
        address = f"www.{address}"
    if random.random() < 0.2:
        address += f"/{words[1]}"
    if random.random() < 0.2:
        address = f"https://{address}"
    return _said("goto", random).format(url=address), Goto(address)
