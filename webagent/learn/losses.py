"""How far the network is from the demonstrations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from webagent.learn.labels import NONE, Label
from webagent.policy.batch import Batch
from webagent.policy.model import END, KINDS, MODES, Network, Scores

__all__ = ["choice_of", "imitation_loss"]

_STOP_WEIGHT = 0.3


def choice_of(label: Label, elements: int) -> int:
    """Index of what a label chooses in ``Scores.choices``, on a page of E = ``elements``; NONE for `Stop`."""
    if label.element == NONE:
        return NONE if label.kind == NONE else elements * len(KINDS) + label.kind - len(KINDS)
    return label.element * len(KINDS) + label.kind


def imitation_loss(
    network: Network, batch: Batch, scores: Scores, labels: Sequence[Label]
) -> tuple[Tensor, dict[str, float]]:
    """Negative log-likelihood of the demonstrated actions, mean over the batch; and metrics in [0, 1].

    Where several answers are equally right (the typed text stands twice in the command) their probabilities add up.

    Args:
        network: what learns.
        batch: B samples.
        scores: what the network says of them; kinds of action that no demonstration shows are best left out of them
            (`without_kinds`): what nobody tried was not found wrong.
        labels: B labels.
    """
    elements = scores.actions.shape[1]
    targets = torch.tensor([choice_of(label, elements) for label in labels])
    acting = targets != NONE
    losses = {"stop": _STOP_WEIGHT * functional.binary_cross_entropy_with_logits(scores.stop, (~acting).float())}
    metrics = {"stop": _share((scores.stop > 0) == ~acting)}
    if acting.any():
        chosen = torch.tensor([max(label.element, 0) for label in labels])
        every = _Chosen(batch, scores, labels, chosen, scores.elements[torch.arange(len(chosen)), chosen])
        steps = every.where([label.kind != NONE for label in labels])
        logits, wanted = scores.choices[acting], targets[acting]
        metrics["action"] = _share(logits.argmax(-1) == wanted)
        parts = {"action": _missed(logits, wanted.tolist()), **_argument_losses(network, steps, metrics)}
        losses |= {name: part / len(labels) for name, part in parts.items()}
    return torch.stack(list(losses.values())).sum(), metrics


def _share(right: Tensor) -> float:
    return float(right.float().mean())


class _Chosen(NamedTuple):
    """The n steps of a batch at which something is done, and the states of the elements it is done to.

    Attributes:
        batch: their samples.
        scores: what the network says of them.
        labels: what was done.
        elements: [n] index of the element; 0 where none is named.
        states: [n, d] its state.
    """

    batch: Batch
    scores: Scores
    labels: Sequence[Label]
    elements: Tensor
    states: Tensor

    def where(self, wanted: Sequence[bool]) -> _Chosen:
        """Only these of the steps."""
        rows = torch.tensor(wanted, dtype=torch.bool).nonzero().squeeze(-1)
        return _Chosen(
            Batch(*(tensor[rows] for tensor in self.batch)),
            Scores(*(tensor[rows] for tensor in self.scores)),
            [self.labels[row] for row in rows.tolist()],
            self.elements[rows],
            self.states[rows],
        )


def _argument_losses(network: Network, steps: _Chosen, metrics: dict[str, float]) -> dict[str, Tensor]:
    """What an action says besides its element, each as a sum over the steps: keys, texts, distances, targets."""
    losses: dict[str, Tensor] = {}
    for name in ("key", "mode", "piece", "scroll"):
        chosen = [getattr(label, name) for label in steps.labels]
        head = getattr(network, name)
        losses[name] = _missed(head(steps.states), chosen)
    for kind, head in (("drag_by", network.shift), ("click_at", network.spot)):
        there = [label.place if label.kind == KINDS.index(kind) else (NONE, NONE) for label in steps.labels]
        logits = head(steps.states).view(2 * len(there), -1)
        losses[kind] = _missed(logits, [number for pair in there for number in pair])
    losses["span"] = _span_loss(network, steps.where([len(label.spans) > 0 for label in steps.labels]), metrics)
    losses["source"] = _source_loss(network, steps.where([label.source != NONE for label in steps.labels]))
    written = [label.mode == MODES.index("write") for label in steps.labels]
    losses["write"] = _writer_loss(network, steps.where(written))
    return losses


def _missed(logits: Tensor, targets: Sequence[int]) -> Tensor:
    """Sum of the negative log-likelihoods of the targets [n]; those that are NONE do not count."""
    return functional.cross_entropy(logits, torch.tensor(targets), reduction="sum", ignore_index=NONE)


def _span_loss(network: Network, steps: _Chosen, metrics: dict[str, float]) -> Tensor:
    """The typed text may stand at several places of the command: their probabilities add up."""
    if not steps.labels:
        return steps.states.new_zeros(())
    logits = network.spans(steps.batch, steps.scores, steps.elements)
    right = torch.zeros_like(logits, dtype=torch.bool)
    for row, label in enumerate(steps.labels):
        first, last = torch.from_numpy(label.spans).unbind(-1)
        right[row, first, last] = True
    flat, right = logits.flatten(1), right.flatten(1)
    metrics["span"] = _share(right[torch.arange(len(flat)), flat.argmax(-1)])
    return (flat.logsumexp(-1) - flat.masked_fill(~right, -torch.inf).logsumexp(-1)).sum()


def _source_loss(network: Network, steps: _Chosen) -> Tensor:
    """Which element's text is copied, or which one is dragged to."""
    if not steps.labels:
        return steps.states.new_zeros(())
    copy, target = network.points(steps.batch, steps.scores, steps.elements)
    dragged = torch.tensor([label.mode == NONE for label in steps.labels])
    return _missed(torch.where(dragged[:, None], target, copy), [label.source for label in steps.labels])


def _writer_loss(network: Network, steps: _Chosen) -> Tensor:
    """The characters of the texts, each given those before it."""
    total = steps.states.new_zeros(())
    texts = [label.characters for label in steps.labels]
    if not texts:
        return total
    longest = max(map(len, texts)) + 1
    target = torch.full((len(texts), longest), NONE)
    for row, text in enumerate(texts):
        target[row, : len(text) + 1] = torch.tensor([*text, END])
    previous, state = torch.full((len(texts),), END), steps.states
    for place in range(longest):
        logits, state = network.writer.step(previous, state, steps.scores.tokens, steps.batch.token_mask)
        wanted = target[:, place]
        total = total + functional.cross_entropy(logits, wanted, ignore_index=NONE, reduction="sum")
        previous = wanted.clamp(min=0)
    return total
