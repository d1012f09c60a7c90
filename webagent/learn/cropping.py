"""Smaller pages to learn from: a step keeps its meaning when things that it does not speak of are left out.

Attention costs with the square of what is on a page, and most of a real page has nothing to do with the command. What
was worked out on the whole page (orders, sizes of containers) stays as it was; relations are worked out again among
what is left, where what was the nearest of its family still is.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from webagent.learn.examples import Example
from webagent.learn.labels import NONE
from webagent.policy.command import DIGITS
from webagent.policy.features import ACTED_ON, FOCUSED, Sample, Slots

__all__ = ["crop"]

_SAID = (Slots.label, Slots.values, Slots.near, Slots.part)
_OF_ELEMENTS = (
    "refs", "words", "tags", "roles", "families", "numeric", "quantities", "boxes", "ancestors", "container_sizes",
    "kinds",
)  # fmt: skip
_MOST_SAID = 0.5  # of what is kept, for saying words of the command
_MOST_LIKE = 0.2  # ... for being a field, a button or a link as the target is


def crop(example: Example, most: int, random: Generator) -> Example:
    """The step on a page of at most about ``most`` elements.

    Kept are what the action is about, what says words of the command (rare ones first), what was acted on, some of what
    could be taken for the target, those beside it, and others at random in runs of the document.
    """
    sample, label = example.sample, example.label
    count = len(sample.refs)
    if count <= most:
        return example
    kept = np.zeros(count, np.bool_)
    kept[[place for place in (label.element, label.source) if place != NONE]] = True
    kept[np.argsort(-_said(sample), kind="stable")[: int(most * _MOST_SAID)]] = True
    kept |= (sample.numeric[:, [FOCUSED, ACTED_ON]] > 0).any(1)
    if label.element != NONE:
        like = np.flatnonzero(sample.families == sample.families[label.element])
        kept[random.permutation(like)[: int(most * _MOST_LIKE)]] = True
    while kept.sum() < most:
        near = label.element != NONE and random.random() < 0.4
        start = label.element - int(random.integers(0, 6)) if near else int(random.integers(count))
        kept[max(0, start) : start + int(random.integers(2, 10))] = True
    return _keep(example, np.flatnonzero(kept))


def _said(sample: Sample) -> NDArray[np.float64]:
    """How much each element says of the command: the sum over its words of one through how many say it."""
    tokens = np.unique(sample.tokens[: len(sample.tokens) - len(DIGITS)])
    words = np.concatenate([sample.words[:, slot] for slot in _SAID], axis=1)
    said = (words[:, :, None] == tokens[tokens > 0]).any(1)
    score: NDArray[np.float64] = (said / np.maximum(said.sum(0), 1)).sum(1)
    return score


def _keep(example: Example, rows: NDArray[np.intp]) -> Example:
    sample, label = example.sample, example.label
    parts = {name: getattr(sample, name)[rows] for name in _OF_ELEMENTS}
    used = np.unique(np.concatenate([[0], sample.tokens, parts["words"].ravel()]))
    local = np.zeros(len(sample.vocabulary), np.int16)
    local[used] = np.arange(len(used))
    parts["words"] = local[parts["words"]]
    smaller = replace(sample, vocabulary=sample.vocabulary[used], tokens=local[sample.tokens], **parts)
    places = np.full(len(sample.refs), NONE)
    places[rows] = np.arange(len(rows))
    moved = label._replace(
        element=int(places[label.element]) if label.element != NONE else NONE,
        source=int(places[label.source]) if label.source != NONE else NONE,
    )
    return example._replace(sample=smaller, label=moved)
