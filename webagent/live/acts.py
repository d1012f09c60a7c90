"""What decides, as the rest of the agent sees it."""

from __future__ import annotations

from typing import Protocol

from webagent_envs.spaces import Action, Observation

__all__ = ["Acts"]


class Acts(Protocol):
    """Whatever can decide: the policy that ships, or one of your own."""

    def act(self, observation: Observation) -> list[tuple[Action, float]]:
        """Possible next actions with a confidence in [0, 1] each, best first."""
        ...
