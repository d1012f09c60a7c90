"""A name that a command gives is typed whole: "Chief editors", and not the half of it that a policy picked out."""

from __future__ import annotations

import re

import msgspec

from webagent.live.naming import LINKS, MARKS
from webagent.live.parts import parts_of
from webagent_envs.spaces import Action, Observation, Type

__all__ = ["whole"]

_LONGEST = 6  # words of a name
_QUOTED = re.compile(r"\"([^\"]+)\"|“([^”]+)”")
_MARK = re.compile(rf"(?:\b(?:{'|'.join(mark for mark in MARKS if mark.isalpha())})\s+|[=:]\s*)", re.IGNORECASE)
_END = re.compile(r"(?:[,;.]|\s+(?:please|now))+\s*$", re.IGNORECASE)


def whole(action: Action, seen: Observation) -> Action:
    """The same act; where it types a piece of what the command names there, with all of it.

    All of it is what stands in quotes, or from a word such as "to" or "called" to the end of that part of the command.
    It must begin as names do, or with the piece, and no word that leads on to something else may be in it.

    Args:
        action: what a policy wants to do.
        seen: the page, with the command.
    """
    if not isinstance(action, Type) or not action.text.strip():
        return action
    text = action.text.strip()
    labels = [element.label for element in seen.elements]
    for part in parts_of(seen.instruction, labels=labels):
        quotes = [a or b for a, b in _QUOTED.findall(part)]
        if quotes:
            held = [quote for quote in quotes if _holds(quote, text)]
        else:
            held = [named for named in _named(part, text) if _is_one_name(named, text)]
        if held:
            return msgspec.structs.replace(action, text=min(held, key=len))
    return action


def _named(part: str, text: str) -> list[str]:
    """What stands behind the last word in front of the piece that names something."""
    at = re.search(rf"(?<!\w){re.escape(text)}(?!\w)", part)
    marks = [mark.end() for mark in _MARK.finditer(part, 0, at.start())] if at else []
    return [_END.sub("", part[marks[-1] :])] if marks else []


def _holds(named: str, text: str) -> bool:
    """Whether the text is a piece of what is named, cut between words."""
    return named != text and re.search(rf"(?<!\w){re.escape(text)}(?!\w)", named) is not None


def _is_one_name(named: str, text: str) -> bool:
    """Whether all that stands there may be one name, of which the text is a piece."""
    words = named.split()
    begins = named.startswith(text) or named[:1].isupper() or named[:1].isdigit()
    return (
        _holds(named, text)
        and begins
        and not text.replace(".", "").isdigit()
        and len(words) <= _LONGEST
        and not any(word.casefold() in LINKS for word in words[1:])
        and words[0] not in LINKS
    )
