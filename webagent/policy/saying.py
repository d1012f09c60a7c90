"""What an element says, in words: of itself, of what it is written with, of what stands around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from webagent.policy.looks import color_names, shade_of
from webagent.policy.roles import INTERACTIVE_TAGS, input_type
from webagent.policy.tree import PageTree
from webagent.policy.words import split
from webagent_envs.spaces import Element

__all__ = ["id_words", "label_of", "labels_beside", "marks", "part_words", "target_words"]

_REMEMBERED = 10_000  # classes, ids and addresses whose words are: pages say the same again and again
_STATE = re.compile(r"hover|focus|active|highlight", re.IGNORECASE)
_ADDRESS = re.compile(r"[/#:.]+")
_SAYS_NOTHING = frozenset({"", "html", "htm", "php", "index", "javascript", "void", "file", "http", "https"})


def label_of(element: Element) -> str:
    """What it says of itself. The name of a field stands beside it, so it goes where `labels_beside` looks."""
    if element.editable or element.tag == "select":
        return element.placeholder
    if element.name and element.text and element.text not in element.name:
        return f"{element.name} {element.text}"
    return element.name or element.text or element.placeholder


def _class_words(element: Element) -> list[str]:
    stated = element.attributes.get("class")
    return list(_words_of_class(stated)) if stated else []


@lru_cache(_REMEMBERED)
def _words_of_class(stated: str) -> tuple[str, ...]:
    classes = [part for part in stated.split() if not _STATE.search(part)]
    return tuple(split(" ".join(classes[-3:]), identifier=True)[-5:])


def marks(element: Element, parent: Element | None) -> list[str]:
    """Words that a person does not read but a page is written with: class, tag and type, and the names of its colour.

    Of an icon the class often says nothing ("icon") and that of the element around it everything ("reply"). What is
    around a field says that it is a field, or something about the page.
    """
    words = _class_words(element)
    if parent is not None and not label_of(element) and element.tag not in ("input", "select", "textarea"):
        words = _class_words(parent)[-3:] + words
    if not label_of(element) and element.tag not in INTERACTIVE_TAGS:
        words += color_names(shade_of(element))
    if element.tag == "input":
        words.append(input_type(element))
    return [*words, element.tag]


def id_words(element: Element) -> list[str]:
    """Words of the id: of an identifier its inner words, of anything else ("(1,-2)") its text."""
    id = element.attributes.get("id")
    return list(_words_of_id(id)) if id else []


@lru_cache(_REMEMBERED)
def _words_of_id(id: str) -> tuple[str, ...]:
    return tuple(split(id, identifier=id.replace("-", "_").isidentifier()))


def labels_beside(chosen: Sequence[Element], labels: Sequence[str], boxes: NDArray[np.float32]) -> list[str]:
    """For elements without a label: the text that stands nearest, left of them or above them first."""
    texts = np.array([bool(element.text) and not element.editable for element in chosen], np.bool_)
    if not texts.any():
        return [""] * len(chosen)
    left, top, right, bottom = boxes.T
    beside = []
    for row, label in enumerate(labels):
        if label or chosen[row].name:
            beside.append("" if label else chosen[row].name)
            continue
        # Gaps between the two boxes; standing right of it or below it counts as further away.
        dx = np.maximum(0, left[row] - right) + 3 * np.maximum(0, left - right[row])
        dy = np.maximum(0, top[row] - bottom) + 3 * np.maximum(0, top - bottom[row])
        distance = np.where(texts, dx + 2 * dy, np.inf)
        distance[row] = np.inf
        nearest = int(distance.argmin())
        beside.append(labels[nearest] if distance[nearest] < 200 else "")
    return beside


def target_words(element: Element) -> list[str]:
    """Words of the address that it leads to."""
    address = element.attributes.get("href")
    return list(_words_of_address(address)) if address else []


@lru_cache(_REMEMBERED)
def _words_of_address(address: str) -> tuple[str, ...]:
    address = address.split("?")[0]
    parts = [part for part in _ADDRESS.split(address)[1 if "//" in address else 0 :] if part not in _SAYS_NOTHING]
    return tuple(split(" ".join(parts), identifier=True))


def part_words(page: PageTree, element: Element, heading: str) -> list[str]:
    """Which part of the page it stands in: kinds and names of the two innermost ones, the heading above it."""
    words = []
    for part in page.parts(element)[:2]:
        words += [page.part(part), *split(part.attributes.get("aria-label", ""))[:1]]
    return words + split(heading)
