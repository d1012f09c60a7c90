"""Which tasks to practise next: those where attempts at the same page now succeed and now fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.random import Generator

__all__ = ["Tally", "plan"]

_MEMORY = 0.6  # share of what was known that stays when a task is visited again
_LEAST = 0.05  # need of a task that always succeeds
_HOPELESS = 0.25  # need of a task that never does; shared by the visits that found nothing
_UNKNOWN = 0.5  # need of a task that was not visited yet
_PROGRESS = 0.02  # a rate this much above the best so far is progress
_LOST = 0.15  # so far below its best, a task was forgotten
_PATIENCE = 6  # visits without progress that halve the need
_LEARNED = 0.9  # rate from which on what was found is imitated less often
_MOST_STEPS, _SPARE_STEPS, _FIRST_STEPS = 30, 4, 16


class Tally(msgspec.Struct):
    """What practice knows of a task.

    Attributes:
        visits: how often it was practised.
        in_vain: how many of the last visits found nothing at all.
        rate: share of the ordinary attempts that succeeded lately, in [0, 1].
        found: how many odd attempts succeeded so far.
        steps: actions of an attempt lately.
        longest: most actions that a successful attempt took so far.
        attempts: how many there were.
        best: greatest rate so far.
        stale: visits since then.
    """

    visits: int = 0
    in_vain: int = 0
    rate: float = 0.0
    found: int = 0
    steps: float = 1.0
    longest: int = 0
    attempts: int = 0
    best: float = 0.0
    stale: int = 0

    @property
    def limit(self) -> int:
        """Actions after which an attempt is given up: few where nothing is known to succeed, as most are in vain."""
        return min(_MOST_STEPS, 2 * self.longest + _SPARE_STEPS) if self.longest else _FIRST_STEPS

    def note(self, successes: Sequence[bool], odd_successes: int, steps: Sequence[int], longest: int) -> None:
        """Add a visit: which ordinary attempts succeeded, how many odd ones, actions of each attempt, most needed."""
        kept = _MEMORY if self.visits else 0.0
        rate = sum(successes) / max(1, len(successes))
        self.rate = kept * self.rate + (1 - kept) * rate
        self.steps = kept * self.steps + (1 - kept) * sum(steps) / max(1, len(steps))
        self.longest = max(self.longest, longest)
        self.in_vain = 0 if rate or odd_successes else self.in_vain + 1
        self.found += odd_successes
        self.visits += 1
        self.attempts += len(successes)
        self.stale += 1
        if self.rate >= self.best + _PROGRESS:
            self.best, self.stale = self.rate, 0

    @property
    def is_learned(self) -> bool:
        """Whether nearly all attempts succeed."""
        return self.rate >= _LEARNED

    @property
    def need(self) -> float:
        """How much there is to gain for what it costs.

        Where visits bring no progress, success may be chance (a picture that cannot be read, say): they become rare.
        Long episodes cost more than short ones, and teach more: they are held back only by the fourth root of their
        length. With the square root, tasks of twenty steps were visited so seldom that they lost.
        """
        if not self.visits:
            return _UNKNOWN
        learnable = 2 * (self.rate * (1 - self.rate)) ** 0.5
        if self.rate > self.best - _LOST:
            learnable /= 1 + self.stale / _PATIENCE
        hopeless = _HOPELESS / self.in_vain if self.in_vain else 0.0
        return float(max(learnable, hopeless, _LEAST) / max(1.0, self.steps) ** 0.25)


def plan(tasks: Sequence[str], tallies: Mapping[str, Tally], visits: int, random: Generator) -> dict[str, int]:
    """Tasks for a round, different ones, drawn by need; and after how many actions attempts are given up."""
    needs = np.array([tallies.get(task, Tally()).need for task in tasks])
    count = min(visits, len(tasks))
    chosen = random.choice(len(tasks), count, replace=False, p=needs / needs.sum())
    return {tasks[number]: tallies.get(tasks[number], Tally()).limit for number in sorted(chosen)}
