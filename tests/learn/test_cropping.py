"""Pages made smaller to learn from: what the step is about stays, with all that tells which it is."""

from __future__ import annotations

import numpy as np
import pytest

from webagent.learn.cropping import crop
from webagent.learn.examples import Example
from webagent.learn.labels import label_step
from webagent.policy.batch import collate
from webagent.policy.features import Sample, Slots, featurize
from webagent.policy.words import WordBook
from webagent_envs.spaces import Click, Element, Observation


def table(rows: int) -> Observation:
    elements = [Element(ref=1, tag="body")]
    for row in range(rows):
        first, top = 10 * (row + 1), 30.0 * row
        elements.append(Element(ref=first, parent=1, tag="div", box=(0, top, 300, 30)))
        elements.append(Element(ref=first + 1, parent=first, tag="span", text=f"Person {row}", box=(0, top, 100, 20)))
        for place, label in enumerate(("Edit", "Delete")):
            box = (120.0 + 80 * place, top, 60.0, 20.0)
            elements.append(
                Element(ref=first + 2 + place, parent=first, tag="button", role="button", text=label, box=box)
            )
    return Observation(instruction="Delete person 37", elements=tuple(elements), actions=(Click(12),))


@pytest.fixture
def book() -> WordBook:
    return WordBook()


@pytest.fixture
def example(book: WordBook) -> Example:
    observation = table(60)
    sample = featurize(observation, book)
    label = label_step(observation, Click(383), sample)
    assert label is not None
    return Example(sample, label, "table", held_out=False)


def label_words(sample: Sample, book: WordBook, row: int) -> list[str]:
    return [book.word(int(sample.vocabulary[local])) for local in sample.words[row, Slots.label] if local]


@pytest.mark.parametrize("seed", range(8))
def test_what_the_step_is_about_stays(example: Example, book: WordBook, seed: int) -> None:
    smaller = crop(example, 40, np.random.default_rng(seed))
    refs = smaller.sample.refs.tolist()
    assert 40 <= len(refs) < 60
    assert refs == sorted(refs)
    assert refs[smaller.label.element] == 383
    assert {381, 12} <= set(refs)  # whose row it is, and what was acted on
    assert label_words(smaller.sample, book, smaller.label.element) == ["delete"]
    assert label_words(smaller.sample, book, refs.index(381)) == ["person", "37"]
    whole = example.sample
    row = whole.refs.tolist().index(383)
    assert (smaller.sample.numeric[smaller.label.element] == whole.numeric[row]).all()


@pytest.mark.parametrize("seed", range(8))
def test_what_was_the_nearest_still_is(example: Example, book: WordBook, seed: int) -> None:
    smaller = crop(example, 40, np.random.default_rng(seed)).sample
    pairs = collate([smaller], book).pairs[0]
    refs = smaller.refs.tolist()
    right, nearest = 16, 382 if 382 in refs else 383
    assert pairs[right, refs.index(nearest), refs.index(381)] == 1
    assert pairs[right, refs.index(383), refs.index(nearest)] == (nearest != 383)
    assert pairs[right, :, refs.index(381)].sum() == 1


def test_small_pages_are_left_as_they_are(example: Example) -> None:
    assert crop(example, 500, np.random.default_rng(0)) is example


def test_what_could_be_taken_for_the_target_stays(example: Example) -> None:
    buttons = [int((crop(example, 40, np.random.default_rng(seed)).sample.families == example.sample.families[
        example.label.element]).sum()) for seed in range(8)]  # fmt: skip
    assert min(buttons) >= 8
