"""Words and texts of a command, as they are compared."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from webagent.data.ways import tidy

__all__ = ["Token", "is_among", "place_of", "said_by", "stem", "tokens_of", "words_of"]

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_TOKEN = re.compile(r"\S+")
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|(?<!\w)'[^']*'(?!\w)")
_EDGES = "\"'“”‘’.,;:!?()"
_ENDINGS = ("ing", "es", "ed", "s", "e")
_POSSESSIVE = re.compile(r"['’]s?$")


def words_of(text: str) -> list[str]:
    """Words of a text, as they are compared: "Ada's" is about Ada."""
    return [_POSSESSIVE.sub("", word) for word in _WORD.findall(tidy(text))]


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """What forms of one word have in common."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def is_among(word: str, others: Collection[str]) -> bool:
    """Whether a word, or another form of it, is one of some."""
    return word in others or any(stem(word) == stem(other) for other in others)


class Token(NamedTuple):
    """A word of a command with the marks that stand at it.

    Attributes:
        text: as it is written.
        words: in it, as they are compared.
        quote: number of the quotation that it is part of, from 1; 0: of none.
    """

    text: str
    words: tuple[str, ...]
    quote: int = 0

    @property
    def bare(self) -> str:
        """Without the marks around it, in lower case."""
        return tidy(self.text.strip(_EDGES))

    @property
    def form(self) -> str:
        """As it is compared in another wording."""
        return " ".join(map(stem, self.words)) or self.bare

    @property
    def ends(self) -> str:
        """The mark that ends a part of the command here; ``""`` for none."""
        last = self.text.rstrip("\"'”’)")[-1:]
        return last if last in (",", ";", ":") else ""

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text.lstrip(_EDGES)[:1].isupper()


def tokens_of(text: str) -> list[Token]:
    """The words of a text with their marks; marks that stand alone are left out."""
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    found = []
    for match in _TOKEN.finditer(text):
        if match.group().strip(_EDGES):
            quote = next((i for i, (a, b) in enumerate(quoted, start=1) if a <= match.start() < b), 0)
            found.append(Token(match.group(), tuple(words_of(match.group())), quote))
    return found


def said_by(tokens: Iterable[Token]) -> str:
    """The words of some tokens, as names are compared."""
    return " ".join(word for token in tokens for word in token.words)


def place_of(part: Sequence[Token], whole: Sequence[Token]) -> tuple[int, int] | None:
    """Where the words of a text stand in another one, first and behind the last."""
    wanted, said = [one.bare for one in part], [one.bare for one in whole]
    for start in range(len(said) - len(wanted) + 1):
        if wanted and said[start : start + len(wanted)] == wanted:
            return start, start + len(wanted)
    return None
