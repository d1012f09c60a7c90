"""Variations of a demonstration that must not change what to do.

Names are swapped in command and page together, so that what matches counts and not which name it is; boxes are
scaled and shifted; class and id words, which a person does not see, are sometimes hidden or others, so that nobody
relies on them alone. Words of the command that the page has are sometimes others that mean the same (WordNet,
``scripts/make_thesaurus.py``). Words to type are often any others: a name that nobody has met is typed like one that
everybody knows.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from webagent.learn.examples import Example
from webagent.policy.command import DIGITS
from webagent.policy.features import MARK_WORDS, Sample, Slots
from webagent.policy.thesaurus import synonyms
from webagent.policy.words import WordBook

__all__ = ["augment", "typed"]

_SWAP_SAMPLES, _SWAP_WORDS, _HIDE_MARKS, _CHANGE_MARKS, _JITTER = 0.35, 0.6, 0.08, 0.1, 0.08
_REWORD_SAMPLES, _REWORD_WORDS = 0.2, 0.7
_TYPE_SAMPLES, _TYPE_WORDS = 0.35, 0.8


def augment(example: Example, book: WordBook, pool: NDArray[np.int32], random: Generator) -> Sample:
    """One variation of an example's sample.

    Args:
        example: left as it is.
        book: the book of the sample's words.
        pool: [n] ids of the words that may stand in for another.
        random: where chance comes from.
    """
    sample = example.sample
    if len(example.label.spans) and random.random() < _TYPE_SAMPLES:
        sample = replace(sample, vocabulary=_swap_words(sample, typed(example), _TYPE_WORDS, book, pool, random))
    if random.random() < _SWAP_SAMPLES:
        shared = np.intersect1d(sample.tokens, sample.words)
        sample = replace(sample, vocabulary=_swap_words(sample, shared, _SWAP_WORDS, book, pool, random))
    elif random.random() < _REWORD_SAMPLES:
        sample = _reword(sample, book, random)
    if random.random() < _HIDE_MARKS:
        words = sample.words.copy()
        marks = words[:, Slots.marks]
        marks[random.random(marks.shape[0]) < 0.7, : MARK_WORDS - 1] = 0
        sample = replace(sample, words=words)
    if random.random() < _CHANGE_MARKS:
        sample = _change_marks(sample, pool, random)
    return _jitter(sample, random)


def _change_marks(sample: Sample, pool: NDArray[np.int32], random: Generator) -> Sample:
    """Other classes and ids, the same ones for the same ones; words that the command says stay."""
    marks = np.unique(np.concatenate([sample.words[:, Slots.marks].ravel(), sample.words[:, Slots.ids].ravel()]))
    marks = np.setdiff1d(marks, np.append(sample.tokens, 0))
    changed = marks[random.random(len(marks)) < random.random()]
    local = np.arange(len(sample.vocabulary), dtype=np.int16)
    local[changed] = np.arange(len(changed)) + len(sample.vocabulary)
    words = sample.words.copy()
    for slot in (Slots.marks, Slots.ids):
        words[:, slot] = local[words[:, slot]]
    vocabulary = np.concatenate([sample.vocabulary, random.choice(pool, len(changed))]).astype(np.int32)
    return replace(sample, words=words, vocabulary=vocabulary)


def typed(example: Example) -> NDArray[np.int16]:
    """The words that are typed and nowhere else in the command."""
    tokens = example.sample.tokens
    inside = np.zeros(len(tokens), np.bool_)
    for first, last in example.label.spans:
        inside[first : last + 1] = True
    said = np.setdiff1d(tokens[inside], tokens[~inside])
    return said[said > 0]


def _swap_words(
    sample: Sample, words: NDArray[np.int16], share: float, book: WordBook, pool: NDArray[np.int32], random: Generator
) -> NDArray[np.int32]:
    """Replace a share of the words, everywhere at once."""
    vocabulary = sample.vocabulary.copy()
    taken = set(vocabulary.tolist())
    for local in words.tolist():
        word = book.word(int(vocabulary[local]))
        if len(word) < 3 or not word.isalpha() or not np.isnan(book.number[vocabulary[local]]):
            continue
        other = int(random.choice(pool))
        if random.random() < share and other not in taken:
            vocabulary[local] = other
            taken.add(other)
    return vocabulary


def _reword(sample: Sample, book: WordBook, random: Generator) -> Sample:
    """Say in the command other words for some that the page has, where the page has not those as well."""
    said = sample.tokens[: len(sample.tokens) - len(DIGITS)]
    shared = np.intersect1d(said, sample.words)
    tokens, vocabulary = sample.tokens.copy(), sample.vocabulary.tolist()
    for local in shared[shared > 0].tolist():
        words = synonyms().get(book.word(vocabulary[local]), ()) if np.isnan(book.number[vocabulary[local]]) else ()
        others = [other for other in map(book.id, words) if other not in vocabulary]
        if others and random.random() < _REWORD_WORDS:
            tokens[: len(said)][said == local] = len(vocabulary)
            vocabulary.append(others[int(random.integers(len(others)))])
    return replace(sample, tokens=tokens, vocabulary=np.array(vocabulary, np.int32))


def _jitter(sample: Sample, random: Generator) -> Sample:
    scale = np.float32(1 + random.uniform(-_JITTER, _JITTER))
    shift = random.uniform(-_JITTER, _JITTER, 2).astype(np.float32)
    numeric = sample.numeric.copy()
    numeric[:, :4] *= scale
    numeric[:, :2] += shift
    return replace(sample, numeric=numeric, boxes=sample.boxes * scale + np.tile(shift, 2))
