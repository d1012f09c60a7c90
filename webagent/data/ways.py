"""Several ways to find an element again, and what they come to on another page.

An element is known by what it says, by names that its makers gave it, by what stands around it, and by its place. Each
of these may have changed when a page is met again, so none of them is trusted alone: see `webagent.data.finding`.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from typing import NamedTuple

import msgspec

from webagent_envs.spaces import Action, Element, Observation

__all__ = ["WAYS", "Known", "Sight", "Target", "Way", "kind_of", "refs_of", "targets_of", "tidy"]

TEST_IDS = ("data-testid", "data-test", "data-test-id", "data-qa", "data-cy")
GEOMETRY = (
    "x",
    "y",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "width",
    "height",
    "x1",
    "y1",
    "x2",
    "y2",
    "points",
    "d",
    "transform",
)
WAYS = (
    "role and name", "test id", "id", "form name", "address", "input type", "class", "row", "before", "after", "tags",
    "place", "colours", "shape",
)  # fmt: skip
"""Every way, by name. ``row`` is what else is said in the smallest box around it that says more; ``before`` and
``after`` are its neighbours' text; ``tags`` the path from the root; ``place`` its number among its like."""

_MOST_TEXTS = 40  # of a row
_LONGEST = 160  # characters of what an element says
_SPACE = re.compile(r"\s+")


def tidy(text: str) -> str:
    """Text as it is compared: lower case, white space collapsed."""
    return _SPACE.sub(" ", text).strip().lower()


class Way(msgspec.Struct, frozen=True):
    """One way to find an element again.

    Attributes:
        kind: one of ``WAYS``.
        value: what it is there; of a row its texts, one a line.
        count: elements of the page for which it was the same, this one included.
    """

    kind: str
    value: str
    count: int = 1


class Target(msgspec.Struct, frozen=True):
    """An element that something was done to, as it can be found again without its ref.

    Attributes:
        ref: its ref in the observation of the step.
        ways: those that it has.
        box: left, top, width, height in CSS pixels.
        near: texts around it.
    """

    ref: int
    ways: tuple[Way, ...]
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    near: tuple[str, ...] = ()

    def way(self, kind: str) -> str:
        """The value of one way, ``""`` when it has none."""
        return next((way.value for way in self.ways if way.kind == kind), "")


class Known(NamedTuple):
    """An element with all its ways, by kind; those that it does not have are left out."""

    element: Element
    ways: dict[str, str]


class Sight:
    """A page, ready for the question by what its elements are known."""

    def __init__(self, observation: Observation) -> None:
        self.observation = observation
        self.by_ref = {element.ref: element for element in observation.elements}
        self._at = {element.ref: index for index, element in enumerate(observation.elements)}
        self._children: dict[int, list[Element]] = {}
        for element in observation.elements:
            self._children.setdefault(element.parent, []).append(element)
        self._known: dict[int, Known] = {}
        self._kinds: dict[int, str] = {}

    def known(self, ref: int) -> Known:
        """An element of the page with its ways."""
        if ref not in self._known:
            element = self.by_ref[ref]
            ways = {**self._named(element), **self._standing(element)}
            self._known[ref] = Known(element, {kind: value for kind, value in ways.items() if value})
        return self._known[ref]

    def alike(self, element: Element) -> list[Element]:
        """Elements of the page that are the same kind of thing, in document order."""
        wanted = kind_of(element)
        return self._by_kind.get(wanted, [])

    @cached_property
    def _by_kind(self) -> dict[str, list[Element]]:
        found: dict[str, list[Element]] = {}
        for element in self.observation.elements:
            found.setdefault(kind_of(element), []).append(element)
        return found

    # -- what it is called

    def says(self, element: Element) -> str:
        """What an element says of itself: its name, text or, of a field, its placeholder."""
        if element.editable or element.tag in ("select", "textarea"):
            return tidy(element.name or element.placeholder)[:_LONGEST]
        stated = element.name or element.text or element.attributes.get("alt") or element.attributes.get("title")
        if not stated and element.clickable:
            stated = " ".join(self._texts(element))
        return tidy(stated or "")[:_LONGEST]

    def _named(self, element: Element) -> dict[str, str]:
        attributes = element.attributes
        shape = " ".join(f"{name}={attributes[name]}" for name in GEOMETRY if name in attributes)
        says = self.says(element)
        return {
            "role and name": f"{element.role or element.tag}: {says}" if says else "",
            "test id": next((attributes[name] for name in TEST_IDS if attributes.get(name)), ""),
            "id": attributes.get("id", ""),
            "form name": attributes.get("name", ""),
            "address": attributes.get("href", ""),
            "input type": attributes.get("type", ""),
            "class": " ".join(sorted(attributes.get("class", "").split())),
            "colours": f"{element.color} {element.background}".strip(),
            "shape": shape,
        }

    # -- where it stands

    def _standing(self, element: Element) -> dict[str, str]:
        says = self.says(element)
        like = [other for other in self.alike(element) if self.says(other) == says]
        index = next(i for i, other in enumerate(like) if other.ref == element.ref)
        return {
            "row": "\n".join(self._row(element)),
            "before": self._neighbour(element, -1),
            "after": self._neighbour(element, 1),
            "tags": " ".join(ancestor.tag for ancestor in reversed(self.chain(element))),
            "place": f"{index + 1} of {len(like)}",
        }

    def chain(self, element: Element) -> list[Element]:
        """An element and all around it, inmost first."""
        found = [element]
        while (parent := self.by_ref.get(found[-1].parent)) is not None:
            found.append(parent)
        return found

    def inside(self, element: Element) -> list[Element]:
        """What lies in an element and can be used, in document order."""
        found: list[Element] = []
        todo = [element]
        while todo:
            one = todo.pop()
            if one is not element and (one.clickable or one.editable):
                found.append(one)
            todo += reversed(self._children.get(one.ref, []))
        return found

    def _texts(self, element: Element) -> list[str]:
        """What is said in an element, in document order, at most so much."""
        found: list[str] = []
        todo = [element]
        while todo and len(found) < _MOST_TEXTS:
            one = todo.pop()
            text = tidy(one.text or (one.name if not self._children.get(one.ref) else ""))
            if text:
                found.append(text)
            todo += reversed(self._children.get(one.ref, []))
        return found

    def _row(self, element: Element) -> list[str]:
        own = Counter(self._texts(element))
        for around in self.chain(element)[1:]:
            more = Counter(self._texts(around)) - own
            if more:
                return list(more)
        return []

    def _neighbour(self, element: Element, step: int) -> str:
        inside = {element.ref}
        around = {one.ref for one in self.chain(element)}
        elements = self.observation.elements
        at = self._at[element.ref] + step
        while 0 <= at < len(elements):
            other = elements[at]
            at += step
            if other.parent in inside:
                inside.add(other.ref)
                continue
            text = tidy(other.text or ("" if other.editable else other.name))
            if text and other.ref not in around:
                return text[:_LONGEST]
        return ""


def kind_of(element: Element) -> str:
    """What kind of thing an element is: its role, or else its tag."""
    return element.role or element.tag


def refs_of(action: Action) -> tuple[int, ...]:
    """The elements that an action speaks of."""
    return tuple(ref for name in ("ref", "to") if (ref := getattr(action, name, 0)))


def targets_of(action: Action, sight: Sight) -> tuple[Target, ...]:
    """The elements that an action speaks of, as they can be found again; those that are not listed are left out."""
    return tuple(_target(sight, ref) for ref in refs_of(action) if ref in sight.by_ref)


def _target(sight: Sight, ref: int) -> Target:
    element, ways = sight.known(ref)
    others = [sight.known(other.ref).ways for other in sight.alike(element)]
    counted = (Way(kind, ways[kind], sum(other.get(kind) == ways[kind] for other in others)) for kind in ways)
    near = tuple(text for text in (ways.get("before", ""), ways.get("after", "")) if text)
    return Target(ref, tuple(counted), element.box, near)
