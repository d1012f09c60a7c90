"""What a command speaks of and nothing was done about: to call it done then would be a lie.

Three kinds of words tell, whatever the policy believes: a value that stands nowhere (the new name in "rename Ideas to
Plans"), what a thing is to be called, and what a part of the command begins with ("delete ..."), if a control is called
just so that is in sight and was not used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from webagent.live.words import name_of
from webagent_envs.spaces import Action, Element, Goto, Observation, Press, Select, Type

__all__ = ["Deed", "unfinished"]

Deed = tuple[Action, Observation]
"""Something that was done, and the page on which it was."""

_TOKEN = re.compile(r"[\w#@.+:/%&'’-]*\w|\S")
_JOINT = re.compile(r"(?:[,;.]\s+|\b(?:and|then|please|now|also|first)\b[,\s]*)+", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“]([^\"”]+)[\"”]")
_CALLED = frozenset(["called", "named", "titled"])
_BEFORE_VALUES = frozenset(["to", "is", "be", "as", "=", ":"])
_CONTROLS = frozenset(["button", "link", "menuitem", "tab", "option"])
_EDGES = ".,;:!?\"“”'’()"


def unfinished(command: str, deeds: Sequence[Deed], seen: Observation) -> str:
    """Words of the command about which nothing was done; ``""`` when nothing tells that any were left out.

    Args:
        command: what was asked for.
        deeds: what was done for it, oldest first.
        seen: the page as it is now.
    """
    done = set(_words(text for deed in deeds for text in _texts(deed)))
    shown = set(_words(text for element in seen.elements for text in (element.name, element.text, element.value)))
    for value in _values(command):
        if not set(_words([value])) & (done | shown):
            return value
    if any(not getattr(action, "ref", 0) for action, _ in deeds):
        return ""  # "go back" means the browser, though the page has a link "Back"
    parts = [_words([part]) for part in _JOINT.split(command)]
    left = [
        " ".join(label)
        for label in _labels(seen, deeds)
        if label and not set(label) <= done and any(part[: len(label)] == label for part in parts)
    ]
    return max(left, key=len, default="")


def _words(texts: Iterable[str]) -> list[str]:
    return [token.strip(_EDGES).casefold() for text in texts for token in text.split() if token.strip(_EDGES)]


def _values(command: str) -> list[str]:
    """What the command wants to have typed or chosen, as far as its form tells."""
    values = _QUOTED.findall(command)
    for before, token in pairwise(_TOKEN.findall(command)):
        called = before.casefold() in _CALLED
        valued = before.casefold() in _BEFORE_VALUES and (token[:1].isupper() or token[:1].isdigit())
        if called or valued or "@" in token[1:]:
            values.append(token.strip(_EDGES))
    return values


def _texts(deed: Deed) -> list[str]:
    """What an act is about: what it says, and what the element says that it was done to."""
    action, page = deed
    element = page.element(getattr(action, "ref", 0))
    texts = [name_of(element), element.text, element.name] if element else []
    if isinstance(action, Type):
        texts.append(action.text)
    elif isinstance(action, Select):
        texts.append(action.option)
    elif isinstance(action, Goto):
        texts.append(action.url)
    elif isinstance(action, Press):
        texts.append(action.keys)
    return texts


def _labels(seen: Observation, deeds: Sequence[Deed]) -> list[list[str]]:
    """Words of the labels of the controls in sight that were not used yet."""
    used = {getattr(action, "ref", 0) for action, page in deeds if page.url == seen.url}
    return [_words([element.label]) for element in seen.elements if _is_control(element) and element.ref not in used]


def _is_control(element: Element) -> bool:
    shown = element.visible and element.in_viewport and not element.disabled
    return shown and element.role in _CONTROLS and element.tag != "option"
