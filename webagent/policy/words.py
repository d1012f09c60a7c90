"""Words: how the text of a command and of a page is cut, and what is known about each word before any training."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

__all__ = ["NGRAMS", "NGRAM_BUCKETS", "PAD", "WORD_DIMENSIONS", "Token", "WordBook", "number_of", "split", "tokenize"]

PAD = 0
"""Id of "no word"."""
WORD_DIMENSIONS = 128
NGRAM_BUCKETS = 4096
NGRAMS = 14
"""At most this many character trigrams are kept of a word."""

_TEXTS = 20_000  # whose words a book remembers

# A minus sign belongs to its number where it cannot be a dash: "(1,-2)" holds 1 and -2, "2016-10-09" does not hold -10.
_TOKEN = re.compile(r"(?<![\w-])-\d+|\w+|[^\w\s]")
# Identifiers fall into words at digits, capitals, dashes and underscores: "emailSubject-2" -> email, subject, 2.
_IDENTIFIER = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
_ORDINAL_WORDS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_CARDINAL_WORDS = "zero one two three four five six seven eight nine ten eleven twelve"
_MONTH_WORDS = "january february march april may june july august september october november december"
_ORDINALS = {word: float(number) for number, word in enumerate(_ORDINAL_WORDS.split(), start=1)}
_CARDINALS = {word: float(number) for number, word in enumerate(_CARDINAL_WORDS.split(), start=0)}
_MONTHS = {
    name: float(number) for number, month in enumerate(_MONTH_WORDS.split(), start=1) for name in (month, month[:3])
}


class Token(NamedTuple):
    """A piece of text and where it stands: ``text[start:end]``."""

    word: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """Words and single punctuation marks of a command, with their places in it."""
    return [Token(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(text)]


def split(text: str, *, identifier: bool = False) -> list[str]:
    """Words and punctuation marks of a piece of page text; of an ``identifier`` (class, id) its inner words."""
    return (_IDENTIFIER if identifier else _TOKEN).findall(text)


def number_of(word: str) -> tuple[float, bool]:
    """The number that a lower-case word stands for (NaN for none), and whether it is an ordinal ("3rd", "third").

    Month names count as their number, so that "May" and "05" meet.
    """
    if word.removeprefix("-").isdecimal():
        return float(word[:15]), False
    if match := _ORDINAL.fullmatch(word):
        return float(match.group(1)[:15]), True
    if word in _ORDINALS:
        return _ORDINALS[word], True
    return _CARDINALS.get(word, _MONTHS.get(word, float("nan"))), False


def ngrams_of(word: str) -> list[int]:
    """Buckets (1 to NGRAM_BUCKETS - 1) of the character trigrams of a lower-case word, ends marked."""
    marked = f"<{word}>"
    grams = {marked[i : i + 3] for i in range(max(1, len(marked) - 2))}
    return sorted(crc32(gram.encode()) % (NGRAM_BUCKETS - 1) + 1 for gram in grams)[:NGRAMS]


@cache
def word_table() -> tuple[dict[str, int], NDArray[np.float32]]:
    """Rows of the frequent words, and their unit vectors: float32 [rows, WORD_DIMENSIONS]; row 0 is "unknown"."""
    from safetensors.numpy import load

    folder = files("webagent.policy") / "words"
    words = (folder / "words.txt").read_text().split()
    stored = load((folder / "vectors.safetensors").read_bytes())
    vectors = stored["vectors"].astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return {word: row for row, word in enumerate(words, start=1)}, np.vstack([np.zeros_like(vectors[:1]), vectors])


class WordBook:
    """Gives every word an id and looks up what is known about it.

    Ids are private to one book (they are handed out in the order of asking); what the network sees are table rows,
    trigram buckets and numbers, which do not depend on it.
    """

    def __init__(self) -> None:
        self._rows, _ = word_table()
        self._ids: dict[str, int] = {"": PAD}
        self._texts: dict[str, tuple[int, ...]] = {}
        self._words: list[str] = [""]
        self._capacity = 1024
        self.row: NDArray[np.int32] = np.zeros(self._capacity, np.int32)
        self.ngrams: NDArray[np.int16] = np.zeros((self._capacity, NGRAMS), np.int16)
        self.number: NDArray[np.float32] = np.full(self._capacity, np.nan, np.float32)
        self.ordinal: NDArray[np.bool_] = np.zeros(self._capacity, np.bool_)

    def __len__(self) -> int:
        return len(self._words)

    def id(self, word: str) -> int:
        """Id of a word, upper and lower case alike."""
        found = self._ids.get(word)
        return self._add(word) if found is None else found

    def ids(self, text: str) -> tuple[int, ...]:
        """Ids of the words that `split` finds in a text. Pages say the same again and again, so they are remembered."""
        known = self._texts.get(text)
        if known is None:
            if len(self._texts) >= _TEXTS:
                self._texts.clear()
            known = self._texts[text] = tuple(map(self.id, split(text)))
        return known

    def word(self, id: int) -> str:
        """The lower-case word with this id."""
        return self._words[id]

    def _add(self, word: str) -> int:
        key = word.lower()
        id = self._ids.get(key)
        if id is None:
            id = len(self._words)
            if id == self._capacity:
                self._grow()
            self._words.append(key)
            self._ids[key] = id
            self.row[id] = self._rows.get(key, 0)
            grams = ngrams_of(key)
            self.ngrams[id, : len(grams)] = grams
            self.number[id], self.ordinal[id] = number_of(key)
        self._ids[word] = id
        return id

    def _grow(self) -> None:
        self.row = np.concatenate([self.row, np.zeros_like(self.row)])
        self.ngrams = np.concatenate([self.ngrams, np.zeros_like(self.ngrams)])
        self.number = np.concatenate([self.number, np.full_like(self.number, np.nan)])
        self.ordinal = np.concatenate([self.ordinal, np.zeros_like(self.ordinal)])
        self._capacity *= 2
