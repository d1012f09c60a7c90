"""Practice: the policy acts, what strictly succeeded is learned from, and attempts go where it fails.

This is expert iteration with the policy as its own expert (filtered self-imitation; Anthony et al. 2017,
https://arxiv.org/abs/1705.08439, without the tree): with a reward of 0 or 1, imitating one's own successes is a step
along the policy gradient. Left out on purpose: (1) no value network and no baseline, failures only move attempts from
task to task; (2) no search over resets.

A round is a folder: ``tally.json`` (attempts and successes of each task so far), ``data`` (a dataset of the
successes) and ``policy`` (the checkpoint learned from the demonstrations and the last rounds). An interrupted practice
goes on after the last task, or the last saved update.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zlib import crc32

from webagent.data.dataset import write_info, write_shard
from webagent.data.records import Episode
from webagent.errors import UsageError
from webagent.learn.collect import CollectConfig, collect
from webagent.learn.config import PracticeConfig, TrainConfig
from webagent.learn.examples import ExampleLibrary
from webagent.learn.imitation import train
from webagent.policy.checkpoint import shipped_weights
from webagent.policy.policy import Policy
from webagent_envs.tasks import task_names

__all__ = ["plan", "practice"]

Progress = Callable[..., None]
"""Called with (done, total, note)."""

_FIRST_SEED = 2**31  # evaluation uses seeds below this, so practice never sees them
_LEAST_SHARE = 0.1  # of the attempts of a task that always fails, for one that never does
_PRIOR = 2  # attempts that a task counts as having failed before it was tried


@dataclass
class _Round:
    """One round on disk."""

    folder: Path
    tally: dict[str, dict[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
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

    def keep(self, task: str, episodes: Sequence[Episode], most: int) -> None:
        """Write what succeeded of a task, and then that it was done."""
        good = list(_different(episode for episode in episodes if episode.success))
        shortest = sorted(good, key=lambda episode: len(episode.steps))[:most]
        if shortest:
            write_shard(self.data / "data" / f"{task}.parquet", shortest)
        write_info(self.data, source="practice")
        self.tally[task] = {"attempts": len(episodes), "successes": sum(episode.success for episode in episodes)}
        partial = self._file.with_suffix(".partial")
        partial.write_text(json.dumps(self.tally, indent=1) + "\n", "utf-8")
        partial.replace(self._file)


def _different(episodes: Iterable[Episode]) -> Iterable[Episode]:
    """One of those that did the same for the same command."""
    return {(episode.command, tuple(step.action for step in episode.steps)): episode for episode in episodes}.values()


def plan(tasks: Sequence[str], tallies: Sequence[dict[str, dict[str, int]]], attempts: int) -> dict[str, int]:
    """How many attempts each task gets: in proportion to how often it failed in the last round that tried it.

    Args:
        tasks: all of them.
        tallies: of the rounds so far, oldest first.
        attempts: in all; each task gets at least one.
    """
    need = {}
    for task in tasks:
        last = next((tally[task] for tally in reversed(tallies) if task in tally), {"attempts": 0, "successes": 0})
        failed = (last["attempts"] - last["successes"] + _PRIOR) / (last["attempts"] + _PRIOR)
        need[task] = max(failed, _LEAST_SHARE)
    total = sum(need.values())
    return {task: max(1, round(attempts * share / total)) for task, share in need.items()}


def practice(config: PracticeConfig, progress: Progress = lambda *news: None) -> dict[str, Any]:
    """Practise for some rounds.

    Returns:
        ``{"checkpoint", "rounds": [{"attempts", "successes", "tasks"}]}``; success while acting by lot, which is less
        than that of the best action.

    Raises:
        UsageError: the folder holds practice with other settings.
        DataError: a dataset cannot be read.
        CheckpointError: the first policy cannot be loaded.
    """
    tasks = task_names(config.tasks)
    _claim(config)
    library = ExampleLibrary()
    rounds: list[_Round] = []
    checkpoint = config.start or shipped_weights()
    for number in range(config.rounds):
        current = _Round(config.out / f"round-{number:03}")
        _collect_round(
            current, plan(tasks, [past.tally for past in rounds], config.attempts), checkpoint, config, progress
        )
        rounds.append(current)
        recent = [past.data for past in rounds[-config.memory :]]
        if not (current.policy / "config.json").exists():
            train(_training(config, checkpoint, recent, current), progress, library)
        checkpoint = current.policy
    return {"checkpoint": str(checkpoint), "rounds": [_summary(past.tally) for past in rounds]}


def _claim(config: PracticeConfig) -> None:
    """Note the settings in the folder, or see that they are those noted; only the number of rounds may grow."""
    settings = repr(replace(config, rounds=0))
    file = config.out / "settings.txt"
    if file.exists() and file.read_text("utf-8") != settings:
        raise UsageError(f"{config.out} holds a practice with other settings; delete it, or choose another --out")
    config.out.mkdir(parents=True, exist_ok=True)
    file.write_text(settings, "utf-8")


def _collect_round(
    current: _Round, planned: dict[str, int], checkpoint: Path, config: PracticeConfig, progress: Progress
) -> None:
    """Play what is planned and was not played yet."""
    missing = {task: count for task, count in planned.items() if task not in current.tally}
    if not missing:
        return
    policy = Policy.load(checkpoint)
    settings = CollectConfig(pages=config.pages, input=config.input)
    done, total = sum(planned.values()) - sum(missing.values()), sum(planned.values())
    for task, count in missing.items():
        progress(done, total, f"{current.folder.name}: {task}")
        current.keep(task, list(collect(task, policy, _seeds(config, current, task, count), settings)), config.keep)
        done += count


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


def _summary(tally: dict[str, dict[str, int]]) -> dict[str, Any]:
    return {
        "attempts": sum(row["attempts"] for row in tally.values()),
        "successes": sum(row["successes"] for row in tally.values()),
        "tasks": tally,
    }
