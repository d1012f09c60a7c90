"""What MiniWoB++'s pages say of themselves (``core.getDOMInfo``), as objects and as observations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from webagent_envs.wrappers.farama_spaces import TEXT_LENGTH

__all__ = ["DOMElement"]

Color = tuple[float, float, float, float]
WHITE: Color = (1.0, 1.0, 1.0, 1.0)


class DOMElement:
    """An element of a page, or a piece of text between elements (``tag == "t"``).

    Attributes:
        tag: in lower case; of a field with its type, e.g. ``"input_checkbox"``.
        left: in CSS pixels of the viewport; so are ``top``, ``width`` and ``height``.
        ref: identity within the episode; below 0 and new at each step for a piece of text.
        text: of an element without children; ``None`` for others.
        value: of a field: its text, or whether it is checked; ``None`` for others.
        id: the ``id`` attribute.
        classes: the ``class`` attribute; ``"SVG_CLASS"`` for a part of a drawing.
        bg_color: red, green, blue, alpha, from 0 to 1; white for text. So is ``fg_color``.
        focused: has the keyboard focus.
        tampered: was clicked in this episode.
        targeted: is what a recorded event was for.
        children: in document order.
        parent: ``None`` for the root.
    """

    def __init__(self, raw: Mapping[str, Any], parent: DOMElement | None = None) -> None:
        self.parent = parent
        self.tag: str = raw["tag"].lower()
        self.left: float = raw["left"]
        self.top: float = raw["top"]
        self.width: float = raw["width"]
        self.height: float = raw["height"]
        self.ref: int = raw["ref"]
        self.text: str | None = str(raw["text"]) if "text" in raw else None
        self.value: bool | str | None = raw.get("value")
        self.id: str = raw.get("id", "")
        classes = raw.get("classes", "")
        self.classes: str = classes if isinstance(classes, str) else "SVG_CLASS"
        self.bg_color = _color(raw.get("bgColor"))
        self.fg_color = _color(raw.get("fgColor"))
        self.focused: bool = raw.get("focused", False)
        self.tampered: bool = raw.get("tampered", False)
        self.targeted: bool = raw.get("recordingTarget", False)
        self.children = [DOMElement(child, self) for child in raw["children"]]
        if self.children and all(child.tag == "t" for child in self.children):
            self.text = " ".join(child.text or "" for child in self.children)
            self.children = []

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height

    @property
    def is_leaf(self) -> bool:
        """Whether it has no children but text."""
        return self.text is not None

    @property
    def subtree_elements(self) -> list[DOMElement]:
        """Itself and everything in it, in document order."""
        return list(self._subtree())

    def _subtree(self) -> Iterator[DOMElement]:
        yield self
        for child in self.children:
            yield from child._subtree()

    @property
    def ancestor_path(self) -> list[DOMElement]:
        """What leads to it, itself last; the root does not count."""
        path = []
        element = self
        while element.parent is not None:
            path.append(element)
            element = element.parent
        return path[::-1]

    @property
    def depth(self) -> int:
        """Number of steps from the root."""
        return len(self.ancestor_path)

    def lca(self, other: DOMElement) -> DOMElement:
        """The deepest element that holds both, or is one and holds the other.

        Raises:
            ValueError: they are not in one page.
        """
        above = [*other.ancestor_path[::-1], other._root]
        for element in [*self.ancestor_path[::-1], self._root]:
            if element in above:
                return element
        raise ValueError(f"{self} and {other} are not in one page: compare elements of one observation")

    @property
    def _root(self) -> DOMElement:
        return self.parent._root if self.parent is not None else self

    def diff(self, other_dom: DOMElement) -> list[DOMElement]:
        """What differs between two looks at a page: changed elements, and those that only one of them has."""
        if self.ref != other_dom.ref:
            found = [self, other_dom]
        else:
            found = [] if self._state() == other_dom._state() else [self]
        for mine, theirs in zip(self.children, other_dom.children, strict=False):
            found += mine.diff(theirs)
        shorter = min(len(self.children), len(other_dom.children))
        for extra in (*self.children[shorter:], *other_dom.children[shorter:]):
            found += extra.subtree_elements
        return found

    def _state(self) -> tuple[object, ...]:
        names = "text tampered value width height classes tag fg_color bg_color is_leaf"
        return tuple(getattr(self, name) for name in names.split())

    def visualize(self) -> str:
        """The tree, one element a line."""
        lines = (f"{'  ' * element.depth}- {element}" for element in self._subtree())
        return "\n".join(lines)

    def serialized(self) -> dict[str, Any]:
        """Its entry in ``dom_elements``."""
        flags = [self.focused, self.tampered, self.targeted, self.is_leaf]
        sizes = {name: np.array([getattr(self, name)], np.float32) for name in ("left", "top", "width", "height")}
        return {
            "ref": self.ref,
            "parent": self.parent.ref if self.parent is not None else 0,
            **sizes,
            "tag": self.tag[:TEXT_LENGTH],
            "text": (self.text or "")[:TEXT_LENGTH],
            "value": str(self.value or "")[:TEXT_LENGTH],
            "id": self.id[:TEXT_LENGTH],
            "classes": self.classes[:TEXT_LENGTH],
            "bg_color": np.array(self.bg_color, np.float32),
            "fg_color": np.array(self.fg_color, np.float32),
            "flags": np.array(flags, np.int8),
        }

    def __eq__(self, other: object) -> bool:
        """One element is the same as long as it lives, whatever happens to it."""
        return isinstance(other, DOMElement) and self.ref == other.ref

    def __hash__(self) -> int:
        return hash(self.ref)

    def __repr__(self) -> str:
        parts = [f"[{self.ref}] {self.tag} @ ({round(self.left, 2)}, {round(self.top, 2)})"]
        if self.text:
            parts.append(f"text={self.text[:20]!r}")
        if self.value is not None:
            parts.append(f"value={self.value}")
        parts.append(f"classes=[{self.classes}]")
        if self.children:
            parts.append(f"children={len(self.children)}")
        return " ".join(parts)


def _color(css: str | None) -> Color:
    """``rgb(255, 0, 0)`` or ``rgba(…)`` as numbers from 0 to 1."""
    if css is None:
        return WHITE
    numbers = [float(number) for number in re.findall(r"[\d.]+", css)]
    red, green, blue, alpha = (*numbers, 1.0)[:4]
    return red / 255, green / 255, blue / 255, alpha
