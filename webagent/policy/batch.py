"""Samples -> one padded batch of tensors, all that the network reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from webagent.policy.command import DIGITS
from webagent.policy.features import Sample
from webagent.policy.words import WordBook

__all__ = ["Batch", "collate"]


class Batch(NamedTuple):
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
        numeric: [B, E, ELEMENT_FEATURES].
        boxes: [B, E, 4].
        ancestors: [B, E, A].
        container_sizes: [B, E, A].
        kinds: [B, E, KIND_COLUMNS].
        element_mask: [B, E] true where there is an element.
        step: [B, STEP_FEATURES].
    """

    rows: Tensor
    ngrams: Tensor
    numbers: Tensor
    ordinals: Tensor
    tokens: Tensor
    token_features: Tensor
    token_mask: Tensor
    command_lengths: Tensor
    words: Tensor
    tags: Tensor
    roles: Tensor
    numeric: Tensor
    boxes: Tensor
    ancestors: Tensor
    container_sizes: Tensor
    kinds: Tensor
    element_mask: Tensor
    step: Tensor


def _pad(arrays: Sequence[NDArray[np.generic]], length: int, dtype: type[np.generic]) -> Tensor:
    """Stack arrays [n, ...] of different n into [B, length, ...], zeros behind."""
    stacked = np.zeros((len(arrays), length, *arrays[0].shape[1:]), dtype)
    for row, array in enumerate(arrays):
        stacked[row, : len(array)] = array
    return torch.from_numpy(stacked)


def collate(samples: Sequence[Sample], book: WordBook) -> Batch:
    """Pad and stack samples; at least one element and one word of padding keeps every shape non-empty."""
    words = [sample.vocabulary for sample in samples]
    most_words = max(map(len, words))
    most_tokens = max(len(sample.tokens) for sample in samples)
    most_elements = max(1, *(len(sample.refs) for sample in samples))
    lengths = torch.tensor([len(sample.tokens) for sample in samples])
    counts = torch.tensor([len(sample.refs) for sample in samples])
    return Batch(
        rows=_pad([book.row[ids] for ids in words], most_words, np.int64),
        ngrams=_pad([book.ngrams[ids] for ids in words], most_words, np.int64),
        numbers=_pad([book.number[ids] for ids in words], most_words, np.float32),
        ordinals=_pad([book.ordinal[ids] for ids in words], most_words, np.bool_),
        tokens=_pad([sample.tokens for sample in samples], most_tokens, np.int64),
        token_features=_pad([sample.token_features for sample in samples], most_tokens, np.float32),
        token_mask=torch.arange(most_tokens) < lengths[:, None],
        command_lengths=lengths - len(DIGITS),
        words=_pad([sample.words for sample in samples], most_elements, np.int64),
        tags=_pad([sample.tags for sample in samples], most_elements, np.int64),
        roles=_pad([sample.roles for sample in samples], most_elements, np.int64),
        numeric=_pad([sample.numeric for sample in samples], most_elements, np.float32),
        boxes=_pad([sample.boxes for sample in samples], most_elements, np.float32),
        ancestors=_pad([sample.ancestors for sample in samples], most_elements, np.int64),
        container_sizes=_pad([sample.container_sizes for sample in samples], most_elements, np.float32),
        kinds=_pad([sample.kinds for sample in samples], most_elements, np.bool_),
        element_mask=torch.arange(most_elements) < counts[:, None],
        step=torch.from_numpy(np.stack([sample.step for sample in samples])),
    )
