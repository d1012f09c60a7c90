"""A run's folder: what was run (``run.json``), and one file for each episode, written in one piece.

    DIR/run.json
    DIR/episodes/TASK/SEED-HASH.json        HASH: of the agent

Whoever finds a file there need not play that episode again.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec

from webagent.errors import DataError, UsageError
from webagent.evaluate.rollout import EpisodeResult
from webagent.evaluate.suites import Episode

__all__ = ["FORMAT_VERSION", "Run", "RunFolder", "versions"]

FORMAT_VERSION = 1
_PACKAGES = ("webagent", "miniwob", "gymnasium", "numpy")


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What was run.

    Attributes:
        suite: which.
        agent: as it was given on the command line.
        policy: its name.
        policy_hash: its hash.
        episodes: of each task.
        seed: decides on all seeds.
        input: "trusted" or "dom".
        time_limit: "steps" or "original".
        data_mode: "train" or "test".
        llm: how a language model was asked; empty for other agents.
        versions: of the software, by name.
        format_version: of this folder.
    """

    suite: str
    agent: str
    policy: str
    policy_hash: str
    episodes: int
    seed: int
    input: str = "trusted"
    time_limit: str = "steps"
    data_mode: str = "train"
    llm: dict[str, Any] = {}
    versions: dict[str, str] = {}
    format_version: int = FORMAT_VERSION

    def clash(self, other: Run) -> str:
        """The first thing in which two runs differ that cannot lie in one folder; more episodes can."""
        for name in ("format_version", "suite", "policy_hash", "seed", "input", "time_limit", "data_mode"):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine != theirs:
                return f"{name} {theirs} instead of {mine}"
        return ""


class RunFolder:
    """A run's folder.

    Args:
        path: it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._episodes = path / "episodes"

    @cached_property
    def run(self) -> Run:
        """What was run.

        Raises:
            DataError: there is none, or it cannot be read.
        """
        file = self.path / "run.json"
        try:
            return msgspec.json.decode(file.read_bytes(), type=Run)
        except (OSError, msgspec.DecodeError) as error:
            raise DataError(f"{self.path} holds no run ({error}); make one with `webagent bench run`") from None

    def begin(self, run: Run) -> None:
        """Begin the run, or go on with it.

        Raises:
            UsageError: the folder holds another one.
        """
        if (self.path / "run.json").exists():
            if clash := run.clash(self.run):
                raise UsageError(f"{self.path} holds a run with {clash}; choose another --out, or remove it")
            before = self.run
            run = msgspec.structs.replace(
                run, episodes=max(run.episodes, before.episodes), versions=_both(before.versions, run.versions)
            )
        write_whole(self.path / "run.json", msgspec.json.format(msgspec.json.encode(run)))
        self.run = run

    def file_of(self, task: str, seed: int) -> Path:
        """Where an episode of the run lies."""
        return self._episodes / task / f"{seed}-{self.run.policy_hash}.json"

    def done(self) -> set[Episode]:
        """The episodes of this run's agent that need not be played again."""
        ending = f"-{self.run.policy_hash}.json"
        files = self._episodes.glob(f"*/*{ending}")
        return {Episode(file.parent.name, int(file.name.removesuffix(ending))) for file in files}

    def keep(self, result: EpisodeResult) -> None:
        """Write an episode's file."""
        write_whole(self.file_of(result.task, result.seed), msgspec.json.encode(result))

    def results(self) -> Iterator[EpisodeResult]:
        """Every episode that was played, by task and seed.

        Raises:
            DataError: a file is damaged, or holds another episode than it is called after.
        """
        for task, seed in sorted((episode.task, episode.seed) for episode in self.done()):
            file = self.file_of(task, seed)
            try:
                result = msgspec.json.decode(file.read_bytes(), type=EpisodeResult)
            except msgspec.DecodeError as error:
                raise DataError(f"{file} is damaged ({error}); remove it, and run the same again") from None
            if (result.task, result.seed) != (task, seed):
                raise DataError(f"{file} holds {result.task}, seed {result.seed}; remove it, and run the same again")
            yield result


def _both(before: dict[str, str], now: dict[str, str]) -> dict[str, str]:
    """The versions that a run was played with; ``1.0 and 1.1`` where it went on with another one."""
    names = {**before, **now}
    told = {name: dict.fromkeys([*before.get(name, "").split(" and "), now.get(name, "")]) for name in names}
    return {name: " and ".join(filter(None, found)) for name, found in told.items()}


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees a part of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    part.write_bytes(content)
    part.replace(path)


def versions() -> dict[str, str]:
    """Of the packages that results depend on, and of the browser."""
    from webagent_envs.chromium import search_report

    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # run from its sources
            continue
    browser = next((place.version for place in search_report() if place.path), None)
    return found | ({"browser": browser} if browser else {})
