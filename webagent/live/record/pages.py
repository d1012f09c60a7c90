"""What can be read from the pages of a recording."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from webagent.live.result import HIDDEN
from webagent_envs.spaces import Element, Observation

__all__ = ["changed", "has_value", "is_field", "is_ground", "listed", "unpointed", "usable", "veiled"]

_WHOLE = frozenset({"date", "time", "datetime-local", "month", "week", "color", "range", "file"})
_CLIMB = 6  # elements around the one that was hit, among which the control is looked for


def listed(seen: Observation, path: Sequence[int]) -> int:
    """The inmost element of a path that the observation lists; 0 for none."""
    known = {element.ref for element in seen.elements}
    return next((ref for ref in path if ref in known), 0)


def usable(seen: Observation, path: Sequence[int], control: int) -> int:
    """The element that is meant by a press: the field of a label, the link or button around what was hit, or that."""
    known = {element.ref: element for element in seen.elements}
    if control in known:
        return control
    there = [known[ref] for ref in path if ref in known]
    inside = next((one.ref for one in there[:_CLIMB] if one.clickable or one.editable), 0)
    return inside or (there[0].ref if there else 0)


def is_field(element: Element) -> bool:
    """Whether it takes something written or set as a whole."""
    return element.editable or (element.tag == "input" and element.attributes.get("type", "") in _WHOLE)


def is_ground(element: Element) -> bool:
    """Whether nothing says that a press does anything to it."""
    return not element.clickable and not element.editable


def has_value(element: Element, value: str) -> bool:
    """Whether a field holds this already."""
    return " ".join(element.value.split()) == " ".join(value.split())


def changed(before: Observation, after: Observation) -> bool:
    """Whether the page says or shows anything else, the focus and the pointer apart."""
    return before.url != after.url or [_state(e) for e in before.elements] != [_state(e) for e in after.elements]


def _state(element: Element) -> tuple[object, ...]:
    selected = element.attributes.get("aria-activedescendant", ""), element.attributes.get("aria-expanded", "")
    return (
        element.ref, element.name, element.text, element.value, element.checked, element.selected, element.visible,
        element.disabled, selected,
    )  # fmt: skip


def unpointed(seen: Observation, rest: Observation | None, refs: set[int]) -> Observation:
    """The page with the elements under the pointer as they look without it: a highlight gives away what comes."""
    if rest is None:
        return seen
    before = {element.ref: element for element in rest.elements if element.ref in refs}
    elements = tuple(_plain(one, before[one.ref]) if one.ref in before else one for one in seen.elements)
    return msgspec.structs.replace(seen, elements=elements)


def _plain(element: Element, before: Element) -> Element:
    if (element.tag, element.text) != (before.tag, before.text):
        return element
    attributes = dict(element.attributes)
    if "class" in before.attributes:
        attributes["class"] = before.attributes["class"]
    else:
        attributes.pop("class", None)
    look = {"color": before.color, "background": before.background}
    return msgspec.structs.replace(element, attributes=attributes, **look)


def veiled(seen: Observation) -> Observation:
    """The page with nothing in it that tells how long a secret is."""
    elements = tuple(
        msgspec.structs.replace(one, value=HIDDEN) if one.value and not one.value.strip("•") else one
        for one in seen.elements
    )
    return msgspec.structs.replace(seen, elements=elements)
