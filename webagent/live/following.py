"""What a page still asks for when a policy takes a command for done: a yes to its question, an entry of its list.

Both are read off the page as it is after an act, and of both there must be just one. What is found so is done like
anything else: shown first, or asked about where that is due (`webagent.live.consent`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from webagent.live.naming import words_of
from webagent.live.trust import WORDS
from webagent.live.unfinished import Deed, is_control, segments_of
from webagent_envs.spaces import Action, Click, Element, Observation, Type

__all__ = ["following", "unchosen"]

_YES = frozenset(["yes", "ok", "okay", "sure", "confirm", "continue", "proceed"])
_NO = frozenset(["no", "cancel", "back", "keep", "don't", "don’t", "never", "abort", "dismiss", "close"])
_ASKS = re.compile(r"\?|\bsure\b|\bconfirm\b|\bundone\b|\bpermanent", re.IGNORECASE)
_WRITING = frozenset(["enter", "fill", "find", "google", "input", "look", "put", "search", "type", "write"])


def following(command: str, deeds: Sequence[Deed], seen: Observation) -> Action | None:
    """What the last act calls for; ``None`` for nothing, or where it cannot be told.

    Args:
        command: what was asked for.
        deeds: what was done for it, oldest first.
        seen: the page as it is now, with what is new marked as such.
    """
    if not deeds:
        return None
    action, page = deeds[-1]
    element = page.element(getattr(action, "ref", 0))
    if element is None:
        return None
    begins = _begins(command)
    if isinstance(action, Click):
        return _agreed(element, begins, page, seen)
    if isinstance(action, Type) and not begins & _WRITING:
        return _entry(element, action.text, seen)
    return None


def _agreed(pressed: Element, begins: set[str], page: Observation, seen: Observation) -> Action | None:
    """A yes to what the page asks because of a button that the command itself has named: "delete ..."."""
    label = words_of([pressed.label])
    if not label or not begins & {label[0], *_kin(label[0])}:
        return None
    before = {one.ref for one in page.elements} if page.url == seen.url else set()
    new = [one for one in seen.elements if one.ref not in before]
    if not any(_ASKS.search(f"{one.name} {one.text}") for one in new):
        return None
    controls = [(words, one) for one in new if is_control(one) and (words := words_of([one.label]))]
    if not any(words[0] in _NO for words, _ in controls):
        return None
    for wanted in (_YES, {label[0]}):
        found = [one for words, one in controls if words[0] in wanted]
        if found:
            return Click(found[0].ref) if len(found) == 1 else None
    return None


def _kin(word: str) -> set[str]:
    """Words that are asked about for the same cause: who says "remove" may mean a button "Delete"."""
    causes = (set(words.split(", ")) for words in WORDS.values())
    return next((words for words in causes if word in words), set())


def _entry(field: Element, text: str, seen: Observation) -> Action | None:
    """The entry that was typed in full, in the list that a field has opened: only there it counts as chosen."""
    found = [one for one in _entries(field, seen) if one.label.strip().casefold() == text.strip().casefold()]
    return Click(found[0].ref) if len(found) == 1 else None


def unchosen(command: str, deeds: Sequence[Deed], seen: Observation) -> str:
    """What was typed into a list that still waits for an entry to be chosen; ``""`` for nothing, or if typing is all.

    Arguments are those of `following`.
    """
    action, page = deeds[-1] if deeds else (None, seen)
    field = page.element(getattr(action, "ref", 0))
    if not isinstance(action, Type) or field is None or _begins(command) & _WRITING:
        return ""
    return action.text if _is_open(field, seen) else ""


def _is_open(field: Element, seen: Observation) -> bool:
    """Whether it has a list, and that is open; there may be nothing in it that fits."""
    now = seen.element(field.ref)
    return field.role == "combobox" and now is not None and now.attributes.get("aria-expanded") == "true"


def _entries(field: Element, seen: Observation) -> list[Element]:
    """Entries in sight of the list that a field has opened."""
    if not _is_open(field, seen):
        return []
    return [one for one in seen.elements if one.role == "option" and one.tag != "option" and one.in_viewport]


def _begins(command: str) -> set[str]:
    """The words that the parts of a command begin with."""
    return {words[0] for _, text in segments_of(command) if (words := words_of([text]))}
