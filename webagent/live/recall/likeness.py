"""How like a new command is to one that was shown, and which of their words stand for each other."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from webagent.data.records import Episode
from webagent.data.ways import Known, Sight, refs_of, tidy
from webagent.live.recall.meaning import MEANS, meaning
from webagent.live.result import HIDDEN
from webagent_envs.spaces import Select, Type

__all__ = ["FUNCTION", "Pair", "row_words", "stem", "telling", "words_of"]

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
FUNCTION = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "i",
        "in",
        "into",
        "it",
        "its",
        "me",
        "my",
        "of",
        "or",
        "please",
        "so",
        "some",
        "that",
        "the",
        "then",
        "their",
        "them",
        "there",
        "this",
        "to",
        "up",
        "with",
        "you",
        "your",
    ]
)
"""Words that may come and go. Those that turn a command round ("on", "off", "not") are none of them."""
_ENDINGS = ("ing", "es", "ed", "s", "e")
_POSSESSIVE = re.compile(r"['’]s?$")
_SMALL_ROW = 6  # texts
_LIKE = 0.6  # likeness from which on a demonstration is followed


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


class Pair:
    """A demonstration and a new command.

    Args:
        episode: what was shown.
        command: what is asked for now.

    Attributes:
        kept: words of both commands.
        lost: words of the old one alone that stand for something in the steps: other ones stand there now.
        new: words of the new one alone that stand for nothing of the old one.
        by_row: words that are lost and stand only in the row of what was used: "edit Ideas" is about the thing that is
            shown, and on a page that shows Bread the only button to edit it says the same.
        likeness: in [0, 1]; 0 where the new command asks for something else.
    """

    def __init__(self, episode: Episode, command: str) -> None:
        self.episode = episode
        self.command = command
        old, now = words_of(episode.command), words_of(command)
        stems = {stem(word) for word in now}
        self.kept = {word for word in old if stem(word) in stems}
        ours = {stem(word) for word in old}
        fresh = [word for word in dict.fromkeys(now) if stem(word) not in ours]
        gone = [word for word in dict.fromkeys(old) if word not in self.kept and word not in FUNCTION]
        used = _used(episode)
        self.by_row = {word for word in gone if word not in used} & _in_rows(episode) if fresh else set()
        used |= self.by_row
        self.lost = {word for word in gone if word in used}
        self.likeness, meant = _likeness([word for word in gone if word not in used], fresh, self.kept)
        self.new = [word for word in fresh if word not in FUNCTION and word not in meant]
        hidden = HIDDEN in episode.command
        if (self.new and not self.lost and not hidden) or (self.lost and not self.new and not self._fewer()):
            self.likeness = 0.0

    def said(self, word: str) -> float:
        """How well the new command says a word in another way, in [0, 1]."""
        return max((meaning(word, other) for other in self.new), default=0.0)

    def _fewer(self) -> bool:
        """Whether the new command names some of several like things that the old one named, and nothing else."""
        lost, kept = set[str](), set[str]()
        for step in self.episode.steps:
            sight = Sight(step.observation)
            for ref in refs_of(step.action):
                said = set().union(*telling(sight, ref, self.by_row).values())
                (lost if said & self.lost else kept).add(sight.by_ref[ref].role if ref in sight.by_ref else "")
        return bool(lost) and lost <= kept

    @property
    def is_like(self) -> bool:
        """Whether the new command may be carried out as the old one was."""
        return self.likeness >= _LIKE


def _likeness(gone: list[str], fresh: list[str], kept: Iterable[str]) -> tuple[float, set[str]]:
    """How much of the old wording is said now, and the new words that say it."""
    weights = [1.0 for word in kept if word not in FUNCTION]
    shares = list(weights)
    meant: set[str] = set()
    for word in gone:
        best = max(fresh, key=lambda other, word=word: meaning(word, other), default="")  # type: ignore[misc]
        value = meaning(word, best) if best else 0.0
        weights.append(1.0)
        shares.append(min(1.0, value + 0.3) if value >= MEANS else 0.0)
        if value >= MEANS:
            meant.add(best)
    return (sum(shares) / len(weights) if weights else 0.0), meant


def _used(episode: Episode) -> set[str]:
    """Words by which the steps go: typed, chosen, or said by what was used and by its row."""
    found: set[str] = set()
    for step in episode.steps:
        action = step.action
        found.update(words_of(action.text if isinstance(action, Type) else ""))
        found.update(words_of(action.option if isinstance(action, Select) else ""))
        sight = Sight(step.observation)
        for ref in refs_of(action):
            found.update(*telling(sight, ref).values())
    return found


def _in_rows(episode: Episode) -> set[str]:
    """Words of the rows of what was used."""
    found: set[str] = set()
    for step in episode.steps:
        sight = Sight(step.observation)
        found.update(*(row_words(sight.known(ref)) for ref in refs_of(step.action) if ref in sight.by_ref))
    return found


def telling(sight: Sight, ref: int, by_row: Collection[str] = ()) -> dict[str, set[str]]:
    """Words by which an element is told from others: what it says, and where others say the same, its row.

    So is an only one whose row says one of ``by_row``.
    """
    if ref not in sight.by_ref:
        return {}
    known = sight.known(ref)
    says = known.ways.get("role and name", "")
    found = {"says": set(words_of(says.partition(": ")[2]))}
    same = [one for one in sight.alike(known.element) if sight.known(one.ref).ways.get("role and name", "") == says]
    row = row_words(known)
    if len(same) > 1 or row.intersection(by_row):
        found["row"] = row
    return {way: words for way, words in found.items() if words}


def row_words(known: Known) -> set[str]:
    """Words of the row of an element; none where that is a large part of the page."""
    row = known.ways.get("row", "")
    return set(words_of(row)) if row.count("\n") < _SMALL_ROW else set()
