"""The actions of Farama's MiniWoB++ environments: a dictionary of numbers and text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from gymnasium import spaces

from webagent_envs.wrappers.farama_spaces import MAX_FIELDS, MAX_REF, Unicode

__all__ = ["ActionSpaceConfig", "ActionTypes", "chord"]

SCROLL_PIXELS = 50
SCROLL_MS = 150
TEXT_LENGTH = 64


class ActionTypes(str, Enum):
    """What an action does; the members are those of ``miniwob.action.ActionTypes``, and equal to them."""

    NONE = "NONE"
    MOVE_COORDS = "MOVE_COORDS"
    CLICK_COORDS = "CLICK_COORDS"
    DBLCLICK_COORDS = "DBLCLICK_COORDS"
    MOUSEDOWN_COORDS = "MOUSEDOWN_COORDS"
    MOUSEUP_COORDS = "MOUSEUP_COORDS"
    SCROLL_UP_COORDS = "SCROLL_UP_COORDS"
    SCROLL_DOWN_COORDS = "SCROLL_DOWN_COORDS"
    CLICK_ELEMENT = "CLICK_ELEMENT"
    PRESS_KEY = "PRESS_KEY"
    TYPE_TEXT = "TYPE_TEXT"
    TYPE_FIELD = "TYPE_FIELD"
    FOCUS_ELEMENT_AND_TYPE_TEXT = "FOCUS_ELEMENT_AND_TYPE_TEXT"
    FOCUS_ELEMENT_AND_TYPE_FIELD = "FOCUS_ELEMENT_AND_TYPE_FIELD"


COORDS = frozenset(kind for kind in ActionTypes if kind.value.endswith("_COORDS"))
ELEMENTS = frozenset(kind for kind in ActionTypes if "ELEMENT" in kind.value)
TEXTS = frozenset(kind for kind in ActionTypes if kind.value.endswith("TYPE_TEXT"))
FIELDS = frozenset(kind for kind in ActionTypes if kind.value.endswith("TYPE_FIELD"))

SPECIAL = "Enter PageUp PageDown Backspace Delete Tab Space ArrowUp ArrowRight ArrowDown ArrowLeft"
PUNCTUATION = '[ ] - = ; " \\ , . / `'
NUMPAD = "Add Multiply Subtract Divide Decimal Enter"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
KEYS = (
    *(f"<{name}>" for name in SPECIAL.split()),
    *PUNCTUATION.split(),
    *"1234567890",
    *(f"<Numpad{digit}>" for digit in range(10)),
    *(f"<Numpad{name}>" for name in NUMPAD.split()),
    *LETTERS,
    *("C-a", "C-c", "C-x", "C-v"),
    *LETTERS.upper(),
)
"""The keys of Humphreys et al., 2022 (https://arxiv.org/abs/2202.08137), in MiniWoB++'s spelling and order."""

MODIFIERS = {"C-": "Control", "S-": "Shift", "A-": "Alt", "M-": "Meta"}
# keys of the number pad give what the main keys give
NUMPAD_KEYS = {"Add": "+", "Multiply": "*", "Subtract": "-", "Divide": "/", "Decimal": ".", "Comma": ","}
OTHER_KEYS = {"Semicolon": ";", "Equal": "=", "Cancel": "Escape"}

PRESETS: dict[str, tuple[ActionTypes, ...]] = {
    "all_supported": tuple(ActionTypes),
    # Shi et al., 2017, "World of Bits": coordinates and keys
    "shi17": (
        ActionTypes.NONE,
        ActionTypes.CLICK_COORDS,
        ActionTypes.DBLCLICK_COORDS,
        ActionTypes.MOUSEDOWN_COORDS,
        ActionTypes.MOUSEUP_COORDS,
        ActionTypes.SCROLL_UP_COORDS,
        ActionTypes.SCROLL_DOWN_COORDS,
        ActionTypes.PRESS_KEY,
    ),
    # Liu et al., 2018, "Workflow-Guided Exploration": elements and fields of the command
    "liu18": (ActionTypes.NONE, ActionTypes.CLICK_ELEMENT, ActionTypes.FOCUS_ELEMENT_AND_TYPE_FIELD),
    # Humphreys et al., 2022: a grid of coordinates, keys, fields of the command
    "humphreys22": (
        *tuple(ActionTypes)[:8],
        ActionTypes.PRESS_KEY,
        ActionTypes.TYPE_FIELD,
    ),
}
BINS = {"humphreys22": (51, 51)}


@dataclass(frozen=True)
class ActionSpaceConfig:
    """Which actions there are. One of ``miniwob.action.ActionSpaceConfig`` will do as well.

    Attributes:
        action_types: in the order in which ``action_type`` counts them.
        screen_width: of the task, in CSS pixels; filled in by the environment.
        screen_height: the same.
        coord_bins: columns and rows of the grid that coordinates count; ``None`` for pixels.
        scroll_amount: how far a scroll action goes, in CSS pixels.
        scroll_time: how long it takes, in milliseconds of the page's clock.
        allowed_keys: in the order in which ``key`` counts them: one character, ``"<Enter>"`` and the like, each with
            any of ``C-``, ``S-``, ``A-``, ``M-`` before it.
        text_max_len: longest ``text``.
    """

    action_types: Sequence[ActionTypes]
    screen_width: float | None = None
    screen_height: float | None = None
    coord_bins: tuple[int, int] | None = None
    scroll_amount: int = SCROLL_PIXELS
    scroll_time: int = SCROLL_MS
    allowed_keys: Sequence[str] = KEYS
    text_max_len: int = TEXT_LENGTH

    @classmethod
    def get_preset(cls, name: str = "all_supported") -> ActionSpaceConfig:
        """A set of actions from a paper: ``shi17``, ``liu18``, ``humphreys22``, or ``all_supported``.

        With ``_mac_os`` behind the name, the key chords are those of a Mac.

        Raises:
            ValueError: there is no such set.
        """
        plain = name.removesuffix("_mac_os")
        if plain not in PRESETS:
            raise ValueError(f"there are no actions called {name!r}: use one of {', '.join(PRESETS)}")
        keys = KEYS if plain == name else tuple(key.replace("C-", "M-") for key in KEYS)
        return cls(PRESETS[plain], coord_bins=BINS.get(plain), allowed_keys=keys)

    @classmethod
    def on_screen(cls, config: Any, size: tuple[int, int]) -> ActionSpaceConfig:
        """The same for a task of this size.

        Args:
            config: name of a preset, or anything with the attributes of this class.
            size: width and height of the task.
        """
        given = cls.get_preset(config) if isinstance(config, str) else config
        values = {name: getattr(given, name) for name in cls.__dataclass_fields__}
        return cls(**{**values, "screen_width": size[0], "screen_height": size[1]})

    def get_action_space(self) -> spaces.Dict:
        """The space of the dictionaries that `webagent_envs.wrappers.farama.FaramaEnv` takes.

        Raises:
            ValueError: coordinates are wanted, and the size of the screen is not known.
        """
        kinds = set(self.action_types)
        parts: dict[str, spaces.Space[Any]] = {"action_type": spaces.Discrete(len(self.action_types))}
        if COORDS & kinds:
            if self.coord_bins:
                parts["coords"] = spaces.MultiDiscrete(np.array(self.coord_bins))
            else:
                parts["coords"] = spaces.Box(np.zeros(2, np.float32), np.array(self._screen(), np.float32))
        if ELEMENTS & kinds:
            parts["ref"] = spaces.Discrete(MAX_REF)
        if ActionTypes.PRESS_KEY in kinds:
            parts["key"] = spaces.Discrete(len(self.allowed_keys))
        if TEXTS & kinds:
            parts["text"] = Unicode(self.text_max_len)
        if FIELDS & kinds:
            parts["field"] = spaces.Discrete(MAX_FIELDS)
        return spaces.Dict(parts)

    def compute_raw_coords(self, action: Mapping[str, Any]) -> tuple[float, float]:
        """The point that an action means, in CSS pixels: with a grid, the middle of its cell."""
        x, y = action["coords"]
        if not self.coord_bins:
            return float(x), float(y)
        width, height = self._screen()
        columns, rows = self.coord_bins
        return (int(x) + 0.5) * width / columns, (int(y) + 0.5) * height / rows

    def _screen(self) -> tuple[float, float]:
        if not self.screen_width or not self.screen_height:
            raise ValueError("the size of the screen is not known: give screen_width= and screen_height=")
        return self.screen_width, self.screen_height


def chord(key: str) -> str:
    """MiniWoB++'s spelling of a key in that of `webagent_envs.spaces.Press`: ``"C-<Enter>"`` is ``"Control+Enter"``."""
    held = []
    while key[:2] in MODIFIERS:
        held.append(MODIFIERS[key[:2]])
        key = key[2:]
    if len(key) > 1:
        key = key.strip("<>").removeprefix("Right")
        name = key.removeprefix("Numpad")
        key = NUMPAD_KEYS.get(name, name) if name != key else OTHER_KEYS.get(key, key)
    return "+".join([*held, key])
