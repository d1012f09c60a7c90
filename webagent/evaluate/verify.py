"""Playing a sample of a run again: does it come out the same?"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from webagent.errors import UsageError
from webagent.evaluate.agents import load_agent
from webagent.evaluate.llm import LanguageModelConfig
from webagent.evaluate.report.results import results_of
from webagent.evaluate.rollout import EpisodeResult
from webagent.evaluate.run import Plan, run_here
from webagent.evaluate.store import Run, RunFolder
from webagent.evaluate.suites import Conditions, Episode

__all__ = ["verify"]


def verify(
    path: Path,
    *,
    sample: int = 20,
    seed: int = 0,
    agent: str | None = None,
    workers: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Any]:
    """Play some episodes of a run again.

    Args:
        path: folder of the run.
        sample: how many episodes, at most.
        seed: decides on which ones.
        agent: where the agent is now; by default where it was.
        workers: processes.
        progress: called with (episodes done, episodes in all).

    Returns:
        ``agrees``: every episode has the same success and raw reward, and results.json, if there is one, says what the
        files say (``results_match``); ``episodes``; ``agree``; ``same_acts``: episodes with the same actions;
        ``different``: those that do not agree, with what ``was`` and ``is``.

    Raises:
        DataError: there is no run, or no episode.
        UsageError: the agent is another one now.
    """
    folder = RunFolder(path)
    kept = {Episode(result.task, result.seed): result for result in folder.results()}
    match = _results_match(folder)
    chosen = _drawn(sorted(kept), sample, seed)
    again = []
    for result in run_here(chosen, _plan(folder.run, agent or folder.run.agent), workers):
        again.append((kept[Episode(result.task, result.seed)], result))
        progress(len(again), len(chosen))
    different = [_difference(was, now) for was, now in again if _outcome(was) != _outcome(now)]
    return {
        "agrees": match and not different,
        "results_match": match,
        "episodes": len(again),
        "agree": len(again) - len(different),
        "same_acts": sum(_acts(was) == _acts(now) for was, now in again),
        "different": different,
    }


def _plan(run: Run, spec: str) -> Plan:
    """How the run was played, by the same agent wherever it is now."""
    llm = msgspec.convert(run.llm, LanguageModelConfig) if run.llm else LanguageModelConfig()
    found = load_agent(spec, llm).hash
    if found != run.policy_hash:
        raise UsageError(f"{spec} is {found}, and the run was made by {run.policy_hash}; give that one with --policy")
    given = {"input": run.input, "time_limit": run.time_limit, "data_mode": run.data_mode}
    return Plan(agent=spec, llm=llm, conditions=msgspec.convert(given, Conditions))


def _drawn(episodes: Sequence[Episode], most: int, seed: int) -> list[Episode]:
    """Some of the episodes, by lot, in their order."""
    draw = np.random.default_rng(seed).choice(len(episodes), size=min(most, len(episodes)), replace=False)
    return [episodes[number] for number in sorted(draw)]


def _outcome(result: EpisodeResult) -> tuple[bool, float]:
    return result.success, round(result.raw_reward, 6)


def _acts(result: EpisodeResult) -> bytes:
    return msgspec.json.encode([step.action for step in result.trace])


def _difference(was: EpisodeResult, now: EpisodeResult) -> dict[str, Any]:
    def say(result: EpisodeResult) -> str:
        return f"raw reward {result.raw_reward:g} after {result.steps} steps"

    return {"task": was.task, "seed": was.seed, "was": say(was), "is": say(now)}


def _results_match(folder: RunFolder) -> bool:
    """Whether results.json, if there is one, says of every task what the files say."""
    file = folder.path / "results.json"
    if not file.exists():
        return True
    told, right = json.loads(file.read_bytes()), results_of(folder)
    return all(told.get(name) == right[name] for name in ("mean", "low", "high", "episodes", "policy_hash", "tasks"))
