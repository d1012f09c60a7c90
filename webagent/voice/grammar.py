"""A grammar of one page: its labels in the frames of commands, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from webagent.voice.vocabulary import Vocabulary
from webagent.voice.wording import BARE, CHOOSING, NOUNS, VERBS
from webagent.voice.words import spoken

__all__ = ["grammar_words", "jsgf"]

_HIGHEST = 60  # the highest number that elements are called by
_LABELS = 150  # more would take too long in noise, where no word can be ruled out


def jsgf(vocabulary: Vocabulary) -> str:
    """The grammar in Java Speech Grammar Format."""
    labels = _any(" ".join(label.words) for label in vocabulary.labels[:_LABELS]) or "<VOID>"
    numbers = _any(" ".join(spoken(str(value))) for value in range(1, _HIGHEST + 1))
    expected = _any(" ".join(label.words) for label in vocabulary.expected)
    lines = [
        "#JSGF V1.0;",
        "grammar page;",
        f"<label> = {labels};",
        f"<verb> = {_any(VERBS)};",
        f"<noun> = {_any(NOUNS)};",
        f"public <command> = /10/ [<verb>] [the] <label> [<noun>] | /3/ {_any(BARE)} | /1/ {numbers}"
        + (f" | /10/ {expected};" if expected else ";"),
    ]
    return "\n".join(lines) + "\n"


def grammar_words(vocabulary: Vocabulary) -> set[str]:
    """Every word that the grammar holds."""
    fixed = [*VERBS, *NOUNS, *CHOOSING, *BARE, "the to please", *(str(n) for n in range(_HIGHEST + 1))]
    words = {word for phrase in fixed for word in spoken(phrase)}
    return words.union(*(label.words for label in (*vocabulary.labels, *vocabulary.expected)))


def _any(phrases: Iterable[str]) -> str:
    return " | ".join(f"({phrase})" for phrase in phrases)
