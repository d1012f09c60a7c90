"""Intervals for success rates."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

__all__ = ["mean_interval", "wilson"]

Z = 1.959964
"""Two-sided 95 % point of the normal distribution."""


def wilson(successes: int, episodes: int) -> tuple[float, float]:
    """95 % interval of a success rate (Wilson 1927, https://doi.org/10.1080/01621459.1927.10502953), in [0, 1]."""
    if episodes == 0:
        return 0.0, 1.0
    rate = successes / episodes
    scale = 1 + Z**2 / episodes
    middle = (rate + Z**2 / (2 * episodes)) / scale
    half = Z * sqrt(rate * (1 - rate) / episodes + Z**2 / (4 * episodes**2)) / scale
    return max(0.0, middle - half), min(1.0, middle + half)


def mean_interval(tasks: Sequence[tuple[int, int]]) -> tuple[float, float, float]:
    """Mean over tasks of their success rates, with its 95 % interval: mean, low, high in [0, 1].

    Args:
        tasks: (successes, episodes) of each task; episodes > 0. The variance of each rate is taken at Agresti and
            Coull's centre (successes + 2) / (episodes + 4), so that tasks at 0 or 100 % add to it too.
    """
    mean = sum(successes / episodes for successes, episodes in tasks) / len(tasks)
    centres = [((successes + 2) / (episodes + 4), episodes + 4) for successes, episodes in tasks]
    error = sqrt(sum(rate * (1 - rate) / episodes for rate, episodes in centres)) / len(tasks)
    return mean, max(0.0, mean - Z * error), min(1.0, mean + Z * error)
