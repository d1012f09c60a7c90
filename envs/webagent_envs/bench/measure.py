"""Lets all systems take turns, and sums up what they did."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from webagent_envs.bench.pages import milliseconds, scaling, screenshots
from webagent_envs.bench.systems import OURS, Input, Other, Sample, Single, System, Vector
from webagent_envs.chromium import launch
from webagent_envs.peers import PEERS, PeerFailed
from webagent_envs.tasks import TIMED7

__all__ = ["BenchConfig", "bench", "medians_of", "ratios"]

Progress = Callable[..., None]
Row = dict[str, Any]


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
        pages: measure screenshots, and observations of large pages, too.
    """

    tasks: tuple[str, ...] = TIMED7
    seconds: float = 4.0
    rounds: int = 2
    sizes: tuple[int, ...] = (1, 2, 8, 32)
    inputs: tuple[Input, ...] = ("dom", "trusted")
    peers: tuple[str, ...] = ()
    pages: bool = True


def systems(config: BenchConfig, left_out: dict[str, str]) -> list[System]:
    """All that take part, the other packages made ready to run; those that cannot be are noted in ``left_out``."""
    taking_part: list[System] = []
    for size in config.sizes:
        for input in config.inputs:
            taking_part.append(Single(input) if size == 1 else Vector(input, size))
            if size == 1:
                taking_part.append(Single(input, "load"))
    for name in config.peers:
        try:
            taking_part.extend([Other(peer.prepared()) for peer in PEERS[name]])
        except PeerFailed as error:
            left_out[name] = str(error)
    return taking_part


@dataclass
class _Results:
    """What one system did, by task, in all rounds."""

    system: System
    samples: dict[str, list[Sample]] = field(default_factory=dict)

    def row(self, task: str) -> Row:
        samples = self.samples[task]
        resets = [second for sample in samples for second in sample.resets]
        steps = [second for sample in samples for second in sample.steps]
        memory = [sample.memory for sample in samples if sample.memory is not None]
        return {
            "system": self.system.name,
            "envs": self.system.envs,
            "input": self.system.input,
            "task": task,
            "steps_per_s": sum(sample.made for sample in samples) / sum(sample.seconds for sample in samples),
            "reset_ms": milliseconds(resets, 50),
            "reset_p95_ms": milliseconds(resets, 95),
            "step_ms": milliseconds(steps, 50),
            "step_p95_ms": milliseconds(steps, 95),
            "memory_mb": max(memory) / 1e6 if memory else None,
        }


def bench(config: BenchConfig = BenchConfig(), progress: Progress = lambda *news: None) -> dict[str, Any]:
    """Measure all systems, taking turns on the same tasks with the same kind of acts.

    Another package that cannot be installed, or that fails, is left out; the rest is measured.

    Returns:
        plain data: ``machine``; ``rows``, one for each system and task; ``medians`` of them over the tasks, one for
        each system; ``ratios`` of their steps a second, resets included: ``{"webagent dom 1 / farama default": 40.2}``;
        ``left_out``, with the reasons; ``screenshots`` and ``scaling`` (see `webagent_envs.bench.pages`).

        A vector's ``reset_ms`` and ``step_ms`` are those of all its environments at once; ``memory_mb`` is that of the
        whole browser, and ``memory_per_env_mb`` what each environment after the first adds.
    """
    left_out: dict[str, str] = {}
    results = [_Results(system) for system in systems(config, left_out)]
    total, done = config.rounds * len(config.tasks) * len(results), 0
    for _ in range(config.rounds):
        for task in config.tasks:
            for result in results:
                progress(done, total, f"{result.system.name} {result.system.envs} {result.system.input} {task}")
                _take_turn(result, task, config, left_out)
                done += 1
    rows = [r.row(task) for task in config.tasks for r in results if r.system.name not in left_out]
    _add_memory_per_env(rows)
    medians = medians_of(rows)
    report: dict[str, Any] = {"machine": _machine(), "rows": rows, "medians": medians}
    report |= {"ratios": ratios(medians), "left_out": left_out}
    if config.pages:
        report |= {"screenshots": screenshots(config.tasks), "scaling": scaling()}
    return report


def _take_turn(result: _Results, task: str, config: BenchConfig, left_out: dict[str, str]) -> None:
    system = result.system
    if system.name in left_out:
        return
    try:
        sample = system.measure(task, config.seconds / config.rounds)
    except PeerFailed as error:
        left_out[system.name] = str(error)
    else:
        result.samples.setdefault(task, []).append(sample)


def _add_memory_per_env(rows: Sequence[Row]) -> None:
    """What each environment of a vector adds to a browser that has one already."""
    one = {(row["task"], row["input"]): row["memory_mb"] for row in rows if row["system"] == OURS and row["envs"] == 1}
    for row in rows:
        first = one.get((row["task"], row["input"]))
        if row["envs"] > 1 and first is not None and row["memory_mb"] is not None:
            row["memory_per_env_mb"] = (row["memory_mb"] - first) / (row["envs"] - 1)


def medians_of(rows: Sequence[Row]) -> list[Row]:
    """The median over the tasks of everything that was measured, one row for each system."""
    groups: dict[tuple[str, int, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["system"], row["envs"], row["input"]), []).append(row)
    found = []
    for (system, envs, input), group in groups.items():
        median: Row = {"system": system, "envs": envs, "input": input}
        for key in [key for key in group[0] if key not in (*median, "task")]:
            known = [row[key] for row in group if row.get(key) is not None]
            median[key] = float(np.median(known)) if known else None
        found.append(median)
    return found


def ratios(medians: Sequence[Row]) -> dict[str, float]:
    """How many times as fast ours are as each other package."""
    return {
        f"{ours['system']} {ours['input']} {ours['envs']} / {other['system']}": ours["steps_per_s"]
        / other["steps_per_s"]
        for ours in medians
        for other in medians
        if ours["system"].startswith(OURS) and not other["system"].startswith(OURS) and other["steps_per_s"]
    }


def _machine() -> dict[str, Any]:
    with closing(launch(still=True)) as browser:
        version = browser.version
    facts = {"cores": os.cpu_count(), "system": platform.system(), "processor": platform.machine()}
    return facts | {"python": platform.python_version(), "browser": version}
