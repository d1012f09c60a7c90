"""When not to be sure of a demonstration: the new command says something that following it would leave out, or type.

How like a command is counts what the old one said and is said again. What the new one says besides is looked at here.
"""

from __future__ import annotations

from collections.abc import Collection

from webagent.data.records import Step
from webagent.data.ways import Sight, refs_of
from webagent.live.recall.likeness import Pair, row_words, telling
from webagent.live.recall.meaning import FUNCTION
from webagent.live.recall.wording import words_of
from webagent_envs.spaces import Select, Type

__all__ = ["goes_too_far", "leaves_out", "words_around"]

_OPEN_ENDS = frozenset({"and", "as", "it", "then", "to", "with"})


def _words_used(step: Step, sight: Sight) -> set[str]:
    """Words by which a step goes on a page: of what is used, and of what is chosen."""
    found = set(words_of(step.action.option)) if isinstance(step.action, Select) else set()
    for ref in refs_of(step.action):
        found.update(*telling(sight, ref).values())
    return found


def words_around(step: Step, sight: Sight) -> set[str]:
    """The same, and those of the rows."""
    rows = (row_words(sight.known(ref)) for ref in refs_of(step.action) if ref in sight.by_ref)
    return _words_used(step, sight).union(*rows)


def goes_too_far(step: Step, text: str, pair: Pair) -> bool:
    """Whether a text that is to be typed, another one than was shown, takes in words that mean something else.

    Such words are those by which another step goes ("Jobs and publish it", "Photos with the parent Root"), the name
    of the field itself, and those that lead on.
    """
    action = step.action
    if not isinstance(action, Type) or text == action.text:
        return False
    words, shown = words_of(text), set(words_of(action.text))
    if not words or {words[0], words[-1]} & _OPEN_ENDS - shown:
        return True
    links = sum(word in FUNCTION for word in words)
    if action.text[:1].isupper() and text[:1].islower() and links > 1 and not shown & FUNCTION:
        return True  # "user dave with the password" is no name
    others = [other for other in pair.episode.steps if not isinstance(other.action, Type)]
    elsewhere = set().union(*(_words_used(other, Sight(other.observation)) for other in others), set())
    own = _words_used(step, Sight(step.observation))
    return bool(set(words) & (elsewhere | own) - shown - FUNCTION)


def leaves_out(pair: Pair, explained: Collection[str]) -> bool:
    """Whether the new command says something that is neither typed nor told by what is used, nor asks for the same."""
    return any(word not in explained for word in pair.open)
