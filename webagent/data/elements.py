"""Recorded pages as ``Element`` tables: one builder for each episode, because refs and scrolling need its history."""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from webagent.data.corrections import Draft
from webagent.data.dom import CLICKABLE_ROLES, NAMED_BY_CONTENT, POINTER_CLASS, Item, Key, Snapshot, color, tidy
from webagent.data.recording import Node
from webagent.data.widgets import is_highlight, widget_clickable, widget_role
from webagent_envs.spaces import Element

__all__ = ["TableBuilder"]

_ACTIVE_CLASS = re.compile(r"(^|-)active$")
_OPEN = re.compile(r"ui-(tabs|accordion-header)-active")
_FILLED_BY_CALENDAR = "hasDatepicker"
"""On the recorded pages these fields are read-only, which the recordings do not say."""
_BUTTON_INPUTS = {"button": "", "reset": "Reset", "submit": "Submit"}
_NAMED_BY_CONTENT = frozenset({"caption", "figcaption", "label", "legend", "summary"})
_FIELDS = frozenset({"input", "select", "textarea"})
_SHAPES = frozenset({"circle", "ellipse", "line", "path", "polygon", "polyline", "rect", "text", "tspan"})
"""Their colour is their fill, and that was not recorded."""
_ROUNDING = 1.0
"""Scrolled by less than this many pixels is not scrolled."""

Scroll = tuple[float, float, float, float]


class _View(NamedTuple):
    """What the table of one observation is made from.

    Attributes:
        page: the recorded state.
        before: the state recorded before it: how things looked before the pointer came.
        pointer: x, y of the mouse, in CSS pixels of the page.
        hovered: nodes that look as if the pointer were on them, and rightly so.
        patch: values that replace the recorded ones.
        scrolls: scrolling of boxes, by index.
    """

    page: Snapshot
    before: Snapshot
    pointer: tuple[float, float] | None
    hovered: frozenset[Key]
    patch: dict[Key, str | bool]
    scrolls: dict[int, Scroll]


class TableBuilder:
    """Turns the snapshots of one episode into element tables.

    Args:
        scrollers: the nodes that were seen to scroll in this episode.
    """

    def __init__(self, scrollers: set[Key]) -> None:
        self._scrollers = scrollers
        self._refs: dict[Key, int] = {}
        self._origins: dict[Key, float] = {}
        self._known: set[int] | None = None

    def ref(self, key: Key) -> int:
        """The ref > 0 of a node, the same in the whole episode."""
        return self._refs.setdefault(key, len(self._refs) + 1)

    def note(self, page: Snapshot) -> None:
        """Remember where the content of scrolling boxes begins before anybody scrolls."""
        for key in self._scrollers - self._origins.keys():
            index = page.index.get(key)
            if index is not None and page.items[index].children:
                self._origins[key] = max(_content_offset(page, index), 0.0)

    def table(
        self, page: Snapshot, before: Snapshot, draft: Draft, chosen: dict[Key, str | bool]
    ) -> tuple[Element, ...]:
        """The elements of ``page`` as they were before the pointer came.

        Args:
            page: the state to describe.
            before: the state recorded before it.
            draft: what was done next: where the pointer was, which values differ, what had not appeared yet.
            chosen: values and choices that were never recorded.
        """
        self.note(page)
        scrolls = {i: scroll for i, item in enumerate(page.items) if (scroll := self._scroll(page, i, item))}
        view = _View(page, before, draft.point, draft.hovered, {**chosen, **draft.patch}, scrolls)
        rows = [self._element(view, i) for i in range(len(page.items)) if i not in draft.hidden]
        known = self._known
        self._known = {row.ref for row in rows}
        if known is None:
            return tuple(rows)
        return tuple(row if row.ref in known else msgspec.structs.replace(row, new=True) for row in rows)

    def _element(self, view: _View, index: int) -> Element:
        page = view.page
        item = page.items[index]
        node = item.node
        classes, look = _without_pointer(view, item)
        role = widget_role(page, index) or item.role
        value = view.patch.get(item.key, node.value)
        return Element(
            ref=self.ref(item.key),
            tag=item.tag,
            parent=self.ref(page.items[item.parent].key) if item.parent >= 0 else 0,
            role=role,
            name=_name(page, index, role),
            text=tidy(item.text, 500),
            value=value if isinstance(value, str) and item.has_value else "",
            attributes=_attributes(item, classes),
            box=(node.left, node.top, node.width, node.height),
            scroll=view.scrolls.get(index),
            checked=item.toggle and value is True,
            selected=(item.tag == "option" and value is True) or _OPEN.search(item.classes) is not None,
            focused=node.focused and item.tag != "body",
            editable=item.editable and _FILLED_BY_CALENDAR not in item.classes,
            clickable=item.clickable or role in CLICKABLE_ROLES or widget_clickable(item.classes),
            in_viewport=_in_view(view, index),
            color="" if item.tag in _SHAPES else color(look.fgColor),
            background=color(look.bgColor),
        )

    def _scroll(self, page: Snapshot, index: int, item: Item) -> Scroll | None:
        if item.key not in self._scrollers or not item.children:
            return None
        top = self._origins.get(item.key, 0.0) - _content_offset(page, index)
        top = top if top >= _ROUNDING else 0.0
        node = item.node
        bottom = max(page.items[i].node.top + page.items[i].node.height for i in page.subtree(index))
        most = top + max(bottom - (node.top + node.height), 0.0)
        return (0.0, top, 0.0, most) if most >= _ROUNDING else None


def _content_offset(page: Snapshot, index: int) -> float:
    """How far below the top of a box its first child begins; negative when it is scrolled."""
    first = page.items[index].children[0]
    return page.items[first].node.top - page.items[index].node.top


def _name(page: Snapshot, index: int, role: str) -> str:
    item = page.items[index]
    if item.input_type in _BUTTON_INPUTS:
        return tidy(str(item.node.value or _BUTTON_INPUTS[item.input_type]), 200)
    if item.tag in _FIELDS:
        label = next((i for i in page.chain(index) if page.items[i].tag == "label"), None)
        return "" if label is None else tidy(page.content(label), 200)
    if role in NAMED_BY_CONTENT or item.tag in _NAMED_BY_CONTENT:
        return tidy(page.content(index), 200)
    return ""


def _attributes(item: Item, classes: str) -> dict[str, str]:
    attributes = {
        "id": item.node.id if isinstance(item.node.id, str) else "",
        "class": classes,
        "type": item.input_type,
    }
    return {name: value for name, value in attributes.items() if value}


def _without_pointer(view: _View, item: Item) -> tuple[str, Node]:
    """Class names of a node, and the node that shows its colours, as they were before the pointer came."""
    classes = item.classes.split()
    if item.key in view.hovered:
        return " ".join(classes), item.node
    earlier = view.before.get(item.key)
    pointed = view.pointer is not None and item.contains(*view.pointer)
    plain = _unpointed(classes)
    if earlier is not None or pointed:
        # An "active" that came without an event is where the pointer stands; an open tab had it before.
        had = earlier.classes.split() if earlier else []
        plain = [name for name in plain if name in had or not _ACTIVE_CLASS.search(name)]
    if not pointed and len(plain) == len(classes):
        return " ".join(plain), item.node
    if earlier is None or _unpointed(earlier.classes.split()) != earlier.classes.split():
        earlier = _twin(view.page, item, plain)
    return " ".join(plain), earlier.node


def _unpointed(classes: list[str]) -> list[str]:
    return [name for name in classes if not POINTER_CLASS.search(name) and not is_highlight(name, classes)]


def _twin(page: Snapshot, item: Item, classes: list[str]) -> Item:
    """A like node elsewhere on the page: it shows how this one looks when the pointer is not on it."""
    for other in page.items:
        if other is not item and other.tag == item.tag and other.classes.split() == classes:
            return other
    return item


def _in_view(view: _View, index: int) -> bool:
    items = view.page.items
    node = items[index].node
    for ancestor in view.page.chain(items[index].parent):
        if ancestor in view.scrolls:
            box = items[ancestor].node
            if node.top + node.height <= box.top or node.top >= box.top + box.height:
                return False
    return True
