"""Practice episodes: the policy acts on many pages at once, by lot, several times on each; all is kept as episodes."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal, NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from webagent.data.records import Episode, Step
from webagent.learn.drawing import Draws, Shares
from webagent.learn.open_pages import OpenPages
from webagent.learn.reading import Readings, Unread, read_once
from webagent.policy.actions import KINDS, PAGE_KINDS
from webagent.policy.agents import Untried
from webagent.policy.numerics import Floats
from webagent.policy.policy import Lot, Policy
from webagent_envs.env import WebEnv
from webagent_envs.spaces import Action, Observation, Stop
from webagent_envs.together import together

__all__ = ["Attempt", "CollectConfig", "collect"]

_TASTES = frozenset({"choice", "mode", "key", "piece", "amount", "across", "down"})


@dataclass(frozen=True, kw_only=True)
class CollectConfig:
    """How to practise.

    Attributes:
        pages: how many episodes are played at once, > 0.
        input: "trusted" or "dom".
        steps: most actions of an attempt, > 0; it is given up then.
        tries: attempts at each seed, > 0, whose actions are drawn as likely as the policy holds them.
        further: most odd attempts at a seed where none of those succeeds, until one does; none is made twice.
        patience: most actions of odd attempts in all.
        temperatures: range from which that of a seed's odd attempts is drawn; 1: as likely as the policy says.
        explore: of odd attempts, the greatest share that is spread over everything possible alike, in [0, 1].
        taste: of an odd attempt, the greatest spread of its tastes, in logits: how much more or less than the policy it
            likes each kind of action, each source of text, and so on, from its first step to its last. What has to be
            done several times in another way than usual is found so, and seldom otherwise.
    """

    pages: int = 8
    input: Literal["trusted", "dom"] = "trusted"
    steps: int = 30
    tries: int = 6
    further: int = 50
    patience: int = 1500
    temperatures: tuple[float, float] = (0.8, 2.0)
    explore: float = 0.5
    taste: float = 6.0


class _Search:
    """The odd attempts at one seed: all drawn from the same probabilities, none of them twice."""

    def __init__(self, seed: int, config: CollectConfig) -> None:
        random = np.random.default_rng((seed, config.tries))
        self.draws = Draws()
        self._temperature = random.uniform(*config.temperatures)
        # Squared: half of the searches hardly leave what the policy likes, some nearly do.
        self._explore = config.explore * random.random() ** 2

    def shares(self, what: str, probabilities: Shares) -> Shares:
        """The policy's probabilities [n], flattened, with a share for everything possible."""
        flat = probabilities ** (1 / self._temperature)
        alike = _alike(what, probabilities > 0)
        mixed: Shares = (1 - self._explore) * flat / flat.sum() + self._explore * alike
        return mixed


class _Lane:
    """One page, on which attempt follows attempt."""

    def __init__(self, env: WebEnv, config: CollectConfig) -> None:
        self.config = config
        self.env = env
        self.running = False
        self.success = False
        self.observation = Observation(instruction="")
        self.steps: list[Step] = []
        self.seed = 0
        self.attempt = 0
        self._search: _Search | None = None
        self._readings = Readings()
        self._untried = Untried()
        self._random: Generator = np.random.default_rng(0)
        self._taste = 0.0
        self._tastes: dict[tuple[str, int], Shares] = {}

    def begin(self, seed: int, attempt: int, search: _Search | None, readings: Readings) -> None:
        self.seed, self.attempt, self._search, self._readings = seed, attempt, search, readings
        self.steps, self.success, self._untried = [], False, Untried()
        self._random = np.random.default_rng((seed, attempt))
        self._taste = self.config.taste * self._random.random() if search and attempt % 2 else 0.0
        self._tastes = {}
        self.observation, _ = self.env.reset(seed=seed)
        self.running = True

    def here(self) -> Unread:
        """The page as it is now, to be read if no attempt before came here in the same way."""
        return Unread(self.observation, tuple(step.action for step in self.steps), self._readings)

    def lot(self) -> Lot:
        """How the next action is drawn."""
        return Lot(self._draw, self._untried.futile(self.observation), every_kind=self._search is not None)

    def _draw(self, what: str, probabilities: Floats) -> int:
        shares = probabilities.astype(np.float64)
        if self._search is None:
            return int(self._random.choice(len(shares), p=shares / shares.sum()))
        liking = np.exp(self._liking(what, len(shares)))
        return self._search.draws.draw(self._random, self._search.shares(what, shares), liking)

    def _liking(self, what: str, count: int) -> Shares:
        """This attempt's tastes, [count]; of a choice, by its kind of action."""
        if not self._taste or what not in _TASTES:
            return np.zeros(count)
        many = len(KINDS + PAGE_KINDS) if what == "choice" else count
        if (what, many) not in self._tastes:  # a place on an element and a distance are both "across"
            self._tastes[what, many] = self._random.normal(0, self._taste, many)
        taste = self._tastes[what, many]
        if what != "choice":
            return taste
        elements = (count - len(PAGE_KINDS)) // len(KINDS)
        return np.concatenate([np.tile(taste[: len(KINDS)], elements), taste[len(KINDS) :]])

    def act(self, action: Action) -> None:
        """Do what was drawn."""
        if isinstance(action, Stop):
            self.running = False
        else:
            self._untried.chose(action)
            self.steps.append(Step(self.observation, action))
            self.observation, _, terminated, truncated, info = self.env.step(action)
            self.success = bool(info["is_success"])
            self.running = not (terminated or truncated or len(self.steps) >= self.config.steps)
        if self._search and not self.running:
            self._search.draws.end()

    def episode(self) -> Episode:
        return Episode(
            id=f"{self.env.task}-{self.seed}-{self.attempt}",
            task=self.env.task,
            command=self.steps[0].observation.instruction if self.steps else "",
            steps=tuple(self.steps),
            success=self.success,
            source="practice",
        )


def _alike(what: str, possible: NDArray[np.bool_]) -> Shares:
    """Shares [n] of what is possible: all alike; of a choice, each kind of action alike, and each element within it."""
    shares = possible.astype(np.float64)
    if what == "choice":
        of_elements = shares[: -len(PAGE_KINDS)].reshape(-1, len(KINDS))
        of_elements /= np.maximum(of_elements.sum(0), 1)
    shares /= shares.sum()
    return shares


class Attempt(NamedTuple):
    """An episode, and how it came about.

    Attributes:
        episode: what was done.
        seed: of its page.
        odd: not drawn as the policy holds likely.
    """

    episode: Episode
    seed: int
    odd: bool


def collect(
    task: str, policy: Policy, seeds: Sequence[int], config: CollectConfig, pages: OpenPages | None = None
) -> Iterator[Attempt]:
    """Attempt each seed ``config.tries`` times, and in odder ways where none succeeded; attempts come as they end.

    An episode depends on its seed and attempt, the policy and the settings, an odd one on those before at its seed, and
    hardly on the others beside it (a batch of another shape may round differently). ``pages`` are those of the visits
    before, and stay open.
    """
    if pages is None:
        with OpenPages() as own:
            yield from collect(task, policy, seeds, config, own)
        return
    turns = _Turns(seeds, config)
    idle = [_Lane(env, config) for env in pages.of(task, config.input, min(config.pages, len(seeds) * config.tries))]
    running: list[_Lane] = []
    while turns.waiting or running:
        begun = [idle.pop() for _ in range(min(len(idle), len(turns.waiting)))]
        together([partial(lane.begin, *turns.next()) for lane in begun])
        running += begun
        _act(policy, running)
        ended = [lane for lane in running if not lane.running]
        running = [lane for lane in running if lane.running]
        idle += ended
        for lane in ended:
            turns.note(lane)
            yield Attempt(lane.episode(), lane.seed, lane.attempt >= config.tries)


def _act(policy: Policy, lanes: Sequence[_Lane]) -> None:
    """One action on each page."""
    seen = read_once(policy, [lane.here() for lane in lanes])
    actions = policy.sample_batch(seen, [lane.lot() for lane in lanes])
    together([partial(lane.act, action) for lane, action in zip(lanes, actions, strict=True)])


class _Turns:
    """Which attempts are still to be made: the ordinary ones at each seed, then odd ones, one after the other."""

    def __init__(self, seeds: Sequence[int], config: CollectConfig) -> None:
        self.waiting = deque((seed, attempt) for seed in seeds for attempt in range(config.tries))
        self._config = config
        self._left = Counter(dict.fromkeys(seeds, config.tries))
        self._solved: set[int] = set()
        self._searches: dict[int, _Search] = {}
        self._readings: defaultdict[int, Readings] = defaultdict(Readings)
        self._patience = config.patience

    def next(self) -> tuple[int, int, _Search | None, Readings]:
        """Seed, number, of an odd attempt the search, and what was read at the seed, of the next attempt."""
        seed, attempt = self.waiting.popleft()
        if attempt < self._config.tries:
            return seed, attempt, None, self._readings[seed]
        if seed not in self._searches:
            self._searches[seed] = _Search(seed, self._config)
        return seed, attempt, self._searches[seed], self._readings[seed]

    def note(self, lane: _Lane) -> None:
        """An attempt has ended; have another follow where there is need and patience."""
        self._left[lane.seed] -= 1
        odd = lane.attempt >= self._config.tries
        if odd:
            self._patience -= len(lane.steps)
        if lane.success:
            self._solved.add(lane.seed)
        following = max(self._config.tries, lane.attempt + 1)
        wanted = self._left[lane.seed] <= 0 and lane.seed not in self._solved
        if wanted and self._patience > 0 and following < self._config.tries + self._config.further:
            self.waiting.append((lane.seed, following))
        elif self._left[lane.seed] <= 0:
            self._searches.pop(lane.seed, None)  # takes memory, and so does what was read
            self._readings.pop(lane.seed, None)
