"""Imitation (behavioural cloning): fit the network to demonstrations.

Left out on purpose: (1) no reward model and no value head, the demonstrations are all successes; (2) no schedule of
tasks, only a weight by size; (3) no stopping by validation, because step accuracy on held-out demonstrations does not
predict success in the browser (docs/LOG.md).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from importlib.metadata import version
from math import cos, pi
from typing import Any

import numpy as np
import torch

from webagent.errors import DataError, UsageError
from webagent.learn.batches import Batches, kinds_not_shown
from webagent.learn.calibration import measure
from webagent.learn.config import TrainConfig
from webagent.learn.examples import Example, ExampleLibrary
from webagent.learn.learner import Learner, read_state, write_state
from webagent.learn.together import gathered, run_together
from webagent.learn.weights import load_network, save_network
from webagent.policy.actions import KINDS, PAGE_KINDS
from webagent.policy.checkpoint import FORMAT_VERSION, CheckpointConfig
from webagent.policy.model import Network
from webagent.policy.sizes import ModelConfig
from webagent.policy.words import WordBook

__all__ = ["train"]

Progress = Callable[[int, int, dict[str, float]], None]
"""Called with (updates done, updates in all, metrics since the last call)."""

_REPORT_EVERY = 50
_SAVE_EVERY = 1000
_WARM_UP = 300


def train(config: TrainConfig, progress: Progress | None = None) -> dict[str, Any]:
    """Train a policy and write its checkpoint.

    An interrupted run in the same folder goes on from its last saved state.

    Args:
        config: what decides the run.
        progress: called now and then.

    Returns:
        ``{"checkpoint", "examples", "held_out", "updates", "seconds", "metrics"}``.

    Raises:
        DataError: a dataset cannot be read or holds no usable example.
        UsageError: the folder holds the state of a run with other settings.
    """
    return run_together(lambda rank: _train(config, rank, progress), config.workers)


def _train(config: TrainConfig, rank: int, progress: Progress | None) -> dict[str, Any]:
    """The part of one of the processes; the first one saves and reports."""
    started = time.monotonic()
    library = ExampleLibrary(rank, config.workers)
    examples = library.read(config.data, per_task=config.per_task)
    training = [example for example in examples if not example.held_out]
    held_out = [example for example in examples if example.held_out]
    if not training:
        raise DataError(f"no usable example in {', '.join(map(str, config.data))}; import demonstrations first")
    run = _Run(config, rank, training, library.book)
    run.fit(progress)
    metrics = {} if rank else _write_checkpoint(run, held_out or training[:1000])
    return {
        "checkpoint": str(config.out),
        "examples": sum(run.tasks.values()),
        "held_out": sum(gathered(len(held_out))),
        "updates": config.updates,
        "seconds": round(time.monotonic() - started, 1),
        "metrics": metrics,
    }


def _write_checkpoint(run: _Run, unseen: Sequence[Example]) -> dict[str, float]:
    """Calibrate the averaged network on ``unseen``, write it, and give its metrics there."""
    network = run.learner.averaged_network
    measured = measure(network, unseen, run.book, run.untried)
    checkpoint = CheckpointConfig(
        format_version=FORMAT_VERSION,
        model=network.config,
        untried=tuple((KINDS + PAGE_KINDS)[kind] for kind in run.untried),
        training=_describe(run),
    )
    save_network(run.config.out, network, measured.fitted(checkpoint))
    run.state_path.unlink(missing_ok=True)
    return measured.metrics


def _describe(run: _Run) -> dict[str, Any]:
    config = run.config
    settings = asdict(config)
    settings["data"] = [path.name for path in config.data]
    settings["out"] = config.out.name
    settings["start"] = config.start.name if config.start else None
    return settings | {
        "webagent": version("webagent"),
        "torch": str(torch.__version__),
        "examples": dict(sorted(run.tasks.items())),
    }


class _Run:
    """The state of one training run: what is saved, and what goes on.

    Attributes:
        examples: what this process learns from.
        tasks: of how many examples of each task all processes learn.
        untried: kinds of action that no process has an example of.
    """

    def __init__(self, config: TrainConfig, rank: int, examples: Sequence[Example], book: WordBook) -> None:
        self.config = config
        self.rank = rank
        self.examples = examples
        self.book = book
        self.state_path = config.out / "training.pt"
        torch.manual_seed(config.seed)
        network = load_network(config.start)[0] if config.start else Network(_sizes(config))
        self.learner = Learner(network, config.learning_rate, config.weight_decay)
        self.done = 0
        self.tasks = sum(gathered(Counter(example.task for example in examples)), Counter[str]())
        self.untried = sorted(set.intersection(*map(set, gathered(kinds_not_shown(examples)))))

    def fit(self, progress: Progress | None) -> None:
        """Run the updates that are left."""
        self._resume()
        self.learner.network.train()
        recent: list[dict[str, float]] = []
        batches = Batches(self.examples, self.config.batch, self.config.balance, self.config.seed, self.rank)
        for batch in batches.between(self.done, self.config.updates):
            recent.append(self._update(batches, batch))
            if self.rank:
                continue
            if self.done % _SAVE_EVERY == 0:
                self._save()
            if progress and (self.done % _REPORT_EVERY == 0 or self.done == self.config.updates):
                progress(self.done, self.config.updates, _mean(recent))
                recent = []

    def _update(self, batches: Batches, picked: Sequence[Example]) -> dict[str, float]:
        random = np.random.default_rng((self.config.seed, 1, self.done, self.rank))
        torch.manual_seed(int(random.integers(2**32)))  # of dropout: the same after an interruption
        loss, metrics = batches.loss(self.learner.network, picked, self.book, self.untried, random)
        self.learner.step(loss, self.config.learning_rate * _schedule(self.done, self.config.updates))
        self.done += 1
        return {"loss": float(loss.detach()), **metrics}

    def _save(self) -> None:
        state = {"settings": _identity(self.config), "done": self.done, **self.learner.state()}
        write_state(self.state_path, state)

    def _resume(self) -> None:
        if not self.state_path.exists():
            return
        state = read_state(self.state_path)
        if state["settings"] != _identity(self.config):
            raise UsageError(
                f"{self.state_path} belongs to a run with other settings; delete it, or choose another --out"
            )
        self.done = state["done"]
        self.learner.restore(state)


def _identity(config: TrainConfig) -> str:
    return repr(config)


def _sizes(config: TrainConfig) -> ModelConfig:
    return ModelConfig(width=config.width, layers=config.layers)


def _schedule(done: int, updates: int) -> float:
    """Share of the peak rate: linear warm-up, then cosine to 1 %."""
    if done < _WARM_UP:
        return (done + 1) / _WARM_UP
    return 0.01 + 0.99 * (1 + cos(pi * min(1.0, done / max(1, updates)))) / 2


def _mean(rows: Sequence[dict[str, float]]) -> dict[str, float]:
    names = {name for row in rows for name in row}
    return {name: float(np.mean([row[name] for row in rows if name in row])) for name in sorted(names)}
