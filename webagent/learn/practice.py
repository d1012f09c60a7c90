"""Practice: the policy acts, what strictly succeeded is learned from, and attempts go where it fails.

This is expert iteration (Anthony et al. 2017, https://arxiv.org/abs/1705.08439); the expert is the policy itself with
several tries: a page on which its best actions fail is put back, and attempted by lot, each time in another way, until
it succeeds. So a hard page counts as much as an easy one, which it would not if all successes were kept as they come.
Left out on purpose: no value network and no baseline; failures only move pages and updates from task to task.

A round is a folder: ``tally.json`` (for each task, how many pages were seen, passed at once and passed later),
``data`` (a dataset of the successes) and ``policy`` (the checkpoint learned from the demonstrations and the last
rounds). While one round is learned from, the next is played with the policy before it: both cores work, and what comes
out does not depend on which is faster. An interrupted practice goes on after the last task, or the last saved update.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from zlib import crc32

import torch

from webagent.data.dataset import write_info, write_shard
from webagent.errors import UsageError
from webagent.learn.collect import Attempt, CollectConfig, collect
from webagent.learn.config import PracticeConfig, TrainConfig
from webagent.learn.examples import ExampleLibrary
from webagent.learn.imitation import train
from webagent.policy.checkpoint import shipped_weights
from webagent.policy.policy import Policy
from webagent_envs.tasks import task_names

__all__ = ["need_of", "plan", "practice"]

Progress = Callable[..., None]
"""Called with (done, total, note)."""

Tally = dict[str, dict[str, int]]
"""By task: how many pages were ``seen``, ``passed`` at first, and ``passed_later``."""

_FIRST_SEED = 2**31  # evaluation uses seeds below this, so practice never sees them
_LEAST_SHARE = 0.08  # need of a task that always passes
_HOPELESS_SHARE = 0.2  # need of a task that never does
_LEAST_WEIGHT = 0.3  # in learning, of a task that needs nothing; one that gains from every try has 1 more
_PRIOR = 2  # pages that a task counts as having passed later before it was tried


@dataclass
class _Round:
    """One round on disk."""

    folder: Path
    tally: Tally = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.read()

    def read(self) -> None:
        """Take over what another process has noted."""
        if self._file.exists():
            self.tally = json.loads(self._file.read_text("utf-8"))

    @property
    def _file(self) -> Path:
        return self.folder / "tally.json"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def policy(self) -> Path:
        return self.folder / "policy"

    def keep(self, task: str, attempts: Sequence[Attempt], most: int) -> None:
        """Write what succeeded of a task, what took more tries first, and then that it was done."""
        good = [attempt for attempt in attempts if attempt.episode.success]
        good.sort(key=lambda attempt: attempt.number == 0)
        if good:
            write_shard(self.data / "data" / f"{task}.parquet", [attempt.episode for attempt in good[:most]])
        write_info(self.data, source="practice")
        self.tally[task] = {
            "seen": sum(attempt.last for attempt in attempts),
            "passed": sum(attempt.number == 0 for attempt in good),
            "passed_later": sum(attempt.number > 0 for attempt in good),
        }
        partial = self._file.with_suffix(".partial")
        partial.write_text(json.dumps(self.tally, indent=1) + "\n", "utf-8")
        partial.replace(self._file)


def need_of(tally: Mapping[str, int]) -> float:
    """How much a task has to gain from practice, in [0, 1]: mostly the share of pages that only further tries pass."""
    seen, passed, later = tally["seen"], tally["passed"], tally["passed_later"]
    learnable = (later + _PRIOR) / (seen + _PRIOR)
    failed = (seen - passed) / max(1, seen)
    return max(learnable, _HOPELESS_SHARE * failed, _LEAST_SHARE)


_UNSEEN = {"seen": 0, "passed": 0, "passed_later": 0}


def _last(task: str, tallies: Sequence[Tally]) -> dict[str, int]:
    return next((tally[task] for tally in reversed(tallies) if task in tally), _UNSEEN)


def plan(tasks: Sequence[str], tallies: Sequence[Tally], starts: int) -> dict[str, int]:
    """How many pages of each task to attempt: in proportion to what it had to gain in the last round that tried it.

    Args:
        tasks: all of them.
        tallies: of the rounds so far, oldest first.
        starts: in all; each task gets at least one.
    """
    needs = {task: need_of(_last(task, tallies)) for task in tasks}
    total = sum(needs.values())
    return {task: max(1, round(starts * need / total)) for task, need in needs.items()}


def practice(config: PracticeConfig, progress: Progress = lambda *news: None) -> dict[str, Any]:
    """Practise for some rounds.

    Returns:
        ``{"checkpoint", "rounds": [{"passed", "passed_later", "tasks"}]}``: the mean share over the tasks of the pages
        passed at once, and only by further tries.

    Raises:
        UsageError: the folder holds practice with other settings.
        DataError: a dataset cannot be read.
        CheckpointError: the first policy cannot be loaded.
    """
    tasks = task_names(config.tasks)
    _claim(config)
    torch.set_num_threads(1)  # the other core is the players'
    library = ExampleLibrary()
    rounds = [_Round(config.out / f"round-{number:03}") for number in range(config.rounds)]
    checkpoint = config.start or shipped_weights()
    with ProcessPoolExecutor(1, get_context("spawn")) as players:
        for number, current in enumerate(rounds):
            if number == 0:
                progress(0, 0, "the first pages")
                players.submit(_play, config, current.folder, plan(tasks, [], config.starts), checkpoint).result()
            current.read()
            tallies = [past.tally for past in rounds[: number + 1]]
            ahead = [
                players.submit(_play, config, following.folder, plan(tasks, tallies, config.starts), checkpoint)
                for following in rounds[number + 1 : number + 2]
            ]
            recent = [past.data for past in rounds[: number + 1][-config.memory :]]
            if not (current.policy / "config.json").exists():
                emphasis = {task: _LEAST_WEIGHT + need_of(tally) for task, tally in current.tally.items()}
                train(_training(config, checkpoint, recent, current), _watching(ahead, progress), library, emphasis)
            checkpoint = current.policy
            for future in ahead:
                future.result()
    return {"checkpoint": str(checkpoint), "rounds": [_summary(past.tally) for past in rounds]}


def _claim(config: PracticeConfig) -> None:
    """Note the settings in the folder, or see that they are those noted; only the number of rounds may grow."""
    settings = repr(replace(config, rounds=0))
    file = config.out / "settings.txt"
    if file.exists() and file.read_text("utf-8") != settings:
        raise UsageError(f"{config.out} holds a practice with other settings; delete it, or choose another --out")
    config.out.mkdir(parents=True, exist_ok=True)
    file.write_text(settings, "utf-8")


def _play(config: PracticeConfig, folder: Path, planned: dict[str, int], checkpoint: Path) -> None:
    """Play what is planned for a round and was not played yet; in a process of its own."""
    current = _Round(folder)
    missing = {task: count for task, count in planned.items() if task not in current.tally}
    if not missing:
        return
    torch.set_num_threads(1)
    policy = Policy.load(checkpoint)
    settings = CollectConfig(pages=config.pages, input=config.input, tries=config.tries)
    for task, count in missing.items():
        current.keep(task, list(collect(task, policy, _seeds(config, current, task, count), settings)), config.keep)


def _watching(players: Sequence[Future[None]], progress: Progress) -> Progress:
    """A progress that also sees when the players fail, so that nobody learns on for minutes before it is noticed."""

    def report(*news: Any) -> None:
        for player in players:
            if player.done():
                player.result()
        progress(*news)

    return report


def _seeds(config: PracticeConfig, current: _Round, task: str, count: int) -> list[int]:
    first = crc32(f"{config.seed} {current.folder.name} {task}".encode())
    return [_FIRST_SEED + (first + number) % _FIRST_SEED for number in range(count)]


def _training(config: PracticeConfig, start: Path, recent: Sequence[Path], current: _Round) -> TrainConfig:
    return TrainConfig(
        data=(*config.data, *recent),
        out=current.policy,
        start=start,
        updates=config.updates,
        learning_rate=config.learning_rate,
        seed=config.seed,
    )


def _summary(tally: Tally) -> dict[str, Any]:
    def mean(column: str) -> float:
        return round(sum(row[column] / max(1, row["seen"]) for row in tally.values()) / max(1, len(tally)), 4)

    return {"passed": mean("passed"), "passed_later": mean("passed_later"), "tasks": tally}
