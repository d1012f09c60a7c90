"""What the network reads, and what it says: the same parts as NumPy's arrays to act, as torch's tensors to learn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from numpy.typing import NDArray

from webagent.policy.features import Sample
from webagent.policy.numerics import one_thread
from webagent.policy.padding import Array, Padded, pad
from webagent.policy.relations import match_elements, pair_elements
from webagent.policy.words import WordBook

__all__ = ["Batch", "Scores", "collate", "relate"]

Other = TypeVar("Other")


@dataclass(frozen=True)
class Batch(Padded[Array]):
    """Padded samples, and what relates their elements and words.

    Attributes:
        pairs: [B, PAIRS, E, E] how each element relates to each other one.
        matches: [B, MATCHES, E, L] how each element relates to each token.
    """

    pairs: Array
    matches: Array

    def map(self, change: Callable[[Array], Other]) -> Batch[Other]:
        """Another batch, of which each part is the changed one."""
        return Batch(**{name: change(part) for name, part in vars(self).items()})


@dataclass(frozen=True)
class Scores(Generic[Array]):
    """What the network says of a batch; logits, impossible ones at MASKED. And the masks that its heads need.

    Attributes:
        actions: [B, E, K] of every (element, kind).
        page: [B, P] of every kind that names no element.
        stop: [B] that the command is done.
        elements: [B, E, d] states, from which the heads go on.
        whole: [B, d] state of the page.
        tokens: [B, L, d] states.
        element_mask: [B, E] as in the batch.
        token_mask: [B, L] as in the batch.
        command_lengths: [B] as in the batch.
    """

    actions: Array
    page: Array
    stop: Array
    elements: Array
    whole: Array
    tokens: Array
    element_mask: Array
    token_mask: Array
    command_lengths: Array

    def map(self, change: Callable[[Array], Other]) -> Scores[Other]:
        """Others, of which each part is the changed one."""
        return Scores(**{name: change(part) for name, part in vars(self).items()})


def relate(padded: Padded[NDArray[Any]]) -> Batch[NDArray[Any]]:
    """Find what relates elements and words."""
    with one_thread():
        pairs = pair_elements(padded)
        return Batch(**vars(padded), pairs=pairs, matches=match_elements(padded, pairs))


def collate(samples: Sequence[Sample], book: WordBook) -> Batch[NDArray[Any]]:
    """All that the network reads of samples."""
    return relate(pad(samples, book))
