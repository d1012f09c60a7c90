"""Draw many attempts at one page without making one twice."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

__all__ = ["Draws", "Shares"]

Shares = NDArray[np.float64]
"""[n] probabilities, or factors for them."""


@dataclass
class _Branching:
    """A draw that attempts came to.

    Attributes:
        shares: [n] how likely each outcome was held.
        left: [n] what of that has not been tried yet.
        then: what came after an outcome.
    """

    shares: Shares = field(default_factory=lambda: np.zeros(0))
    left: Shares = field(default_factory=lambda: np.zeros(0))
    then: dict[int, _Branching] = field(default_factory=dict)


class Draws:
    """Everything drawn at one page, as a tree in which each branch knows which share of it is still untried.

    As a page answers the same acts in the same way, to repeat an attempt is a waste; without repetition a hundred
    attempts reach what a policy holds a hundred times less likely than what it likes most. (Sampling without
    replacement by subtracting what was drawn: UniqueRandomizer, Shi, Bieber and Sutton 2020,
    https://arxiv.org/abs/2002.09067.)
    """

    def __init__(self) -> None:
        self._first = _Branching()
        self._begin()

    def _begin(self) -> None:
        self._path: list[tuple[_Branching, int]] = []
        self._next = self._first

    def draw(self, random: Generator, shares: Shares, liking: Shares) -> int:
        """The next outcome of this attempt.

        Args:
            random: chance.
            shares: [n] probabilities, the same whenever the same was drawn before.
            liking: [n] factors > 0 of this attempt alone.
        """
        here = self._next
        if len(here.left) != len(shares):  # new, or a page that does not answer in the same way after all
            here.shares, here.left, here.then = shares, shares.copy(), {}
        weights = here.left * liking
        if not weights.sum() > 0:  # everything was tried
            weights = here.shares * liking
        picked = int(random.choice(len(weights), p=weights / weights.sum()))
        self._path.append((here, picked))
        self._next = here.then.setdefault(picked, _Branching())
        return picked

    def end(self) -> None:
        """The attempt is over; what it did is not done again while there is anything else."""
        untried = 0.0
        for branching, picked in reversed(self._path):
            branching.left[picked] = branching.shares[picked] * untried
            untried = float(branching.left.sum() / branching.shares.sum())
        self._begin()
