"""Recorded pages of real applications as an environment of one step: is the element right that is acted on first?"""

from __future__ import annotations

from functools import cache
from typing import Any

import gymnasium

from webagent.evaluate.realpages.score import hit_of
from webagent.evaluate.realpages.suite import Case, read_suite
from webagent_envs.gym_spaces import ActionSpace, ElementsSpace
from webagent_envs.spaces import Action, Observation

__all__ = ["RecordedPages", "recorded_commands"]


@cache
def recorded_commands() -> dict[str, list[Case]]:
    """The commands of the suite, by application, in the order of their file."""
    found: dict[str, list[Case]] = {}
    for case in read_suite():
        found.setdefault(case.worded.app, []).append(case)
    return found


class RecordedPages(gymnasium.Env[Observation, Action]):
    """One application's commands; the seed is the number of the command. Needs no browser.

    Args:
        app: the application.
    """

    def __init__(self, app: str) -> None:
        self._cases = recorded_commands()[app]
        self._case = self._cases[0]
        self.observation_space = ElementsSpace()
        self.action_space = ActionSpace(lambda: self._case.observation.elements)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Show the page of a command."""
        super().reset(seed=seed)
        self._case = self._cases[(seed or 0) % len(self._cases)]
        return self._case.observation, {}

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Judge the element that is acted on; that ends the episode."""
        right = hit_of(self._case, [action]).top1
        info = {"is_success": right, "raw_reward": float(right), "action_error": ""}
        return self._case.observation, float(right), True, False, info
