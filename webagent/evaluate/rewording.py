"""The instructions of the tasks in other words, to see whether a policy understands or has learned them by heart.

The rewordings are for measuring only: no training may read them.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import gymnasium
import msgspec

from webagent_envs.spaces import Observation

__all__ = ["Reworded", "reword", "reworded_tasks"]

_Rules = list[tuple[re.Pattern[str], list[str]]]


@cache
def _rules() -> dict[str, _Rules]:
    raw = (files("webagent.evaluate") / "rewordings.json").read_bytes()
    stored = msgspec.json.decode(raw, type=dict[str, list[tuple[str, list[str]]]])
    return {task: [(re.compile(pattern), texts) for pattern, texts in rules] for task, rules in stored.items()}


def reworded_tasks() -> list[str]:
    """The tasks that have rewordings."""
    return sorted(_rules())


def reword(task: str, instruction: str, number: int) -> str:
    """The instruction in other words.

    Args:
        task: name of the task.
        instruction: as the page gives it.
        number: which of its rewordings, counted round and round.

    Raises:
        KeyError: there is no rewording of this instruction.
    """
    for pattern, texts in _rules()[task]:
        if match := pattern.fullmatch(instruction.strip()):
            return texts[number % len(texts)].format(**match.groupdict())
    raise KeyError(f"no rewording of {instruction!r} in {task}")


class Reworded(gymnasium.ObservationWrapper[Observation, Any, Observation]):
    """A task whose instruction comes in other words; which of them, the seed of the episode decides.

    Args:
        env: an environment of a MiniWoB++ task with ``obs_mode="elements"``.
        task: its name.
    """

    def __init__(self, env: gymnasium.Env[Observation, Any], task: str) -> None:
        super().__init__(env)
        self._task = task
        self._number = 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begin an episode."""
        self._number = seed or 0
        return super().reset(seed=seed, options=options)

    def observation(self, observation: Observation) -> Observation:
        """What is seen, with the other words."""
        said = reword(self._task, observation.instruction, self._number)
        return msgspec.structs.replace(observation, instruction=said)
