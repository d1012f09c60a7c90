"""Plays at random for a long time, does damage now and then, and tells whether anything grew or was left broken."""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import math
import os
import random
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
import numpy as np

from webagent_envs.cdp import Command
from webagent_envs.env import WebEnv
from webagent_envs.errors import BrowserError
from webagent_envs.peers.memory import family_of, own_memory_of
from webagent_envs.proof import random_action
from webagent_envs.tasks import ALL
from webagent_envs.vector import WebVectorEnv

__all__ = ["Sample", "Soak", "SoakConfig", "growth"]

GROWTH = 0.05  # of memory that is allowed, as a part of what it was
WARM_UP = 0.3  # part of the rounds that is not compared
TIMEOUT = 10.0
AT_REST = 1.0  # seconds between two looks at the memory
LOOKS = 5  # of which the least counts: browsers give memory back when they find the time
MEGABYTE = 1e6
KINDS = [(input, reset) for reset in ("load", "fast") for input in ("dom", "trusted")]


class SoakConfig(msgspec.Struct, frozen=True, kw_only=True):
    """How to soak.

    Attributes:
        steps: how many actions to take, in all.
        envs: pages in one browser.
        rounds: how often all tasks are gone through; memory is looked at after each time.
        damage: steps between two faults that are made on purpose; 0 for none.
        seed: of the actions and of the episodes.
        tasks: which.
    """

    steps: int = 200_000
    envs: int = 8
    rounds: int = 10
    damage: int = 1000
    seed: int = 0
    tasks: tuple[str, ...] = ALL


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """What the process and its browser hold while no page is open. Memory is in megabytes (PSS), without files."""

    round: int
    steps: int
    seconds: float
    python_mb: float
    browser_mb: float
    processes: int
    descriptors: int


def crash(env: WebEnv) -> None:
    """The renderer goes."""
    if env.page is not None:
        with contextlib.suppress(BrowserError):
            env.page.goto("chrome://crash")


def close(env: WebEnv) -> None:
    """The page goes."""
    if env.page is not None:
        command = Command("Target.closeTarget", {"targetId": env.page.target_id})
        env.page.browser.connection.tell(command)


def hang(env: WebEnv) -> None:
    """The page never answers again."""
    if env.page is not None:
        env.page.evaluate("void setTimeout(() => {for (;;);}, 1)")


def kill(env: WebEnv) -> None:
    """The whole browser goes."""
    if env.page is not None and env.page.browser.pid:
        os.kill(env.page.browser.pid, signal.SIGKILL)


class Soak:
    """A long run.

    Args:
        config: how long, and of what.
        news: told of each sample.
    """

    def __init__(self, config: SoakConfig, news: Callable[[Sample], None] = lambda sample: None) -> None:
        self._config = config
        self._news = news
        self._draw = random.Random(config.seed)
        self._started = time.monotonic()
        self._steps = self._episodes = 0
        self._done: Counter[str] = Counter()
        self._faults: Counter[str] = Counter()
        self._unrecovered: list[str] = []
        self._samples: list[Sample] = []

    def run(self) -> dict[str, Any]:
        """Play, and tell what happened: see docs/robustness.md for the keys."""
        config = self._config
        share = math.ceil(config.steps / (config.rounds * len(config.tasks) * config.envs))
        for number in range(config.rounds):
            for index, task in enumerate(config.tasks):
                input, reset = KINDS[(number + index) % len(KINDS)]
                # a new browser would hide what the old one took
                damages = (crash, close, hang, kill) if number < WARM_UP * config.rounds else (crash, close, hang)
                self._visit({"task": task, "input": input, "reset_mode": reset}, share, damages)
            self._samples.append(self._sample(number))
            self._news(self._samples[-1])
        return self._report()

    def _visit(self, settings: dict[str, Any], steps: int, damages: Sequence[Callable[[WebEnv], None]]) -> None:
        """Play some steps of a task."""
        try:
            with closing(WebVectorEnv(self._config.envs, timeout=TIMEOUT, **settings)) as envs:
                envs.reset(seed=self._draw.randrange(10**6))
                for _ in range(steps):
                    self._maybe_damage(envs, damages)
                    self._step(envs)
        except Exception as error:  # whatever it is, it should not have come here
            self._unrecovered.append(f"{settings}: {type(error).__name__}: {error}")

    def _step(self, envs: WebVectorEnv) -> None:
        actions = tuple(random_action(self._draw, env.observation) for env in envs.envs)
        _, _, terminated, truncated, infos = envs.step(actions)
        self._steps += len(actions)
        self._episodes += int((terminated | truncated).sum())
        for i in np.flatnonzero(truncated):
            if envs.envs[i].page is None or "was left" in infos["action_error"][i]:
                self._faults[re.split(r"[:;(]", re.sub(r"of \S+ was", "was", infos["action_error"][i]))[0].strip()] += 1

    def _maybe_damage(self, envs: WebVectorEnv, damages: Sequence[Callable[[WebEnv], None]]) -> None:
        every = self._config.damage
        if every and self._steps // every > sum(self._done.values()):
            damage = self._draw.choice(damages)
            self._done[damage.__name__] += 1
            damage(self._draw.choice(envs.envs))

    def _sample(self, number: int) -> Sample:
        gc.collect()
        browser = min(_browser_memory() for _ in range(LOOKS))
        return Sample(
            round=number,
            steps=self._steps,
            seconds=round(time.monotonic() - self._started, 1),
            python_mb=round(own_memory_of(os.getpid(), files=False) / MEGABYTE, 2),
            browser_mb=round(browser / MEGABYTE, 2),
            processes=len(family_of(os.getpid())),
            descriptors=len(list(Path("/proc/self/fd").iterdir())),
        )

    def _report(self) -> dict[str, Any]:
        grown = {key: growth([getattr(one, key) for one in self._samples]) for key in ("python_mb", "browser_mb")}
        ok = not self._unrecovered and all(part <= GROWTH for part in grown.values())
        return {
            "ok": ok,
            "steps": self._steps,
            "episodes": self._episodes,
            "seconds": round(time.monotonic() - self._started, 1),
            "damage": dict(self._done),
            "faults": dict(self._faults),
            "unrecovered": self._unrecovered,
            "growth": grown,
            "samples": [msgspec.structs.asdict(sample) for sample in self._samples],
        }


def _browser_memory() -> int:
    time.sleep(AT_REST)
    return sum(own_memory_of(pid, files=False) for pid in family_of(os.getpid())[1:])


def growth(values: Sequence[float]) -> float:
    """By which part the last third is more than the first third, once warm; 0 for too few values."""
    warm = values[round(len(values) * WARM_UP) :]
    third = len(warm) // 3
    if not third:
        return 0.0
    return round(median(warm[-third:]) / median(warm[:third]) - 1, 4)


def main(arguments: Sequence[str] | None = None) -> int:
    """Soak, print the report as JSON, and say by the exit code whether all is well: 0 or 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("steps", "envs", "rounds", "damage", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(SoakConfig(), name))
    parser.add_argument("--tasks", type=lambda text: tuple(text.split(",")), default=ALL)
    config = SoakConfig(**vars(parser.parse_args(arguments)))
    report = Soak(config, lambda sample: print(sample, file=sys.stderr, flush=True)).run()
    print(json.dumps(report, indent=1))
    return 0 if report["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
