"""How far one word may stand for another in a command."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from webagent.policy.words import word_table

__all__ = ["MEANS", "meaning"]

MEANS = 0.55
"""Likeness from which on one word may stand for another; "on" and "off" have 0.49."""

# What is asked for in the words of one line is the same, though the words by themselves are not alike: to the vectors
# "add" is nearer to "remove" (0.28) than to "create" (0.17). No line holds a word and its opposite.
_ASK_FOR_THE_SAME = tuple(
    frozenset(line.split())
    for line in (
        "add create make new register",
        "delete remove erase discard drop",
        "change edit update modify alter set adjust",
        "choose select pick use take",
        "open show view display see",
        "search find look",
        "send submit post",
        "save store keep",
        "copy duplicate clone",
        "give assign set put",
        "write enter type put fill",
        "called named titled name title call",
        "tick check mark",
        "untick uncheck unmark",
        "cancel abort dismiss",
        "move drag shift",
        "start begin launch run",
        "stop end halt",
    )
)


@lru_cache(maxsize=4096)
def meaning(one: str, other: str) -> float:
    """In [0, 1]: 1 for words that ask for the same, else the cosine of their vectors; 0 where one is unknown."""
    if any(one in words and other in words for words in _ASK_FOR_THE_SAME):
        return 1.0
    ids, vectors = word_table()
    if one not in ids or other not in ids:
        return 0.0
    a, b = vectors[ids[one]], vectors[ids[other]]
    norm = float(np.linalg.norm(a) * np.linalg.norm(b))
    return max(0.0, float(a @ b) / norm) if norm else 0.0
