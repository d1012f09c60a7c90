"""Practice: the policy acts, and learns which of its attempts at a page went better than the others.

Each round visits some tasks. A page is attempted several times; an attempt that succeeds where others fail is made more
likely and those less: the group of attempts is the baseline, so no value network is needed (GRPO, Shao et al. 2024,
https://arxiv.org/abs/2402.03300). Where all fail, odder attempts follow; what those find is imitated (expert iteration,
Anthony et al. 2017, https://arxiv.org/abs/1705.08439), as are the demonstrations all the time, which keeps the policy
from forgetting what is not practised.

While one round is learned from, the next is played by the policy before it, by other processes: what comes out does not
depend on which is faster, nor on how many play. A folder holds ``practice.pt`` (all that decides how it goes on),
``acting`` (the policy that plays), ``tally.json`` (what is known of each task) and ``policy`` (the checkpoint so far).
An interrupted practice goes on after the last round that was learned.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zlib import crc32

import msgspec
import numpy as np
import torch

from webagent.data.dataset import read_episodes, write_info, write_shard
from webagent.errors import UsageError
from webagent.learn.calibration import measure
from webagent.learn.collect import Attempt, CollectConfig
from webagent.learn.config import PracticeConfig
from webagent.learn.examples import ExampleLibrary
from webagent.learn.learner import read_state, write_state
from webagent.learn.lessons import Lessons, finds
from webagent.learn.planning import Tally, plan
from webagent.learn.players import Players, Round, Visit
from webagent.learn.weights import load_network, save_network
from webagent.policy.actions import KINDS, PAGE_KINDS
from webagent.policy.checkpoint import FORMAT_VERSION, CheckpointConfig, shipped_weights
from webagent.processes import use_one_core
from webagent_envs.tasks import task_names

__all__ = ["practice"]

Progress = Callable[..., None]
"""Called with (done, total, note)."""

_FIRST_SEED = 2**31  # evaluation uses seeds below this, so practice never sees them
_CHECKPOINT_EVERY = 10  # rounds


def practice(config: PracticeConfig, progress: Progress = lambda *news: None) -> dict[str, Any]:
    """Practise for some rounds.

    Returns:
        ``{"checkpoint", "rounds", "tasks": {task: {"visits", "rate", "found", …}}}``, see `Tally`.

    Raises:
        UsageError: the folder holds practice with other settings.
        DataError: a dataset cannot be read or holds no usable example.
        CheckpointError: the first policy cannot be loaded.
    """
    tasks = task_names(config.tasks)
    _claim(config)
    torch.set_num_threads(1)  # the other core is the players'
    use_one_core()
    run = _Practice(config, tasks)
    with Players(config.workers, config.ray) as players:
        playing = run.play(players)
        while playing is not None:
            played = playing()
            progress(run.done, config.rounds, run.news)
            playing = run.round(played, players)
    return {
        "checkpoint": str(run.policy),
        "rounds": run.done,
        "tasks": {task: msgspec.to_builtins(tally) for task, tally in sorted(run.tallies.items())},
    }


class _Practice:
    """The rounds so far, in memory and on disk."""

    def __init__(self, config: PracticeConfig, tasks: Sequence[str]) -> None:
        self.config = config
        self.tasks = tasks
        self.policy = config.out / "policy"
        self.done = 0
        self.tallies: dict[str, Tally] = {}
        self.news = "the first pages"
        start, _ = load_network(config.start or shipped_weights())
        self._library = ExampleLibrary()
        self.lessons = Lessons(config, start, self._library)
        self._resume()

    def play(self, players: Players) -> Round | None:
        """Begin the next round; ``None`` after the last."""
        if self.done >= self.config.rounds:
            return None
        random = np.random.default_rng((self.config.seed, 3, self.done))
        tasks = plan(self.tasks, self.tallies, self.config.visits, random)
        acting = self.config.out / "acting"
        save_network(acting, self.lessons.acting, self._describe())
        return players.begin(_visits(self.config, acting, self.done, tasks))

    def round(self, played: list[Attempt], players: Players) -> Round | None:
        """Note and learn what was played, and have the next round played meanwhile."""
        number, acted = self.done, copy.deepcopy(self.lessons.acting)
        self._note(played)
        found = finds(played)
        if found:
            write_shard(self._shard(number), found)
            write_info(self._finds, source="practice")
        self.lessons.find(found)
        self.lessons.follow()
        self.done += 1
        playing = self.play(players)
        learned = {task for task, tally in self.tallies.items() if tally.is_learned}
        metrics = self.lessons.learn(played, acted, number, learned)
        self.news = "  ".join(f"{name} {value:.3g}" for name, value in metrics.items())
        self._save()
        return playing

    def _note(self, played: Sequence[Attempt]) -> None:
        for task in sorted({attempt.episode.task for attempt in played}):
            of_it = [attempt for attempt in played if attempt.episode.task == task]
            self.tallies.setdefault(task, Tally()).note(
                [attempt.episode.success for attempt in of_it if not attempt.odd],
                sum(attempt.episode.success for attempt in of_it if attempt.odd),
                [len(attempt.episode.steps) for attempt in of_it],
                max((len(attempt.episode.steps) for attempt in of_it if attempt.episode.success), default=0),
            )

    @property
    def _finds(self) -> Path:
        return self.config.out / "finds"

    def _shard(self, number: int) -> Path:
        return self._finds / "data" / f"round-{number:04}.parquet"

    def _save(self) -> None:
        if self.done % _CHECKPOINT_EVERY == 0 or self.done == self.config.rounds:
            network = self.lessons.learner.averaged_network
            measured = measure(network, self.lessons.held_out, self._library.book, self.lessons.untried)
            save_network(self.policy, network, measured.fitted(self._describe()))
        tallies = msgspec.to_builtins(self.tallies)
        (self.config.out / "tally.json").write_text(json.dumps(tallies, indent=1, sort_keys=True) + "\n", "utf-8")
        write_state(self._state, {"done": self.done, "tallies": tallies, **self.lessons.state()})

    @property
    def _state(self) -> Path:
        return self.config.out / "practice.pt"

    def _resume(self) -> None:
        if not self._state.exists():
            return
        state = read_state(self._state)
        self.done = state["done"]
        self.tallies = msgspec.convert(state["tallies"], dict[str, Tally])
        for number in range(self.done):
            shard = self._shard(number)
            self.lessons.find(list(read_episodes(self._finds, shards=shard.name)) if shard.exists() else [])
        self.lessons.restore(state)  # last: it also restores chance

    def _describe(self) -> CheckpointConfig:
        settings = {name: value for name, value in asdict(self.config).items() if name not in ("workers", "ray")}
        settings["data"] = [path.name for path in self.config.data]
        settings["out"] = self.config.out.name
        settings["start"] = self.config.start.name if self.config.start else None
        return CheckpointConfig(
            format_version=FORMAT_VERSION,
            model=self.lessons.learner.network.config,
            untried=tuple((KINDS + PAGE_KINDS)[kind] for kind in self.lessons.untried),
            training=settings
            | {
                "webagent": version("webagent"),
                "torch": str(torch.__version__),
                "rounds": self.done,
                "attempts": {task: tally.attempts for task, tally in sorted(self.tallies.items())},
            },
        )


def _claim(config: PracticeConfig) -> None:
    """Note the settings in the folder, or see that they are those noted; how long it goes and who plays may change."""
    settings = repr(replace(config, rounds=0, workers=1, ray=""))
    file = config.out / "settings.txt"
    if file.exists() and file.read_text("utf-8") != settings:
        raise UsageError(f"{config.out} holds a practice with other settings; delete it, or choose another --out")
    config.out.mkdir(parents=True, exist_ok=True)
    file.write_text(settings, "utf-8")


def _visits(config: PracticeConfig, acting: Path, number: int, tasks: Mapping[str, int]) -> list[Visit]:
    """What is to be played in a round."""
    policy = {path.name: path.read_bytes() for path in sorted(acting.iterdir())}
    common = CollectConfig(pages=config.pages, input=config.input, tries=config.tries, further=config.further)
    return [
        Visit(task, tuple(_seeds(config, number, task)), replace(common, steps=steps), policy)
        for task, steps in tasks.items()
    ]


def _seeds(config: PracticeConfig, number: int, task: str) -> list[int]:
    first = crc32(f"{config.seed} {number} {task}".encode())
    return [_FIRST_SEED + (first + place) % _FIRST_SEED for place in range(config.starts)]
