"""Measures how fast the environments are, and beside them, in the same run, the packages that people use today."""

from __future__ import annotations

import os
import platform
import random
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np

from webagent_envs.chromium import Browser, launch
from webagent_envs.env import WebEnv
from webagent_envs.peers import PEERS, Peer
from webagent_envs.peers.memory import memory_of
from webagent_envs.spaces import Action, Click, Observation
from webagent_envs.tasks import TIMED7
from webagent_envs.vector import WebVectorEnv

__all__ = ["BenchConfig", "Sample", "bench"]

STEPS = 5  # clicks an episode has at most
WARM_UP = 2  # episodes that are not counted
RESETS = 4  # whole resets of a vector that are timed

Progress = Callable[..., None]


@dataclass(frozen=True)
class BenchConfig:
    """What to measure.

    Attributes:
        tasks: MiniWoB++ names.
        seconds: for each task and each system, all rounds together.
        rounds: how often all systems take their turn.
        sizes: numbers of environments; 1 is a single one, more are a vector in one browser.
        inputs: kinds of input.
        peers: other packages, of `PEERS`.
    """

    tasks: tuple[str, ...] = TIMED7
    seconds: float = 4.0
    rounds: int = 2
    sizes: tuple[int, ...] = (1, 2, 8, 32)
    inputs: tuple[Literal["dom", "trusted"], ...] = ("dom", "trusted")
    peers: tuple[str, ...] = ()


class Sample(NamedTuple):
    """What one system did in one turn. Times are seconds.

    Attributes:
        resets: of each reset; of a vector, of all its environments at once.
        steps: of each step; of a vector likewise, resets within it included.
        made: steps of single environments.
        seconds: in all.
        memory: bytes of the browser and its processes; ``None`` where that cannot be told.
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
        """The package."""

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

    input: Literal["dom", "trusted"]
    name: str = "webagent"
    envs: int = 1

    def measure(self, task: str, seconds: float) -> Sample:
        """Play episodes of a task for so long."""
        with closing(launch(still=True)) as browser, closing(WebEnv(task, input=self.input, browser=browser)) as env:
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
    page, _ = _timed(resets, env.reset, seed=seed)
    for _ in range(STEPS):
        page, _, terminated, truncated, _ = _timed(steps, env.step, scripted(page, draw))
        if terminated or truncated:
            break


@dataclass(frozen=True)
class Vector:
    """A `WebVectorEnv`."""

    input: Literal["dom", "trusted"]
    envs: int
    name: str = "webagent"

    def measure(self, task: str, seconds: float) -> Sample:
        """Play episodes of a task for so long."""
        settings: dict[str, Any] = {"task": task, "input": self.input, "max_steps": STEPS}
        with closing(launch(still=True)) as browser:
            envs = WebVectorEnv(self.envs, autoreset_mode="SameStep", browser=browser, **settings)
            with closing(envs):
                resets: list[float] = []
                steps: list[float] = []
                draw = random.Random(self.envs)
                for _ in range(WARM_UP):
                    envs.reset(seed=0)
                for turn in range(RESETS):
                    pages, _ = _timed(resets, envs.reset, seed=turn)
                began = time.perf_counter()
                while time.perf_counter() - began < seconds:
                    actions = tuple(scripted(page, draw) for page in pages)
                    pages, *_ = _timed(steps, envs.step, actions)
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
        """Play episodes of a task for so long."""
        return Sample(**self.peer.run({"task": task, "seconds": seconds, "steps": STEPS, "warm_up": WARM_UP}))


def scripted(page: Observation, draw: random.Random) -> Action:
    """A click on an element drawn by lot, which is what every system does."""
    return Click(draw.choice(page.elements).ref) if page.elements else Click(1)


def _timed(times: list[float], call: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    began = time.perf_counter()
    result = call(*arguments, **named)
    times.append(time.perf_counter() - began)
    return result


def _memory(browser: Browser) -> int | None:
    return memory_of(browser.pid) if browser.pid is not None else None


def systems(config: BenchConfig) -> list[System]:
    """All that take part, the other packages made ready to run."""
    ours: list[System] = [
        Single(input) if size == 1 else Vector(input, size) for size in config.sizes for input in config.inputs
    ]
    others: list[System] = [Other(peer.prepared()) for name in config.peers for peer in PEERS[name]]
    return ours + others


@dataclass
class _Row:
    """What one system did on one task, in all rounds."""

    samples: list[Sample] = field(default_factory=list)

    def plain(self, system: System, task: str) -> dict[str, Any]:
        resets = [second for sample in self.samples for second in sample.resets]
        steps = [second for sample in self.samples for second in sample.steps]
        memory = [sample.memory for sample in self.samples if sample.memory is not None]
        return {
            "system": system.name,
            "envs": system.envs,
            "input": system.input,
            "task": task,
            "steps_per_s": sum(s.made for s in self.samples) / sum(s.seconds for s in self.samples),
            "reset_ms": _milliseconds(resets, 50),
            "reset_p95_ms": _milliseconds(resets, 95),
            "step_ms": _milliseconds(steps, 50),
            "step_p95_ms": _milliseconds(steps, 95),
            "memory_mb": max(memory) / 1e6 if memory else None,
        }


def _milliseconds(seconds: Sequence[float], percentile: int) -> float:
    return float(np.percentile(seconds, percentile)) * 1000 if seconds else 0.0


def bench(config: BenchConfig = BenchConfig(), progress: Progress = lambda *news: None) -> dict[str, Any]:
    """Measure all systems, taking turns on the same tasks with the same kind of acts.

    Returns:
        plain data: ``machine``, ``rows`` (one for each system and task) and ``ratios``, of the medians over the tasks
        of the steps a second, resets included: ``{"webagent dom 1 / farama default": 40.2}``. A vector's ``reset_ms``
        and ``step_ms`` are those of all its environments at once; ``memory_mb`` is that of the whole browser.
    """
    taking_part = systems(config)
    rows = [[_Row() for _ in taking_part] for _ in config.tasks]
    total, done = config.rounds * len(config.tasks) * len(taking_part), 0
    for _ in range(config.rounds):
        for task, of_task in zip(config.tasks, rows, strict=True):
            for system, row in zip(taking_part, of_task, strict=True):
                progress(done, total, f"{system.name} {system.envs} {system.input} {task}")
                row.samples.append(system.measure(task, config.seconds / config.rounds))
                done += 1
    plain = [
        row.plain(system, task)
        for task, of_task in zip(config.tasks, rows, strict=True)
        for system, row in zip(taking_part, of_task, strict=True)
    ]
    machine = {"cores": os.cpu_count(), "system": platform.system(), "python": platform.python_version()}
    return {"machine": machine, "rows": plain, "ratios": ratios(plain)}


def ratios(rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    """How many times as fast ours are as each other package: medians over the tasks."""
    speeds: dict[tuple[str, str, int], list[float]] = {}
    for row in rows:
        speeds.setdefault((row["system"], row["input"], row["envs"]), []).append(row["steps_per_s"])
    medians = {key: float(np.median(values)) for key, values in speeds.items()}
    return {
        f"webagent {ours[1]} {ours[2]} / {other[0]}": medians[ours] / medians[other]
        for ours in medians
        for other in medians
        if ours[0] == "webagent" != other[0] and medians[other]
    }
