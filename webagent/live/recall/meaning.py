"""How far one word may stand for another in a command, and which words say nothing of what is to be done."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from webagent.policy.thesaurus import opposites, synonyms
from webagent.policy.words import word_table

__all__ = ["ASKING", "FILLING", "FUNCTION", "MEANS", "PICKING", "USING", "is_negation", "meaning"]

MEANS = 0.55
"""Likeness from which on one word may stand for another."""
_NEAR = 0.65  # cosine from which on words that nobody holds for synonyms may; "approve" and "reject" have 0.59


def _set(line: str) -> frozenset[str]:
    return frozenset(line.split())


# What is asked for in the words of one line is the same, though the words by themselves are not alike: to the vectors
# "add" is nearer to "remove" (0.28) than to "create" (0.17). No line holds a word and its opposite.
_ASK_FOR_THE_SAME = tuple(
    _set(line)
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

# Opposites of a word that WordNet does not hold for such.
_OPPOSITES = tuple(
    _set(line)
    for line in (
        "next previous",
        "send receive",
        "monday tuesday wednesday thursday friday saturday sunday",
        "january february march april may june july august september october november december",
        "one two three four five six seven eight nine ten",
        "red orange yellow green blue purple black white",
        "morning noon afternoon evening night",
    )
)
_TURNING = ("un", "dis", "de", "in", "non", "ir", "im")  # "subscribe" and "unsubscribe" have 0.62

FUNCTION = _set(
    "a an and as at by for from i in into it its me my of or please so some that the then their them there this to up"
    " with you your he she they him her his hers we us our"
)
"""Words that may come and go. Those that turn a command round ("on", "off", "not") are none of them."""

ASKING = _set(
    "want need like let make give put get gets goes have has be is are was should must will would can could do go turn"
    " now just also too new another one thank thanks kindly i'd i'll i'm let's these those here called named titled"
    " entitled saying says reads reading down field box entry item value button"
)
"""Words that ask for something, or lead to it, whatever it is."""

FILLING = _set("change set edit update modify alter enter type write fill give put make adjust assign")
"""Words for filling in what is typed or chosen, whatever it is."""

PICKING = _set("choose select pick take use want")
"""Words for choosing one of several."""

USING = _set("click press hit push tap tick check mark open go choose select pick")
"""Words for using a button, a link or a box."""

_NEGATIONS = _set("not never no nothing nobody none neither nor without except but unless instead cannot dont")


def is_negation(word: str) -> bool:
    """Whether a word turns round what is asked for."""
    return word in _NEGATIONS or word.endswith(("n't", "n’t"))


@lru_cache(maxsize=4096)
def meaning(one: str, other: str) -> float:
    """How far a word may stand for another, in [0, 1]: 1 for words that ask for the same; 0 for opposites."""
    if one == other or any(one in words and other in words for words in _ASK_FOR_THE_SAME):
        return 1.0
    if _are_opposite(one, other):
        return 0.0
    near = _nearness(one, other)
    if other in synonyms().get(one, ()) or one in synonyms().get(other, ()):
        return max(near, MEANS)
    return near if near >= _NEAR else min(near, MEANS - 0.01)


@lru_cache(maxsize=4096)
def _nearness(one: str, other: str) -> float:
    """The cosine of the vectors of two words, in [0, 1]; 0 where one is unknown."""
    ids, vectors = word_table()
    if one not in ids or other not in ids:
        return 0.0
    a, b = vectors[ids[one]], vectors[ids[other]]
    norm = float(np.linalg.norm(a) * np.linalg.norm(b))
    return max(0.0, float(a @ b) / norm) if norm else 0.0


def _are_opposite(one: str, other: str) -> bool:
    if other in opposites().get(one, ()) or any(one in words and other in words for words in _OPPOSITES):
        return True
    short, long = sorted((one, other), key=len)
    return any(long == turn + short for turn in _TURNING)
