"""How long each step took; apart from the environment, whose answers are the same every time."""

from __future__ import annotations

import time
from typing import Any

import gymnasium
from gymnasium.utils import RecordConstructorArgs

from webagent_envs.env import WebEnv

__all__ = ["StepTime", "timed_env"]


class StepTime(gymnasium.Wrapper[Any, Any, Any, Any], RecordConstructorArgs):
    """Adds ``step_ms`` to ``info``: milliseconds that the last `reset` or `step` took. `timed_env` puts it on."""

    def __init__(self, env: gymnasium.Env[Any, Any]) -> None:
        RecordConstructorArgs.__init__(self)
        gymnasium.Wrapper.__init__(self, env)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begin an episode."""
        started = time.perf_counter()
        observation, info = self.env.reset(seed=seed, options=options)
        info["step_ms"] = (time.perf_counter() - started) * 1000
        return observation, info

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Act."""
        started = time.perf_counter()
        observation, reward, terminated, truncated, info = self.env.step(action)
        info["step_ms"] = (time.perf_counter() - started) * 1000
        return observation, reward, terminated, truncated, info

    def action_masks(self) -> Any:
        """Which choices fit the page (see `WebEnv.action_masks`)."""
        return self.env.get_wrapper_attr("action_masks")()


def timed_env(**settings: Any) -> StepTime:
    """A `WebEnv` that tells how long its steps took: what `gymnasium.make` makes."""
    return StepTime(WebEnv(**settings))


timed_env.metadata = WebEnv.metadata  # type: ignore[attr-defined]  # where `gymnasium.make` looks for render modes
