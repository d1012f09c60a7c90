"""A recorded page as elements: the same table that a live page gives."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from webagent.data.recording import Node

__all__ = ["CLICKABLE_ROLES", "NAMED_BY_CONTENT", "POINTER_CLASS", "Item", "Key", "Snapshot", "color", "tidy"]

Key = tuple[int, str, str]
"""What makes a node the same one in two states: recorded ref, tag, id. Refs alone collide: pages that are built
from copied HTML copied the recorder's marks too."""

_ROLES: dict[str, Any] = json.loads(files("webagent_envs").joinpath("roles.json").read_text("utf-8"))
CLICKABLE_ROLES = frozenset(_ROLES["clickable_roles"])
NAMED_BY_CONTENT = frozenset(_ROLES["name_from_content"])
_EDITABLE_INPUTS = frozenset(_ROLES["editable_inputs"])
_UNLISTED = frozenset({"t", "BR", "LINK", "NOSCRIPT", "SCRIPT", "STYLE", "TEMPLATE", "WBR"})
_WRAPPER = "mturk_form"
"""The form that the recording set-up laid round the page: its children stand where it stood."""
_EXTENSION = "CHReloadFrame"
"""A button that the browser extension of some workers put on the page, in a box of its own."""
_SPEECHLESS = frozenset({"SELECT", "TEXTAREA"})
POINTER_CLASS = re.compile(r"hover|focus")
"""Class names that say where the pointer or the focus is."""
_COLOR = re.compile(r"rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)")
_SPACE = re.compile(r"\s+")


def _plain_classes(classes: str) -> str:
    if "hover" not in classes and "focus" not in classes:
        return classes
    return " ".join(name for name in classes.split() if not POINTER_CLASS.search(name))


def color(recorded: str) -> str:
    """``rgb(…)`` as ``#rrggbb``; ``""`` when transparent."""
    match = _COLOR.match(recorded)
    if match is None or match[4] == "0":
        return ""
    return f"#{int(match[1]):02x}{int(match[2]):02x}{int(match[3]):02x}"


def tidy(text: str, limit: int) -> str:
    """White space collapsed, cut to ``limit`` characters."""
    return _SPACE.sub(" ", text).strip()[:limit]


class Item:
    """A recorded element node with what it needs to become an ``Element``."""

    __slots__ = ("children", "classes", "input_type", "key", "node", "parent", "tag")

    def __init__(self, node: Node, parent: int) -> None:
        tag, _, self.input_type = node.tag.lower().partition("_")
        self.node = node
        self.tag = tag
        self.parent = parent
        self.children: list[int] = []
        self.key: Key = (node.ref, tag, node.id if isinstance(node.id, str) else "")
        self.classes: str = node.classes if isinstance(node.classes, str) else ""

    @property
    def role(self) -> str:
        """ARIA role implied by the tag."""
        roles = _ROLES["inputs"] if self.tag == "input" else _ROLES["tags"]
        return str(roles.get(self.input_type or self.tag, ""))

    @property
    def editable(self) -> bool:
        """It takes typed text."""
        return self.tag == "textarea" or self.input_type in _EDITABLE_INPUTS

    @property
    def toggle(self) -> bool:
        """It is a check box or a radio button."""
        return self.input_type in {"checkbox", "radio"}

    @property
    def button(self) -> bool:
        """It is a button."""
        return self.tag == "button" or self.input_type in {"button", "image", "reset", "submit"}

    @property
    def has_value(self) -> bool:
        """It is a field that holds text or a choice."""
        return self.editable or self.tag == "select" or self.input_type in {"range", "color", "file"}

    @property
    def clickable(self) -> bool:
        """It reacts to the pointer by its nature."""
        return self.tag in {"label", "summary", "option"} or self.editable or self.role in CLICKABLE_ROLES

    @property
    def text(self) -> str:
        """Own text, as far as it is no value."""
        if self.tag == "textarea":
            return ""
        if self.node.text:
            return self.node.text
        return " ".join(child.text for child in self.node.children if child.tag == "t")

    def contains(self, x: float, y: float) -> bool:
        """The point lies in the box."""
        node = self.node
        return node.left <= x <= node.left + node.width and node.top <= y <= node.top + node.height


class Snapshot:
    """One recorded page, flattened in document order; text nodes are folded into their elements."""

    def __init__(self, root: Node) -> None:
        self.items: list[Item] = []
        self.index: dict[Key, int] = {}
        self.target = -1
        self._flatten(root, -1)
        self._structure: int | None = None

    def _flatten(self, node: Node, parent: int) -> None:
        index = len(self.items)
        item = Item(node, parent)
        while item.key in self.index:
            item.key = (item.key[0], item.key[1], item.key[2] + "'")
        self.items.append(item)
        self.index[item.key] = index
        if parent >= 0:
            self.items[parent].children.append(index)
        if node.recordingTarget:
            self.target = index
        for child in _listed(node):
            self._flatten(child, index)

    def get(self, key: Key) -> Item | None:
        """The node with this key, or ``None`` when it is not on this page."""
        index = self.index.get(key)
        return None if index is None else self.items[index]

    def chain(self, index: int) -> Iterator[int]:
        """The node and its ancestors, inside out."""
        while index >= 0:
            yield index
            index = self.items[index].parent

    def subtree(self, index: int) -> Iterator[int]:
        """Everything below a node, in document order."""
        for child in self.items[index].children:
            yield child
            yield from self.subtree(child)

    def content(self, index: int) -> str:
        """Text of a node and of everything below it, without what stands in fields."""
        parts: list[str] = []
        _collect_text(self.items[index].node, parts)
        return " ".join(parts)

    def hit(self, x: float, y: float) -> int:
        """Index of the innermost, last drawn node at a point; -1 for none."""
        best = -1
        outside: set[int] = set()
        for i, item in enumerate(self.items):
            if item.parent in outside or not item.contains(x, y):
                outside.add(i)
            else:
                best = i
        return best

    @property
    def structure(self) -> int:
        """Hash of what stands on the page, without values, refs, boxes, pointer and focus."""
        if self._structure is None:
            self._structure = hash(tuple((i.parent, i.tag, i.text, _plain_classes(i.classes)) for i in self.items))
        return self._structure

    @property
    def values(self) -> tuple[str | bool, ...]:
        """Values of all fields, in document order."""
        return tuple(item.node.value for item in self.items if item.node.value is not None)


def _listed(node: Node) -> Iterator[Node]:
    for child in node.children:
        if child.id == _WRAPPER:
            yield from _listed(child)
        elif child.tag not in _UNLISTED and all(part.id != _EXTENSION for part in (child, *child.children)):
            yield child


def _collect_text(node: Node, parts: list[str]) -> None:
    if node.tag in _SPEECHLESS or node.tag.startswith("INPUT"):
        return
    if node.text:
        parts.append(node.text)
    for child in node.children:
        _collect_text(child, parts)
