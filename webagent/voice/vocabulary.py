"""The words that a page makes likely: its labels, its fields and choices, and the rest of its text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from webagent.voice.words import number, spoken
from webagent_envs.spaces import Element, Observation

__all__ = ["Label", "Vocabulary"]

_MOST_LABELS = 250
_LONGEST = 9  # words that anyone says of a label; a longer one is known by its beginning
_MOST_WORDS = 600
_WORD = re.compile(r"\w+(?:['’]\w+)*")


class Label(NamedTuple):
    """A label of the page.

    Attributes:
        written: as the page has it.
        words: as it is said.
    """

    written: str
    words: tuple[str, ...]


class Vocabulary:
    """What is likely to be said on one page; equal, and hashable, by its labels."""

    def __init__(
        self, labels: Iterable[Label], fields: Iterable[Label], words: Iterable[str], expected: Iterable[Label] = ()
    ) -> None:
        """Keep what is given, in order of importance.

        Args:
            labels: of things to act on: buttons, links, options, fields.
            fields: those of fields to type into.
            words: the other words of the page.
            expected: whole utterances that are likely just now, such as the answers to a question.
        """
        self.expected = tuple(expected)
        self.labels = tuple(labels)[:_MOST_LABELS]
        self.fields = tuple(fields)[:_MOST_LABELS]
        self.words = tuple(words)[:_MOST_WORDS]

    @classmethod
    def of(cls, observation: Observation, expected: Iterable[str] = ()) -> Vocabulary:
        """That of a page as it looks now, what is in view first, and utterances that are expected there."""
        seen = sorted((e for e in observation.elements if e.visible), key=lambda e: not e.in_viewport)
        acted_on = [element for element in seen if _acted_on(element)]
        labels = _unlike(label for element in acted_on for label in _labels(element))
        fields = _unlike(label for element in acted_on if element.editable for label in _labels(element))
        known = {word for label in labels for word in label.words}
        others = (word for element in seen for word in spoken(element.text)[:40] if word not in known)
        utterances = _unlike(Label(text, words) for text in expected if (words := spoken(text)))
        return cls(labels, fields, dict.fromkeys(others), utterances)

    @cached_property
    def written(self) -> dict[tuple[str, ...], str]:
        """How each spoken label is written; of two that sound alike the first."""
        return {label.words: label.written for label in reversed((*self.labels, *self.expected))}

    @property
    def _key(self) -> tuple[object, ...]:
        return self.labels, self.words, self.expected

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def spell(self, text: str) -> str:
        """A written text with labels as the page writes them; the longest label first."""
        places = [found.span() for found in _WORD.finditer(text)]
        out, done, at = "", 0, 0
        while at < len(places):
            for end in range(min(len(places), at + _LONGEST), at, -1):
                first, last = places[at][0], places[end - 1][1]
                label = self.written.get(spoken(text[first:last].lower()))
                if label is not None:
                    out, done, at = f"{out}{text[done:first]}{label}", last, end
                    break
            else:
                at += 1
        return out + text[done:]

    def write(self, words: tuple[str, ...]) -> str:
        """Spoken words as text, with labels as the page writes them; the longest label first."""
        out: list[str] = []
        at = 0
        while at < len(words):
            for end in range(min(len(words), at + _LONGEST), at, -1):
                if words[at:end] in self.written:
                    out.append(self.written[words[at:end]])
                    at = end
                    break
            else:
                end = _number_ends(words, at)
                out.append(number(words[at:end]) or words[at])
                at = max(end, at + 1)
        return " ".join(out)


def _number_ends(words: tuple[str, ...], at: int) -> int:
    """Where the longest number that is said from here ends; here, when none is. "One" alone is seldom a number."""
    for end in range(min(len(words), at + _LONGEST), at, -1):
        if words[at:end] != ("one",) and number(words[at:end]) is not None:
            return end
    return at


def _acted_on(element: Element) -> bool:
    return element.clickable or element.editable or element.tag in ("option", "select", "summary")


def _labels(element: Element) -> list[Label]:
    """What an element may be called; of a list of options not what is chosen in it."""
    texts = [element.name, element.text, element.placeholder]
    said = [(text, spoken(text)) for text in dict.fromkeys(texts) if text]
    return [Label(_trimmed(text, words), words[:_LONGEST]) for text, words in said if words]


def _trimmed(text: str, words: tuple[str, ...]) -> str:
    """The label as a person would write it: without the colon, and only as far as it is said."""
    plain = " ".join(text.split()).rstrip(":…* ")
    return plain if len(words) <= _LONGEST else " ".join(plain.split()[:_LONGEST])


def _unlike(labels: Iterable[Label]) -> list[Label]:
    """The first of those that sound alike."""
    found: dict[tuple[str, ...], Label] = {}
    for label in labels:
        found.setdefault(label.words, label)
    return list(found.values())
