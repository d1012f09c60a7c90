"""The pages that practice plays on; they stay open from one visit to the next."""

from __future__ import annotations

from typing import Literal

from webagent_envs.env import WebEnv
from webagent_envs.together import together

__all__ = ["OpenPages"]

_VISITS = 200  # after so many the pages are opened anew, before what a renderer keeps takes much memory


class OpenPages:
    """Environments that go from task to task: to open a page for each visit was a third of what a short visit cost.

    Use it as a context manager.
    """

    def __init__(self) -> None:
        self._envs: list[WebEnv] = []
        self._visits = 0

    def __enter__(self) -> OpenPages:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def of(self, task: str, input: Literal["trusted", "dom"], count: int) -> list[WebEnv]:
        """So many environments of a task; each must be reset first."""
        self._visits += 1
        if self._visits % _VISITS == 0 or any(env.input != input for env in self._envs):
            self.close()
        for env in self._envs[:count]:
            env.change_task(task)
        more = range(count - len(self._envs))
        self._envs += [WebEnv(task, input=input, reset_mode="fast") for _ in more]
        return self._envs[:count]

    def close(self) -> None:
        """Close all pages. Idempotent."""
        together([env.close for env in self._envs])
        self._envs = []
