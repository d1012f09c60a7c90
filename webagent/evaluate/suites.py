"""What is run: the suites, the episodes of each, and the environment that an episode is played in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import gymnasium
import msgspec

from webagent.errors import UsageError
from webagent.evaluate.recorded import RecordedPages, recorded_commands
from webagent.evaluate.rewording import Reworded, reworded_tasks
from webagent.evaluate.rollout import episode_seed
from webagent_envs.tasks import ALL, DEMOS56, find_task

__all__ = ["SUITES", "Conditions", "Episode", "episodes_of", "limit_of", "make_env", "suite_tasks"]

RECORDED = "realpages."
SUITES = ("smoke", "miniwob56", "miniwob125", "realpages", "transfer")


class _Lists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``suites.json`` holds.

    Attributes:
        smoke: some of every kind.
        test_mode: tasks whose pages tell the two data modes apart: other words or sizes than those to learn from.
        not_in_125: tasks of MiniWoB++ that BrowserGym leaves out, besides the flights.
    """

    smoke: tuple[str, ...]
    test_mode: tuple[str, ...]
    not_in_125: tuple[str, ...]


@cache
def _lists() -> _Lists:
    return msgspec.json.decode((files("webagent.evaluate") / "suites.json").read_bytes(), type=_Lists)


@cache
def suite_tasks(suite: str) -> tuple[str, ...]:
    """The tasks of a suite.

    ``TASK@test`` is the pages' own held-out distribution, ``TASK@reworded`` the task with its commands in other words,
    ``realpages.APP`` the recorded pages of an application. "miniwob125" are the 125 tasks of BrowserGym.

    Raises:
        UsageError: there is no such suite.
    """
    if suite == "smoke":
        return _lists().smoke
    if suite == "miniwob56":
        return DEMOS56
    if suite == "miniwob125":
        return tuple(task for task in ALL if task not in _lists().not_in_125 and not find_task(task).is_flight)
    if suite == "realpages":
        return tuple(RECORDED + app for app in recorded_commands())
    if suite == "transfer":
        return (*(f"{task}@test" for task in _lists().test_mode), *(f"{task}@reworded" for task in reworded_tasks()))
    raise UsageError(f"there is no suite {suite!r}; use {', '.join(SUITES)}")


class Episode(msgspec.Struct, frozen=True, order=True):
    """One episode to be played: a task, perhaps in a variant, and the seed."""

    task: str
    seed: int

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return f"{self.task}, seed {self.seed},"


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """How environments are made.

    Attributes:
        input: real mouse and keys ("trusted"), or events made in the page.
        time_limit: "steps", or "original": the task's own time as well.
        data_mode: "train" or "test": which of the pages' own distributions.
    """

    input: Literal["trusted", "dom"] = "trusted"
    time_limit: Literal["steps", "original"] = "steps"
    data_mode: Literal["train", "test"] = "train"


def episodes_of(tasks: Sequence[str], episodes: int, seed: int) -> list[Episode]:
    """``episodes`` of each task; their seeds depend on (seed, task, number) only.

    Raises:
        UsageError: no task, or no episode.
        webagent_envs.errors.UnknownTask: a task does not exist.
    """
    if not tasks:
        raise UsageError("no task to evaluate; name some, or use --tasks all")
    if episodes < 1:
        raise UsageError(f"{episodes} episodes cannot be evaluated; use 1 or more")
    return [Episode(task, number) for task in tasks for number in _seeds(task, episodes, seed)]


def _seeds(task: str, episodes: int, seed: int) -> Sequence[int]:
    if task.startswith(RECORDED):
        return range(len(recorded_commands()[task.removeprefix(RECORDED)]))
    plain = find_task(task.partition("@")[0]).name
    return [episode_seed(seed, plain, number) for number in range(episodes)]


def limit_of(task: str) -> float | None:
    """The task's original time limit, in seconds; ``None`` for recorded pages, which have none."""
    return None if task.startswith(RECORDED) else find_task(task.partition("@")[0]).limit_ms / 1e3


def make_env(task: str, conditions: Conditions) -> gymnasium.Env[Any, Any]:
    """The environment in which an episode of this task is played."""
    if task.startswith(RECORDED):
        return RecordedPages(task.removeprefix(RECORDED))
    import webagent_envs  # noqa: F401  (registers the environments)

    plain, _, variant = task.partition("@")
    env: gymnasium.Env[Any, Any] = gymnasium.make(
        f"webagent/{plain}-v1",
        input=conditions.input,
        time_limit=conditions.time_limit,
        data_mode="test" if variant == "test" else conditions.data_mode,
        disable_env_checker=True,
    )
    return Reworded(env, plain) if variant == "reworded" else env
