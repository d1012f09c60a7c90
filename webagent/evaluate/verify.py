"""Playing a sample of a run again: does it come out the same?"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from webagent.errors import UsageError
from webagent.evaluate.agents import load_agent
from webagent.evaluate.llm import LanguageModelConfig
from webagent.evaluate.report.results import results_of
from webagent.evaluate.rollout import EpisodeResult, run_episode
from webagent.evaluate.run import Plan, run_here
from webagent.evaluate.store import Run, RunFolder
from webagent.evaluate.suites import Conditions, Episode, episodes_of, make_env, suite_tasks
from webagent_envs.spaces import Action, Observation, action_from_dict

__all__ = ["VerifyConfig", "verify"]


@dataclass(frozen=True, kw_only=True)
class VerifyConfig:
    """How a run is checked.

    Attributes:
        sample: how many episodes, at most.
        seed: decides on which ones.
        policy: where the agent is now; None: where it was.
        acts: do what was done then, instead of asking the agent, which need not be here.
        workers: processes; one does what was done then.
    """

    sample: int = 20
    seed: int = 0
    policy: str | None = None
    acts: bool = False
    workers: int = 1


def verify(
    path: Path, config: VerifyConfig, progress: Callable[[int, int], None] = lambda done, total: None
) -> dict[str, Any]:
    """Play some episodes of a run again.

    Args:
        path: folder of the run.
        config: which, and how.
        progress: called with (episodes done, episodes in all).

    Returns:
        ``agrees``: every episode has the same success and raw reward, none is ``foreign``, and results.json, if there
        is one, says what the files say (``results_match``); ``episodes``; ``agree``; ``same_acts``: episodes with the
        same actions; ``different``: those that do not agree, with what ``was`` and ``is``; ``foreign``: how many have a
        task or seed that is not of the run; ``missing``: how many of the run are not there.

    Raises:
        DataError: there is no run, or no episode.
        UsageError: the agent is another one now.
    """
    folder = RunFolder(path)
    kept = {Episode(result.task, result.seed): result for result in folder.results()}
    match = _results_match(folder)
    right = set(episodes_of(suite_tasks(folder.run.suite), folder.run.episodes, folder.run.seed))
    foreign = len(kept.keys() - right)
    chosen = _drawn(sorted(kept.keys() & right), config.sample, config.seed)
    if config.acts:
        playing = _done_again([kept[episode] for episode in chosen], _conditions(folder.run))
    else:
        playing = run_here(chosen, _plan(folder.run, config.policy or folder.run.agent), config.workers)
    again = []
    for result in playing:
        again.append((kept[Episode(result.task, result.seed)], result))
        progress(len(again), len(chosen))
    different = [_difference(was, now) for was, now in again if _outcome(was) != _outcome(now)]
    return {
        "agrees": match and not different and not foreign,
        "results_match": match,
        "episodes": len(again),
        "agree": len(again) - len(different),
        "same_acts": sum(_acts(was) == _acts(now) for was, now in again),
        "different": different,
        "foreign": foreign,
        "missing": len(right - kept.keys()),
    }


def _plan(run: Run, spec: str) -> Plan:
    """How the run was played, by the same agent wherever it is now."""
    llm = msgspec.convert(run.llm, LanguageModelConfig) if run.llm else LanguageModelConfig()
    found = load_agent(spec, llm).hash
    if found != run.policy_hash:
        raise UsageError(f"{spec} is {found}, and the run was made by {run.policy_hash}; give that one with --policy")
    return Plan(agent=spec, llm=llm, conditions=_conditions(run))


def _conditions(run: Run) -> Conditions:
    given = {"input": run.input, "time_limit": run.time_limit, "data_mode": run.data_mode}
    return msgspec.convert(given, Conditions)


class _Recorded:
    """Does what was done in an episode; that it has no more to do is its failure."""

    def __init__(self, result: EpisodeResult) -> None:
        self._left = deque(step.action for step in result.trace)

    def reset(self, seed: int) -> None:
        """Nothing to forget: it plays once."""

    def act(self, observation: Observation) -> Action:
        """The next of them."""
        return action_from_dict(self._left.popleft())


def _done_again(results: Sequence[EpisodeResult], conditions: Conditions) -> Iterator[EpisodeResult]:
    for result in results:
        with closing(make_env(result.task, conditions)) as env:
            yield run_episode(env, _Recorded(result), result.task, result.seed)


def _drawn(episodes: Sequence[Episode], most: int, seed: int) -> list[Episode]:
    """Some of the episodes, by lot, in their order."""
    draw = np.random.default_rng(seed).choice(len(episodes), size=min(most, len(episodes)), replace=False)
    return [episodes[number] for number in sorted(draw)]


def _outcome(result: EpisodeResult) -> tuple[bool, float]:
    return result.success, round(result.raw_reward, 6)


def _acts(result: EpisodeResult) -> list[Action]:
    return [action_from_dict(step.action) for step in result.trace]


def _difference(was: EpisodeResult, now: EpisodeResult) -> dict[str, Any]:
    def say(result: EpisodeResult) -> str:
        return f"raw reward {result.raw_reward:g} after {result.steps} steps"

    return {"task": was.task, "seed": was.seed, "was": say(was), "is": say(now)}


def _results_match(folder: RunFolder) -> bool:
    """Whether results.json, if there is one, says what the files say, in every figure."""
    file = folder.path / "results.json"
    return not file.exists() or json.loads(file.read_bytes()) == json.loads(msgspec.json.encode(results_of(folder)))
