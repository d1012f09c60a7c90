"""How good and how honest a network is on held-out demonstrations, and the temperature that makes it honest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from webagent.learn.examples import Example, batch_limit, size_of
from webagent.learn.labels import NONE
from webagent.learn.losses import choice_of, imitation_loss
from webagent.policy.batch import collate
from webagent.policy.model import Network, without_kinds
from webagent.policy.words import WordBook

__all__ = ["calibration_error", "measure"]

_BATCH = 64
_MOST = 1500  # examples are enough to tell a percent
_BINS = 15


@torch.inference_mode()
def measure(
    network: Network, examples: Sequence[Example], book: WordBook, untried: Sequence[int] = ()
) -> tuple[dict[str, float], float]:
    """Metrics in [0, 1] (and the loss) on examples, and the temperature of the action logits.

    The temperature minimises the negative log-likelihood on these examples (Guo et al. 2017,
    https://arxiv.org/abs/1706.04599).
    """
    network.eval()
    totals: dict[str, list[float]] = {}
    logits: list[Tensor] = []
    targets: list[int] = []
    for part in _batches(examples):
        batch = collate([example.sample for example in part], book)
        labels = [example.label for example in part]
        scores = without_kinds(network(batch), untried)
        loss, metrics = imitation_loss(network, batch, scores, labels)
        for name, value in {"loss": float(loss), **metrics}.items():
            totals.setdefault(name, []).append(value)
        choices = scores.choices
        for row, label in enumerate(labels):
            choice = choice_of(label, scores.actions.shape[1])
            if choice != NONE:
                logits.append(choices[row])
                targets.append(choice)
    temperature = _fit_temperature(logits, targets)
    result = {name: sum(values) / len(values) for name, values in totals.items()}
    result["calibration_error"] = calibration_error(logits, targets, temperature)
    return {name: round(value, 4) for name, value in sorted(result.items())}, temperature


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


def calibration_error(logits: Sequence[Tensor], targets: Sequence[int], temperature: float) -> float:
    """Expected calibration error in [0, 1]: |confidence - accuracy| in 15 equal bins, weighted by their size."""
    if not targets:
        return 0.0
    confidence, choice = (_padded(logits) / temperature).softmax(-1).max(-1)
    right = (choice == torch.tensor(targets)).float()
    bins = (confidence * _BINS).long().clamp(max=_BINS - 1)
    used = [bins == number for number in range(_BINS) if (bins == number).any()]
    gaps = [(confidence[part].mean() - right[part].mean()).abs() * part.float().mean() for part in used]
    return float(torch.stack(gaps).sum())
