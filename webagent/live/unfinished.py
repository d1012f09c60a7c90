"""What a command speaks of and nothing was done about: to call it done then would be a lie, to save it too early.

Five things tell, whatever the policy believes: a value that stands nowhere (the new name in "rename Ideas to Plans"),
what a thing is to be called, what a part of the command begins with ("delete ..."), if a control is called just so that
is in sight and was not used, one of several things named in a row, if only others of them were dealt with, and that
nothing was used which says what it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from webagent.live.naming import OPENING, values_of, words_of
from webagent.live.parts import VERB
from webagent.live.words import name_of
from webagent_envs.spaces import Action, Click, DoubleClick, Element, Goto, Observation, Press, Select, Type

__all__ = ["Deed", "is_control", "premature", "segments_of", "unfinished", "unused"]

Deed = tuple[Action, Observation]
"""Something that was done, and the page on which it was."""

_JOINT = re.compile(r"(?:[,;.]\s+|\b(?:and|then|please|now|also|first)\b[,\s]*)+", re.IGNORECASE)
_ROW = re.compile(r"[\w.'’-]+(?:,\s+[\w.'’-]+)*,?\s+and\s+[\w.'’-]+")
_CONTROLS = frozenset(["button", "link", "menuitem", "tab", "option"])
_BOXES = frozenset(["checkbox", "radio", "switch"])
_POINT = "click double-click drag drop hit hover point press push right-click tap"
_TICK = "check mark select tick toggle uncheck untick"
_POINTING = frozenset(f"{_POINT} {_TICK}".split())


def unfinished(command: str, deeds: Sequence[Deed], seen: Observation) -> str:
    """Words of the command about which nothing was done; ``""`` when nothing tells that any were left out.

    Args:
        command: what was asked for.
        deeds: what was done for it, oldest first.
        seen: the page as it is now.
    """
    if missing := _missing(command, deeds, seen) or _omitted(command, deeds, seen):
        return missing
    parts = [words_of([text]) for _, text in segments_of(command)]
    if deeds and all(map(_is_mute, deeds)) and not any(part and part[0] in _POINTING for part in parts):
        return command
    return max((" ".join(label) for label, _ in _left(command, deeds, seen)), key=len, default="")


def unused(command: str, deeds: Sequence[Deed], seen: Observation) -> Element | None:
    """The only control that a part of the command begins with, if it was not used: "delete" for a button "Delete".

    A key that was pressed may have done what the control does, so then there is none. Arguments are those of
    `unfinished`.
    """
    if any(isinstance(action, Press) for action, _ in deeds):
        return None
    left = [element for label, element in _left(command, deeds, seen) if VERB.fullmatch(" ".join(label[:1]))]
    return left[0] if len(left) == 1 else None


def _left(command: str, deeds: Sequence[Deed], seen: Observation) -> list[tuple[list[str], Element]]:
    """Controls in sight that were not used, and that a part of the command begins with, with the words on them."""
    if any(not getattr(action, "ref", 0) for action, _ in deeds):
        return []  # "go back" means the browser, though the page has a link "Back"
    parts = [words_of([text]) for _, text in segments_of(command)]
    done = set(words_of(text for deed in deeds for text in _texts(deed)))
    return [
        (label, element)
        for label, element in _labels(seen, deeds)
        if label and not set(label) <= done | OPENING and any(part[: len(label)] == label for part in parts)
    ]


def premature(command: str, action: Action, deeds: Sequence[Deed], seen: Observation) -> str:
    """A value that stands nowhere yet, though the act settles what it belongs to; ``""`` for none.

    So does a control that a later part of the command begins with ("... and save"), and a form's own button.

    Args:
        command: what was asked for.
        action: what is about to be done.
        deeds: what was done for it, oldest first.
        seen: the page as it is now.
    """
    element = seen.element(getattr(action, "ref", 0))
    label = words_of([element.label])[:1] if element is not None and element.role in _CONTROLS else []
    if not isinstance(action, (Click, DoubleClick)) or element is None or not label:
        return ""
    begins = [start for start, text in segments_of(command) if words_of([text])[:1] == label]
    if not begins:
        return ""
    if begins[-1]:
        return _missing(command[: begins[-1]], deeds, seen)
    return _missing(command, deeds, seen) if element.attributes.get("type") == "submit" else ""


def segments_of(command: str) -> list[tuple[int, str]]:
    """The stretches of a command between commas, "and", "then" and the like, with the place where each begins."""
    found, start = [], 0
    for joint in _JOINT.finditer(command):
        if joint.start() > start:
            found.append((start, command[start : joint.start()]))
        start = joint.end()
    return [*found, (start, command[start:])]


def _missing(command: str, deeds: Sequence[Deed], seen: Observation) -> str:
    """A value of the command that was neither typed nor chosen, and that the page does not show."""
    texts = [text for deed in deeds for text in _texts(deed)]
    texts += [text for element in seen.elements for text in (element.name, element.text, element.value)]
    there = set(words_of(texts))
    return next((value for value in values_of(command, seen) if not set(words_of([value])) <= there), "")


def _omitted(command: str, deeds: Sequence[Deed], seen: Observation) -> str:
    """One of several things in a row ("alice and bob") that a page shows and nothing was done about, unlike others."""
    done = set(words_of(text for deed in deeds for text in _texts(deed)))
    pages = [*(page for _, page in deeds), seen]
    shown = {" ".join(words_of([one.label])) for page in pages for one in page.elements}
    for row in _ROW.findall(command):
        named = [word for word in words_of(re.split(r",?\s+and\s+|,\s+", row)) if word in shown]
        left = [word for word in named if word not in done]
        if 0 < len(left) < len(named):
            return left[0]
    return ""


def _is_mute(deed: Deed) -> bool:
    """Whether it was done to something that says nothing of itself, as many an icon."""
    action, page = deed
    element = page.element(getattr(action, "ref", 0))
    if element is None or element.role in _BOXES or isinstance(action, (Type, Select)):
        return False
    return not (element.name or element.text or element.value or element.placeholder)


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


def _labels(seen: Observation, deeds: Sequence[Deed]) -> list[tuple[list[str], Element]]:
    """Controls in sight that were not used yet, with the words on them."""
    used = {getattr(action, "ref", 0) for action, page in deeds if page.url == seen.url}
    return [(words_of([one.label]), one) for one in seen.elements if is_control(one) and one.ref not in used]


def is_control(element: Element) -> bool:
    """Whether it is something to press that is in sight."""
    shown = element.visible and element.in_viewport and not element.disabled
    return shown and element.role in _CONTROLS and element.tag != "option"
