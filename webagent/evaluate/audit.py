"""Is the policy right for the right reason? What it does is compared before and after changes that must not matter.

Only steps at which it agrees with the demonstration are looked at: there the change alone can make it wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import numpy as np

from webagent.data.records import Episode, Step
from webagent.errors import DataError
from webagent.evaluate.changes import CHANGES
from webagent.evaluate.intervals import wilson
from webagent.policy.policy import Policy
from webagent_envs.spaces import Action, Observation, Stop

__all__ = ["audit"]

_EXAMPLES = 5  # of each change: how many wrong steps are reported in full
_BATCH = 16

Progress = Callable[[int, int], None]
"""Called with (steps done, steps in all)."""


@dataclass
class _Tally:
    """What one kind of change did."""

    steps: int = 0
    wrong: int = 0
    examples: list[dict[str, Any]] = field(default_factory=list)

    def report(self) -> dict[str, Any]:
        low, high = wilson(self.wrong, self.steps)
        share = round(self.wrong / max(1, self.steps), 4)
        return {
            "steps": self.steps,
            "wrong": self.wrong,
            "share": share,
            "low": round(low, 4),
            "high": round(high, 4),
            "examples": self.examples,
        }


def audit(
    policy: Policy, episodes: Iterable[Episode], *, most: int = 2000, progress: Progress = lambda done, total: None
) -> dict[str, Any]:
    """Change what the policy sees, and count how often it goes wrong by that.

    Args:
        policy: the policy.
        episodes: demonstrations; best those that it was not trained on.
        most: at most this many steps; which ones depends on the episodes alone.
        progress: called now and then.

    Returns:
        ``{"policy_hash", "steps", "share", "changes": {name: {"steps", "wrong", "share", "low", "high",
        "examples"}}}``: shares in [0, 1] of the changed steps at which the action moved though it must not, or, of
        "swapped", did not follow.

    Raises:
        DataError: the policy agrees with no step of the episodes.
    """
    known = _right_steps(policy, episodes, most)
    if not known:
        raise DataError("the policy agrees with no step of these demonstrations; give others, or train it first")
    tallies = {name: _Tally() for name in CHANGES}
    for done, (step, action) in enumerate(known):
        progress(done, len(known))
        _try_changes(policy, step.observation, action, tallies)
    wrong, steps = sum(t.wrong for t in tallies.values()), sum(t.steps for t in tallies.values())
    return {
        "policy_hash": policy.hash,
        "steps": len(known),
        "share": round(wrong / max(1, steps), 4),
        "changes": {name: tally.report() for name, tally in tallies.items()},
    }


def _right_steps(policy: Policy, episodes: Iterable[Episode], most: int) -> list[tuple[Step, Action]]:
    """Steps on an element at which the policy does what was demonstrated, and what it does there."""
    steps = [
        step for episode in episodes if episode.success for step in episode.steps if getattr(step.action, "ref", 0)
    ]
    steps.sort(key=lambda step: crc32(f"{step.observation.instruction} {step.action}".encode()))
    steps = steps[:most]
    right = []
    for start in range(0, len(steps), _BATCH):
        part = steps[start : start + _BATCH]
        chosen = _choose(policy, [step.observation for step in part])
        right += [(step, action) for step, action in zip(part, chosen, strict=True) if _same(step.action, action)]
    return right


def _choose(policy: Policy, observations: Sequence[Observation]) -> list[Action]:
    """The best action at each, `Stop` apart."""
    ranked = policy.act_batch(observations)
    return [next((action for action, _ in one if not isinstance(action, Stop)), Stop()) for one in ranked]


def _same(one: Action, other: Action) -> bool:
    """The same kind of action on the same element; what is typed may be worded in another way."""
    return one.kind == other.kind and getattr(one, "ref", 0) == getattr(other, "ref", 0)


def _try_changes(policy: Policy, seen: Observation, action: Action, tallies: dict[str, _Tally]) -> None:
    random = np.random.default_rng(crc32(f"{seen.instruction} {action}".encode()))
    ref = action.ref  # type: ignore[union-attr]
    names, changed = [], []
    for name, change in CHANGES.items():
        result = change(seen, ref, random)
        if result is not None:
            names.append(name)
            changed.append(result)
    for name, (observation, right), chosen in zip(
        names, changed, _choose(policy, [observation for observation, _ in changed]), strict=True
    ):
        tally = tallies[name]
        tally.steps += 1
        if chosen.kind != action.kind or getattr(chosen, "ref", 0) != right:
            tally.wrong += 1
            if len(tally.examples) < _EXAMPLES:
                tally.examples.append(_example(observation, right, chosen))


def _example(observation: Observation, right: int, chosen: Action) -> dict[str, Any]:
    def label(ref: int) -> str:
        element = observation.element(ref)
        return element.label[:60] if element else ""

    return {
        "command": observation.instruction[:200],
        "right": label(right),
        "chosen": f"{chosen.kind} {label(getattr(chosen, 'ref', 0))}".strip(),
    }
