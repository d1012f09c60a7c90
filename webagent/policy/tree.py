"""The tree of a page: who holds whom, and where everything stands once all scrolling is undone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from webagent.policy.words import split
from webagent_envs.spaces import Element, Observation

__all__ = ["ANCESTORS", "PageTree", "containers"]

_WHOLES = frozenset({"a", "button", "summary"})
_PARTS = frozenset({
    "alertdialog", "banner", "complementary", "contentinfo", "dialog", "form", "grid", "group", "listbox", "menu",
    "menubar", "navigation", "radiogroup", "search", "table", "tablist", "toolbar", "tree",
})  # fmt: skip
_PART_WORDS = frozenset({"sidebar", "navbar", "footer", "header", "toolbar", "dialog", "modal", "menu", "nav", "tabs"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "legend", "caption"})
_LAST_HEADINGS = 12

ANCESTORS = 12
"""At most this many containers above an element are kept, outermost first."""


class PageTree:
    """An observation with its tree: parents by ref, children counted, scrolling undone."""

    def __init__(self, observation: Observation) -> None:
        self.observation = observation
        self.by_ref = {element.ref: element for element in observation.elements}
        self.parents_of_some = {element.parent for element in observation.elements}
        self._offsets: dict[int, tuple[float, float]] = {0: observation.scroll}
        self._wholes = self._inside_of_wholes()
        self._paths: dict[int, tuple[int, ...]] = {}
        self._parts: dict[int, str] = {}
        self._parts_around: dict[int, list[Element]] = {}  # what a parent holds

    def offset(self, ref: int) -> tuple[float, float]:
        """How far everything inside the element ``ref`` is scrolled away: x, y in CSS px."""
        known = self._offsets.get(ref)
        if known is None:
            element = self.by_ref.get(ref)
            if element is None:
                return self.observation.scroll
            x, y = self.offset(element.parent)
            if element.scroll is not None:
                x, y = x + element.scroll[0], y + element.scroll[1]
            known = self._offsets[ref] = (x, y)
        return known

    def box(self, element: Element) -> tuple[float, float, float, float]:
        """Left, top, right, bottom on the unscrolled page, CSS px."""
        left, top, width, height = element.box
        x, y = self.offset(element.parent)
        return left + x, top + y, left + x + width, top + y + height

    def is_leaf(self, element: Element) -> bool:
        """Whether it holds no other listed element."""
        return element.ref not in self.parents_of_some

    def is_part(self, element: Element) -> bool:
        """Whether it stands inside a button or a link, which is pressed as a whole."""
        return element.parent in self._wholes

    def _inside_of_wholes(self) -> set[int]:
        """Refs of buttons and links, and of everything inside them."""
        inside: set[int] = set()
        for element in self.observation.elements:
            if element.tag in _WHOLES or element.role == "button" or element.parent in inside:
                inside.add(element.ref)
        return inside

    def path(self, element: Element) -> tuple[int, ...]:
        """Refs from the root down to the element itself."""
        new: list[int] = []
        ref = element.ref
        while ref in self.by_ref and ref not in self._paths:
            new.append(ref)
            ref = self.by_ref[ref].parent
        path = self._paths.get(ref, ())
        for ref in reversed(new):
            path = self._paths[ref] = (*path, ref)
        return path

    def parts(self, element: Element) -> list[Element]:
        """The parts of the page around it that have a name (navigation, dialog, table, side bar), innermost first."""
        known = self._parts_around.get(element.parent)
        if known is None:
            around = (self.by_ref[ref] for ref in reversed(self.path(element)[1:-1]))
            known = self._parts_around[element.parent] = [container for container in around if self.part(container)]
        return known

    def part(self, container: Element) -> str:
        """Which part of the page a container is, by its role or else its class, ``""`` for none with a name."""
        known = self._parts.get(container.ref)
        if known is None:
            classes = split(container.attributes.get("class", ""), identifier=True)
            named = next((word for word in classes if word in _PART_WORDS), "")
            known = self._parts[container.ref] = container.role if container.role in _PARTS else named
        return known

    def headings(self) -> dict[int, str]:
        """By ref: the words of the heading above an element, where a container around both is not the whole page."""
        found: dict[int, str] = {}
        last: list[tuple[int, str]] = []
        for element in self.observation.elements:
            if element.tag in _HEADINGS or element.role == "heading":
                words = element.name or element.text
                if words and element.visible:
                    last = [*last[1 - _LAST_HEADINGS :], (element.parent, words)]
            elif last:
                around = self.path(element)[1:-1]
                found[element.ref] = next((words for parent, words in reversed(last) if parent in around), "")
        return found


def containers(page: PageTree, chosen: Sequence[Element]) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """The tree above elements: numbers (from 1) of their containers, outermost first, and how many of them each holds.

    Containers that hold the same elements as their parent are dropped: they say nothing new. [E, ANCESTORS] each.
    """
    paths = [page.path(element) for element in chosen]
    held: dict[int, int] = {}
    for path in paths:
        for ref in path:
            held[ref] = held.get(ref, 0) + 1
    ancestors = np.zeros((len(chosen), ANCESTORS), np.int16)
    sizes = np.zeros((len(chosen), ANCESTORS), np.int16)
    numbers: dict[int, int] = {}
    for row, path in enumerate(paths):
        depth, previous = 0, 0
        for ref in path:
            size = held[ref]
            if size < 2 or size == previous:
                continue
            previous = size
            ancestors[row, depth] = numbers.setdefault(ref, len(numbers) + 1)
            sizes[row, depth] = size
            depth += 1
            if depth == ANCESTORS:
                break
    return ancestors, sizes
