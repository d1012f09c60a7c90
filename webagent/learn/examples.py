"""Demonstrations -> training examples: (sample, label) pairs, with what to see when a command is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from glob import escape
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import msgspec
import numpy as np
from numpy.random import Generator

from webagent.data.dataset import read_episodes, read_info
from webagent.data.records import Episode
from webagent.data.splits import is_held_out
from webagent.learn.labels import Label, label_step
from webagent.learn.packing import pack, unpack
from webagent.learn.prepared import prepared
from webagent.policy.features import Sample, featurize
from webagent.policy.words import WordBook
from webagent_envs.spaces import Action, Click, Element, Observation, Select, Stop, Type

__all__ = ["Example", "ExampleLibrary", "batch_limit", "episode_examples", "size_of"]

_HISTORY = 32
_LOADED = 0.25
_OTHERS = 1_000_000  # added to refs
_TICKED = frozenset({"checkbox", "radio", "switch"})
_FOCUSABLE = _TICKED | {"button", "combobox", "link", "listbox", "searchbox", "slider", "spinbutton", "tab", "textbox"}
_MOST_PAIRS = 48 * 70**2


class Example(NamedTuple):
    """One step to learn from.

    Attributes:
        sample: what was seen.
        label: what was done.
        task: name of the task, or of the dataset's source when it has none.
        held_out: kept from training, to measure with.
    """

    sample: Sample
    label: Label
    task: str
    held_out: bool


class ExampleLibrary:
    """Examples of dataset folders, each read once.

    Attributes:
        book: the words of all of them.

    Args:
        rank, shares: take one of so many episodes only, the others being read by other processes.
    """

    def __init__(self, rank: int = 0, shares: int = 1) -> None:
        self.book = WordBook()
        self._rank, self._shares = rank, shares
        self._read: dict[Path, list[tuple[str, list[Example]]]] = {}

    def read(self, folders: Sequence[Path], *, per_task: int = 0) -> list[Example]:
        """All usable steps of the successful episodes in these datasets.

        Args:
            folders: the datasets.
            per_task: at most this many episodes of each task; 0: all.
        """
        counts: Counter[str] = Counter()
        examples: list[Example] = []
        for folder in folders:
            for task, steps in self._folder(folder):
                counts[task] += 1
                if not per_task or counts[task] <= per_task:
                    examples.extend(steps)
        return examples

    def _folder(self, folder: Path) -> list[tuple[str, list[Example]]]:
        if folder not in self._read:
            read_info(folder)
            read: list[tuple[str, list[Example]]] = []
            for content in prepared(folder, _packed, self._rank, self._shares):
                for task, steps in unpack(content, self.book, partial(self._is_ours, len(read))):
                    read.append((task, [Example(*step) for step in steps]))
            self._read[folder] = read
        return self._read[folder]

    def _is_ours(self, before: int, number: int) -> bool:
        return (before + number) % self._shares == self._rank


def _packed(folder: Path, shard: str) -> bytes:
    """The examples of the successful episodes of a shard."""
    book = WordBook()
    good = [episode for episode in read_episodes(folder, shards=escape(shard)) if episode.success]
    examples = [list(episode_examples(episode, book)) for episode in good]
    return pack(examples, [episode.task or episode.source for episode in good], book)


def size_of(example: Example) -> int:
    """How many positions the network attends to."""
    return len(example.sample.refs) + len(example.sample.tokens)


def batch_limit(size: int) -> int:
    """How many examples of up to ``size`` positions to take at once.

    Attention costs with the square of the positions: with fewer large pages at once, no batch takes much longer, or
    much more memory, than the others.
    """
    return max(4, int(_MOST_PAIRS / size**2))


def episode_examples(episode: Episode, book: WordBook) -> Iterator[Example]:
    """The steps of an episode, then one at which the command is done."""
    held_out = is_held_out(episode)
    task = episode.task or episode.source
    for step in episode.steps:
        sample = featurize(step.observation, book)
        label = label_step(step.observation, step.action, sample)
        if label is not None:
            yield Example(sample, label, task, held_out)
    if episode.steps:
        yield Example(featurize(_after(episode), book), Label(), task, held_out)


def _after(episode: Episode) -> Observation:
    """The page after the last action.

    Recordings end with the act that finishes the task, so what the page looked like then is not known: the page
    before it is used, with that act in the history, what it does to its element and to the focus and, in half of the
    episodes, some elements gone or new. A click may have loaded another page, on which nothing is what it was: then all
    elements have other refs.
    """
    last = episode.steps[-1]
    actions = last.observation.actions
    if not isinstance(last.action, Stop):
        actions = (*actions, last.action)[-_HISTORY:]
    random = np.random.default_rng(crc32(episode.id.encode()))
    elements = tuple(_acted_on(element, last.action) for element in last.observation.elements)
    if random.random() < 0.5:
        elements = tuple(_disturb(elements, random))
    if isinstance(last.action, Click) and random.random() < _LOADED:
        elements = tuple(msgspec.structs.replace(e, ref=e.ref + _OTHERS, parent=e.parent + _OTHERS) for e in elements)
    return msgspec.structs.replace(last.observation, actions=actions, elements=elements)


def _acted_on(element: Element, action: Action) -> Element:
    """An element after an action, as far as every page does the same.

    Without the focus on what was clicked, a network that sees it on real pages takes it for a sign that more is to do.
    """
    if isinstance(action, Stop) or element.ref != getattr(action, "ref", 0):
        return msgspec.structs.replace(element, focused=False) if element.focused else element
    changes: dict[str, Any] = {"focused": element.role in _FOCUSABLE or element.editable}
    if isinstance(action, Click) and element.role in _TICKED:
        changes["checked"] = element.role == "radio" or not element.checked
    elif isinstance(action, Type):
        secret = element.attributes.get("type") == "password"
        changes["value"] = "•" * len(action.text) if secret else action.text
    elif isinstance(action, Select):
        changes["value"] = action.option
    return msgspec.structs.replace(element, **changes)


def _disturb(elements: Sequence[Element], random: Generator) -> Iterator[Element]:
    gone, new = random.uniform(0, 0.7), random.uniform(0, 0.5)
    for element in elements:
        chance = random.random()
        if chance >= gone:
            yield msgspec.structs.replace(element, new=True) if random.random() < new else element
