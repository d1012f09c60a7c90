"""How far the network is from the demonstrations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from webagent.learn.labels import NONE, Label
from webagent.policy.actions import END, KINDS, MODES
from webagent.policy.batch import Scores
from webagent.policy.model import Network, choices, states

__all__ = ["Likelihood", "advantage_loss", "choice_of", "imitation_loss", "likelihood"]

_STOP_WEIGHT = 0.3
_CLIP = 0.2
_LARGEST_LOG_RATIO = 10.0


def choice_of(label: Label, elements: int) -> int:
    """Index of what a label chooses in `choices`, on a page of E = ``elements``; NONE for `Stop`."""
    if label.element == NONE:
        return NONE if label.kind == NONE else elements * len(KINDS) + label.kind - len(KINDS)
    return label.element * len(KINDS) + label.kind


class Likelihood(NamedTuple):
    """How likely the network holds what was done.

    Attributes:
        acts: [B] negative log-likelihood of each whole action: what is chosen and what is said besides; 0 for `Stop`.
        stop: [B] binary cross-entropy of whether the command is done.
        metrics: shares in [0, 1] of what the network had right.
    """

    acts: Tensor
    stop: Tensor
    metrics: dict[str, float]


def likelihood(network: Network, scores: Scores[Tensor], labels: Sequence[Label]) -> Likelihood:
    """Negative log-likelihoods of labelled actions.

    Where several answers are equally right (the typed text stands twice in the command) their probabilities add up.

    Args:
        network: what made the scores.
        scores: what the network says of B samples; kinds of action that no demonstration shows are best left out of
            them (`without_kinds`): what nobody tried was not found wrong.
        labels: B labels.
    """
    elements = scores.actions.shape[1]
    targets = torch.tensor([choice_of(label, elements) for label in labels])
    acting = targets != NONE
    stop = functional.binary_cross_entropy_with_logits(scores.stop, (~acting).float(), reduction="none")
    metrics = {"stop": _share((scores.stop > 0) == ~acting)}
    acts = torch.zeros(len(labels))
    if acting.any():
        chosen = states(scores, torch.tensor([label.element for label in labels]))
        steps = _Chosen(scores, labels, chosen).where([label.kind != NONE for label in labels])
        logits, wanted = choices(scores)[acting], targets[acting]
        metrics["action"] = _share(logits.argmax(-1) == wanted)
        missed = _missed(logits, wanted.tolist()) + _arguments(network, steps, metrics)
        acts = _spread(acting.tolist(), missed)
    return Likelihood(acts, stop, metrics)


def imitation_loss(
    network: Network, scores: Scores[Tensor], labels: Sequence[Label]
) -> tuple[Tensor, dict[str, float]]:
    """Negative log-likelihood of the demonstrated actions, mean over the batch; and metrics. See `likelihood`."""
    found = likelihood(network, scores, labels)
    return found.acts.mean() + _STOP_WEIGHT * found.stop.mean(), found.metrics


def advantage_loss(new: Tensor, old: Tensor, advantages: Tensor) -> Tensor:
    """Clipped policy gradient of PPO (Schulman et al. 2017, https://arxiv.org/abs/1707.06347), mean over the steps.

    Args:
        new: [B] negative log-likelihood of what was done, by the network that learns.
        old: [B] the same by the network that acted.
        advantages: [B] how much better than expected it went on.
    """
    ratio = (old - new).clamp(max=_LARGEST_LOG_RATIO).exp()
    clipped = ratio.clamp(1 - _CLIP, 1 + _CLIP)
    return -torch.minimum(ratio * advantages, clipped * advantages).mean()


def _share(right: Tensor) -> float:
    return float(right.float().mean())


class _Chosen(NamedTuple):
    """The n steps of a batch at which something is done, and the states of the elements it is done to.

    Attributes:
        scores: what the network says of them.
        labels: what was done.
        states: [n, d] state of the element; of the page where none is named.
    """

    scores: Scores[Tensor]
    labels: Sequence[Label]
    states: Tensor

    def where(self, wanted: Sequence[bool]) -> _Chosen:
        """Only these of the steps."""
        rows = torch.tensor(wanted, dtype=torch.bool).nonzero().squeeze(-1)
        return _Chosen(
            self.scores.map(lambda part: part[rows]),
            [self.labels[row] for row in rows.tolist()],
            self.states[rows],
        )


def _arguments(network: Network, steps: _Chosen, metrics: dict[str, float]) -> Tensor:
    """What actions say besides their element: [n] negative log-likelihood of keys, texts, distances and targets."""
    total = steps.states.new_zeros(len(steps.labels))
    for name in ("key", "mode", "piece", "scroll", "tab"):
        chosen = [getattr(label, name) for label in steps.labels]
        total = total + _missed(getattr(network, name)(steps.states), chosen)
    for kind, head in (("drag_by", network.shift), ("click_at", network.spot)):
        there = [label.place if label.kind == KINDS.index(kind) else (NONE, NONE) for label in steps.labels]
        logits = head(steps.states).view(2 * len(there), -1)
        total = total + _missed(logits, [number for pair in there for number in pair]).view(-1, 2).sum(1)
    spanned = [len(label.spans) > 0 for label in steps.labels]
    sourced = [label.source != NONE for label in steps.labels]
    written = [label.mode == MODES.index("write") for label in steps.labels]
    if any(spanned):
        total = total + _spread(spanned, _span_loss(network, steps.where(spanned), metrics))
    if any(sourced):
        total = total + _spread(sourced, _source_loss(network, steps.where(sourced)))
    if any(written):
        total = total + _spread(written, _writer_loss(network, steps.where(written)))
    return total


def _spread(wanted: Sequence[bool], values: Tensor) -> Tensor:
    """Values [m] at the m places that are wanted of n, 0 at the others: [n]."""
    return torch.zeros(len(wanted)).masked_scatter(torch.tensor(wanted), values)


def _missed(logits: Tensor, targets: Sequence[int]) -> Tensor:
    """[n] negative log-likelihoods of the targets [n]; 0 for those that are NONE."""
    return functional.cross_entropy(logits, torch.tensor(targets), reduction="none", ignore_index=NONE)


def _span_loss(network: Network, steps: _Chosen, metrics: dict[str, float]) -> Tensor:
    """[n]; the typed text may stand at several places of the command: their probabilities add up."""
    logits = network.spans(steps.scores, steps.states)
    right = torch.zeros_like(logits, dtype=torch.bool)
    for row, label in enumerate(steps.labels):
        first, last = torch.from_numpy(label.spans).unbind(-1)
        right[row, first, last] = True
    flat, right = logits.flatten(1), right.flatten(1)
    metrics["span"] = _share(right[torch.arange(len(flat)), flat.argmax(-1)])
    return flat.logsumexp(-1) - flat.masked_fill(~right, -torch.inf).logsumexp(-1)


def _source_loss(network: Network, steps: _Chosen) -> Tensor:
    """[n]; which element's text is copied, or which one is dragged to."""
    copy, target = network.points(steps.scores, steps.states)
    dragged = torch.tensor([label.mode == NONE for label in steps.labels])
    return _missed(torch.where(dragged[:, None], target, copy), [label.source for label in steps.labels])


def _writer_loss(network: Network, steps: _Chosen) -> Tensor:
    """[n]; the characters of the texts, each given those before it."""
    texts = [label.characters for label in steps.labels]
    longest = max(map(len, texts)) + 1
    target = torch.full((len(texts), longest), NONE)
    for row, text in enumerate(texts):
        target[row, : len(text) + 1] = torch.tensor([*text, END])
    total = steps.states.new_zeros(len(texts))
    previous, state = torch.full((len(texts),), END), steps.states
    for place in range(longest):
        logits, state = network.writer.step(previous, state, steps.scores.tokens, steps.scores.token_mask)
        wanted = target[:, place]
        total = total + functional.cross_entropy(logits, wanted, ignore_index=NONE, reduction="none")
        previous = wanted.clamp(min=0)
    return total
