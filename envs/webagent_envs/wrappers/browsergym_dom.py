"""The document in the form of ``DOMSnapshot.captureSnapshot``, which BrowserGym hands on as ``dom_object``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webagent_envs.spaces import Observation

__all__ = ["Node", "dom_object", "graft"]

Node = list[Any]
"""``[ref, tag, attributes, children]``, or text, and behind it the document of a frame; see ``snapshot.js``."""
Properties = Mapping[str, Mapping[str, Any]]

ELEMENT, TEXT, DOCUMENT = 1, 3, 9
MARKS = {"browsergym_visibility_ratio": "visibility", "browsergym_set_of_marks": "set_of_marks"}


def graft(document: Node, observation: Observation) -> dict[int, Node]:
    """Add what only the observation knows, such as frames of other origins.

    Returns:
        every element of the document, by ref.
    """
    found: dict[int, Node] = {}

    def visit(node: Node) -> None:
        found[node[0]] = node
        for child in node[3]:
            if not isinstance(child, str):
                visit(child)
        if len(node) > 4:
            visit(node[4][4])

    visit(document[4])
    for element in observation.elements:
        if element.ref not in found and element.parent in found:
            node = [element.ref, element.tag, dict(element.attributes), [element.text] if element.text else []]
            found[element.parent][3].append(node)
            found[element.ref] = node
    return found


class _Snapshot:
    """Collects documents; all text stands once in ``strings`` and is named by its place there."""

    def __init__(self, properties: Properties) -> None:
        self.properties = properties
        self.strings: dict[str, int] = {}
        self.documents: list[dict[str, Any]] = []

    def string(self, text: str) -> int:
        return self.strings.setdefault(text, len(self.strings))

    def document(self, whole: Node) -> int:
        url, title, left, top, root = whole
        names = ("parentIndex", "nodeType", "nodeName", "nodeValue", "backendNodeId", "attributes")
        nodes: dict[str, Any] = {name: [] for name in names}
        nodes["contentDocumentIndex"] = {"index": [], "value": []}
        document = {
            "documentURL": self.string(url),
            "title": self.string(title),
            "nodes": nodes,
            "layout": {"nodeIndex": [], "bounds": []},
            "scrollOffsetX": left,
            "scrollOffsetY": top,
        }
        at = len(self.documents)
        self.documents.append(document)
        self.element(document, self.add(nodes, -1, DOCUMENT, "#document"), root)
        return at

    def add(self, nodes: dict[str, Any], parent: int, kind: int, name: str, *, value: str = "", ref: int = 0) -> int:
        nodes["parentIndex"].append(parent)
        nodes["nodeType"].append(kind)
        nodes["nodeName"].append(self.string(name))
        nodes["nodeValue"].append(self.string(value) if kind == TEXT else -1)
        nodes["backendNodeId"].append(ref)
        nodes["attributes"].append([])
        return len(nodes["nodeType"]) - 1

    def element(self, document: dict[str, Any], parent: int, node: Node) -> None:
        ref, tag, attributes, children = node[:4]
        nodes = document["nodes"]
        at = self.add(nodes, parent, ELEMENT, tag.upper(), ref=ref)
        known = self.properties[str(ref)]
        marks = {name: str(float(known[key])) for name, key in MARKS.items()}
        for name, value in {**attributes, "bid": str(ref), **marks}.items():
            nodes["attributes"][at] += [self.string(name), self.string(value)]
        if known["bbox"] is not None:
            document["layout"]["nodeIndex"].append(at)
            document["layout"]["bounds"].append(known["bbox"])
        for child in children:
            if isinstance(child, str):
                self.add(nodes, at, TEXT, "#text", value=child)
            else:
                self.element(document, at, child)
        if len(node) > 4:
            nodes["contentDocumentIndex"]["index"].append(at)
            nodes["contentDocumentIndex"]["value"].append(self.document(node[4]))


def dom_object(document: Node, properties: Properties) -> dict[str, Any]:
    """The snapshot, with a ``bid`` on every element.

    Args:
        document: after `graft`.
        properties: ``extra_element_properties``.
    """
    snapshot = _Snapshot(properties)
    snapshot.document(document)
    return {"documents": snapshot.documents, "strings": list(snapshot.strings)}
