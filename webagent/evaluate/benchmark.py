"""Success of a policy over tasks, in one or several processes; the numbers of ``webagent eval``."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import gymnasium

from webagent.errors import UsageError
from webagent.evaluate.intervals import mean_interval, wilson
from webagent.evaluate.rewording import Reworded, reworded_tasks
from webagent.evaluate.rollout import EpisodeResult, episode_seed, run_episode
from webagent.policy.agents import Actor, PolicyActor, RandomActor, SubmitActor
from webagent.policy.policy import Policy
from webagent_envs.tasks import find_task

__all__ = ["BASELINES", "EvaluateConfig", "evaluate", "run_task"]

BASELINES: dict[str, Callable[[], Actor]] = {"random": RandomActor, "submit-only": SubmitActor}

Progress = Callable[[int, int], None]
"""Called with (tasks done, tasks in all)."""


@dataclass(frozen=True, kw_only=True)
class EvaluateConfig:
    """What to run.

    Attributes:
        policy: checkpoint folder, one of BASELINES, or None for the shipped weights.
        episodes: of each task, > 0.
        seed: decides, with task and number, the seed of each episode.
        workers: processes, each with a browser of its own.
        input: "trusted" or "dom".
        time_limit: "steps" or "original".
        data_mode: "train" or "test".
        reworded: give the instructions in other words; only of tasks that have such.
    """

    policy: str | None = None
    episodes: int = 20
    seed: int = 0
    workers: int = 1
    input: str = "trusted"
    time_limit: str = "steps"
    data_mode: str = "train"
    reworded: bool = False


def evaluate(tasks: Sequence[str], config: EvaluateConfig, progress: Progress | None = None) -> dict[str, Any]:
    """Run the episodes and sum up.

    Returns:
        The object that ``webagent eval --json`` prints (success strict: raw reward == 1; ``low`` and ``high`` are the
        95 % interval of the mean over tasks).

    Raises:
        UsageError: no task, or no episode.
        CheckpointError: the policy cannot be loaded.
        webagent_envs.errors.UnknownTask: a task does not exist.
    """
    if not tasks:
        raise UsageError("no task to evaluate; name some, or use --tasks all")
    if config.episodes < 1:
        raise UsageError(f"{config.episodes} episodes cannot be evaluated; use 1 or more")
    for task in tasks:
        find_task(task)
    unworded = sorted(set(tasks) - set(reworded_tasks())) if config.reworded else []
    if unworded:
        raise UsageError(f"no rewordings of {', '.join(unworded)}; choose among {', '.join(reworded_tasks())}")
    policy_hash = "" if config.policy in BASELINES else Policy.load(config.policy).hash
    rows: dict[str, dict[str, Any]] = {}
    for done, results in enumerate(_run(tasks, config), start=1):
        rows[results[0].task] = _sum_up(results)
        if progress:
            progress(done, len(tasks))
    mean, low, high = mean_interval([(row["successes"], row["episodes"]) for row in rows.values()])
    return {
        "mean": round(mean, 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "episodes": sum(row["episodes"] for row in rows.values()),
        "policy": _policy_name(config.policy),
        "policy_hash": policy_hash,
        "seed": config.seed,
        "input": config.input,
        "time_limit": config.time_limit,
        "data_mode": config.data_mode,
        "reworded": config.reworded,
        "tasks": {task: rows[task] for task in tasks},
    }


def _policy_name(policy: str | None) -> str:
    return "shipped" if policy is None else policy if policy in BASELINES else Path(policy).name


def run_task(task: str, config: EvaluateConfig) -> list[EpisodeResult]:
    """All episodes of one task, in this process."""
    import torch

    import webagent_envs  # noqa: F401  (registers the environments)

    torch.set_num_threads(1)
    actor = BASELINES[config.policy]() if config.policy in BASELINES else PolicyActor(Policy.load(config.policy))
    env = gymnasium.make(
        f"webagent/{task}-v1",
        input=config.input,
        time_limit=config.time_limit,
        data_mode=config.data_mode,
        disable_env_checker=True,
    )
    env = Reworded(env, task) if config.reworded else env
    seeds = [episode_seed(config.seed, task, episode) for episode in range(config.episodes)]
    with closing(env):
        return [run_episode(env, actor, task, seed) for seed in seeds]


def _run(tasks: Sequence[str], config: EvaluateConfig) -> Iterator[list[EpisodeResult]]:
    if config.workers <= 1:
        yield from (run_task(task, config) for task in tasks)
        return
    pool = ProcessPoolExecutor(config.workers, mp_context=multiprocessing.get_context("spawn"))
    try:
        for future in as_completed([pool.submit(run_task, task, config) for task in tasks]):
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _sum_up(results: Sequence[EpisodeResult]) -> dict[str, Any]:
    successes, steps = sum(result.success for result in results), sum(result.steps for result in results)
    low, high = wilson(successes, len(results))
    return {
        "episodes": len(results),
        "successes": successes,
        "low": round(low, 4),
        "high": round(high, 4),
        "mean_steps": round(steps / len(results), 2),
        "policy_ms": round(sum(result.policy_ms for result in results) / steps, 2),
        "env_ms": round(sum(result.env_ms for result in results) / steps, 2),
        "reset_ms": round(median(result.reset_ms for result in results), 2),
        "errors": sum(bool(result.error) for result in results),
    }
