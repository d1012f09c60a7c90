"""The accessibility tree as Chrome gives it, and what BrowserGym says of elements beside it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from webagent_envs.spaces import Element, Observation
from webagent_envs.wrappers.browsergym_dom import Node

__all__ = ["axtree_object", "element_properties", "focused_bid"]

# what Chrome calls elements that ARIA has no role for, and roles that it has another name for
OF_TAG = {
    "label": "LabelText",
    "legend": "Legend",
    "canvas": "Canvas",
    "svg": "SvgRoot",
    "iframe": "Iframe",
    "frame": "Iframe",
    **dict.fromkeys(("circle", "ellipse", "line", "path", "polygon", "polyline", "rect"), "graphics-symbol"),
}
OF_INPUT = {"date": "Date", "datetime-local": "DateTime", "month": "Date", "time": "InputTime", "week": "Date"}
RENAMED = {"img": "image", "": "generic"}
OF_FOCUSABLE = {"a": "link", "button": "button", "input": "textbox", "select": "combobox", "textarea": "textbox"}
UNNAMED = ("generic", "LabelText", "paragraph", "row")
CHECKED = ("checkbox", "radio", "switch", "menuitemcheckbox", "menuitemradio")
VALUED = ("textbox", "searchbox", "combobox", "spinbutton", "slider", "progressbar", "meter")
RANGES = ("spinbutton", "slider")
MARKED = frozenset(["input", "textarea", "select", "button", "a", "iframe", "video", "li", "td", "option"])
WRAPPERS = frozenset(("button", "a"))
SMALLEST_MARK = 20.0  # square pixels


def role_of(element: Element, attributes: Mapping[str, str], within: str) -> str:
    """What Chrome calls it, inside something that it calls ``within``."""
    stated = attributes.get("role")
    if stated in ("presentation", "none"):
        return OF_FOCUSABLE.get(element.tag, "generic")
    if not stated:
        if element.tag == "li" and within != "list":
            return "generic"
        if element.tag in OF_TAG:
            return OF_TAG[element.tag]
        if element.tag == "input" and attributes.get("type", "") in OF_INPUT:
            return OF_INPUT[attributes["type"]]
        if element.tag == "select" and ("multiple" in attributes or int(attributes.get("size") or 1) > 1):
            return "listbox"
    return RENAMED.get(element.role, element.role)


def _name(element: Element, role: str) -> str:
    """What Chrome names it by: of a field at last its hint, of a link its text although its stated role hides it."""
    if role in UNNAMED:
        return ""
    return element.name or (element.text if role == "link" else element.placeholder)


def _number(text: str) -> float | int | str:
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d*\.\d+", text) else text


def _states(element: Element, role: str, attributes: Mapping[str, str]) -> dict[str, Any]:
    """States and properties by Chrome's names, in its order."""
    found: dict[str, Any] = {}
    if element.disabled:
        found["disabled"] = True
    if element.focused:
        found["focused"] = True
    if element.editable:
        found["editable"] = "plaintext"
    if role == "combobox" and element.tag == "select":
        found |= {"hasPopup": "menu", "expanded": False}
    if "aria-expanded" in attributes:
        found["expanded"] = attributes["aria-expanded"] == "true"
    if "aria-haspopup" in attributes:
        found["hasPopup"] = attributes["aria-haspopup"]
    if role in CHECKED:
        found["checked"] = "true" if element.checked else "false"
    if role in ("option", "tab"):
        found["selected"] = element.selected
    if role == "heading" and element.tag[1:].isdecimal():
        found["level"] = int(element.tag[1:])
    if "required" in attributes:
        found["required"] = True
    if role in RANGES:
        minimum, maximum = attributes.get("min", "0"), attributes.get("max", "0")
        found |= {"valuemin": _number(minimum), "valuemax": _number(maximum), "valuetext": element.value}
    return found


class _Tree:
    """Collects the nodes of the accessibility tree."""

    def __init__(self, observation: Observation, images: Collection[int]) -> None:
        self.images = images
        self.known = {element.ref: element for element in observation.elements}
        self.nodes: list[dict[str, Any]] = []

    def add(self, parent: dict[str, Any] | None, role: str, name: str, *, ref: int = 0) -> dict[str, Any]:
        kind = "internalRole" if role[:1].isupper() else "role"
        node: dict[str, Any] = {
            "nodeId": str(len(self.nodes) + 1),
            "ignored": False,
            "role": {"type": kind, "value": role},
            "name": {"type": "computedString", "value": name},
            "properties": [],
            "childIds": [],
        }
        if ref:
            node |= {"backendDOMNodeId": ref, "browsergym_id": str(ref)}
        if parent is not None:
            node["parentId"] = parent["nodeId"]
            parent["childIds"].append(node["nodeId"])
        self.nodes.append(node)
        return node

    def document(self, parent: dict[str, Any] | None, whole: Node) -> None:
        root = self.add(parent, "RootWebArea", whole[1])
        _put(root, {"focused": True} if parent is None else {})
        self.visit(root, whole[4])

    def visit(self, parent: dict[str, Any], node: Node) -> None:
        ref, _, attributes, children = node[:4]
        if attributes.get("aria-hidden") == "true":
            return
        element = self.known.get(ref)
        inner = parent if element is None else self.element(parent, element, attributes)
        for child in children:
            if not isinstance(child, str):
                self.visit(inner, child)
            elif element is not None and element.visible and element.tag not in ("select", "textarea"):
                self.add(inner, "StaticText", " ".join(child.split()))
        if len(node) > 4:
            self.document(inner, node[4])

    def element(self, parent: dict[str, Any], element: Element, attributes: Mapping[str, str]) -> dict[str, Any]:
        role = "image" if element.ref in self.images else role_of(element, attributes, parent["role"]["value"])
        node = self.add(parent, role, _name(element, role), ref=element.ref)
        _put(node, _states(element, role, attributes))
        if element.value and role in VALUED:
            node["value"] = {"type": "string", "value": _number(element.value) if role in RANGES else element.value}
            if element.editable:
                self.add(node, "StaticText", element.value)
        return self.add(node, "MenuListPopup", "") if role == "combobox" and element.tag == "select" else node


def _put(node: dict[str, Any], states: Mapping[str, Any]) -> None:
    kinds = {bool: "booleanOrUndefined", int: "integer", float: "number", str: "token"}
    for name, value in states.items():
        node["properties"].append({"name": name, "value": {"type": kinds[type(value)], "value": value}})


def axtree_object(document: Node, observation: Observation, images: Collection[int] = ()) -> dict[str, Any]:
    """The accessibility tree, frames included; elements that nobody can see are left out.

    Args:
        document: after `webagent_envs.wrappers.browsergym_dom.graft`.
        observation: roles, names and states.
        images: refs of elements that a style sheet turns into pictures.
    """
    tree = _Tree(observation, images)
    tree.document(None, document)
    return {"nodes": tree.nodes}


# -- beside the tree


def visibility(element: Element, viewport: tuple[float, float]) -> float:
    """How much of it lies in the viewport, from 0 to 1; 0 for what cannot be seen."""
    left, top, width, height = element.box
    if not (element.visible and element.in_viewport):
        return 0.0
    if not width or not height:
        return 1.0
    across = min(left + width, viewport[0]) - max(left, 0.0)
    down = min(top + height, viewport[1]) - max(top, 0.0)
    return round(max(0.0, across) * max(0.0, down) / (width * height), 2)


def element_properties(nodes: Mapping[int, Node], observation: Observation) -> dict[str, dict[str, Any]]:
    """``extra_element_properties``: for each bid ``visibility, bbox, clickable, set_of_marks``.

    Args:
        nodes: every element, by ref.
        observation: places and states. Boxes are left, top, width, height in CSS pixels of the viewport.
    """
    known = {element.ref: element for element in observation.elements}
    marks = _marks(known)
    found = {}
    for ref in nodes:
        element = known.get(ref)
        found[str(ref)] = {
            "visibility": visibility(element, observation.viewport) if element else 0.0,
            "bbox": list(element.box) if element else None,
            "clickable": element is not None and element.clickable,
            "set_of_marks": ref in marks,
        }
    return found


def _marks(known: Mapping[int, Element]) -> set[int]:
    """What is numbered in a picture: the innermost of what can be used, but a button or link as a whole."""
    marks: set[int] = set()
    for element in known.values():  # parents come first
        usable = element.tag in MARKED or element.clickable
        if not usable or not element.visible or not element.in_viewport:
            continue
        if element.box[2] * element.box[3] < SMALLEST_MARK:
            continue
        above = _marked_above(element, known, marks)
        if not any(known[ref].tag in WRAPPERS for ref in above):
            marks.difference_update(above)
            marks.add(element.ref)
    return marks


def _marked_above(element: Element, known: Mapping[int, Element], marks: set[int]) -> list[int]:
    found = []
    while element.parent in known:
        element = known[element.parent]
        if element.ref in marks:
            found.append(element.ref)
    return found


def focused_bid(observation: Observation) -> str:
    """What has the keyboard focus; the body when nothing else has."""
    for element in observation.elements:
        if element.focused:
            return str(element.ref)
    return next((str(element.ref) for element in observation.elements if element.tag == "body"), "")
