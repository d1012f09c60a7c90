"""Imitation (behavioural cloning): fit the network to demonstrations.

Left out on purpose: (1) no reward model and no value head, the demonstrations are all successes; (2) no schedule of
tasks, only a weight by size; (3) no stopping by validation, because step accuracy on held-out demonstrations does not
predict success in the browser (docs/LOG.md).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from math import cos, pi
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from webagent.errors import DataError, UsageError
from webagent.learn.augment import augment
from webagent.learn.calibration import measure
from webagent.learn.config import TrainConfig
from webagent.learn.examples import Example, ExampleLibrary, batch_limit, size_of
from webagent.learn.losses import imitation_loss
from webagent.policy.batch import collate
from webagent.policy.checkpoint import FORMAT_VERSION, CheckpointConfig, load_network, save_network
from webagent.policy.model import KINDS, PAGE_KINDS, ModelConfig, Network, without_kinds
from webagent.policy.words import WordBook

__all__ = ["train"]

Progress = Callable[[int, int, dict[str, float]], None]
"""Called with (updates done, updates in all, metrics since the last call)."""

_REPORT_EVERY = 50
_SAVE_EVERY = 1000
_WARM_UP = 300
_AVERAGE = 0.999
_CLIP = 1.0


def train(
    config: TrainConfig,
    progress: Progress | None = None,
    library: ExampleLibrary | None = None,
    emphasis: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """Train a policy and write its checkpoint.

    An interrupted run in the same folder goes on from its last saved state.

    Args:
        config: what decides the run.
        progress: called now and then.
        library: examples that are read already; what is missing is read into it.
        emphasis: by task, what its examples' chance to be drawn is multiplied with; 1 for a task that is not named.

    Returns:
        ``{"checkpoint", "examples", "held_out", "updates", "seconds", "metrics"}``.

    Raises:
        DataError: a dataset cannot be read or holds no usable example.
        UsageError: the folder holds the state of a run with other settings.
    """
    started = time.monotonic()
    library = library or ExampleLibrary()
    examples = library.read(config.data, per_task=config.per_task)
    training = [example for example in examples if not example.held_out]
    held_out = [example for example in examples if example.held_out]
    if not training:
        raise DataError(f"no usable example in {', '.join(map(str, config.data))}; import demonstrations first")
    run = _Run(config, training, library.book, emphasis or {})
    run.fit(progress)
    metrics = _write_checkpoint(run, held_out or training[:1000])
    return {
        "checkpoint": str(config.out),
        "examples": len(training),
        "held_out": len(held_out),
        "updates": config.updates,
        "seconds": round(time.monotonic() - started, 1),
        "metrics": metrics,
    }


def _write_checkpoint(run: _Run, unseen: Sequence[Example]) -> dict[str, float]:
    """Calibrate the averaged network on ``unseen``, write it, and give its metrics there."""
    network = run.averaged_network
    metrics, temperature = measure(network, unseen, run.book, run.untried)
    checkpoint = CheckpointConfig(
        format_version=FORMAT_VERSION,
        model=network.config,
        temperature=temperature,
        untried=tuple((KINDS + PAGE_KINDS)[kind] for kind in run.untried),
        training=_describe(run.config, run.examples),
    )
    save_network(run.config.out, network, checkpoint)
    run.state_path.unlink(missing_ok=True)
    return metrics


def _describe(config: TrainConfig, training: Sequence[Example]) -> dict[str, Any]:
    settings = asdict(config)
    settings["data"] = [path.name for path in config.data]
    settings["out"] = config.out.name
    settings["start"] = config.start.name if config.start else None
    tasks = Counter(example.task for example in training)
    return settings | {
        "webagent": version("webagent"),
        "torch": str(torch.__version__),
        "examples": dict(sorted(tasks.items())),
    }


class _Run:
    """The state of one training run: what is saved, and what goes on."""

    def __init__(
        self, config: TrainConfig, examples: Sequence[Example], book: WordBook, emphasis: Mapping[str, float]
    ) -> None:
        self.config = config
        self.examples = examples
        self.book = book
        self.state_path = config.out / "training.pt"
        torch.manual_seed(config.seed)
        self.network = load_network(config.start)[0] if config.start else Network(_sizes(config))
        self.averaged = AveragedModel(self.network, avg_fn=_average)
        decayed = [p for p in self.network.parameters() if p.ndim > 1]
        plain = [p for p in self.network.parameters() if p.ndim <= 1]
        self.optimizer = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": config.weight_decay}, {"params": plain, "weight_decay": 0.0}],
            lr=config.learning_rate,
            betas=(0.9, 0.98),
            fused=True,
        )
        self.done = 0
        shown = {example.label.kind for example in examples}
        self.untried = [kind for kind in range(len(KINDS + PAGE_KINDS)) if kind not in shown]
        self._pool = _common_words(examples)
        self._draws = _task_weights(examples, config.balance, emphasis)

    @property
    def averaged_network(self) -> Network:
        """The network with the moving average of the weights, which generalises better than the last ones."""
        network = self.averaged.module
        assert isinstance(network, Network)
        return network

    def fit(self, progress: Progress | None) -> None:
        """Run the updates that are left."""
        self._resume()
        self.network.train()
        recent: list[dict[str, float]] = []
        for batch in self._batches():
            recent.append(self._update(batch))
            if self.done % _SAVE_EVERY == 0:
                self._save()
            if progress and (self.done % _REPORT_EVERY == 0 or self.done == self.config.updates):
                progress(self.done, self.config.updates, _mean(recent))
                recent = []

    def _update(self, rows: NDArray[np.int64]) -> dict[str, float]:
        random = np.random.default_rng((self.config.seed, 1, self.done))
        picked = [self.examples[row] for row in rows]
        batch = collate([augment(example.sample, self.book, self._pool, random) for example in picked], self.book)
        rate = self.config.learning_rate * _schedule(self.done, self.config.updates)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        scores = without_kinds(self.network(batch), self.untried)
        loss, metrics = imitation_loss(self.network, batch, scores, [example.label for example in picked])
        self.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), _CLIP)
        self.optimizer.step()
        self.averaged.update_parameters(self.network)
        self.done += 1
        return {"loss": float(loss.detach()), **metrics}

    def _batches(self) -> Iterator[NDArray[np.int64]]:
        """Rows of the examples of each update that is left; examples of like size go together, to pad less."""
        size, together = self.config.batch, 8
        sizes = np.array([size_of(example) for example in self.examples])
        for chunk in range(self.done // together, -(-self.config.updates // together)):
            random = np.random.default_rng((self.config.seed, 0, chunk))
            rows = random.choice(len(self.examples), size * together, p=self._draws)
            batches = rows[np.argsort(sizes[rows], kind="stable")].reshape(together, size)
            random.shuffle(batches)
            cut = [part[: batch_limit(sizes[part].max())] for part in batches]
            yield from cut[self.done - chunk * together :][: self.config.updates - self.done]

    def _save(self) -> None:
        self.config.out.mkdir(parents=True, exist_ok=True)
        state = {
            "settings": _identity(self.config),
            "done": self.done,
            "network": self.network.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "torch_random": torch.get_rng_state(),
        }
        partial = self.state_path.with_suffix(".part")
        torch.save(state, partial)
        partial.replace(self.state_path)

    def _resume(self) -> None:
        if not self.state_path.exists():
            return
        state = torch.load(self.state_path, weights_only=True)
        if state["settings"] != _identity(self.config):
            raise UsageError(
                f"{self.state_path} belongs to a run with other settings; delete it, or choose another --out"
            )
        self.done = state["done"]
        self.network.load_state_dict(state["network"])
        self.averaged.load_state_dict(state["averaged"])
        self.optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["torch_random"])


def _average(averaged: Tensor, new: Tensor, count: Tensor | int) -> Tensor:
    """Exponential moving average, with a shorter memory at the start."""
    keep = min(_AVERAGE, (1 + float(count)) / (10 + float(count)))
    return averaged.lerp(new, 1 - keep)


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


def _common_words(examples: Sequence[Example]) -> NDArray[np.int32]:
    """Ids of all words in the examples: what may stand in for another word."""
    return np.unique(np.concatenate([example.sample.vocabulary[1:] for example in examples]))


def _task_weights(examples: Sequence[Example], balance: float, emphasis: Mapping[str, float]) -> NDArray[np.float64]:
    """Chance of each example to be drawn: tasks in proportion to n^balance times emphasis, alike within a task."""
    counts = Counter(example.task for example in examples)
    by_task = {task: count ** (balance - 1) * emphasis.get(task, 1.0) for task, count in counts.items()}
    weights = np.array([by_task[example.task] for example in examples], np.float64)
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares
