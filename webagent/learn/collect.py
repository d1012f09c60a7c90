"""Practice episodes: the policy acts on many pages at once, by lot, several times on each; all is kept as episodes."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Literal, NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from webagent.data.records import Episode, Step
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
        further: most odd attempts at a seed where none of those succeeds, until one does.
        temperatures: range from which that of an odd attempt is drawn; 1: as likely as the policy says.
        explore: of an odd attempt, the greatest chance that a choice falls on any possible one alike, in [0, 1].
        taste: of an odd attempt, the greatest spread of its tastes, in logits: how much more or less than the policy it
            likes each kind of action, each source of text, and so on, from its first step to its last. What has to be
            done several times in another way than usual is found so, and seldom otherwise.
    """

    pages: int = 8
    input: Literal["trusted", "dom"] = "trusted"
    steps: int = 30
    tries: int = 6
    further: int = 4
    temperatures: tuple[float, float] = (0.6, 1.8)
    explore: float = 0.5
    taste: float = 6.0


class _Lane:
    """One page, on which attempt follows attempt."""

    def __init__(self, task: str, config: CollectConfig) -> None:
        self.config = config
        self.env = WebEnv(task, input=config.input, reset_mode="fast")
        self.running = False
        self.success = False
        self.observation = Observation(instruction="")
        self.steps: list[Step] = []
        self.seed = 0
        self.attempt = 0
        self._untried = Untried()
        self._random: Generator = np.random.default_rng(0)
        self._temperature = 1.0
        self._explore = 0.0
        self._taste = 0.0
        self._tastes: dict[tuple[str, int], NDArray[np.float64]] = {}

    def begin(self, seed: int, attempt: int) -> None:
        self.seed, self.attempt = seed, attempt
        self.steps, self.success, self._untried = [], False, Untried()
        self._random = np.random.default_rng((seed, attempt))
        odd = attempt >= self.config.tries
        self._temperature = self._random.uniform(*self.config.temperatures) if odd else 1.0
        # Squared: half of the attempts change next to nothing, and some nearly everything.
        self._explore = self.config.explore * self._random.random() ** 2 if odd else 0.0
        self._taste = self.config.taste * self._random.random() if odd and attempt % 2 else 0.0
        self._tastes = {}
        self.observation, _ = self.env.reset(seed=seed)
        self.running = True

    def lot(self) -> Lot:
        """How the next action is drawn."""
        return Lot(self._draw, self._is_curious(), self._untried.futile(self.observation))

    def _is_curious(self) -> bool:
        return bool(self._random.random() < self._explore)

    def _draw(self, what: str, probabilities: Floats) -> int:
        shares = probabilities.astype(np.float64)
        if self._is_curious():
            shares = (shares > 0).astype(float)
        shares = shares ** (1 / self._temperature) * np.exp(self._liking(what, len(shares)))
        return int(self._random.choice(len(shares), p=shares / shares.sum()))

    def _liking(self, what: str, count: int) -> NDArray[np.float64]:
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
        if isinstance(action, Stop):
            self.running = False
            return
        self._untried.chose(action)
        self.steps.append(Step(self.observation, action))
        self.observation, _, terminated, truncated, info = self.env.step(action)
        self.success = bool(info["is_success"])
        self.running = not (terminated or truncated or len(self.steps) >= self.config.steps)

    def episode(self) -> Episode:
        return Episode(
            id=f"{self.env.task}-{self.seed}-{self.attempt}",
            task=self.env.task,
            command=self.steps[0].observation.instruction if self.steps else "",
            steps=tuple(self.steps),
            success=self.success,
            source="practice",
        )


@contextmanager
def _lanes(task: str, count: int, config: CollectConfig) -> Iterator[list[_Lane]]:
    lanes = [_Lane(task, config) for _ in range(count)]
    try:
        yield lanes
    finally:
        together([lane.env.close for lane in lanes])


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


def collect(task: str, policy: Policy, seeds: Sequence[int], config: CollectConfig) -> Iterator[Attempt]:
    """Attempt each seed ``config.tries`` times, and in odder ways where none succeeded; attempts come as they end.

    An episode depends on its seed and attempt, the policy and the settings, and hardly on the others beside it (a batch
    of another shape may round differently).
    """
    waiting = deque((seed, attempt) for seed in seeds for attempt in range(config.tries))
    left = Counter(dict.fromkeys(seeds, config.tries))
    solved: set[int] = set()
    with _lanes(task, min(config.pages, len(waiting)), config) as lanes:
        idle = list(lanes)
        running: list[_Lane] = []
        while waiting or running:
            begun = [idle.pop() for _ in range(min(len(idle), len(waiting)))]
            together([partial(lane.begin, *waiting.popleft()) for lane in begun])
            running += begun
            actions = policy.sample_batch([lane.observation for lane in running], [lane.lot() for lane in running])
            together([partial(lane.act, action) for lane, action in zip(running, actions, strict=True)])
            ended = [lane for lane in running if not lane.running]
            running = [lane for lane in running if lane.running]
            idle += ended
            for lane in ended:
                left[lane.seed] -= 1
                if lane.success:
                    solved.add(lane.seed)
                following = max(config.tries, lane.attempt + 1)
                if left[lane.seed] <= 0 and lane.seed not in solved and following < config.tries + config.further:
                    waiting.append((lane.seed, following))
                yield Attempt(lane.episode(), lane.seed, lane.attempt >= config.tries)
