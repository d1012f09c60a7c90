"""What every engine offers: a vocabulary goes in when the page changes, sound goes in, hypotheses come out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from webagent.voice.vocabulary import Vocabulary

__all__ = ["RATE", "Heard", "Hypothesis", "Recognizer", "Sound", "weigh"]

RATE = 16_000
"""Samples a second that every engine takes."""

Sound: TypeAlias = NDArray[np.int16]
"""One utterance: samples [n], mono, `RATE` of them a second."""


class Hypothesis(NamedTuple):
    """Something that may have been said.

    Attributes:
        text: the words as one would write them, labels as the page writes them.
        share: how likely that is beside the other hypotheses, in [0, 1].
        spoken: the words as they were recognised, lower case.
    """

    text: str
    share: float
    spoken: str


class Heard(NamedTuple):
    """What an engine made of one utterance.

    Attributes:
        hypotheses: different ones, likeliest first; none when nothing was understood.
        engine: which engine.
        trust: in [0, 1], how well the best one fits the sound when no word is taken for granted; 0 for noise.
    """

    hypotheses: tuple[Hypothesis, ...]
    engine: str
    trust: float


class Recognizer(Protocol):
    """An engine that turns speech into words."""

    name: str

    def bias(self, vocabulary: Vocabulary) -> None:
        """Expect these words from now on; returns as soon as speech can be understood, and may go on behind."""
        ...

    def hear(self, sound: Sound) -> Heard:
        """Understand one utterance."""
        ...


def weigh(scored: Mapping[str, float]) -> list[tuple[str, float]]:
    """Shares that add up to one, from log probabilities (natural logarithm), likeliest first."""
    if not scored:
        return []
    best = max(scored.values())
    weights = {text: float(np.exp(score - best)) for text, score in scored.items()}
    total = sum(weights.values())
    return sorted(((text, weight / total) for text, weight in weights.items()), key=lambda pair: -pair[1])
