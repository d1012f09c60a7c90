"""How the suite names elements: by what they are, so that a new recording of a page finds them again."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from webagent_envs.spaces import Element, Observation

__all__ = ["Selector", "find", "same_thing"]


class Selector(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What an element must be like; fields that are not given do not matter. Texts are compared in one case.

    Attributes:
        name: its accessible name, text, placeholder or value.
        starts: what its name or text begins with.
        role: ARIA role.
        tag: tag name.
        attributes: attributes that it has, with these values.
        row: of several, those that share the smallest container with an element of this name.
        within: those inside the element that this selector finds.
        nth: of those left the one at this place, in document order; negative numbers count from the end.
    """

    name: str = ""
    starts: str = ""
    role: str = ""
    tag: str = ""
    attributes: dict[str, str] = {}
    row: str = ""
    within: Selector | None = None
    nth: int | None = None


def find(observation: Observation, selector: Selector) -> list[Element]:
    """The visible elements that a selector means, in document order."""
    found = [e for e in observation.elements if e.visible and _fits(e, selector)]
    if selector.within is not None:
        inside = set().union(*(_held(observation, box.ref) for box in find(observation, selector.within)))
        found = [element for element in found if element.ref in inside]
    if selector.row:
        found = _nearest(observation, found, selector.row)
    if selector.nth is not None:
        found = found[selector.nth :][:1] if selector.nth >= 0 else found[: selector.nth + 1 or None][-1:]
    return found


def same_thing(observation: Observation, chosen: int, wanted: int) -> bool:
    """Whether acting on the element ``chosen`` acts on ``wanted``: it is that one, a part of it, or its label."""
    if chosen in _held(observation, wanted):
        return True
    one, other = observation.element(chosen), observation.element(wanted)
    if one is None or other is None:
        return False
    labels = {element.ref: element for element in [one, *_above(observation, one)] if element.tag == "label"}
    named = other.attributes.get("id", "")
    return any(
        (named and label.attributes.get("for") == named) or wanted in _held(observation, ref)
        for ref, label in labels.items()
    )


def _fits(element: Element, selector: Selector) -> bool:
    said = {_plain(text) for text in (element.name, element.text, element.placeholder, element.value)}
    return (
        (not selector.name or _plain(selector.name) in said)
        and (not selector.starts or any(text.startswith(_plain(selector.starts)) for text in said))
        and (not selector.role or element.role == selector.role)
        and (not selector.tag or element.tag == selector.tag)
        and all(element.attributes.get(key) == value for key, value in selector.attributes.items())
    )


def _nearest(observation: Observation, found: list[Element], text: str) -> list[Element]:
    marks = [e for e in observation.elements if _plain(text) in (_plain(e.name), _plain(e.text), _plain(e.value))]
    chains = [[mark.ref, *(above.ref for above in _above(observation, mark))] for mark in marks]

    def distance(element: Element) -> int:
        own = [element.ref, *(above.ref for above in _above(observation, element))]
        return min((own.index(ref) for chain in chains for ref in chain[:8] if ref in own), default=99)

    distances = [distance(element) for element in found]
    return [e for e, d in zip(found, distances, strict=True) if d == min(distances) and d < 99]


def _above(observation: Observation, element: Element) -> Iterator[Element]:
    by_ref = {other.ref: other for other in observation.elements}
    while element.parent in by_ref:
        element = by_ref[element.parent]
        yield element


def _held(observation: Observation, ref: int) -> set[int]:
    """The element and everything inside it: parents stand before their children."""
    held = {ref}
    for element in observation.elements:
        if element.parent in held:
            held.add(element.ref)
    return held


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
