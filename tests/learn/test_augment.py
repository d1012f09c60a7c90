"""Variations that must not change what to do."""

from __future__ import annotations

import numpy as np
import pytest

from webagent.learn.augment import augment, typed
from webagent.learn.examples import Example
from webagent.learn.labels import Label, label_step
from webagent.policy.command import DIGITS
from webagent.policy.features import Sample, Slots, featurize
from webagent.policy.words import WordBook
from webagent_envs.spaces import Element, Observation, Type

PAGE = Observation(
    instruction="Buy the second picture",
    elements=(
        Element(ref=1, tag="body"),
        Element(ref=2, parent=1, tag="button", role="button", text="Buy", box=(0, 0, 50, 20)),
        Element(ref=3, parent=1, tag="a", role="link", text="Second picture", box=(0, 30, 50, 20)),
    ),
)


@pytest.fixture
def book() -> WordBook:
    return WordBook()


def command(sample: Sample, book: WordBook) -> list[str]:
    said = sample.tokens[: len(sample.tokens) - len(DIGITS)]
    return [book.word(int(sample.vocabulary[local])) for local in said]


def labels(sample: Sample, book: WordBook) -> list[list[str]]:
    return [[book.word(int(sample.vocabulary[w])) for w in row[Slots.label] if w] for row in sample.words]


def test_the_command_is_said_in_other_words_sometimes(book: WordBook) -> None:
    sample = featurize(PAGE, book)
    example = Example(sample, Label(), "page", held_out=False)
    pool = np.array([book.id("zebra")], np.int32)
    commands = set()
    for seed in range(200):
        varied = augment(example, book, pool, np.random.default_rng(seed))
        words = command(varied, book)
        if "zebra" in words:
            continue  # a name that is another in command and page
        commands.add(" ".join(words))
        assert labels(varied, book) == [["buy"], ["second", "picture"]]
        assert words[1:3] == ["the", "second"]  # numbers are no words for a thing
    assert {"buy the second picture", "purchase the second picture", "buy the second image"} <= commands
    assert command(sample, book) == ["buy", "the", "second", "picture"]


def test_names_are_changed_in_command_and_page_together(book: WordBook) -> None:
    sample = featurize(PAGE, book)
    example = Example(sample, Label(), "page", held_out=False)
    pool = np.array([book.id("zebra")], np.int32)
    changed = 0
    for seed in range(60):
        varied = augment(example, book, pool, np.random.default_rng(seed))
        if "zebra" in command(varied, book):
            changed += 1
            assert any("zebra" in label for label in labels(varied, book))
    assert changed


def test_what_is_typed_is_often_other_words_and_nothing_else_changes(book: WordBook) -> None:
    field = Element(ref=4, parent=1, tag="input", role="textbox", name="Name", box=(0, 60, 90, 20), editable=True)
    page = Observation(instruction="enter Ada Lovelace as the name", elements=(*PAGE.elements, field))
    sample = featurize(page, book)
    label = label_step(page, Type(4, "Ada Lovelace"), sample)
    assert label is not None
    example = Example(sample, label, "page", held_out=False)
    assert [book.word(int(sample.vocabulary[local])) for local in typed(example)] == ["ada", "lovelace"]
    pool = np.array([book.id(word) for word in ("zebra", "quagga")], np.int32)
    said = {" ".join(command(augment(example, book, pool, np.random.default_rng(seed)), book)) for seed in range(60)}
    assert {"enter ada lovelace as the name", "enter zebra quagga as the name"} <= said
    assert all(words.startswith("enter ") for words in said)
