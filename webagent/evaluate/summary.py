"""The numbers of a run: by task, over all tasks, and why episodes failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import fmean, median, quantiles
from typing import Any

from webagent.evaluate.intervals import mean_interval, wilson
from webagent.evaluate.rollout import EpisodeResult
from webagent.evaluate.suites import limit_of

__all__ = ["by_task", "details", "summarise"]

SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0)
"""Time limits at which success is reported."""


def by_task(results: Iterable[EpisodeResult]) -> dict[str, list[EpisodeResult]]:
    """Results by task, in the order of their first appearance."""
    found: dict[str, list[EpisodeResult]] = {}
    for result in results:
        found.setdefault(result.task, []).append(result)
    return found


def summarise(tasks: dict[str, list[EpisodeResult]]) -> dict[str, Any]:
    """``mean, low, high`` over tasks (95 %), ``episodes``, and a row for each of ``tasks``."""
    rows = {task: _row(results) for task, results in tasks.items()}
    mean, low, high = mean_interval([(row["successes"], row["episodes"]) for row in rows.values()])
    return {
        "mean": round(mean, 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "episodes": sum(row["episodes"] for row in rows.values()),
        "tasks": rows,
    }


def _row(results: Sequence[EpisodeResult]) -> dict[str, Any]:
    successes, steps = sum(result.success for result in results), sum(result.steps for result in results)
    low, high = wilson(successes, len(results))
    return {
        "episodes": len(results),
        "successes": successes,
        "low": round(low, 4),
        "high": round(high, 4),
        "positive": sum(result.raw_reward > 0 for result in results),
        "mean_steps": round(steps / len(results), 2),
        "policy_ms": round(sum(result.policy_ms for result in results) / max(1, steps), 2),
        "env_ms": round(sum(result.env_ms for result in results) / max(1, steps), 2),
        "reset_ms": round(median(result.reset_ms for result in results), 2),
        "errors": sum(bool(result.error) for result in results),
    }


def details(tasks: dict[str, list[EpisodeResult]]) -> dict[str, Any]:
    """What a report shows besides.

    Returns:
        ``positive``: mean over tasks when any reward above zero counts. ``in_time``: mean success of episodes that
        took, on the wall clock, no longer than their task's original limit; ``None`` where a task has none. ``within``:
        mean success by seconds that an episode took, agent and page together. ``latency_ms``: of a step in the agent
        and in the page, percentiles. ``failures``: how many episodes by cause. ``usage``: what the agent said that it
        used.
    """
    every = [result for results in tasks.values() for result in results]
    steps = [step for result in every for step in result.trace]
    usage: Counter[str] = Counter()
    for result in every:
        usage.update(result.usage)
    return {
        "positive": round(fmean(fmean(r.raw_reward > 0 for r in results) for results in tasks.values()), 4),
        "in_time": _in_time(tasks),
        "within": {f"{limit:g}": _within(tasks, limit) for limit in SECONDS},
        "latency_ms": {
            "policy": _percentiles([step.policy_ms for step in steps]),
            "page": _percentiles([step.env_ms for step in steps]),
        },
        "failures": dict(Counter(result.cause for result in every if not result.success).most_common()),
        "usage": {name: round(amount, 6) for name, amount in usage.items()},
    }


def _within(tasks: dict[str, list[EpisodeResult]], seconds: float) -> float:
    return round(fmean(_soon(results, seconds) for results in tasks.values()), 4)


def _in_time(tasks: dict[str, list[EpisodeResult]]) -> float | None:
    limits = {task: limit_of(task) for task in tasks}
    shares = [_soon(results, limit) for task, results in tasks.items() if (limit := limits[task]) is not None]
    return round(fmean(shares), 4) if len(shares) == len(tasks) else None


def _soon(results: Sequence[EpisodeResult], seconds: float) -> float:
    """Share of episodes that succeeded in this time."""
    return fmean(result.success and (result.policy_ms + result.env_ms) / 1e3 <= seconds for result in results)


def _percentiles(values: Sequence[float]) -> dict[str, float]:
    if len(values) < 2:
        return {}
    cuts = quantiles(values, n=100, method="inclusive")
    return {
        "p50": round(cuts[49], 2),
        "p95": round(cuts[94], 2),
        "p99": round(cuts[98], 2),
        "most": round(max(values), 2),
    }
