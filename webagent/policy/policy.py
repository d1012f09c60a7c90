"""The policy as others use it: an observation goes in, ranked actions come out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from webagent.policy.batch import Batch, collate
from webagent.policy.checkpoint import CheckpointConfig, load_network, shipped_weights
from webagent.policy.features import Sample, featurize
from webagent.policy.model import CHARACTERS, END, KEYS, KINDS, Network, Scores
from webagent.policy.words import WordBook
from webagent_envs.spaces import (
    Action,
    Click,
    DoubleClick,
    Drag,
    Element,
    Hover,
    Observation,
    Press,
    Select,
    Stop,
    Type,
)

__all__ = ["Policy", "Ranked"]

Ranked = list[tuple[Action, float]]
"""Actions with their confidence in [0, 1], best first."""

_MOST_CHARACTERS = 40
_LEAST = 0.02
"""Ways to find a text that are less likely than this are not tried."""


class _Choice(NamedTuple):
    """One (element, kind) of one observation, with its probability."""

    element: int
    kind: str
    probability: float


class Policy:
    """Chooses the next browser action for a command.

    Example:
        >>> policy = Policy.load()
        >>> action, confidence = policy.act(observation)[0]
    """

    def __init__(self, network: Network, config: CheckpointConfig) -> None:
        self.network = network.eval()
        self.config = config
        self._book = WordBook()

    @classmethod
    def load(cls, path: Path | str | None = None) -> Policy:
        """Load a checkpoint folder, or the weights that come with the package.

        Raises:
            CheckpointError: the folder is missing, damaged, or of another format version.
        """
        return cls(*load_network(Path(path) if path is not None else shipped_weights()))

    @property
    def hash(self) -> str:
        """First 12 hex digits of a SHA-256 over all weights: names results."""
        digest = hashlib.sha256()
        for name, tensor in sorted(self.network.state_dict().items()):
            digest.update(name.encode())
            digest.update(tensor.numpy().tobytes())
        return digest.hexdigest()[:12]

    def act(self, observation: Observation, *, most: int = 5) -> Ranked:
        """Rank what to do next.

        Args:
            observation: what there is to see, and the command.
            most: how many actions at most, besides `Stop`.

        Returns:
            Actions with confidences in [0, 1], best first; `Stop` is always among them: first when the command seems
            done, else last. The order is that of element and kind; the confidence also counts what is typed there, so
            it need not fall from one to the next.
        """
        return self.act_batch([observation], most=most)[0]

    @torch.inference_mode()
    def act_batch(self, observations: Sequence[Observation], *, most: int = 5) -> list[Ranked]:
        """`act` for several observations at once."""
        if len(self._book) > 1_000_000:
            self._book = WordBook()  # ids are private to a book, so a fresh one only costs time
        samples = [featurize(observation, self._book) for observation in observations]
        batch = collate(samples, self._book)
        scores = self.network(batch)
        b, e, k = scores.actions.shape
        probabilities = (scores.actions.reshape(b, e * k) / self.config.temperature).softmax(-1)
        stops = scores.stop.sigmoid()
        ranked: list[Ranked] = []
        for row, (observation, sample) in enumerate(zip(observations, samples, strict=True)):
            best = probabilities[row].topk(min(most, e * k))
            choices = [
                _Choice(int(place) // k, KINDS[int(place) % k], float(probability))
                for probability, place in zip(best.values, best.indices, strict=True)
                if int(place) // k < len(sample.refs) and probability > 1e-4
            ]
            ranked.append(self._rank(observation, sample, row, choices, float(stops[row]), batch, scores))
        return ranked

    def _rank(
        self,
        observation: Observation,
        sample: Sample,
        row: int,
        choices: Sequence[_Choice],
        stop: float,
        batch: Batch,
        scores: Scores,
    ) -> Ranked:
        one = Batch(*(tensor[row : row + 1] for tensor in batch))
        states = Scores(*(tensor[row : row + 1] for tensor in scores))
        by_ref = {element.ref: element for element in observation.elements}
        ranked: Ranked = []
        for choice in choices:
            element = by_ref[int(sample.refs[choice.element])]
            action, share = self._decode(choice, element, observation, sample, one, states)
            ranked.append((action, (1 - stop) * choice.probability * share))
        ranked.insert(0 if stop >= self.config.stop_threshold else len(ranked), (Stop(), stop))
        return ranked

    def _decode(
        self,
        choice: _Choice,
        element: Element,
        observation: Observation,
        sample: Sample,
        batch: Batch,
        scores: Scores,
    ) -> tuple[Action, float]:
        """The action of a choice, and the probability of what it says besides the element."""
        chosen = torch.tensor([choice.element])
        if choice.kind == "type":
            text, share = self._text(observation, sample, batch, scores, chosen)
            return Type(element.ref, text), share
        if choice.kind == "press":
            keys = self.network.key(scores.elements[0, choice.element]).softmax(-1)
            return Press(KEYS[int(keys.argmax())], element.ref), float(keys.max())
        if choice.kind == "select":
            return Select(element.parent, element.text or element.name), 1.0
        if choice.kind == "drag":
            target = self.network.points(batch, scores, chosen)[1][0].softmax(-1)
            return Drag(element.ref, int(sample.refs[int(target.argmax())])), float(target.max())
        return {"click": Click, "double_click": DoubleClick, "hover": Hover}[choice.kind](element.ref), 1.0

    def _text(
        self, observation: Observation, sample: Sample, batch: Batch, scores: Scores, chosen: Tensor
    ) -> tuple[str, float]:
        """What to type into the chosen element, and how sure that is."""
        modes = self.network.mode(scores.elements[0, chosen[0]]).softmax(-1)
        drafts = [
            (text, float(share) * probability)
            for share, draft in zip(modes, (self._span, self._copy, self._write), strict=True)
            if float(share) > _LEAST
            for text, probability in [draft(observation, sample, batch, scores, chosen)]
        ]
        return max(drafts, key=lambda draft: draft[1])

    def _span(
        self, observation: Observation, sample: Sample, batch: Batch, scores: Scores, chosen: Tensor
    ) -> tuple[str, float]:
        spans = self.network.spans(batch, scores, chosen)[0]
        flat = spans.flatten().softmax(-1)
        first, last = divmod(int(flat.argmax()), spans.shape[1])
        return span_text(observation.instruction, sample, first, last), float(flat.max())

    def _copy(
        self, observation: Observation, sample: Sample, batch: Batch, scores: Scores, chosen: Tensor
    ) -> tuple[str, float]:
        source = self.network.points(batch, scores, chosen)[0][0].softmax(-1)
        element = observation.element(int(sample.refs[int(source.argmax())]))
        assert element is not None, "candidates come from the observation"
        return element.text or element.value or element.name, float(source.max())

    def _write(
        self, observation: Observation, sample: Sample, batch: Batch, scores: Scores, chosen: Tensor
    ) -> tuple[str, float]:
        writer = self.network.writer
        state = scores.elements[0, chosen]
        previous = torch.tensor([END])
        text, probability = "", 1.0
        while len(text) < _MOST_CHARACTERS:
            logits, state = writer.step(previous, state, scores.tokens, batch.token_mask)
            best = logits[0].softmax(-1)
            previous = best.argmax(keepdim=True)
            probability *= float(best.max())
            if int(previous) == END:
                break
            text += CHARACTERS[int(previous)]
        return text, probability


def span_text(instruction: str, sample: Sample, first: int, last: int) -> str:
    """The text of the tokens ``first`` to ``last``: a piece of the command, or one of the extra digits."""
    count = len(sample.spans)
    if first >= count:
        return str(first - count)
    return instruction[int(sample.spans[first, 0]) : int(sample.spans[min(last, count - 1), 1])]
