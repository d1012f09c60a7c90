"""Folds what was taught into the weights: they then do it by themselves, and in other words and places.

Each update learns from the demonstrations that were taught and, as much again, from others, lest what they do not show
be forgotten (rehearsal, Robins 1995, https://doi.org/10.1080/09540099550039318). Where no dataset is given for that,
pages and sites are made for it on this machine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch

from webagent.data.memory import Memory
from webagent.data.pages.build import PagesConfig, build_pages
from webagent.data.pages.sources import MADE, SITES
from webagent.errors import DataError
from webagent.home import home
from webagent.learn.batches import Batches
from webagent.learn.calibration import measure
from webagent.learn.config import FinetuneConfig
from webagent.learn.examples import Example, ExampleLibrary, episode_examples
from webagent.learn.learner import Learner
from webagent.learn.weights import load_network, save_network
from webagent.policy.actions import KINDS, PAGE_KINDS
from webagent.policy.checkpoint import shipped_weights
from webagent.policy.model import Network
from webagent.policy.words import WordBook

__all__ = ["finetune"]

Progress = Callable[[int, int, dict[str, float]], None]
"""Called with (updates done, updates in all, metrics)."""

_TAUGHT, _OTHERS = 16, 32  # examples an update
_BALANCE = 0.25  # as in imitation
_WARM_UP = 0.1  # share of the updates
_WEIGHT_DECAY = 0.05
_REPORT_EVERY = 10
_REHEARSAL = PagesConfig(pages=40, pairs=8)


def finetune(config: FinetuneConfig, progress: Progress | None = None) -> dict[str, Any]:
    """Write a checkpoint that has learned what was taught.

    Returns:
        ``{"checkpoint", "taught", "others", "updates", "before", "after"}``; of the last two each ``{"taught",
        "others"}``, the share of steps in [0, 1] at which the first choice is right: of those taught, and of other
        ones that are held out.

    Raises:
        DataError: nothing was taught, or a dataset cannot be read.
        CheckpointError: the policy to begin with cannot be loaded.
    """
    library = ExampleLibrary()
    episodes = Memory(config.memory).episodes()
    taught = [step for episode in episodes for step in episode_examples(episode, library.book)]
    if not taught:
        raise DataError("nothing was taught; show something with `webagent record`, and `webagent teach` it first")
    others = library.read(config.data or (_made(),))
    rehearsed, unseen = _split(others)
    torch.manual_seed(config.seed)
    network, checkpoint = load_network(config.start or shipped_weights())
    shown = {step.label.kind for step in taught}
    untried = [(KINDS + PAGE_KINDS).index(name) for name in checkpoint.untried]
    untried = [kind for kind in untried if kind not in shown]
    judge = _Judge(taught, unseen, library.book, untried)
    before = judge.shares(network)
    _fit(config, network, (taught, rehearsed), library.book, untried, progress)
    after = judge.shares(network)
    described = msgspec.structs.replace(
        checkpoint,
        untried=tuple((KINDS + PAGE_KINDS)[kind] for kind in untried),
        training={**checkpoint.training, "finetune": _described(config, len(episodes))},
    )
    save_network(config.out, network, described)
    return {
        "checkpoint": str(config.out),
        "taught": len(taught),
        "others": len(others),
        "updates": config.updates,
        "before": before,
        "after": after,
    }


def _made() -> Path:
    """Pages and sites for rehearsal; made once."""
    folder = home() / "rehearsal"
    build_pages((MADE, SITES), folder, _REHEARSAL)
    return folder


def _split(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """Those to learn from, and those to judge by."""
    unseen = [example for example in examples if example.held_out]
    rehearsed = [example for example in examples if not example.held_out]
    if not rehearsed:
        raise DataError("there is nothing to rehearse in --data: give a dataset with more episodes, or none")
    return rehearsed, unseen or rehearsed[:500]


class _Judge:
    """Says how many steps a network has right."""

    def __init__(
        self, taught: Sequence[Example], unseen: Sequence[Example], book: WordBook, untried: Sequence[int]
    ) -> None:
        self._sets = {"taught": taught, "others": unseen}
        self._book = book
        self._untried = untried

    def shares(self, network: Network) -> dict[str, float]:
        """Of each set, in [0, 1]."""
        found = {name: measure(network, steps, self._book, self._untried) for name, steps in self._sets.items()}
        return {name: measured.metrics["action"] for name, measured in found.items()}


def _fit(
    config: FinetuneConfig,
    network: Network,
    sets: tuple[Sequence[Example], Sequence[Example]],
    book: WordBook,
    untried: Sequence[int],
    progress: Progress | None,
) -> None:
    """Run the updates."""
    learner = Learner(network.train(), config.learning_rate, _WEIGHT_DECAY)
    draws = [Batches(steps, size, _BALANCE, config.seed) for steps, size in zip(sets, (_TAUGHT, _OTHERS), strict=True)]
    pairs = zip(*(draw.between(0, config.updates) for draw in draws), strict=True)
    for update, picked in enumerate(pairs):
        random = np.random.default_rng((config.seed, 1, update))
        losses = [draw.loss(network, part, book, untried, random)[0] for draw, part in zip(draws, picked, strict=True)]
        learner.step(torch.stack(losses).sum(), config.learning_rate * _schedule(update, config.updates))
        if progress and (update + 1) % _REPORT_EVERY == 0:
            names = ("loss_taught", "loss_others")
            progress(
                update + 1, config.updates, {n: float(loss.detach()) for n, loss in zip(names, losses, strict=True)}
            )
    network.eval()


def _schedule(done: int, updates: int) -> float:
    """Share of the peak rate: linear warm-up, then linear to 0."""
    warm = max(1, round(_WARM_UP * updates))
    return (done + 1) / warm if done < warm else 1 - (done - warm) / max(1, updates - warm)


def _described(config: FinetuneConfig, episodes: int) -> dict[str, Any]:
    settings = {name: str(value) if isinstance(value, Path) else value for name, value in asdict(config).items()}
    settings["data"] = [path.name for path in config.data]
    settings["memory"] = config.memory.name if config.memory else None
    settings["out"] = config.out.name
    return settings | {"episodes": episodes, "webagent": version("webagent"), "torch": str(torch.__version__)}
