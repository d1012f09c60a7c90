"""A policy that also goes by what it was shown."""

from __future__ import annotations

import copy
from pathlib import Path
from urllib.parse import urlsplit

from webagent.data.memory import Memory
from webagent.data.records import Episode, Step
from webagent.data.ways import Sight
from webagent.live.loop import Acts
from webagent.live.parts import InParts
from webagent.live.recall.aiming import Aim
from webagent.live.recall.doubting import goes_too_far, leaves_out, words_around
from webagent.live.recall.likeness import Pair
from webagent.live.recall.wording import words_of
from webagent_envs.spaces import Action, Click, Observation, Stop, Type

__all__ = ["Recalling", "with_memory"]

_TRUST = 0.95  # of a step that was shown for a command that is the same
_DOUBTED = 0.4  # share of it that is left where the command may mean something else: too little to act on
_UNSURE = 0.15  # likeness for each name that was not to be seen where it was shown
_MOST_COMMANDS = 30  # that are named
_TOGGLES = frozenset({"checkbox", "switch", "menuitemcheckbox"})

Ranked = list[tuple[Action, float]]


class Recalling:
    """Acts as a policy does, and where a demonstration fits the command and the page, as it was shown.

    Args:
        policy: what decides where nothing fits.
        memory: the demonstrations.

    Attributes:
        recalled: id of the demonstration behind the last decision; ``""`` for none.
        alone: the policy without what was taught.
        memory: what was taught.
    """

    def __init__(self, policy: Acts, memory: Memory) -> None:
        self.alone = policy
        self.memory = memory
        self._run: _Run | None = None
        self.recalled = ""

    def act(self, observation: Observation) -> Ranked:
        """Possible next actions with a confidence in [0, 1] each, best first."""
        if not observation.actions or self._run is None or self._run.command != observation.instruction:
            self._run = self._begun(observation)
        proposed = self._run.next(observation) if self._run else None
        self.recalled = self._run.episode.id if self._run and proposed else ""
        ranked = list(self.alone.act(observation))
        if proposed is None:
            return ranked
        action, trust = proposed
        rest = [(other, (1 - trust) * confidence) for other, confidence in ranked if other != action]
        return [(action, trust), *rest]

    def fork(self) -> Recalling:
        """One that goes on from here by itself, and leaves this one as it is."""
        fork = Recalling(self.alone.fork() if isinstance(self.alone, InParts) else self.alone, self.memory)
        fork._run = copy.copy(self._run)
        if fork._run is not None:
            fork._run.used = set(fork._run.used)
            fork._run._explained = set(fork._run._explained)
        return fork

    def commands(self, url: str) -> list[str]:
        """Commands that were shown on the site of this address, the latest first."""
        shown = (
            item for item in reversed(self.memory.episodes()) if _site(item.steps[0].observation.url) == _site(url)
        )
        return list(dict.fromkeys(item.command for item in shown))[:_MOST_COMMANDS]

    def _begun(self, observation: Observation) -> _Run | None:
        """The demonstration that fits best, if one does: of the same site, and with a first step that can be done."""
        if observation.actions:
            return None
        pairs = [
            Pair(episode, observation.instruction)
            for episode in reversed(self.memory.episodes())
            if _site(episode.steps[0].observation.url) == _site(observation.url)
        ]
        for pair in sorted((pair for pair in pairs if pair.is_like), key=_rank):
            run = _Run(pair)
            if run.next(observation) is not None:
                return _Run(pair)
        return None


def with_memory(checkpoint: Path | str | None = None) -> Recalling:
    """A checkpoint, or the weights that ship, going by what was taught as well.

    Raises:
        CheckpointError: it cannot be loaded.
    """
    from webagent.policy import Policy  # not before it is needed

    return Recalling(InParts(Policy.load(checkpoint)), Memory())


class _Run:
    """One demonstration, done for one command."""

    def __init__(self, pair: Pair) -> None:
        self.episode: Episode = pair.episode
        self.command = pair.command
        self._pair = pair
        self._trust = _TRUST * pair.likeness
        self._aim = Aim(pair)
        self._index = 0
        self._proposed: Action | None = None
        self._seen: Sight | None = None  # the page for which it was proposed
        self._count = 0
        self.used: set[int] = set()
        self._explained: set[str] = set()

    def next(self, observation: Observation) -> tuple[Action, float] | None:
        """What was shown to do next, for this page; none when it cannot be told."""
        self._advance(observation)
        now = self._seen = Sight(observation)
        steps = self.episode.steps
        while self._index < len(steps):
            step = steps[self._index]
            action = self._aim.action(step, now, self.used)
            if action is None and self._may_be_left_out(step):
                self._index += 1  # fewer things are named this time
                continue
            if action is not None and self._is_done(step, action, observation):
                self._note(step, action, now)
                continue
            self._proposed = action
            return None if action is None else (action, self._trust_in(step, action, now))
        self._proposed = None
        return Stop(), self._trust

    def _may_be_left_out(self, step: Step) -> bool:
        """Whether fewer things are named this time, and a step is about one that is not."""
        fewer = isinstance(step.action, Click) and self._aim.varies(step) and bool(self.used or not self._pair.new)
        return fewer and not leaves_out(self._pair, self._explained | self._texts())

    def _texts(self) -> set[str]:
        """Words of all that is typed."""
        texts = (self._aim.text(step) or "" for step in self.episode.steps)
        return {word for text in texts for word in words_of(text)}

    def _trust_in(self, step: Step, action: Action, now: Sight) -> float:
        """Trust in a step, in [0, 1], given all that the command says."""
        if isinstance(action, Type) and goes_too_far(step, action.text, self._pair):
            return _DOUBTED * self._trust
        if any(self._aim.chooses(other) for other in self.episode.steps[self._index + 1 :]):
            return self._trust  # what is left may be what a later step is about
        explained = self._explained | self._words(action, now) | self._texts()
        return _DOUBTED * self._trust if leaves_out(self._pair, explained) else self._trust

    @staticmethod
    def _words(action: Action, now: Sight) -> set[str]:
        return words_around(Step(now.observation, action), now)

    def _advance(self, observation: Observation) -> None:
        """Take note of whether what was proposed was done."""
        done = observation.actions[-1] if observation.actions else None
        if self._proposed is not None and done == self._proposed and len(observation.actions) != self._count:
            self._note(self.episode.steps[self._index], self._proposed, self._seen)
        self._count = len(observation.actions)
        self._proposed = None

    def _note(self, step: Step, action: Action, seen: Sight | None) -> None:
        """A step is done; what one was about that goes by the command is not what the next one like it is about."""
        if seen is not None:
            self._explained |= self._words(action, seen)
        if self._aim.varies(step) and isinstance(action, Click):
            self.used.add(action.ref)
        else:
            self.used.clear()
        self._index += 1

    @staticmethod
    def _is_done(step: Step, action: Action, observation: Observation) -> bool:
        if not isinstance(action, Click) or not isinstance(step.action, Click):
            return False
        then, now = step.observation.element(step.action.ref), observation.element(action.ref)
        return then is not None and now is not None and then.role in _TOGGLES and then.checked != now.checked


def _rank(pair: Pair) -> tuple[bool, float, int, int]:
    """First where all that is to be typed can be told; then the likest; then what could be done where it was shown."""
    aim, steps = Aim(pair), pair.episode.steps
    is_open = any(isinstance(step.action, Type) and aim.text(step) is None for step in steps)
    untold = sum(aim.action(step, Sight(step.observation)) is None for step in steps)
    return is_open, _UNSURE * pair.unsure - pair.likeness, untold, pair.unsaid


def _site(url: str) -> str:
    """What pages of one site have in common; all files are one."""
    parts = urlsplit(url)
    return parts.hostname or parts.scheme
