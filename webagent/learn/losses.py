"""How far the network is from the demonstrations."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from webagent.learn.labels import NONE, Label
from webagent.policy.batch import Batch
from webagent.policy.model import END, KINDS, MODES, Network, Scores, without_kinds

__all__ = ["choice_of", "imitation_loss"]

_STOP_WEIGHT = 0.3


def choice_of(label: Label, elements: int) -> int:
    """Index of what a label chooses in ``Scores.choices``, on a page of E = ``elements``; NONE for `Stop`."""
    if label.element == NONE:
        return NONE if label.kind == NONE else elements * len(KINDS) + label.kind - len(KINDS)
    return label.element * len(KINDS) + label.kind


def imitation_loss(
    network: Network, batch: Batch, labels: Sequence[Label], untried: Sequence[int] = ()
) -> tuple[Tensor, dict[str, float]]:
    """Negative log-likelihood of the demonstrated actions, mean over the batch; and metrics in [0, 1].

    Where several answers are equally right (the typed text stands twice in the command) their probabilities add up.

    Args:
        network: what learns.
        batch: B samples.
        labels: B labels.
        untried: indexes in KINDS + PAGE_KINDS of kinds that no demonstration shows. They stay out of the sum over all
            choices: what nobody tried was not found wrong.
    """
    scores = without_kinds(network(batch), untried)
    elements = scores.actions.shape[1]
    targets = torch.tensor([choice_of(label, elements) for label in labels])
    acting = targets != NONE
    losses = {"stop": _STOP_WEIGHT * functional.binary_cross_entropy_with_logits(scores.stop, (~acting).float())}
    metrics = {"stop": _share((scores.stop > 0) == ~acting)}
    if acting.any():
        rows = acting.nonzero().squeeze(-1)
        chosen = torch.tensor([max(label.element, 0) for label in labels])[rows]
        logits, target = scores.choices[rows], targets[rows]
        losses["action"] = functional.cross_entropy(logits, target, reduction="sum") / len(labels)
        metrics["action"] = _share(logits.argmax(-1) == target)
        picked = [labels[row] for row in rows.tolist()]
        part = Batch(*(tensor[rows] for tensor in batch))
        states = Scores(*(tensor[rows] for tensor in scores))
        losses |= _argument_losses(network, part, states, picked, chosen, len(labels), metrics)
    return torch.stack(list(losses.values())).sum(), metrics


def _share(right: Tensor) -> float:
    return float(right.float().mean())


def _argument_losses(
    network: Network,
    batch: Batch,
    scores: Scores,
    labels: Sequence[Label],
    chosen: Tensor,
    size: int,
    metrics: dict[str, float],
) -> dict[str, Tensor]:
    """What an action says besides its element: key, where the text comes from, the text, the target of a drag."""
    losses: dict[str, Tensor] = {}
    states = scores.elements[torch.arange(len(chosen)), chosen]

    def rows_with(wanted: Sequence[bool]) -> Tensor:
        return torch.tensor(wanted).nonzero().squeeze(-1)

    if len(rows := rows_with([label.key != NONE for label in labels])):
        keys = torch.tensor([labels[row].key for row in rows.tolist()])
        losses["key"] = functional.cross_entropy(network.key(states[rows]), keys, reduction="sum") / size
    if len(rows := rows_with([label.mode != NONE for label in labels])):
        modes = torch.tensor([labels[row].mode for row in rows.tolist()])
        losses["mode"] = functional.cross_entropy(network.mode(states[rows]), modes, reduction="sum") / size
    if len(rows := rows_with([label.scroll != NONE for label in labels])):
        amounts = torch.tensor([labels[row].scroll for row in rows.tolist()])
        losses["scroll"] = functional.cross_entropy(network.scroll(states[rows]), amounts, reduction="sum") / size
    for kind, head in (("drag_by", network.shift), ("click_at", network.spot)):
        wanted = [label.kind == KINDS.index(kind) for label in labels]
        if len(rows := rows_with(wanted)):
            places = torch.tensor([labels[row].place for row in rows.tolist()])
            logits = head(states[rows]).view(2 * len(rows), -1)
            losses[kind] = functional.cross_entropy(logits, places.flatten(), reduction="sum") / size
    if len(rows := rows_with([len(label.spans) > 0 for label in labels])):
        logits = network.spans(_take(batch, rows), _take_scores(scores, rows), chosen[rows])
        right = torch.zeros_like(logits, dtype=torch.bool)
        for place, row in enumerate(rows.tolist()):
            first, last = torch.from_numpy(labels[row].spans).unbind(-1)
            right[place, first, last] = True
        flat, right = logits.flatten(1), right.flatten(1)
        missed = flat.logsumexp(-1) - flat.masked_fill(~right, -torch.inf).logsumexp(-1)
        losses["span"] = missed.sum() / size
        metrics["span"] = _share(right[torch.arange(len(rows)), flat.argmax(-1)])
    if len(rows := rows_with([label.source != NONE for label in labels])):
        copy, target = network.points(_take(batch, rows), _take_scores(scores, rows), chosen[rows])
        picked = [labels[row] for row in rows.tolist()]
        dragged = torch.tensor([label.mode == NONE for label in picked])
        logits = torch.where(dragged[:, None], target, copy)
        source = torch.tensor([label.source for label in picked])
        losses["source"] = functional.cross_entropy(logits, source, reduction="sum") / size
    if len(rows := rows_with([label.mode == MODES.index("write") for label in labels])):
        texts = [labels[row].characters for row in rows.tolist()]
        losses["write"] = (
            _writer_loss(network, _take(batch, rows), _take_scores(scores, rows), states[rows], texts) / size
        )
    return losses


def _take(batch: Batch, rows: Tensor) -> Batch:
    return Batch(*(tensor[rows] for tensor in batch))


def _take_scores(scores: Scores, rows: Tensor) -> Scores:
    return Scores(*(tensor[rows] for tensor in scores))


def _writer_loss(
    network: Network, batch: Batch, scores: Scores, state: Tensor, texts: Sequence[tuple[int, ...]]
) -> Tensor:
    """Sum over the texts of the negative log-likelihood of their characters, each given those before it."""
    longest = max(map(len, texts)) + 1
    target = torch.full((len(texts), longest), NONE)
    for row, text in enumerate(texts):
        target[row, : len(text) + 1] = torch.tensor([*text, END])
    previous = torch.full((len(texts),), END)
    total = state.new_zeros(())
    for place in range(longest):
        logits, state = network.writer.step(previous, state, scores.tokens, batch.token_mask)
        wanted = target[:, place]
        total = total + functional.cross_entropy(logits, wanted, ignore_index=NONE, reduction="sum")
        previous = wanted.clamp(min=0)
    return total
