"""Two more views of an observation: a numbered listing to read, and arrays of fixed shape to learn from.

Letters: E elements (padded), W texts that can be typed, H buckets of hashed words.
"""

from __future__ import annotations

import json
import re
import string
import zlib
from functools import lru_cache
from importlib.resources import files
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from webagent_envs.spaces import Action, Click, Element, Observation, Press, Scroll, Type

__all__ = ["TensorView", "TextView", "listing"]

FLAGS = ("checked", "selected", "focused", "disabled", "visible", "editable", "clickable", "in_viewport", "new")
LISTED_FLAGS = ("checked", "selected", "focused", "disabled", "new")
WORD = re.compile(r"[^\W_]+", re.UNICODE)
QUOTED = re.compile(r'"([^"]+)"')
FAR = 8.0  # boxes further away than this many viewports count as this far


class TextView:
    """A page as numbered lines, e.g. ``[7] textbox "Username" = "ada" (focused)``.

    Args:
        limit: characters at most.
    """

    CHARSET = frozenset(string.printable)

    def __init__(self, limit: int = 1 << 15) -> None:
        self.space = gymnasium.spaces.Text(max_length=limit, min_length=0, charset=self.CHARSET)
        self._limit = limit

    def __call__(self, observation: Observation) -> str:
        """The listing; what is no ASCII character is written as ``?``."""
        lines = [observation.instruction, f"page: {observation.title} {observation.url}".rstrip()]
        text = "\n".join([*lines, *listing(observation)])[: self._limit]
        return text.encode("ascii", "replace").decode() if not text.isascii() else _printable(text)


def listing(observation: Observation) -> list[str]:
    """The elements that say something or can be used, a line each, further in than what holds them."""
    depth = {0: -1}
    lines = []
    for element in observation.elements:
        depth[element.ref] = depth[element.parent] + 1
        if described := _line(element):
            lines.append("  " * depth[element.ref] + described)
    return lines


def _line(element: Element) -> str:
    label = element.name or element.text
    if not (label or element.value or element.clickable or element.editable or element.role in ("img", "checkbox")):
        return ""
    parts = [f"[{element.ref}]", element.role or element.tag]
    if label:
        parts.append(json.dumps(label, ensure_ascii=False))
    if element.name and element.text and element.text != element.name:
        parts.append(element.text)
    if element.value:
        parts.append(f"= {json.dumps(element.value, ensure_ascii=False)}")
    flags = [flag for flag in LISTED_FLAGS if getattr(element, flag)]
    return " ".join([*parts, f"({', '.join(flags)})"] if flags else parts)


def _printable(text: str) -> str:
    return text if text.replace("\n", "").isprintable() else "".join(c if c in string.printable else "?" for c in text)


@lru_cache(maxsize=1)
def _roles() -> dict[str, int]:
    table = json.loads(files("webagent_envs").joinpath("roles.json").read_text())
    names = {*table["tags"].values(), *table["inputs"].values(), *table["name_from_content"], *table["clickable_roles"]}
    return {name: number for number, name in enumerate(sorted(names), start=1)}


@lru_cache(maxsize=1 << 14)
def _bucket(word: str, buckets: int) -> int:
    return zlib.crc32(word.encode()) % buckets


class TensorView:
    """A page as arrays of fixed shape, with one flat choice of actions over them.

    The choices are numbered: ``e`` clicks row e of E elements; ``E + e * W + w`` types text w of W into row e; the last
    three are Enter, the page scrolled up, the page scrolled down. Typed are the quoted parts of the instruction, then
    its words. `mask` says which choices fit the page. What does not fit into E rows is left out, from the end.

    Args:
        elements: E.
        texts: W.
        buckets: H.
    """

    def __init__(self, elements: int = 128, texts: int = 12, buckets: int = 64) -> None:
        self.elements, self.texts, self.buckets = elements, texts, buckets
        box = gymnasium.spaces.Box
        self.space = gymnasium.spaces.Dict(
            {
                "box": box(-FAR, FAR, (elements, 4), np.float32),
                "flags": gymnasium.spaces.MultiBinary((elements, len(FLAGS))),
                "instruction": box(0.0, 1.0, (buckets,), np.float32),
                "mask": gymnasium.spaces.MultiBinary(elements),
                "match": box(0.0, 1.0, (elements, 2), np.float32),
                "parent": box(-1, elements - 1, (elements,), np.int32),
                "role": box(0, len(_roles()), (elements,), np.int32),
                "words": box(0.0, 1.0, (elements, buckets), np.float32),
            }
        )
        self.actions = gymnasium.spaces.Discrete(elements * (1 + texts) + 3)

    def __call__(self, observation: Observation) -> dict[str, NDArray[Any]]:
        """The arrays: E elements, padded with zeros where ``mask`` is 0.

        ``box`` is in viewports; ``match`` is the share of an element's words that the instruction has, and the other
        way round; ``words`` and ``instruction`` are hashed bags of words; ``parent`` is a row, or -1.
        """
        said = WORD.findall(observation.instruction.lower())
        arrays: dict[str, NDArray[Any]] = {
            key: np.zeros(space.shape or (), space.dtype or np.float32) for key, space in self.space.items()
        }
        arrays["parent"] -= 1
        for word in said:
            arrays["instruction"][_bucket(word, self.buckets)] = 1.0
        shown = observation.elements[: self.elements]
        rows = {element.ref: row for row, element in enumerate(shown)}
        scale = np.array([max(side, 1.0) for side in observation.viewport * 2])
        for row, element in enumerate(shown):
            arrays["parent"][row] = rows.get(element.parent, -1)
            arrays["role"][row] = _roles().get(element.role, 0)
            self._words(arrays, row, element, frozenset(said))
        count = len(shown)
        arrays["mask"][:count] = 1
        if shown:
            boxes = np.array([element.box for element in shown]) / scale
            arrays["box"][:count] = np.clip(boxes, -FAR, FAR)
            arrays["flags"][:count] = [[getattr(element, flag) for flag in FLAGS] for element in shown]
        return arrays

    def _words(self, arrays: dict[str, NDArray[Any]], row: int, element: Element, said: frozenset[str]) -> None:
        words = WORD.findall(f"{element.name} {element.text} {element.value} {element.placeholder}".lower())
        for word in words:
            arrays["words"][row, _bucket(word, self.buckets)] = 1.0
        if words and said:
            shared = said.intersection(words)
            arrays["match"][row] = len(shared) / len(set(words)), len(shared) / len(said)

    def typed(self, instruction: str) -> list[str]:
        """The texts that can be typed: at most W, the quoted parts of the instruction first."""
        texts = [*QUOTED.findall(instruction), *(word.strip('.,;:!?"()') for word in instruction.split())]
        return [text for text in dict.fromkeys(texts) if text][: self.texts]

    def mask(self, observation: Observation) -> NDArray[np.int8]:
        """Which choices fit the page: 1 or 0 for each."""
        allowed = np.zeros(int(self.actions.n), np.int8)
        allowed[-3:] = 1
        texts = len(self.typed(observation.instruction))
        for row, element in enumerate(observation.elements[: self.elements]):
            if not element.visible or element.disabled:
                continue
            allowed[row] = 1
            if element.editable:
                start = self.elements + row * self.texts
                allowed[start : start + texts] = 1
        return allowed

    def action(self, choice: int, observation: Observation) -> Action:
        """The action that a choice stands for; one that fits nothing clicks an element that is not there."""
        last = int(self.actions.n)
        if choice >= last - 3:
            return (Press("Enter"), Scroll(0, 0.0, -100.0), Scroll(0, 0.0, 100.0))[choice - (last - 3)]
        typing = choice >= self.elements
        row, text = divmod(choice - self.elements, self.texts) if typing else (choice, 0)
        texts = self.typed(observation.instruction)
        if row >= len(observation.elements) or (typing and text >= len(texts)):
            return Click(0)
        ref = observation.elements[row].ref
        return Type(ref, texts[text]) if typing else Click(ref)
