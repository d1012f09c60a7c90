"""What there is to point at on a page: its targets, what they are called, and what stands around them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from webagent_envs.spaces import Element, Observation

__all__ = ["Box", "Scene", "Target", "Text", "plain"]

Box = tuple[float, float, float, float]
"""Left, top, right, bottom on the unscrolled page, CSS px."""

_KINDS = {
    "button": "button", "link": "link", "tab": "tab", "checkbox": "checkbox", "menuitemcheckbox": "checkbox",
    "radio": "radio", "menuitemradio": "radio", "switch": "switch", "menuitem": "menuitem", "treeitem": "treeitem",
    "option": "option", "combobox": "combobox",
}  # fmt: skip
_LANDMARKS = frozenset(
    [
        "navigation",
        "banner",
        "contentinfo",
        "complementary",
        "dialog",
        "toolbar",
        "table",
        "form",
        "tablist",
        "menu",
        "menubar",
        "search",
    ]
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "legend", "caption"})
_TRIM = re.compile(r"^[^\w\"'(+#$€£<]+|[^\w\"')?!%+]+$")
_REMARK = re.compile(r"(?<=\w) (\([^()]*\)|(?:(?:Ctrl|Shift|Alt|Cmd)\+\S+ ?)+|⌘\S+)$")
_ENGLISH = frozenset(
    ["the", "and", "to", "of", "in", "is", "for", "a", "you", "with", "this", "that", "by", "on", "or", "be"]
)
_NEAR = 200.0
_LONGEST = 60


class Text(NamedTuple):
    """A short piece of text on the page."""

    ref: int
    text: str
    box: Box


class Target(NamedTuple):
    """An element that a command can be about.

    Attributes:
        element: what the action names.
        kind: what a person takes it for: ``"button"``, ``"link"``, ``"field"``, ...
        label: what it is called, ``""`` for nothing.
        box: where it stands.
        place: its index among the elements of the page.
    """

    element: Element
    kind: str
    label: str
    box: Box
    place: int

    @property
    def ref(self) -> int:
        """The element's ref."""
        return self.element.ref


def plain(text: str) -> str:
    """Text as it is compared: one case, white space collapsed."""
    return " ".join(text.split()).casefold()


def tidy(text: str) -> str:
    """A label as people say it: without the signs around it, and without the keys or the remark that follow it."""
    text = _TRIM.sub("", " ".join(text.split())).strip()
    return _TRIM.sub("", _REMARK.sub("", text)).strip() or text


class Scene:
    """A page with its targets and texts, and who stands where.

    Attributes:
        observation: the page.
        targets: visible, enabled elements that can be acted on, in document order.
    """

    def __init__(self, observation: Observation) -> None:
        self.observation = observation
        self.by_ref = {element.ref: element for element in observation.elements}
        self.place = {element.ref: place for place, element in enumerate(observation.elements)}
        self.children: dict[int, list[int]] = defaultdict(list)
        for element in observation.elements:
            self.children[element.parent].append(element.ref)
        self._offsets: dict[int, tuple[float, float]] = {0: observation.scroll}
        found = [(element, kind) for element in observation.elements if (kind := self._kind(element))]
        inner = {element.ref for element, _ in found}
        found = [(e, kind) for e, kind in found if kind != "item" or not self._inside(e, inner)]
        self.targets = self._named([self._target(element, kind) for element, kind in found])

    def box(self, element: Element) -> Box:
        """Where an element stands on the unscrolled page."""
        left, top, width, height = element.box
        x, y = self._offset(element.parent)
        return left + x, top + y, left + x + width, top + y + height

    def above(self, ref: int) -> Iterator[Element]:
        """The containers of an element, innermost first."""
        element = self.by_ref.get(ref)
        while element is not None and element.parent:
            element = self.by_ref.get(element.parent)
            if element is not None:
                yield element

    def within(self, ref: int) -> Iterator[int]:
        """The element and everything inside it."""
        stack = [ref]
        while stack:
            ref = stack.pop()
            yield ref
            stack += self.children.get(ref, ())

    @cached_property
    def texts(self) -> list[Text]:
        """Short visible texts, of targets too, in document order."""
        return [
            Text(element.ref, tidy(element.text), self.box(element))
            for element in self.observation.elements
            if 2 <= len(element.text) <= _LONGEST and element.visible and _shown(self.box(element))
            if element.tag not in ("option", "textarea") and any(map(str.isalnum, element.text))
        ]

    @cached_property
    def times(self) -> dict[str, int]:
        """How often each short text, name or value stands on the page."""
        times: dict[str, int] = defaultdict(int)
        for element in self.observation.elements:
            said = {plain(tidy(said)) for said in (element.text, element.name, element.value) if said}
            parent = self.by_ref.get(element.parent)
            if parent is not None and plain(tidy(parent.name)) in said:
                said.discard(plain(tidy(parent.name)))  # a link and the text in it say it once
            for one in said:
                times[one] += 1
        return times

    @cached_property
    def foreign(self) -> bool:
        """Whether it is written in another language than English."""
        words = [word for element in self.observation.elements for word in element.text.casefold().split()]
        return len(words) > 150 and sum(word in _ENGLISH for word in words) < 0.02 * len(words)

    @cached_property
    def sections(self) -> dict[int, str]:
        """By ref of a target: the heading above it."""
        found: dict[int, str] = {}
        headings: list[tuple[int, str]] = []  # (parent of the heading, its words)
        targets = {target.ref for target in self.targets}
        for element in self.observation.elements:
            if element.tag in _HEADINGS or element.role == "heading":
                words = tidy(element.name or element.text)
                if 2 < len(words) <= 40 and element.visible:
                    headings.append((element.parent, words))
            elif element.ref in targets and headings:
                containers = {container.ref for container in self.above(element.ref)} - self._outermost
                found[element.ref] = next((w for parent, w in reversed(headings[-12:]) if parent in containers), "")
        return found

    @cached_property
    def _outermost(self) -> set[int]:
        return {element.ref for element in self.observation.elements if element.parent == 0} - {0}

    def landmarks(self, target: Target) -> list[Element]:
        """The regions that a target stands in, innermost first."""
        return [element for element in self.above(target.ref) if element.role in _LANDMARKS]

    def own_box(self, target: Target, others: list[Target]) -> int:
        """Ref of the largest container that holds the target and none of the others."""
        held = {ref for other in others for ref in (other.ref, *(e.ref for e in self.above(other.ref)))}
        best = target.ref
        for container in self.above(target.ref):
            if container.ref in held:
                break
            best = container.ref
        return best

    def _offset(self, ref: int) -> tuple[float, float]:
        known = self._offsets.get(ref)
        if known is None:
            element = self.by_ref.get(ref)
            x, y = self._offset(element.parent) if element is not None else self.observation.scroll
            if element is not None and element.scroll is not None:
                x, y = x + element.scroll[0], y + element.scroll[1]
            known = self._offsets[ref] = (x, y)
        return known

    def _inside(self, element: Element, targets: set[int]) -> bool:
        """Whether it is a part of another target, or holds one."""
        if any(container.ref in targets for container in self.above(element.ref)):
            return True
        return any(ref in targets for ref in self.within(element.ref) if ref != element.ref)

    def _kind(self, element: Element) -> str:
        if not element.visible or element.disabled or not _shown(self.box(element)) or element.tag == "option":
            return ""
        if element.tag == "select":
            return "select"
        if element.editable:
            return "search" if "search" in (element.role, element.attributes.get("type")) else "field"
        if element.tag == "input" and element.attributes.get("type") in ("file", "range", "color", "image"):
            return {"file": "file", "range": "slider"}.get(element.attributes["type"], "")
        if element.tag == "label":
            return self._hidden_box(element)
        if element.tag == "summary":
            return "summary"
        if element.role in _KINDS:
            return _KINDS[element.role] if element.role != "link" or element.tag != "a" or self._leads(element) else ""
        leaf = not self.children.get(element.ref)
        named = element.name or element.text
        return "item" if element.clickable and named and (leaf or element.text) and len(named) < _LONGEST else ""

    def _leads(self, link: Element) -> bool:
        return link.clickable and ("href" in link.attributes or bool(link.role))

    def _hidden_box(self, label: Element) -> str:
        """Of a label whose box or button cannot be seen itself: what that is."""
        wanted = label.attributes.get("for", "")
        inner = [self.by_ref[ref] for ref in self.within(label.ref)]
        named = [e for e in self.observation.elements if wanted and e.attributes.get("id") == wanted]
        for element in [*named, *inner]:
            if element.tag == "input" and element.role in ("checkbox", "radio") and not element.disabled:
                hidden = not element.visible or not _shown(self.box(element))
                return element.role if hidden else ""
        return ""

    def _target(self, element: Element, kind: str) -> Target:
        label = tidy(element.name or ("" if kind == "select" else element.text) or element.placeholder)
        return Target(element, kind, label, self.box(element), self.place[element.ref])

    def _named(self, targets: list[Target]) -> list[Target]:
        """Fields that have no name get that of the text beside them, if it is nobody else's."""
        nameless = [t for t in targets if not t.label and _takes(t) and not self._in_column(t)]
        beside = {target.ref: self._beside(target) for target in nameless}
        owners: dict[int, int] = defaultdict(int)
        for text in beside.values():
            if text is not None:
                owners[text.ref] += 1
        return [
            target._replace(label=text.text.rstrip(" :*"))
            if (text := beside.get(target.ref)) is not None and owners[text.ref] == 1
            else target
            for target in targets
        ]

    def _only_the_two(self, link: Element, field: Element) -> bool:
        """Whether a link and a field share a container that holds nothing else: then the link is its label."""
        return link.parent == field.parent and len(self.children[link.parent]) == 2

    def _in_column(self, target: Target) -> bool:
        """Whether it stands in a table under a row of headings, where the text beside it is another value."""
        table = next((container for container in self.above(target.ref) if container.tag == "table"), None)
        heads = [ref for ref in self.within(table.ref) if self.by_ref[ref].tag == "th"] if table else []
        return len({self.by_ref[ref].box[1] for ref in heads}) == 1 and len(heads) > 1

    def _beside(self, target: Target) -> Text | None:
        """The text that stands left of a field or just above it, nearest first."""
        around = self.by_ref.get(target.element.parent)
        if around is not None and 2 <= len(around.text) <= 40 and len(self.children[around.ref]) == 1:
            return Text(around.ref, tidy(around.text), self.box(around))
        left, top, right, bottom = target.box
        best: tuple[float, Text] | None = None
        for text in self.texts:
            x0, y0, x1, y1 = text.box
            element = self.by_ref[text.ref]
            if element.clickable and element.tag != "label" and not self._only_the_two(element, target.element):
                continue
            level = min(bottom, y1) - max(top, y0) > 0.4 * min(bottom - top, y1 - y0)
            if level and -4 <= left - x1 < _NEAR:
                distance = left - x1
            elif -2 <= top - y1 < 30 and x0 < right and x1 > left and abs(x0 - left) < 60:
                distance = 1.5 * (top - y1) + 6
            else:
                continue
            if best is None or distance < best[0]:
                best = distance, text
        return best[1] if best and len(best[1].text) <= 40 else None


def _takes(target: Target) -> bool:
    return target.kind in ("field", "search", "select", "combobox", "slider")


def _shown(box: Box) -> bool:
    left, top, right, bottom = box
    return right - left >= 3 and bottom - top >= 3 and right > 0 and bottom > 0
