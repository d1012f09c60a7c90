"""Success of an agent over tasks: in memory (``webagent eval``), or into a folder (``webagent bench run``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from webagent.errors import UsageError
from webagent.evaluate.agents import BASELINES, LANGUAGE_MODEL, Agent, load_agent, placed
from webagent.evaluate.llm import LanguageModelConfig
from webagent.evaluate.rewording import reworded_tasks
from webagent.evaluate.rollout import EpisodeResult
from webagent.evaluate.run import Plan, Worker, run_here
from webagent.evaluate.shards import Shard
from webagent.evaluate.store import Run, RunFolder, versions
from webagent.evaluate.suites import Conditions, Episode, episodes_of, suite_tasks
from webagent.evaluate.summary import by_task, summarise
from webagent_envs.tasks import find_task

__all__ = ["BenchConfig", "EvaluateConfig", "evaluate", "run_benchmark"]

Progress = Callable[[int, int], None]
"""Called with (episodes done, episodes in all)."""


@dataclass(frozen=True, kw_only=True)
class EvaluateConfig:
    """What to run.

    Attributes:
        policy: an agent, as `load_agent` takes it; None for the shipped weights.
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
    tasks = [find_task(task).name for task in tasks]
    unworded = sorted(set(tasks) - set(reworded_tasks())) if config.reworded else []
    if unworded:
        raise UsageError(f"no rewordings of {', '.join(unworded)}; choose among {', '.join(reworded_tasks())}")
    variants = {f"{task}@reworded" if config.reworded else task: task for task in tasks}
    episodes = episodes_of(list(variants), config.episodes, config.seed)
    agent = load_agent(config.policy)
    plan = Plan(agent=config.policy, conditions=_conditions(config))
    results: list[EpisodeResult] = []
    for result in run_here(episodes, plan, config.workers):
        results.append(result)
        if progress:
            progress(len(results), len(episodes))
    place = {episode: number for number, episode in enumerate(episodes)}
    found = by_task(sorted(results, key=lambda result: place[Episode(result.task, result.seed)]))
    summary = summarise({variants[task]: rows for task, rows in found.items()})
    return {
        **{name: summary[name] for name in ("mean", "low", "high", "episodes")},
        "policy": agent.name,
        "policy_hash": "" if config.policy in BASELINES else agent.hash,
        **{name: getattr(config, name) for name in ("seed", "input", "time_limit", "data_mode", "reworded")},
        "tasks": summary["tasks"],
    }


@dataclass(frozen=True, kw_only=True)
class BenchConfig:
    """A run of a suite.

    Attributes:
        suite: one of SUITES.
        policy: an agent, as `load_agent` takes it; None for the shipped weights.
        episodes: of each task, > 0.
        seed: decides on every episode's seed.
        workers: processes or Ray actors, a browser each.
        input: "trusted" or "dom".
        time_limit: "steps" or "original".
        data_mode: "train" or "test".
        shard: the part of the episodes that is played here.
        ray: "auto" or an address: play on that Ray cluster; "": here.
        deadline: seconds for an episode on Ray, after which its actor is replaced.
        llm: how a language model is asked.
    """

    suite: str
    policy: str | None = None
    episodes: int = 20
    seed: int = 0
    workers: int = 1
    input: str = "trusted"
    time_limit: str = "steps"
    data_mode: str = "train"
    shard: Shard = field(default_factory=Shard)
    ray: str = ""
    deadline: float = 600.0
    llm: LanguageModelConfig = field(default_factory=LanguageModelConfig)


def run_benchmark(config: BenchConfig, out: Path, progress: Progress | None = None) -> RunFolder:
    """Play what is missing in a folder.

    Raises:
        UsageError: no such suite or agent, no episode, or the folder holds another run.
        CheckpointError: the policy cannot be loaded.
    """
    episodes = episodes_of(suite_tasks(config.suite), config.episodes, config.seed)
    agent = load_agent(config.policy, config.llm)
    folder = RunFolder(out)
    folder.begin(_run_of(config, agent))
    mine, done = config.shard.part(episodes), folder.done()
    missing = [episode for episode in mine if episode not in done]
    before = len(mine) - len(missing)
    if progress:
        progress(before, len(mine))
    for played, result in enumerate(_play(config, agent.hash, missing), start=1):
        folder.keep(result)
        if progress:
            progress(before + played, len(mine))
    return folder


def _play(config: BenchConfig, agent: str, episodes: Sequence[Episode]) -> Iterable[EpisodeResult]:
    if not episodes:
        return ()
    plan = Plan(agent=placed(config.policy), hash=agent, llm=config.llm, conditions=_conditions(config))
    if config.ray:
        from webagent.evaluate.cluster import run_on_ray

        return run_on_ray(episodes, Worker, (plan,), config.workers, address=config.ray, deadline=config.deadline)
    return run_here(episodes, plan, config.workers)


def _conditions(config: EvaluateConfig | BenchConfig) -> Conditions:
    return Conditions(
        input=config.input,  # type: ignore[arg-type]  # the environment refuses what it does not know
        time_limit=config.time_limit,  # type: ignore[arg-type]
        data_mode=config.data_mode,  # type: ignore[arg-type]
    )


def _run_of(config: BenchConfig, agent: Agent) -> Run:
    spec = config.policy or "shipped"
    return Run(
        suite=config.suite,
        agent=spec,
        policy=agent.name,
        policy_hash=agent.hash,
        episodes=config.episodes,
        seed=config.seed,
        input=config.input,
        time_limit=config.time_limit,
        data_mode=config.data_mode,
        llm=asdict(config.llm) if spec.startswith(LANGUAGE_MODEL) else {},
        versions=versions(),
    )
