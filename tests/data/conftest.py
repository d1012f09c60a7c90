"""Recordings in the format of 2017, made by hand, and the real ones where they are to be had."""

from __future__ import annotations

import json
import os
import tarfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from webagent.data.convert import Conversion, convert
from webagent.data.pages.scene import Scene
from webagent.data.recording import decode
from webagent_envs.env import WebEnv

Node = dict[str, Any]
ROOT = Path(__file__).parents[2]


def node(tag: str, *children: Node | str, box: tuple[float, ...] = (0, 0, 100, 20), **fields: Any) -> Node:
    """A node of a recorded page; a string among the children is a text node, a lone string is the node's text."""
    made: Node = {"tag": tag, "id": "", "classes": "", "bgColor": "rgba(0, 0, 0, 0)", "fgColor": "rgb(0, 0, 0)"}
    made |= dict(zip(("left", "top", "width", "height"), box, strict=True))
    if all(isinstance(child, str) for child in children):
        made["text"], children = " ".join(map(str, children)), ()
    made["children"] = [child if isinstance(child, dict) else _text(child, box) for child in children]
    return made | fields


def _text(text: str, box: tuple[float, ...]) -> Node:
    return dict(zip(("left", "top", "width", "height"), box, strict=True)) | {"tag": "t", "text": text, "children": []}


class Recorder:
    """Writes down states as the recorder of MiniWoB++ did, while the test plays the person and the page."""

    def __init__(self, *content: Node, utterance: str = "Do it.") -> None:
        self.area = node("DIV", *content, box=(0, 50, 160, 160), id="area")
        wrap = node("DIV", self.area, box=(0, 0, 160, 210), id="wrap")
        self.body = node("BODY", wrap, box=(0, 0, 1800, 210), bgColor="rgb(85, 85, 85)")
        self.body.pop("text", None)
        self.data: dict[str, Any] = {
            "taskName": "hand-made", "utterance": utterance, "reward": 0.5, "rawReward": 1, "states": [],
        }  # fmt: skip
        self._refs: dict[int, int] = {}
        self._text_refs = 0
        self.state()

    def state(self, event: dict[str, Any] | None = None, target: Node | None = None) -> None:
        """One state: the page as it is now."""
        self.data["states"].append({"time": 1, "action": event, "dom": self._dom(self.body, target)})

    def _dom(self, node: Node, target: Node | None) -> Node:
        copy = {name: value for name, value in node.items() if name not in {"children", "gone"}}
        if node["tag"] == "t":
            self._text_refs -= 1
            copy["ref"] = self._text_refs
        else:
            copy["ref"] = self._refs.setdefault(id(node), len(self._refs) + 1)
        if node is target:
            copy["recordingTarget"] = True
        copy["children"] = [self._dom(child, target) for child in node["children"] if not child.get("gone")]
        return copy

    def event(self, kind: str, target: Node | None, effect: Callable[[], object] | None = None, **fields: Any) -> None:
        """Both states of one event, before and after the page handled it."""
        self.state({"type": kind, "timing": 1, **fields}, target)
        if effect is not None:
            effect()
        self.state({"type": kind, "timing": 3, **fields}, target)

    def press(self, target: Node, effect: Callable[[], object] | None = None, **at: float) -> None:
        """A whole click on the middle of a node."""
        point = {"x": target["left"] + target["width"] / 2, "y": target["top"] + target["height"] / 2} | at
        self.event("mousedown", target, **point)
        self.focus(target)
        self.event("mouseup", target, **point)
        self.event("click", target, effect, **point)

    def focus(self, target: Node) -> None:
        """Move the focus."""
        for other in self._all(self.body):
            other.pop("focused", None)
        focusable = target["tag"] in {"A", "BUTTON", "SELECT", "TEXTAREA"} or target["tag"].startswith("INPUT")
        (target if focusable else self.body)["focused"] = True

    def _all(self, node: Node) -> Iterable[Node]:
        yield node
        for child in node["children"]:
            yield from self._all(child)

    def key(self, code: int, target: Node, effect: Callable[[], object] | None = None) -> None:
        """One key, down and up."""
        self.event("keydown", target, effect, keyCode=code, charCode=0)
        self.event("keyup", target, keyCode=code, charCode=0)

    def type(self, target: Node, text: str) -> None:
        """Text, letter by letter, behind what stands in the field."""
        for letter in text:
            value = target["value"] + letter
            self.key(ord(letter.upper()), target, lambda value=value: target.update(value=value))

    def finish(self, target: Node) -> None:
        """A click that ends the episode: afterwards every node has a new number."""
        self.press(target, self._renumber)

    def _renumber(self) -> None:
        self._refs = {id(each): 500 + index for index, each in enumerate(self._all(self.body))}

    def encode(self) -> bytes:
        """The file."""
        return json.dumps(self.data).encode()

    def convert(self) -> Conversion:
        """The recording, converted."""
        return convert(decode(self.encode()))


@pytest.fixture
def make_node() -> Callable[..., Node]:
    return node


@pytest.fixture
def record() -> Callable[..., Recorder]:
    """``record(node, ..., utterance=...)`` starts a recording of a page with these nodes in its area."""
    return Recorder


@pytest.fixture(scope="session")
def demos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with real recordings: all that are to be had, or some of every task when there is only the archive."""
    place = Path(os.environ.get("WEBAGENT_DEMOS", ROOT.parent / "shared" / "demos"))
    if place.is_dir() and (archive := next(place.glob("*.tar.xz"), None)):
        place = archive
    if not place.exists():
        pytest.skip(f"no recordings at {place}: set WEBAGENT_DEMOS to the archive or a folder of demonstrations")
    return place if place.is_dir() else _some(place, tmp_path_factory.mktemp("demos"))


def _some(archive: Path, folder: Path) -> Path:
    taken: dict[str, int] = {}
    with tarfile.open(archive, "r|*") as tar:
        for member in tar:
            task = str(Path(member.name).parent)
            taken[task] = taken.get(task, 0) + 1
            if taken[task] <= 12 or ("-nl" in task and "second" in task):
                tar.extract(member, folder, filter="data")
    return folder


@pytest.fixture(scope="module")
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    """The scene of the module's ``PAGE``."""
    env = WebEnv(html=f"<!doctype html><title>t</title><body>{request.module.PAGE}")
    yield Scene(env.reset()[0])
    env.close()
