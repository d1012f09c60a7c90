"""How a word is pronounced that no dictionary has: letter by letter, by the widest context that is known."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

__all__ = ["CONTEXTS", "Sounds", "context", "load_sounds"]

CONTEXTS = ((0, 0), (0, 1), (1, 1), (1, 2), (2, 2), (2, 3), (3, 3), (3, 4), (4, 4))
"""How many letters to the left and right count, narrowest first."""


def context(word: str, place: int, left: int, right: int) -> str:
    """A letter of a word, marked by ``|``, with its neighbours; ``#`` stands for the ends of the word."""
    before = ("####" + word[:place])[4 + place - left : 4 + place] if left else ""
    after = (word[place + 1 :] + "####")[:right]
    return f"{before}|{word[place]}{after}"


class Sounds:
    """Letters to phones (ARPAbet, as in PocketSphinx's dictionary); learned by ``scripts/voice/letter_sounds.py``."""

    def __init__(self, table: Mapping[str, str]) -> None:
        """Use a table of contexts and the phones, joined by blanks, that their letter stands for."""
        self._table = table

    def of(self, word: str) -> tuple[str, ...]:
        """The phones of a word in lower case; none where it holds no letter."""
        said = []
        for place in range(len(word)):
            key = context(word, place, *CONTEXTS[-1])
            said += self.look_up(key, len(CONTEXTS)).split()
        return tuple(said)

    def look_up(self, key: str, below: int) -> str:
        """The phones for a context, by the widest of the first ``below`` kinds of context that is known."""
        before, after = key.split("|")
        for left, right in reversed(CONTEXTS[:below]):
            said = self._table.get(f"{before[len(before) - left :]}|{after[: right + 1]}")
            if said is not None:
                return said
        return ""


@cache
def load_sounds() -> Sounds:
    """What comes with the package."""
    return Sounds(json.loads(gzip.decompress(files("webagent.voice").joinpath("sounds.json.gz").read_bytes())))
