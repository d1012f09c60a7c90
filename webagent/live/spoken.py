"""What only a command that speaks of it may mean: the browser itself, and a search where something is to be filled in.

A policy that finds nothing on a page that fits falls back on what every page has. For "publish this page" that was to
load it again. So such acts are left out unless a word of the command is about them. The words are those of the
browser's own menus; they never choose an act, they only leave one out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from webagent.live.naming import OPENING, words_of
from webagent.live.unfinished import segments_of
from webagent_envs.spaces import (
    Action,
    Back,
    Element,
    Forward,
    Goto,
    Observation,
    Reload,
    TabClose,
    TabNew,
    TabSwitch,
    Type,
)

__all__ = ["spoken_of"]

_SPEAKING: dict[type, frozenset[str]] = {
    Reload: frozenset(["again", "fresh", "refresh", "reload", "renew", "update"]),
    Back: frozenset(["back", "before", "earlier", "last", "previous", "return"]),
    Forward: frozenset(["ahead", "forth", "forward", "forwards", "next"]),
    TabNew: frozenset(["tab", "tabs", "window"]),
    TabClose: frozenset(["tab", "tabs", "window"]),
    TabSwitch: frozenset(["tab", "tabs", "window"]),
}
_SEARCH = "browse filter find google query search searching where look lookup"
_SEARCHING = frozenset(_SEARCH.split())
_ADDRESS = re.compile(r"\b[\w-]+(?:\.[\w-]+)+|\w+://|\blocalhost\b", re.IGNORECASE)

Ranked = tuple[tuple[Action, float], ...]


def spoken_of(ranked: Sequence[tuple[Action, float]], seen: Observation) -> Ranked:
    """Possible actions without those that the command cannot mean, as it has no word of them.

    Args:
        ranked: actions with their confidence, best first.
        seen: the page, with the command.
    """
    said = set(words_of([seen.instruction]))
    return tuple((action, confidence) for action, confidence in ranked if _is_spoken_of(action, said, seen))


def _is_spoken_of(action: Action, said: set[str], seen: Observation) -> bool:
    if isinstance(action, Goto):
        return _opens(seen.instruction)
    if type(action) in _SPEAKING:
        return bool(_SPEAKING[type(action)] & said)
    element = seen.element(getattr(action, "ref", 0))
    if isinstance(action, Type) and element is not None and _searches(element):
        others = any(one.editable and one.in_viewport and one.visible and not _searches(one) for one in seen.elements)
        return not others or bool((_SEARCHING | set(words_of([element.label]))) & said)
    return True


def _opens(command: str) -> bool:
    """Whether a part of the command names an address, and says that it is to be opened, or nothing else."""
    parts = [text for _, text in segments_of(command) if _ADDRESS.search(text)]
    return any(OPENING & set(words_of([text])) or _ADDRESS.match(text.strip()) for text in parts)


def _searches(element: Element) -> bool:
    named = element.attributes.get("type") == "search" or element.role == "searchbox"
    return element.editable and (named or element.label.casefold().strip(" .:…").startswith("search"))
