"""What one round of practice teaches: which attempts at a page went better, and what was found by odder ones."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Container, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from webagent.data.records import Episode
from webagent.learn.batches import Batches, kinds_not_shown
from webagent.learn.collect import Attempt
from webagent.learn.config import PracticeConfig
from webagent.learn.examples import Example, ExampleLibrary, batch_limit, episode_examples, size_of
from webagent.learn.labels import Label
from webagent.learn.learner import Learner
from webagent.learn.losses import advantage_loss, likelihood
from webagent.learn.plainer import oddness
from webagent.policy.batch import collate
from webagent.policy.model import Network, without_kinds

__all__ = ["Lessons", "advantages", "finds"]

_WARM_UP = 100  # updates
_WEIGHT_DECAY = 0.05
_BALANCE = 0.25  # as in imitation
_FINDS_EVERY = 2  # one update in so many imitates what practice found, the others the demonstrations
_KEPT_EVERY = 4  # one in so many imitates successes of what is learned already
_MOST_ADVANTAGE = 2.5
_GROUP_BATCH = 48


class Weighted(NamedTuple):
    """A step of an attempt, and how much better than the others at its page the attempt went."""

    example: Example
    advantage: float


class Lessons:
    """Learns from rounds of attempts, beside the demonstrations.

    Attributes:
        network: what learns.
        acting: what plays, one round behind.
        untried: kinds of action that nothing has shown yet, by index in KINDS + PAGE_KINDS.
    """

    def __init__(self, config: PracticeConfig, start: Network, library: ExampleLibrary) -> None:
        self._config = config
        self._library = library
        self._examples = [example for example in library.read(config.data) if not example.held_out]
        self._demonstrations = Batches(self._examples, _GROUP_BATCH, _BALANCE, config.seed) if self._examples else None
        self._found: dict[str, deque[list[Example]]] = defaultdict(lambda: deque(maxlen=config.keep))
        self.learner = Learner(start, config.learning_rate, _WEIGHT_DECAY)
        self.acting = Network(start.config)
        self.follow()
        self.untried = kinds_not_shown(self._examples)

    @property
    def held_out(self) -> list[Example]:
        """Demonstrated steps that are never learned from; some that are, when there are none."""
        kept = [example for example in self._library.read(self._config.data) if example.held_out]
        return kept or self._examples[:1000]

    def follow(self) -> None:
        """Let the next round be played by the network as it is now."""
        self.acting.load_state_dict(self.learner.network.state_dict())
        self.acting.eval()

    def find(self, episodes: Sequence[Episode]) -> None:
        """Take up successes to imitate."""
        for episode in episodes:
            steps = [step for step in episode_examples(episode, self._library.book) if not step.held_out]
            if steps:
                self._found[episode.task].append(steps)
        shown = {step.label.kind for kept in self._found.values() for steps in kept for step in steps}
        self.untried = [kind for kind in self.untried if kind not in shown]

    def learn(
        self, played: Sequence[Attempt], acted: Network, number: int, learned: Container[str] = ()
    ) -> dict[str, float]:
        """The updates of round ``number``.

        Args:
            played: what was played.
            acted: the network that played it.
            number: of the round.
            learned: tasks of which what was found is imitated less often.
        """
        steps = list(self._weighted(played))
        chunks = _chunks(steps, self._config.updates, np.random.default_rng((self._config.seed, 2, number)))
        finds = self._batches_of_finds(number, lambda task: task not in learned)
        kept = self._batches_of_finds(number, lambda task: task in learned)
        first = number * self._config.updates
        assert self._demonstrations is not None
        demonstrations = self._demonstrations.between(first, first + self._config.updates)
        totals: list[dict[str, float]] = []
        for place, (chunk, picked) in enumerate(zip(chunks, demonstrations, strict=True)):
            if finds is not None and place % _FINDS_EVERY == 0:
                picked = next(finds)
            elif kept is not None and place % _KEPT_EVERY == 1:
                picked = next(kept)
            totals.append(self._update(first + place, picked, chunk, acted))
        names = sorted({name for row in totals for name in row})
        return {name: float(np.mean([row[name] for row in totals if name in row])) for name in names}

    def _update(
        self, update: int, picked: Sequence[Example], chunk: Sequence[Weighted], acted: Network
    ) -> dict[str, float]:
        random = np.random.default_rng((self._config.seed, 1, update))
        network = self.learner.network.train()
        assert self._demonstrations is not None
        loss, metrics = self._demonstrations.loss(network, picked, self._library.book, self.untried, random)
        if chunk:
            loss = loss + self._advantage_loss(chunk, acted)
        self.learner.step(loss, self._config.learning_rate * min(1.0, (update + 1) / _WARM_UP))
        return {"loss": float(loss.detach()), **metrics}

    def _advantage_loss(self, chunk: Sequence[Weighted], acted: Network) -> Tensor:
        """Without dropout: what is learned from must be as likely as when it was drawn."""
        network = self.learner.network.eval()
        batch = collate([step.example.sample for step in chunk], self._library.book).map(torch.from_numpy)
        labels: list[Label] = [step.example.label for step in chunk]
        with torch.no_grad():
            old = likelihood(acted, without_kinds(acted(batch), self.untried), labels).acts
        new = likelihood(network, without_kinds(network(batch), self.untried), labels).acts
        return advantage_loss(new, old, torch.tensor([step.advantage for step in chunk]))

    def _weighted(self, played: Sequence[Attempt]) -> Iterator[Weighted]:
        """The steps of all attempts at pages where some succeeded and some failed."""
        for attempt, advantage in advantages(played):
            for example in list(episode_examples(attempt.episode, self._library.book))[:-1]:
                yield Weighted(example, advantage)

    def _batches_of_finds(self, number: int, wanted: Callable[[str], bool]) -> Iterator[list[Example]] | None:
        chosen = (kept for task, kept in self._found.items() if wanted(task))
        examples = [step for kept in chosen for steps in kept for step in steps]
        if not examples:
            return None
        return Batches(examples, _GROUP_BATCH, _BALANCE, self._config.seed + number).between(0, self._config.updates)

    def state(self) -> dict[str, Any]:
        """Everything that decides how it goes on, but what was found."""
        return {**self.learner.state(), "acting": self.acting.state_dict()}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a `state`."""
        self.learner.restore(state)
        self.acting.load_state_dict(state["acting"])


def advantages(played: Sequence[Attempt]) -> Iterator[tuple[Attempt, float]]:
    """Ordinary attempts at pages where some succeeded and some did not, each with its advantage.

    That is how far its reward (1 or 0) is from the mean of its group, in standard deviations of the group.
    """
    groups: dict[tuple[str, int], list[Attempt]] = defaultdict(list)
    for attempt in played:
        if not attempt.odd:
            groups[attempt.episode.task, attempt.seed].append(attempt)
    for group in groups.values():
        rewards = np.array([attempt.episode.success for attempt in group], np.float64)
        spread = rewards.std()
        if spread > 0:
            scaled = np.clip((rewards - rewards.mean()) / spread, -_MOST_ADVANTAGE, _MOST_ADVANTAGE)
            yield from zip(group, scaled.tolist(), strict=True)


def finds(played: Sequence[Attempt]) -> list[Episode]:
    """Successes worth imitating: one of each page, the plainest.

    Of pages that nearly always succeed as well: what is visited seldom is forgotten without them.
    """
    groups: dict[tuple[str, int], list[Attempt]] = defaultdict(list)
    for attempt in played:
        groups[attempt.episode.task, attempt.seed].append(attempt)
    found = []
    for group in groups.values():
        good = [attempt.episode for attempt in group if attempt.episode.success]
        if good:
            found.append(min(good, key=lambda episode: oddness([step.action for step in episode.steps])))
    return found


def _chunks(steps: list[Weighted], count: int, random: np.random.Generator) -> list[list[Weighted]]:
    """The steps in ``count`` parts of like size; of too many steps some are left out."""
    order = random.permutation(len(steps))[: count * _GROUP_BATCH]
    parts = [sorted((steps[row] for row in part), key=_size) for part in np.array_split(order, count)]
    return [part[: batch_limit(_size(part[-1]))] if part else part for part in parts]


def _size(step: Weighted) -> int:
    return size_of(step.example)
