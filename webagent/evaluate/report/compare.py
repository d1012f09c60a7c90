"""Two runs of the same episodes, compared in pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import comb
from typing import Any

import numpy as np

from webagent.errors import UsageError
from webagent.evaluate.rollout import EpisodeResult

__all__ = ["compare", "mcnemar"]

_DRAWS = 10_000
_SEED = 0


def mcnemar(first_only: int, second_only: int) -> float:
    """Two-sided exact p-value that neither is better (McNemar 1947, https://doi.org/10.1007/BF02295996).

    Args:
        first_only: episodes that only the first solved.
        second_only: episodes that only the second solved.
    """
    count, less = first_only + second_only, min(first_only, second_only)
    tail = sum(comb(count, k) for k in range(less + 1))
    return float(min(1.0, 2 * tail / 2**count))


def compare(
    first: Mapping[str, Sequence[EpisodeResult]], other: Mapping[str, Sequence[EpisodeResult]]
) -> dict[str, Any]:
    """Compare a run with the first one, on the episodes (task and seed) that both played.

    Returns:
        ``episodes``; ``difference`` of the means over tasks (other less first) with its 95 % interval ``low, high``, by
        bootstrap over the episodes of each task (Efron 1979); ``p`` of McNemar's exact test over all episodes;
        ``first_only, other_only``: episodes that only one solved; ``tasks``: the same counts for each.

    Raises:
        UsageError: they have no episode in common.
    """
    tasks = {task: _counts(first[task], other[task]) for task in first if task in other}
    tasks = {task: counts for task, counts in tasks.items() if counts["episodes"]}
    if not tasks:
        raise UsageError("these runs have no episode in common; compare runs of one suite and --seed")
    losses = sum(counts["first_only"] for counts in tasks.values())
    wins = sum(counts["other_only"] for counts in tasks.values())
    low, high = np.quantile(_bootstrap(list(tasks.values())), [0.025, 0.975])
    difference = np.mean([(c["other_only"] - c["first_only"]) / c["episodes"] for c in tasks.values()])
    return {
        "episodes": sum(counts["episodes"] for counts in tasks.values()),
        "difference": round(float(difference), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
        "p": mcnemar(losses, wins),
        "first_only": losses,
        "other_only": wins,
        "tasks": tasks,
    }


def _counts(first: Sequence[EpisodeResult], other: Sequence[EpisodeResult]) -> dict[str, int]:
    was = {result.seed: result.success for result in first}
    pairs = [(was[result.seed], result.success) for result in other if result.seed in was]
    return {
        "episodes": len(pairs),
        "first_only": sum(one and not two for one, two in pairs),
        "other_only": sum(two and not one for one, two in pairs),
    }


def _bootstrap(tasks: Sequence[dict[str, int]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Differences of the means over tasks, of episodes drawn again from each task [draws]."""
    random = np.random.default_rng(_SEED)
    total = np.zeros(_DRAWS)
    for counts in tasks:
        episodes = counts["episodes"]
        shares = np.array([counts["other_only"], counts["first_only"], 0]) / episodes
        shares[2] = max(0.0, 1 - shares.sum())
        drawn = random.multinomial(episodes, shares, size=_DRAWS)
        total += (drawn[:, 0] - drawn[:, 1]) / episodes
    return total / len(tasks)
