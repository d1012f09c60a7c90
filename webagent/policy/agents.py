"""What acts in an episode: the policy, and the two baselines that every table shows beside it."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from webagent.policy.actions import BROWSER_KINDS
from webagent.policy.policy import Policy, Ranked
from webagent_envs.spaces import Action, Click, Element, Observation, Press, Select, Stop, Type, Wait

__all__ = ["Actor", "PolicyActor", "RandomActor", "SubmitActor", "Untried"]


_NOT_ITS_OWN = frozenset({"stop", *BROWSER_KINDS})


class Actor(Protocol):
    """Chooses actions in one episode after another."""

    def reset(self, seed: int) -> None:
        """A new episode begins."""

    def act(self, observation: Observation) -> Action:
        """What to do next."""


class Untried:
    """Remembers what was done on which page, to not do again what changed nothing; to wait may help the next time."""

    def __init__(self) -> None:
        self._futile: set[tuple[int, Action]] = set()
        self._last: tuple[int, Action] | None = None
        self._page = 0

    def best(self, ranked: Ranked, observation: Observation) -> Action:
        """The best action that did not prove futile on this very page; the best of all when every one did."""
        refused = self.futile(observation)
        action = next((action for action, _ in ranked if action not in refused), ranked[0][0])
        self.chose(action)
        return action

    def futile(self, observation: Observation) -> set[Action]:
        """What changed nothing on this very page."""
        self._page = hash(tuple(_essence(element) for element in observation.elements))
        if self._last is not None and self._last[0] == self._page and not isinstance(self._last[1], Wait):
            self._futile.add(self._last)
        return {action for page, action in self._futile if page == self._page}

    def chose(self, action: Action) -> None:
        """This is done on the page that `futile` was asked about last."""
        self._last = (self._page, action)


def _essence(element: Element) -> tuple[object, ...]:
    """What of an element tells two states of a page apart."""
    return element.ref, element.text, element.value, element.checked, element.selected, element.box


class PolicyActor:
    """The policy in an environment that is one page and ends its episodes itself: no `Stop`, nothing to the browser."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._untried = Untried()

    def reset(self, seed: int) -> None:
        """Forget the last episode."""
        self._untried = Untried()

    def act(self, observation: Observation) -> Action:
        """The policy's best action that was not yet tried on this very page."""
        ranked = [item for item in self.policy.act(observation) if item[0].kind not in _NOT_ITS_OWN]
        return self._untried.best(ranked, observation) if ranked else Stop()


class RandomActor:
    """Clicks, types a word of the command, or chooses an option, at random."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(0)

    def reset(self, seed: int) -> None:
        """Chance starts anew."""
        self._random = np.random.default_rng(seed)

    def act(self, observation: Observation) -> Action:
        """Any visible element, alike."""
        elements = [element for element in observation.elements if element.visible]
        if not elements:
            return Stop()
        element = elements[self._random.integers(len(elements))]
        words = observation.instruction.split()
        if element.editable and words:
            return Type(element.ref, words[self._random.integers(len(words))])
        if element.tag == "option" and element.parent:
            return Select(element.parent, element.label)
        return Click(element.ref)


class SubmitActor:
    """Presses the submit button and does nothing else: what a task pays for no work."""

    def reset(self, seed: int) -> None:
        """Nothing to forget."""

    def act(self, observation: Observation) -> Action:
        """Click the last button, the one that says "submit" first; press Enter when there is none."""
        buttons = [element for element in observation.elements if element.role == "button"]
        named = [element for element in buttons if "submit" in element.label.lower()]
        if named or buttons:
            return Click((named or buttons)[-1].ref)
        return Press("Enter")
