"""From what stands on a page to what a person says, and back."""

from __future__ import annotations

import re
from functools import cache

__all__ = ["number", "spoken"]

_PIECES = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[&@%+#$€£]", re.IGNORECASE)
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SAID = {
    "&": "and",
    "@": "at",
    "%": "percent",
    "+": "plus",
    "#": "number",
    "$": "dollars",
    "€": "euros",
    "£": "pounds",
}
_LONGEST_NUMBER = 6  # digits; longer ones are read out one by one


def spoken(text: str) -> tuple[str, ...]:
    """The words of a text as they are said, lower case: ``"Top 10 (NewPage)"`` is top, ten, new, page."""
    plain = _HUMP.sub(" ", text.replace("’", "'"))
    words: list[str] = []
    for piece in _PIECES.findall(plain):
        words += _digits(piece) if piece.isdigit() else [_SAID.get(piece, piece.lower())]
    return tuple(words)


def number(words: tuple[str, ...]) -> str | None:
    """The digits of a number below a thousand that is said in full, else ``None``."""
    found = _numbers().get(words)
    return None if found is None else str(found)


@cache
def _numbers() -> dict[tuple[str, ...], int]:
    """Every number below a thousand by its words."""
    return {_said(value): value for value in range(1000)}


def _digits(text: str) -> list[str]:
    if len(text) > _LONGEST_NUMBER or (text.startswith("0") and len(text) > 1):
        return [word for digit in text for word in _said(int(digit))]
    return list(_said(int(text)))


@cache
def _said(value: int) -> tuple[str, ...]:
    from num2words import num2words  # of the extra: without it, the engines say first what to install

    return tuple(word for word in re.findall("[a-z]+", num2words(value)) if word != "and")
