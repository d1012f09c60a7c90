"""The policy as others use it: an observation goes in, ranked actions come out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from webagent.policy.batch import Batch, collate
from webagent.policy.checkpoint import CheckpointConfig, honest, load_network, shipped_weights
from webagent.policy.features import Sample, featurize
from webagent.policy.model import (
    BROWSER_KINDS,
    CHARACTERS,
    END,
    KEYS,
    KINDS,
    PAGE_KINDS,
    TABS,
    Network,
    Scores,
    without_kinds,
)
from webagent.policy.places import drag_by, hit_field, piece_text, scroll_by, span_text
from webagent.policy.words import WordBook
from webagent_envs.spaces import (
    Action,
    Back,
    Click,
    DoubleClick,
    Drag,
    Element,
    Forward,
    Goto,
    Hover,
    Observation,
    Press,
    Reload,
    Select,
    Stop,
    TabClose,
    TabNew,
    TabSwitch,
    Type,
    Wait,
)

__all__ = ["Draw", "Lot", "Policy", "Ranked"]

Draw = Callable[[str, Tensor], int]
"""Picks one of probabilities [n]. First it is told what they are of: the "choice" of element and kind, or what an
action says besides: a "key", "mode", "span", "source", "piece", "character", "target", "amount", "tab", or a place
"across" or "down"."""

Ranked = list[tuple[Action, float]]
"""Actions with their confidence in [0, 1], best first."""

_MOST_CHARACTERS = 40
_IMPOSSIBLE = -9e3  # logits below this are those of masked actions
_REDRAWS = 4
_NEVER = 1e-4  # less likely actions are not ranked
_PLAIN: dict[str, type[Back | Forward | Reload | TabNew | TabClose | Wait]] = {
    kind.kind: kind for kind in (Back, Forward, Reload, TabNew, TabClose, Wait)
}


class Lot(NamedTuple):
    """How one action is left to chance.

    Attributes:
        draw: picks the element and kind, and what is typed.
        anywhere: a kind of action is drawn from all possible ones alike, and then what it is done to, whatever the
            network says.
        refused: actions to choose something else for, a few times.
    """

    draw: Draw
    anywhere: bool = False
    refused: Collection[Action] = ()


class _Seen(NamedTuple):
    """One observation and what the network says of it, as a batch of one."""

    observation: Observation
    sample: Sample
    batch: Batch
    scores: Scores


class Policy:
    """Chooses the next browser action for a command.

    Example:
        >>> policy = Policy.load()
        >>> action, confidence = policy.act(observation)[0]
    """

    def __init__(self, network: Network, config: CheckpointConfig) -> None:
        self.network = network.eval()
        self.config = config
        self._untried = [(KINDS + PAGE_KINDS).index(kind) for kind in config.untried]
        # Of a task on one page, the browser around the page is no part.
        self._browser = [(KINDS + PAGE_KINDS).index(kind) for kind in BROWSER_KINDS]
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
        return [self._rank(seen, most) for seen in self._read(observations)]

    @torch.inference_mode()
    def sample_batch(self, observations: Sequence[Observation], lots: Sequence[Lot]) -> list[Action]:
        """One action for each observation, by lot, as in practice. `Stop` comes only where there is nothing to do."""
        return [self._sample(seen, lot) for seen, lot in zip(self._read(observations), lots, strict=True)]

    @torch.inference_mode()
    def fill_in(self, observations: Sequence[Observation], chosen: Sequence[tuple[int, str]]) -> list[Action]:
        """Complete actions of which only the candidate and the kind are chosen: what is typed, pressed, dragged to.

        Args:
            observations: B of them.
            chosen: B times which candidate of the observation (in the order of ``Sample.refs``), and the kind of
                action; for kinds that name no element any number.

        Returns:
            B actions; `Wait` where the choice does not fit the page.
        """
        return [self._fill_in(seen, *choice) for seen, choice in zip(self._read(observations), chosen, strict=True)]

    def _fill_in(self, seen: _Seen, place: int, kind: str) -> Action:
        elements, kinds = seen.scores.actions.shape[1:]
        if kind in PAGE_KINDS:
            return self._decode(seen, elements * kinds + PAGE_KINDS.index(kind), _best)[0]
        number = KINDS.index(kind)
        if place >= elements or float(seen.scores.actions[0, place, number]) < _IMPOSSIBLE:
            return Wait()
        return self._decode(seen, place * kinds + number, _best)[0]

    def _read(self, observations: Sequence[Observation]) -> list[_Seen]:
        if len(self._book) > 1_000_000:
            self._book = WordBook()  # ids are private to a book, so a fresh one only costs time
        samples = [featurize(observation, self._book) for observation in observations]
        batch = collate(samples, self._book)
        scores = self.network(batch)
        return [
            _Seen(
                observation,
                sample,
                Batch(*(tensor[row : row + 1] for tensor in batch)),
                Scores(*(tensor[row : row + 1] for tensor in scores)),
            )
            for row, (observation, sample) in enumerate(zip(observations, samples, strict=True))
        ]

    def _rank(self, seen: _Seen, most: int) -> Ranked:
        probabilities = (without_kinds(seen.scores, self._untried).choices[0] / self.config.temperature).softmax(-1)
        stop = float(seen.scores.stop.sigmoid())
        best = probabilities.topk(min(most, len(probabilities)))
        ranked: Ranked = []
        for probability, place in zip(best.values.tolist(), best.indices.tolist(), strict=True):
            if probability > _NEVER:
                action, share = self._decode(seen, place, _best)
                confidence = honest(torch.tensor((1 - stop) * probability * share), self.config.honesty)
                ranked.append((action, float(confidence)))
        ranked.insert(0 if stop >= self.config.stop_threshold else len(ranked), (Stop(), stop))
        return ranked

    def _sample(self, seen: _Seen, lot: Lot) -> Action:
        if not (seen.scores.actions > _IMPOSSIBLE).any():
            return Stop()
        scores = without_kinds(seen.scores, self._untried + self._browser)
        anything = without_kinds(seen.scores, self._browser)
        shares = _kinds_alike(anything) if lot.anywhere else scores.choices[0].softmax(-1)
        for _ in range(_REDRAWS):
            choice = lot.draw("choice", shares)
            action = self._decode(seen, choice, lot.draw)[0]
            if action not in lot.refused:
                break
            shares[choice] = 0
            if not shares.any():
                break
        return action

    def _decode(self, seen: _Seen, choice: int, draw: Draw) -> tuple[Action, float]:
        """The action that is the choice, and the probability of what it says besides element and kind."""
        whole = choice - seen.scores.actions[0].numel()
        if whole >= 0:
            return self._decode_page(seen, PAGE_KINDS[whole], draw)
        place, number = divmod(choice, len(KINDS))
        kind = KINDS[number]
        element = _element(seen, place)
        state = seen.scores.elements[:, place]
        if kind == "type":
            text, share = self._text(seen, state, draw)
            return Type(element.ref, text), share
        if kind == "press":
            return self._press(state, element.ref, draw)
        if kind == "select":
            return Select(element.parent, element.text or element.name), 1.0
        if kind == "drag":
            targets = self.network.points(seen.batch, seen.scores, state)[1][0].softmax(-1)
            to = draw("target", targets)
            return Drag(element.ref, int(seen.sample.refs[to])), float(targets[to])
        if kind == "scroll":
            return self._scroll(state, element.ref, element.box[3], draw)
        if kind in ("drag_by", "click_at"):
            head, act = (self.network.shift, drag_by) if kind == "drag_by" else (self.network.spot, hit_field)
            across, down = head(state).view(2, -1).softmax(-1)
            x, y = draw("across", across), draw("down", down)
            return act(element, x, y), float(across[x] * down[y])
        return {"click": Click, "double_click": DoubleClick, "hover": Hover}[kind](element.ref), 1.0

    def _decode_page(self, seen: _Seen, kind: str, draw: Draw) -> tuple[Action, float]:
        """`_decode` for a kind that names no element."""
        state = seen.scores.whole
        if kind == "press_key":
            return self._press(state, 0, draw)
        if kind == "scroll_page":
            return self._scroll(state, 0, seen.observation.viewport[1], draw)
        if kind == "goto":
            address, share = self._span(seen, state, draw)
            return Goto(address), share
        if kind == "tab_switch":
            tabs = self.network.tab(state)[0].softmax(-1)
            tab = draw("tab", tabs)
            return TabSwitch(TABS[tab]), float(tabs[tab])
        return _PLAIN[kind](), 1.0

    def _press(self, state: Tensor, ref: int, draw: Draw) -> tuple[Action, float]:
        keys = self.network.key(state)[0].softmax(-1)
        key = draw("key", keys)
        return Press(KEYS[key], ref), float(keys[key])

    def _scroll(self, state: Tensor, ref: int, height: float, draw: Draw) -> tuple[Action, float]:
        amounts = self.network.scroll(state)[0].softmax(-1)
        amount = draw("amount", amounts)
        return scroll_by(ref, height, amount), float(amounts[amount])

    def _text(self, seen: _Seen, state: Tensor, draw: Draw) -> tuple[str, float]:
        """What to type into the element that has the state [1, d], and how sure that is."""
        modes = self.network.mode(state)[0].softmax(-1)
        mode = draw("mode", modes)
        text, share = self._drafts[mode](seen, state, draw)
        return text, float(modes[mode]) * share

    @property
    def _drafts(self) -> tuple[Callable[[_Seen, Tensor, Draw], tuple[str, float]], ...]:
        """How a text is found, in the order of MODES."""
        return self._span, self._copy, self._write, self._upper, self._lower

    def _upper(self, seen: _Seen, state: Tensor, draw: Draw) -> tuple[str, float]:
        text, share = self._span(seen, state, draw)
        return text.upper(), share

    def _lower(self, seen: _Seen, state: Tensor, draw: Draw) -> tuple[str, float]:
        text, share = self._span(seen, state, draw)
        return text.lower(), share

    def _span(self, seen: _Seen, state: Tensor, draw: Draw) -> tuple[str, float]:
        spans = self.network.spans(seen.batch, seen.scores, state)[0]
        flat = spans.flatten().softmax(-1)
        place = draw("span", flat)
        first, last = divmod(place, spans.shape[1])
        return span_text(seen.observation.instruction, seen.sample, first, last), float(flat[place])

    def _copy(self, seen: _Seen, state: Tensor, draw: Draw) -> tuple[str, float]:
        sources = self.network.points(seen.batch, seen.scores, state)[0][0].softmax(-1)
        place = draw("source", sources)
        element = _element(seen, place)
        pieces = self.network.piece(state)[0].softmax(-1)
        piece = draw("piece", pieces)
        text = piece_text(element.text or element.value or element.name, piece)
        return text, float(sources[place] * pieces[piece])

    def _write(self, seen: _Seen, state: Tensor, draw: Draw) -> tuple[str, float]:
        writer = self.network.writer
        previous = torch.tensor([END])
        text, probability = "", 1.0
        while len(text) < _MOST_CHARACTERS:
            logits, state = writer.step(previous, state, seen.scores.tokens, seen.batch.token_mask)
            shares = logits[0].softmax(-1)
            character = draw("character", shares)
            probability *= float(shares[character])
            if character == END:
                break
            text += CHARACTERS[character]
            previous = torch.tensor([character])
        return text, probability


def _kinds_alike(scores: Scores) -> Tensor:
    """Chances [E * K + P] where every possible kind is as likely as any other, and every element within a kind."""
    possible = (scores.actions[0] > _IMPOSSIBLE).float()
    of_elements = possible / possible.sum(0).clamp(min=1)
    every = torch.cat([of_elements.flatten(), (scores.page[0] > _IMPOSSIBLE).float()])
    return every / every.sum()


def _best(_: str, probabilities: Tensor) -> int:
    return int(probabilities.argmax())


def _element(seen: _Seen, place: int) -> Element:
    element = seen.observation.element(int(seen.sample.refs[place]))
    assert element is not None, "candidates come from the observation"
    return element
