"""What is learned from in each update: examples drawn by task, those of like size together, each a little varied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor

from webagent.learn.augment import augment
from webagent.learn.cropping import crop
from webagent.learn.examples import Example, batch_limit, size_of
from webagent.learn.losses import imitation_loss
from webagent.policy.actions import KINDS, PAGE_KINDS
from webagent.policy.batch import collate
from webagent.policy.model import Network, without_kinds
from webagent.policy.words import WordBook

__all__ = ["Batches", "kinds_not_shown"]

_TOGETHER = 8  # batches that are drawn at once, to sort their examples by size
_WHOLE = 0.25  # share of large pages that are learned from as they are
_CROPPED = (40, 96)  # elements of the others


class Batches:
    """Draws batches of examples, each as likely as its task's size to the power of ``balance`` says.

    What is drawn for an update depends on the seed, the rank and its number only; processes of other ranks draw others,
    of like size at the same time, so that none waits long for the others. Of large pages most are made smaller, and
    fewer are taken at once; each example is as likely as its share all the same.
    """

    def __init__(self, examples: Sequence[Example], size: int, balance: float, seed: int, rank: int = 0) -> None:
        self._examples = examples
        self._size = size
        self._seed = seed
        self._rank = rank
        self._shares = _shares(examples, balance)
        self._words = np.unique(np.concatenate([example.sample.vocabulary[1:] for example in examples]))

    def between(self, first: int, last: int) -> Iterator[list[Example]]:
        """The batches of the updates ``first`` to ``last`` - 1."""
        for chunk in range(first // _TOGETHER, -(-last // _TOGETHER)):
            random = np.random.default_rng((self._seed, 0, chunk, self._rank))
            rows = random.choice(len(self._examples), self._size * _TOGETHER, p=self._shares)
            examples = [self._cropped(self._examples[row], random) for row in rows]
            batches = list(_cut(sorted(examples, key=size_of), self._size))
            sizes = np.random.default_rng((self._seed, 2, chunk)).permutation(_TOGETHER)
            order = ((sizes + random.random(_TOGETHER)) * len(batches) / _TOGETHER).astype(int)
            start = chunk * _TOGETHER
            for place in order[max(0, first - start) : last - start]:
                yield batches[place]

    @staticmethod
    def _cropped(example: Example, random: Generator) -> Example:
        return example if random.random() < _WHOLE else crop(example, int(random.integers(*_CROPPED)), random)

    def loss(
        self, network: Network, picked: Sequence[Example], book: WordBook, untried: Sequence[int], random: Generator
    ) -> tuple[Tensor, dict[str, float]]:
        """How far the network is from examples, each varied; kinds of action in ``untried`` are left out."""
        varied = [augment(example, book, self._words, random) for example in picked]
        scores = without_kinds(network(collate(varied, book).map(torch.from_numpy)), untried)
        return imitation_loss(network, scores, [example.label for example in picked])


def _cut(examples: Sequence[Example], size: int) -> Iterator[list[Example]]:
    """Batches of examples that are sorted by size: ``size`` of them, or as many as may be taken at once."""
    batch: list[Example] = []
    for example in examples:
        if len(batch) >= min(size, batch_limit(size_of(example))):
            yield batch
            batch = []
        batch.append(example)
    if batch:
        yield batch


def kinds_not_shown(examples: Sequence[Example]) -> list[int]:
    """Kinds of action, by index in KINDS + PAGE_KINDS, that no example shows."""
    shown = {example.label.kind for example in examples}
    return [kind for kind in range(len(KINDS + PAGE_KINDS)) if kind not in shown]


def _shares(examples: Sequence[Example], balance: float) -> NDArray[np.float64]:
    """Chance of each example to be drawn: tasks in proportion to n^balance, alike within a task."""
    counts = Counter(example.task for example in examples)
    weights = np.array([counts[example.task] ** (balance - 1) for example in examples], np.float64)
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares
