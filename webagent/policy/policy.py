"""The policy as others use it: an observation goes in, ranked actions come out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from webagent.policy.actions import BROWSER_KINDS, CHARACTERS, END, KEYS, KINDS, MASKED, PAGE_KINDS, TABS
from webagent.policy.batch import Scores, collate
from webagent.policy.checkpoint import CheckpointConfig, honest, read_checkpoint, shipped_weights
from webagent.policy.features import Sample, featurize
from webagent.policy.inference import Network
from webagent.policy.numerics import Floats, one_thread, sigmoid, softmax
from webagent.policy.places import (
    drag_across,
    drag_by,
    hit_field,
    joined_text,
    piece_text,
    scroll_by,
    span_text,
    unbroken,
    whole_words,
)
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

__all__ = ["Draw", "Lot", "Policy", "Ranked", "Seen"]

Draw = Callable[[str, Floats], int]
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
        refused: actions to choose something else for, a few times.
        every_kind: kinds of action that nothing has shown yet may be drawn as well.
    """

    draw: Draw
    refused: Collection[Action] = ()
    every_kind: bool = False


class Seen(NamedTuple):
    """One observation and what the network says of it.

    Attributes:
        observation: the page.
        sample: what the network was told of it.
        page: what it says, without the first axis.
    """

    observation: Observation
    sample: Sample
    page: Scores[NDArray[Any]]


class Policy:
    """Chooses the next browser action for a command.

    Example:
        >>> policy = Policy.load()
        >>> action, confidence = policy.act(observation)[0]
    """

    def __init__(self, weights: Mapping[str, Floats], config: CheckpointConfig) -> None:
        self.weights = weights
        self.config = config
        self._network = Network(config.model, weights)
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
        return cls(*read_checkpoint(Path(path) if path is not None else shipped_weights()))

    @property
    def hash(self) -> str:
        """First 12 hex digits of a SHA-256 over all weights: names results."""
        digest = hashlib.sha256()
        for name, part in sorted(self.weights.items()):
            digest.update(name.encode())
            digest.update(part.tobytes())
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

    def act_batch(self, observations: Sequence[Observation], *, most: int = 5) -> list[Ranked]:
        """`act` for several observations at once."""
        with one_thread():
            return [self._rank(seen, most) for seen in self._read(observations)]

    def read_batch(self, observations: Sequence[Observation]) -> list[Seen]:
        """Read B pages, to draw from any number of times."""
        with one_thread():
            return self._read(observations) if observations else []

    def sample_batch(self, pages: Sequence[Seen], lots: Sequence[Lot]) -> list[Action]:
        """One action for each of B pages, by lot, as in practice. `Stop` comes only where there is nothing to do."""
        with one_thread():
            return [self._sample(seen, lot) for seen, lot in zip(pages, lots, strict=True)]

    def fill_in(self, observations: Sequence[Observation], chosen: Sequence[tuple[int, str]]) -> list[Action]:
        """Complete actions of which only the candidate and the kind are chosen: what is typed, pressed, dragged to.

        Args:
            observations: B of them.
            chosen: B times which candidate of the observation (in the order of ``Sample.refs``), and the kind of
                action; for kinds that name no element any number.

        Returns:
            B actions; `Wait` where the choice does not fit the page.
        """
        with one_thread():
            return [self._fill_in(seen, *choice) for seen, choice in zip(self._read(observations), chosen, strict=True)]

    def _fill_in(self, seen: Seen, place: int, kind: str) -> Action:
        elements, kinds = seen.page.actions.shape
        if kind in PAGE_KINDS:
            return self._decode(seen, elements * kinds + PAGE_KINDS.index(kind), _best)[0]
        number = KINDS.index(kind)
        if place >= elements or seen.page.actions[place, number] < _IMPOSSIBLE:
            return Wait()
        return self._decode(seen, place * kinds + number, _best)[0]

    def _read(self, observations: Sequence[Observation]) -> list[Seen]:
        if len(self._book) > 1_000_000:
            self._book = WordBook()  # ids are private to a book, so a fresh one only costs time
        samples = [featurize(observation, self._book) for observation in observations]
        scores = self._network(collate(samples, self._book))
        return [
            Seen(observation, sample, scores.map(lambda part, row=row: part[row]))  # type: ignore[misc]
            for row, (observation, sample) in enumerate(zip(observations, samples, strict=True))
        ]

    def _rank(self, seen: Seen, most: int) -> Ranked:
        probabilities = softmax(_choices(seen.page, self._untried) / self.config.temperature)
        stop = float(sigmoid(seen.page.stop))
        ranked: Ranked = []
        for place in np.argsort(-probabilities, kind="stable")[:most].tolist():
            probability = float(probabilities[place])
            if probability > _NEVER:
                action, share = self._decode(seen, place, _best)
                confidence = honest(np.array((1 - stop) * probability * share), self.config.honesty)
                ranked.append((action, float(confidence)))
        ranked.insert(0 if stop >= self.config.stop_threshold else len(ranked), (Stop(), stop))
        return ranked

    def _sample(self, seen: Seen, lot: Lot) -> Action:
        if not (seen.page.actions > _IMPOSSIBLE).any():
            return Stop()
        shares = softmax(_choices(seen.page, self._browser + ([] if lot.every_kind else self._untried)))
        for _ in range(_REDRAWS):
            choice = lot.draw("choice", shares)
            action = self._decode(seen, choice, lot.draw)[0]
            if action not in lot.refused:
                break
            shares[choice] = 0
            if not shares.any():
                break
        return action

    def _decode(self, seen: Seen, choice: int, draw: Draw) -> tuple[Action, float]:
        """The action that is the choice, and the probability of what it says besides element and kind."""
        whole = choice - seen.page.actions.size
        if whole >= 0:
            return self._decode_page(seen, PAGE_KINDS[whole], draw)
        place, number = divmod(choice, len(KINDS))
        kind = KINDS[number]
        element = _element(seen, place)
        state = seen.page.elements[place]
        if kind == "type":
            text, share = self._text(seen, state, draw)
            return Type(element.ref, text), share
        if kind == "press":
            return self._press(state, element.ref, draw)
        if kind == "select":
            return Select(element.parent, element.text or element.name), 1.0
        if kind == "drag":
            targets = softmax(self._network.points(seen.page, state)[1])
            to = draw("target", targets)
            return Drag(element.ref, int(seen.sample.refs[to])), float(targets[to])
        if kind == "scroll":
            return self._scroll(state, element.ref, element.box[3], draw)
        if kind == "drag_across":
            return drag_across(element), 1.0
        if kind in ("drag_by", "click_at"):
            head, act = ("shift", drag_by) if kind == "drag_by" else ("spot", hit_field)
            across, down = softmax(self._network.head(head, state).reshape(2, -1))
            x, y = draw("across", across), draw("down", down)
            return act(element, x, y), float(across[x] * down[y])
        return {"click": Click, "double_click": DoubleClick, "hover": Hover}[kind](element.ref), 1.0

    def _decode_page(self, seen: Seen, kind: str, draw: Draw) -> tuple[Action, float]:
        """`_decode` for a kind that names no element."""
        state = seen.page.whole
        if kind == "press_key":
            return self._press(state, 0, draw)
        if kind == "scroll_page":
            return self._scroll(state, 0, seen.observation.viewport[1], draw)
        if kind == "goto":
            address, share = self._span(seen, state, draw, whole=True)
            return Goto(address), share
        if kind == "tab_switch":
            tabs = self._shares("tab", state)
            tab = draw("tab", tabs)
            return TabSwitch(TABS[tab]), float(tabs[tab])
        return _PLAIN[kind](), 1.0

    def _shares(self, head: str, state: Floats) -> Floats:
        """Probabilities of what a head chooses among, for the state [d]."""
        return softmax(self._network.head(head, state))

    def _press(self, state: Floats, ref: int, draw: Draw) -> tuple[Action, float]:
        keys = self._shares("key", state)
        key = draw("key", keys)
        return Press(KEYS[key], ref), float(keys[key])

    def _scroll(self, state: Floats, ref: int, height: float, draw: Draw) -> tuple[Action, float]:
        amounts = self._shares("scroll", state)
        amount = draw("amount", amounts)
        return scroll_by(ref, height, amount), float(amounts[amount])

    def _text(self, seen: Seen, state: Floats, draw: Draw) -> tuple[str, float]:
        """What to type into the element that has the state [d], and how sure that is."""
        modes = self._shares("mode", state)
        mode = draw("mode", modes)
        text, share = self._drafts[mode](seen, state, draw)
        return text, float(modes[mode]) * share

    @property
    def _drafts(self) -> tuple[Callable[[Seen, Floats, Draw], tuple[str, float]], ...]:
        """How a text is found, in the order of MODES."""
        return self._span, self._copy, self._write, self._upper, self._lower, self._joined

    def _upper(self, seen: Seen, state: Floats, draw: Draw) -> tuple[str, float]:
        text, share = self._span(seen, state, draw)
        return text.upper(), share

    def _lower(self, seen: Seen, state: Floats, draw: Draw) -> tuple[str, float]:
        text, share = self._span(seen, state, draw)
        return text.lower(), share

    def _span(self, seen: Seen, state: Floats, draw: Draw, *, whole: bool = False) -> tuple[str, float]:
        """A span of the command; a ``whole`` one, such as an address, is what stands between two spaces."""
        spans = self._network.spans(seen.page, state)
        allowed = (whole_words if whole else unbroken)(seen.observation.instruction, seen.sample, len(spans))
        if allowed.any():
            spans = np.where(allowed, spans, np.float32(MASKED))
        flat = softmax(spans.ravel())
        place = draw("span", flat)
        first, last = divmod(place, spans.shape[1])
        return span_text(seen.observation.instruction, seen.sample, first, last), float(flat[place])

    def _copy(self, seen: Seen, state: Floats, draw: Draw) -> tuple[str, float]:
        sources = softmax(self._network.points(seen.page, state)[0])
        place = draw("source", sources)
        element = _element(seen, place)
        pieces = self._shares("piece", state)
        piece = draw("piece", pieces)
        text = piece_text(element.text or element.value or element.name, piece)
        return text, float(sources[place] * pieces[piece])

    def _joined(self, seen: Seen, state: Floats, draw: Draw) -> tuple[str, float]:
        sources = softmax(self._network.points(seen.page, state)[0])
        place = draw("source", sources)
        return joined_text(seen.observation, _element(seen, place)), float(sources[place])

    def _write(self, seen: Seen, state: Floats, draw: Draw) -> tuple[str, float]:
        text, probability, previous = "", 1.0, END
        while len(text) < _MOST_CHARACTERS:
            logits, state = self._network.write(previous, state, seen.page)
            shares = softmax(logits)
            previous = draw("character", shares)
            probability *= float(shares[previous])
            if previous == END:
                break
            text += CHARACTERS[previous]
        return text, probability


def _choices(page: Scores[NDArray[Any]], without: Sequence[int]) -> Floats:
    """[E * K + P]: the logits of everything that there is to choose from; kinds ``without`` are impossible."""
    actions, others = page.actions.copy(), page.page.copy()
    for kind in without:
        if kind < len(KINDS):
            actions[:, kind] = MASKED
        else:
            others[kind - len(KINDS)] = MASKED
    return np.concatenate([actions.ravel(), others])


def _best(_: str, probabilities: Floats) -> int:
    return int(probabilities.argmax())


def _element(seen: Seen, place: int) -> Element:
    element = seen.observation.element(int(seen.sample.refs[place]))
    assert element is not None, "candidates come from the observation"
    return element
