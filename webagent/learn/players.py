"""Who plays the rounds of a practice: processes of this machine, or actors of a Ray cluster. All play alike."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from webagent.learn.collect import Attempt, CollectConfig, collect
from webagent.learn.open_pages import OpenPages
from webagent.learn.plainer import plain_successes
from webagent.policy.policy import Policy
from webagent.processes import begin_worker, use_one_core

__all__ = ["Player", "Players", "Round", "Visit"]


class Visit(NamedTuple):
    """Some attempts at pages of one task.

    Attributes:
        task: name of it.
        seeds: of the pages.
        settings: how they are attempted.
        policy: who attempts: the files of a checkpoint, by name.
    """

    task: str
    seeds: tuple[int, ...]
    settings: CollectConfig
    policy: Mapping[str, bytes]

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return f"a visit of {self.task}"


class Player:
    """Makes visits, one after the other; keeps its pages open, and the policy while it stays the same."""

    def __init__(self) -> None:
        use_one_core()
        self._files: Mapping[str, bytes] = {}
        self._policy: Policy | None = None
        self._pages = OpenPages()

    def play(self, visit: Visit) -> tuple[str, list[Attempt]]:
        """The task, and the attempts in which something was done; plainer ways to succeed are attempts, too."""
        if self._policy is None or self._files != visit.policy:
            self._policy, self._files = _loaded(visit.policy), visit.policy
        played = list(collect(visit.task, self._policy, visit.seeds, visit.settings, self._pages))
        [env] = self._pages.of(visit.task, visit.settings.input, 1)
        played += plain_successes(env, played)
        return visit.task, [attempt for attempt in played if attempt.episode.steps]


def _loaded(files: Mapping[str, bytes]) -> Policy:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        return Policy.load(folder)


Round = Callable[[], list[Attempt]]
"""Waits for a round to be played; its attempts, by task."""


class Players:
    """Plays rounds in the background. Use it as a context manager.

    Args:
        workers: processes, or actors with one CPU each.
        ray: "auto" or the address of a Ray cluster; "": this machine.
        deadline: seconds for a visit on Ray, after which its actor is replaced.
    """

    def __init__(self, workers: int = 1, ray: str = "", deadline: float = 1800.0) -> None:
        self._workers, self._ray, self._deadline = workers, ray, deadline
        self._pool: ProcessPoolExecutor | ThreadPoolExecutor = (
            ThreadPoolExecutor(1) if ray else ProcessPoolExecutor(workers, get_context("spawn"), initializer=_begin)
        )

    def __enter__(self) -> Players:
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def begin(self, visits: Sequence[Visit]) -> Round:
        """Have a round played; what is returned waits for it."""
        if self._ray:
            on_ray = self._pool.submit(self._on_ray, visits)
            return lambda: _in_order(on_ray.result())
        here = [self._pool.submit(_play, visit) for visit in visits]
        return lambda: _in_order([future.result() for future in here])

    def _on_ray(self, visits: Sequence[Visit]) -> list[tuple[str, list[Attempt]]]:
        from webagent.evaluate.cluster import run_on_ray

        played = run_on_ray(visits, Player, (), self._workers, address=self._ray, deadline=self._deadline)
        return list(played)


def _in_order(played: Sequence[tuple[str, list[Attempt]]]) -> list[Attempt]:
    """Attempts in an order that does not depend on who was ready first."""
    return [attempt for _, attempts in sorted(played, key=lambda visit: visit[0]) for attempt in attempts]


_player: Player  # of a process of the pool


def _begin() -> None:
    global _player
    begin_worker()
    _player = Player()


def _play(visit: Visit) -> tuple[str, list[Attempt]]:
    return _player.play(visit)
