"""The observations of Farama's MiniWoB++ environments, as Gymnasium spaces."""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium import spaces

__all__ = ["FIELD_LENGTH", "MAX_FIELDS", "MAX_REF", "TEXT_LENGTH", "UTTERANCE_LENGTH", "Unicode", "observation_space"]

MAX_REF = 1_000_000
MAX_FIELDS = 20
TEXT_LENGTH = 256
FIELD_LENGTH = 64
UTTERANCE_LENGTH = 256


class Unicode(spaces.Text):
    """Text of any characters; samples are of letters and digits."""

    def contains(self, x: Any) -> bool:
        """Whether this is text of an allowed length."""
        return isinstance(x, str) and self.min_length <= len(x) <= self.max_length

    def __eq__(self, other: object) -> bool:
        """Only the lengths count."""
        return isinstance(other, Unicode) and (self.min_length, self.max_length) == (other.min_length, other.max_length)

    def __repr__(self) -> str:
        return f"Unicode({self.min_length}, {self.max_length})"


def _text(length: int = TEXT_LENGTH) -> Unicode:
    return Unicode(length, min_length=0)


def observation_space(size: tuple[int, int]) -> spaces.Dict:
    """The space of observations of a task.

    Args:
        size: width and height of the task, in CSS pixels.

    Returns:
        ``utterance``: the command. ``fields``: pairs of a key and a value. ``screenshot``: (height, width, 3) bytes.
        ``dom_elements``: one dictionary an element: ``ref`` (> 0; < 0 for a piece of text), ``parent`` (0 for none),
        ``left, top, width, height`` (CSS pixels, arrays of one), ``tag, text, value, id, classes``,
        ``bg_color, fg_color`` (red, green, blue, alpha, in fact from 0 to 1), ``flags`` (has the focus, was clicked,
        is a target, has no children).
    """
    anywhere, length = spaces.Box(-np.inf, np.inf), spaces.Box(0.0, np.inf)
    color = spaces.Box(np.zeros(4, np.float32), np.full(4, 255, np.float32))
    element = spaces.Dict(
        {
            "ref": spaces.Discrete(2 * MAX_REF, start=-MAX_REF),
            "parent": spaces.Discrete(MAX_REF),
            "left": anywhere,
            "top": anywhere,
            "width": length,
            "height": length,
            **{name: _text() for name in ("tag", "text", "value", "id", "classes")},
            "bg_color": color,
            "fg_color": color,
            "flags": spaces.MultiBinary(4),
        }
    )
    field = spaces.Tuple((_text(FIELD_LENGTH), _text(FIELD_LENGTH)))
    return spaces.Dict(
        {
            "utterance": _text(UTTERANCE_LENGTH),
            "dom_elements": spaces.Sequence(element),
            "screenshot": spaces.Box(0, 255, (size[1], size[0], 3), np.uint8),
            "fields": spaces.Sequence(field),
        }
    )
