"""Samples -> one padded batch of arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from webagent.policy.command import DIGITS
from webagent.policy.features import Sample
from webagent.policy.words import WordBook

__all__ = ["Array", "Padded", "pad"]

Array = TypeVar("Array")
"""NumPy's arrays, or torch's tensors to learn with."""


@dataclass(frozen=True)
class Padded(Generic[Array]):
    """B samples, padded: U distinct words, L tokens, E elements, W words an element, A ancestors.

    Attributes:
        rows: [B, U] rows of the word table.
        ngrams: [B, U, NGRAMS] trigram buckets, 0 for none.
        numbers: [B, U] the number that a word stands for, NaN for none.
        ordinals: [B, U] whether that number is an ordinal.
        tokens: [B, L] local word of each token.
        token_features: [B, L, TOKEN_FEATURES].
        token_mask: [B, L] true where there is a token.
        command_lengths: [B] how many tokens belong to the command; DIGITS follow.
        words: [B, E, W] local words.
        tags: [B, E].
        roles: [B, E].
        families: [B, E].
        numeric: [B, E, ELEMENT_FEATURES].
        quantities: [B, E].
        said_quantities: [B, L].
        boxes: [B, E, 4].
        ancestors: [B, E, A].
        container_sizes: [B, E, A].
        kinds: [B, E, KIND_COLUMNS].
        element_mask: [B, E] true where there is an element.
        step: [B, STEP_FEATURES].
    """

    rows: Array
    ngrams: Array
    numbers: Array
    ordinals: Array
    tokens: Array
    token_features: Array
    token_mask: Array
    command_lengths: Array
    words: Array
    tags: Array
    roles: Array
    families: Array
    numeric: Array
    quantities: Array
    said_quantities: Array
    boxes: Array
    ancestors: Array
    container_sizes: Array
    kinds: Array
    element_mask: Array
    step: Array


def pad(samples: Sequence[Sample], book: WordBook) -> Padded[NDArray[Any]]:
    """Pad and stack samples; at least one element and one word of padding keeps every shape non-empty."""
    words = [sample.vocabulary for sample in samples]
    most_words = max(map(len, words))
    most_tokens = max(len(sample.tokens) for sample in samples)
    most_elements = max(1, *(len(sample.refs) for sample in samples))
    lengths = np.array([len(sample.tokens) for sample in samples])
    counts = np.array([len(sample.refs) for sample in samples])
    return Padded(
        rows=_stack([book.row[ids] for ids in words], most_words, np.int64),
        ngrams=_stack([book.ngrams[ids] for ids in words], most_words, np.int64),
        numbers=_stack([book.number[ids] for ids in words], most_words, np.float32),
        ordinals=_stack([book.ordinal[ids] for ids in words], most_words, np.bool_),
        tokens=_stack([sample.tokens for sample in samples], most_tokens, np.int64),
        token_features=_stack([sample.token_features for sample in samples], most_tokens, np.float32),
        token_mask=np.arange(most_tokens) < lengths[:, None],
        command_lengths=lengths - len(DIGITS),
        words=_stack([sample.words for sample in samples], most_elements, np.int64),
        tags=_stack([sample.tags for sample in samples], most_elements, np.int64),
        roles=_stack([sample.roles for sample in samples], most_elements, np.int64),
        families=_stack([sample.families for sample in samples], most_elements, np.int64),
        numeric=_stack([sample.numeric for sample in samples], most_elements, np.float32),
        quantities=_stack([sample.quantities for sample in samples], most_elements, np.float32),
        said_quantities=_stack([sample.said_quantities for sample in samples], most_tokens, np.float32),
        boxes=_stack([sample.boxes for sample in samples], most_elements, np.float32),
        ancestors=_stack([sample.ancestors for sample in samples], most_elements, np.int16),
        container_sizes=_stack([sample.container_sizes for sample in samples], most_elements, np.float32),
        kinds=_stack([sample.kinds for sample in samples], most_elements, np.bool_),
        element_mask=np.arange(most_elements) < counts[:, None],
        step=np.stack([sample.step for sample in samples]),
    )


def _stack(arrays: Sequence[NDArray[np.generic]], length: int, dtype: type[np.generic]) -> NDArray[Any]:
    """Stack arrays [n, ...] of different n into [B, length, ...], zeros behind."""
    stacked = np.zeros((len(arrays), length, *arrays[0].shape[1:]), dtype)
    for row, array in enumerate(arrays):
        stacked[row, : len(array)] = array
    return stacked
