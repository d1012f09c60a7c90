"""What takes part in a measurement: our environments, one or many, and the packages of others."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

from webagent_envs.chromium import Browser, find_browser, launch
from webagent_envs.env import WebEnv
from webagent_envs.peers import Peer
from webagent_envs.peers.memory import memory_of
from webagent_envs.spaces import Action, Click, Observation
from webagent_envs.tasks.table import html_folder
from webagent_envs.vector import WebVectorEnv

__all__ = ["OURS", "Input", "Other", "Sample", "Single", "System", "Vector", "scripted", "timed"]

Input = Literal["dom", "trusted"]
OURS = "webagent"
STEPS = 5  # clicks an episode has at most
WARM_UP = 2  # episodes that are not counted
RESETS = 4  # whole resets of a vector that are timed


class Sample(NamedTuple):
    """What one system did in one turn. Times are seconds.

    Attributes:
        resets: of each reset; of a vector, of all its environments at once.
        steps: of each step; of a vector likewise, resets within it included.
        made: steps of single environments.
        seconds: in all.
        memory: bytes of the browser, and of what else is started to drive it; ``None`` where that cannot be told.
    """

    resets: list[float]
    steps: list[float]
    made: int
    seconds: float
    memory: int | None


class System(Protocol):
    """Something that plays episodes."""

    @property
    def name(self) -> str:
        """The package, and how it is used."""

    @property
    def envs(self) -> int:
        """How many environments it steps at once."""

    @property
    def input(self) -> str:
        """How it clicks."""

    def measure(self, task: str, seconds: float) -> Sample:
        """Play episodes of a task for so long."""


@dataclass(frozen=True)
class Single:
    """One `WebEnv`."""

    input: Input
    reset: Literal["fast", "load"] = "fast"
    envs: int = 1

    @property
    def name(self) -> str:
        """As it is called in the table."""
        return OURS if self.reset == "fast" else f"{OURS} loading anew"

    def measure(self, task: str, seconds: float) -> Sample:
        """Play episodes of a task for so long."""
        settings: dict[str, Any] = {"input": self.input, "reset_mode": self.reset}
        with closing(launch(still=True)) as browser, closing(WebEnv(task, browser=browser, **settings)) as env:
            resets: list[float] = []
            steps: list[float] = []
            for episode in range(WARM_UP):
                _episode(env, episode, [], [])
            began = time.perf_counter()
            episode = WARM_UP
            while time.perf_counter() - began < seconds:
                _episode(env, episode, resets, steps)
                episode += 1
            return Sample(resets, steps, len(steps), time.perf_counter() - began, _memory(browser))


def _episode(env: WebEnv, seed: int, resets: list[float], steps: list[float]) -> None:
    draw = random.Random(seed)
    page, _ = timed(resets, env.reset, seed=seed)
    for _ in range(STEPS):
        page, _, terminated, truncated, _ = timed(steps, env.step, scripted(page, draw))
        if terminated or truncated:
            break


@dataclass(frozen=True)
class Vector:
    """A `WebVectorEnv`."""

    input: Input
    envs: int
    name: str = OURS

    def measure(self, task: str, seconds: float) -> Sample:
        """Play episodes of a task for so long."""
        settings: dict[str, Any] = {"task": task, "input": self.input, "reset_mode": "fast", "max_steps": STEPS}
        with closing(launch(still=True)) as browser:
            envs = WebVectorEnv(self.envs, autoreset_mode="SameStep", browser=browser, **settings)
            with closing(envs):
                resets: list[float] = []
                steps: list[float] = []
                draw = random.Random(self.envs)
                for _ in range(WARM_UP):
                    envs.reset(seed=0)
                for turn in range(RESETS):
                    pages, _ = timed(resets, envs.reset, seed=turn)
                began = time.perf_counter()
                while time.perf_counter() - began < seconds:
                    actions = tuple(scripted(page, draw) for page in pages)
                    pages, *_ = timed(steps, envs.step, actions)
                elapsed = time.perf_counter() - began
                return Sample(resets, steps, len(steps) * self.envs, elapsed, _memory(browser))


@dataclass(frozen=True)
class Other:
    """Another package, in a Python of its own."""

    peer: Peer
    envs: int = 1

    @property
    def name(self) -> str:
        """As it is called in the table."""
        return self.peer.name

    @property
    def input(self) -> str:
        """How it clicks."""
        return self.peer.input

    def measure(self, task: str, seconds: float) -> Sample:
        """Play episodes of a task for so long.

        Raises:
            PeerFailed: it does not run here.
        """
        pages = f"{(html_folder() / 'miniwob').as_uri()}/"
        order = {"task": task, "seconds": seconds, "steps": STEPS, "warm_up": WARM_UP}
        return Sample(**self.peer.run({**order, "pages": pages, "browser": str(find_browser())}))


def scripted(page: Observation, draw: random.Random) -> Action:
    """A click on an element drawn by lot, which is what every system does."""
    return Click(draw.choice(page.elements).ref) if page.elements else Click(1)


def timed(times: list[float], call: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """The result of a call, whose duration in seconds is added to ``times``."""
    began = time.perf_counter()
    result = call(*arguments, **named)
    times.append(time.perf_counter() - began)
    return result


def _memory(browser: Browser) -> int | None:
    return memory_of(browser.pid) if browser.pid is not None else None
