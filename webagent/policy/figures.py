"""The numbers that an element shows, told in a way in which sums, digits and parity can be read off.

A number as a word is a name: that 7 comes after 6, or what 7 and 5 make, would have to be learned by heart. As angles
on circles of 2, 10 and 100 (the Fourier features of Tancik et al. 2020, https://arxiv.org/abs/2006.10739) adding is
turning: networks that learn to add come to this form by themselves (Nanda et al. 2023,
https://arxiv.org/abs/2301.05217).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from webagent.policy.words import number_of

__all__ = [
    "FIGURE", "FIGURE_FEATURES", "Measure", "figure", "figures", "measure_of", "quantity_of", "quantity_said",
]  # fmt: skip

_NUMBER = re.compile(r"(?<![\w.-])-?\d+(?![\w.]*\w)")
_QUANTITY = re.compile(r"(?<![\w-])-?\d[\d,]*(?:\.\d+)?|\d[\d,]*(?:\.\d+)?")
_UNIT = re.compile(r"\s?([a-zA-Z°%€£$/]*)")
_SCALES = {
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), ("time", 1.0)),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), ("time", 1 / 60)),
    **{unit: ("size", 1024.0**power) for power, unit in enumerate(("b", "kb", "mb", "gb", "tb"))},
    "kg": ("weight", 1.0), "g": ("weight", 1e-3),
    "km": ("way", 1.0), "m": ("way", 1e-3), "mi": ("way", 1.609),
}  # fmt: skip
"""What units measure, and how much one of them is."""
_SHORT = 24  # characters; a longer text that holds a number is no quantity
_NUMBERS = 2
"""Of so many numbers of a text, the first ones, is told."""
_PERIODS = (10.0, 100.0)
_LARGEST = 4.0  # values are told up to 400
FIGURE = 3 + 2 * len(_PERIODS)
"""How many features tell a number."""
FIGURE_FEATURES = _NUMBERS * FIGURE


def figures(texts: Sequence[str]) -> NDArray[np.float32]:
    """Of the first two whole numbers of each text: [E, FIGURE_FEATURES].

    Of each what `figure` tells, 0 for no number.
    """
    result = np.zeros((len(texts), FIGURE_FEATURES), np.float32)
    for row, text in enumerate(texts):
        if not any(character.isdecimal() for character in text):
            continue
        for place, number in enumerate(_NUMBER.findall(text)[:_NUMBERS]):
            result[row, place * FIGURE : (place + 1) * FIGURE] = figure(float(number[:12]))
    return result


def figure(value: float) -> list[float]:
    """FIGURE features: 1, value / 100, 1 for even and -1 for odd, then cosine and sine of its angle on each circle.

    All 0 for NaN.
    """
    if math.isnan(value):
        return [0.0] * FIGURE
    angles = [2 * np.pi * value / period for period in _PERIODS]
    circles = [part for angle in angles for part in (np.cos(angle), np.sin(angle))]
    return [1.0, float(np.clip(value / 100, -_LARGEST, _LARGEST)), 1.0 - 2 * (value % 2), *circles]


def quantity_of(text: str) -> float | None:
    """The quantity that a short text shows: "$472.50" is 472.5, "7h 12m" is 7.2 (parts of 60)."""
    if len(text) > _SHORT:
        return None
    parts: list[str] = _QUANTITY.findall(text)
    if not parts:
        return None
    return sum(float(part.replace(",", "")) / 60.0**place for place, part in enumerate(parts))


class Measure(NamedTuple):
    """A quantity that can be compared with others.

    Attributes:
        of: what it is of: the sign before it, and what its unit measures: ``("$", "")``, ``("", "time")``.
        value: how much, in one unit for all that measure the same.
    """

    of: tuple[str, str]
    value: float


def measure_of(text: str) -> Measure | None:
    """What a short text shows, to be ranked among others: "95 min" is less than "7h 12m"."""
    value = quantity_of(text)
    found = _QUANTITY.search(text) if value is not None else None
    if value is None or found is None:
        return None
    unit = _UNIT.match(text, found.end())
    written = unit[1].lower() if unit else ""
    measures, scale = _SCALES.get(written, (written, 1.0))
    if written == "m" and text[found.end()] == "m" and len(_QUANTITY.findall(text)) == 1:
        measures, scale = _SCALES["min"]  # "45m" stands beside "1h 20m", "45 m" beside "2 km"
    before = text[: found.start()].rstrip()[-1:]
    return Measure(("" if before.isalnum() else before, measures), value * scale)


def quantity_said(command: str, start: int, word: str) -> float:
    """The quantity that begins with a ``word`` of a command, there at ``start``: NaN for none."""
    found = _QUANTITY.match(command, start)
    if found is None:
        return number_of(word.lower())[0]
    return float(found[0].rstrip(",").replace(",", ""))
