"""How good and how honest a network is on held-out demonstrations, and the map that makes its confidence honest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from webagent.learn.examples import Example, batch_limit, size_of
from webagent.learn.labels import NONE
from webagent.learn.losses import choice_of, imitation_loss
from webagent.policy.batch import collate
from webagent.policy.checkpoint import IDENTITY, CheckpointConfig, Honesty, evidence, honest
from webagent.policy.model import Network, choices, without_kinds
from webagent.policy.words import WordBook

__all__ = ["Measured", "calibration_error", "fit_honesty", "fit_stop", "measure"]

_BATCH = 64
_MOST = 1500  # examples are enough to tell a percent
_BINS = 15
_EVEN = 0.5  # where nothing tells better
_STEPS = 300  # of Adam; for three numbers

Numbers = NDArray[np.float64]


class Measured(NamedTuple):
    """What was found on examples.

    Attributes:
        metrics: shares in [0, 1], and the loss.
        temperature: of the action logits (Guo et al. 2017, https://arxiv.org/abs/1706.04599).
        honesty: of the confidences, see `webagent.policy.checkpoint.honest`.
        stop_threshold: from which on a command counts as done, see `fit_stop`.
    """

    metrics: dict[str, float]
    temperature: float
    honesty: Honesty
    stop_threshold: float

    def fitted(self, config: CheckpointConfig) -> CheckpointConfig:
        """The same checkpoint with what was found."""
        return msgspec.structs.replace(
            config, temperature=self.temperature, honesty=self.honesty, stop_threshold=self.stop_threshold
        )


@torch.inference_mode()
def measure(network: Network, examples: Sequence[Example], book: WordBook, untried: Sequence[int] = ()) -> Measured:
    """Metrics on examples, and what makes the confidence honest on them.

    The calibration error is that of examples whose honesty was fitted on the others: each half serves the other.
    """
    network.eval()
    totals: dict[str, list[float]] = {}
    logits: list[Tensor] = []
    targets: list[int] = []
    stops: list[float] = []
    done: list[bool] = []
    for part in _batches(examples):
        batch = collate([example.sample for example in part], book).map(torch.from_numpy)
        labels = [example.label for example in part]
        scores = without_kinds(network(batch), untried)
        loss, metrics = imitation_loss(network, scores, labels)
        for name, value in {"loss": float(loss), **metrics}.items():
            totals.setdefault(name, []).append(value)
        stops += scores.stop.sigmoid().tolist()
        done += [label.kind == NONE for label in labels]
        every = choices(scores)
        for row, label in enumerate(labels):
            choice = choice_of(label, scores.actions.shape[1])
            if choice != NONE:
                logits.append(every[row])
                targets.append(choice)
    temperature = _fit_temperature(logits, targets)
    result = {name: sum(values) / len(values) for name, values in totals.items()}
    confidence, right = _confidence(logits, targets, temperature)
    halves = np.arange(len(right)) % 2 == 0
    honestly = confidence.copy()
    for half in (halves, ~halves):
        honestly[half] = honest(confidence[half], fit_honesty(confidence[~half], right[~half]))
    result["calibration_error"] = calibration_error(honestly, right)
    metrics = {name: round(value, 4) for name, value in sorted(result.items())}
    stop_threshold = fit_stop(np.array(stops), np.array(done, np.bool_))
    return Measured(metrics, temperature, fit_honesty(confidence, right), stop_threshold)


def _batches(examples: Sequence[Example]) -> Iterator[list[Example]]:
    """At most _MOST of the examples, spread evenly, those of like size together."""
    rest = sorted(examples[:: -(-len(examples) // _MOST)], key=size_of)
    while rest:
        limit = min(_BATCH, batch_limit(size_of(rest[min(_BATCH, len(rest)) - 1])))
        yield rest[:limit]
        rest = rest[limit:]


def _padded(logits: Sequence[Tensor]) -> Tensor:
    return torch.nn.utils.rnn.pad_sequence(list(logits), batch_first=True, padding_value=-1e4)


def _fit_temperature(logits: Sequence[Tensor], targets: Sequence[int]) -> float:
    if not targets:
        return 1.0
    stacked, target = _padded(logits), torch.tensor(targets)
    candidates = torch.linspace(0.5, 3.0, 51).tolist()
    return float(min(candidates, key=lambda t: float(functional.cross_entropy(stacked / t, target))))


def _confidence(logits: Sequence[Tensor], targets: Sequence[int], temperature: float) -> tuple[Numbers, Numbers]:
    """Confidence in the best choice and whether it is right (1 or 0), [n] each."""
    if not targets:
        return np.zeros(0), np.zeros(0)
    confidence, choice = (_padded(logits) / temperature).softmax(-1).max(-1)
    return confidence.double().numpy(), (choice.numpy() == np.array(targets)).astype(np.float64)


@torch.inference_mode(False)
def fit_honesty(confidence: Numbers, right: Numbers) -> Honesty:
    """The three numbers that make confidences [n] most likely, given what was right (1 or 0, [n])."""
    if len(right) < _BINS:
        return IDENTITY
    numbers = torch.tensor(IDENTITY, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([numbers], lr=0.05)
    seen, truth = torch.from_numpy(evidence(confidence)), torch.tensor(right, dtype=torch.float64)
    for _ in range(_STEPS):
        a, b, shift = numbers.unbind()
        weighed = seen @ torch.stack([a.abs(), b.abs(), shift])
        optimizer.zero_grad()
        torch.autograd.backward(functional.binary_cross_entropy_with_logits(weighed, truth))
        optimizer.step()
    a, b, shift = numbers.detach().tolist()
    return abs(a), abs(b), shift


def fit_stop(stop: Numbers, done: NDArray[np.bool_]) -> float:
    """Where to draw the line between done and not: as large a share of the ends is missed as of the steps is cut short.

    Practice shows no ends, as its tasks end by themselves: it moves the line, and both mistakes are bad.

    Args:
        stop: [n] what the network says, in [0, 1].
        done: [n] whether the command was done.
    """
    if done.all() or not done.any():
        return _EVEN
    lines = np.arange(1, 20) / 20
    missed = np.array([(stop[done] < line).mean() for line in lines])
    early = np.array([(stop[~done] >= line).mean() for line in lines])
    uneven = np.abs(missed - early)
    best = lines[uneven <= uneven.min() + 1e-9]
    return float(best[np.abs(best - _EVEN).argmin()])


def calibration_error(confidence: Numbers, right: Numbers) -> float:
    """Expected calibration error in [0, 1]: |confidence - accuracy| in 15 equal bins, weighted by their size."""
    bins = np.minimum((confidence * _BINS).astype(np.int64), _BINS - 1)
    parts = [bins == number for number in np.unique(bins)]
    return float(sum(abs(confidence[part].mean() - right[part].mean()) * part.mean() for part in parts))
