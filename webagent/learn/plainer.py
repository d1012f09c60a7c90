"""Successes without what they can do without: what chance found is full of acts that did nothing, or too much.

A page answers the same acts in the same way, so it can be tried whether it also goes with fewer acts, or with a click
where something odder was done. What is imitated is then what a person would have done, and not the way in which it
was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from webagent.data.records import Step
from webagent.learn.collect import Attempt
from webagent_envs.env import WebEnv
from webagent_envs.spaces import Action, Click

__all__ = ["oddness", "plain_successes", "plainer"]

_PLAIN = frozenset({"click", "type", "select"})
_MOST_TRIES = 24
"""Replays of one success."""


def plain_successes(env: WebEnv, played: Sequence[Attempt]) -> Iterator[Attempt]:
    """Of each page with a success that can be had in a plainer way, that way, as an odd attempt of its own.

    Args:
        env: of the task; it is reset.
        played: attempts at pages of the task.
    """
    solved: dict[int, Attempt] = {}
    for attempt in played:
        known = solved.get(attempt.seed)
        if attempt.episode.success and (known is None or _oddness(attempt) < _oddness(known)):
            solved[attempt.seed] = attempt
    for seed, attempt in solved.items():
        if attempt.odd or _oddness(attempt)[1]:
            steps = plainer(env, seed, [step.action for step in attempt.episode.steps])
            if steps is not None:
                episode = msgspec.structs.replace(attempt.episode, id=f"{attempt.episode.id}p", steps=steps)
                yield Attempt(episode, seed, odd=True)


def _oddness(attempt: Attempt) -> tuple[int, int]:
    return oddness([step.action for step in attempt.episode.steps])


def oddness(actions: Sequence[Action]) -> tuple[int, int]:
    """How many acts there are, and how many that are no click, text or choice: the less, the plainer."""
    return len(actions), sum(action.kind not in _PLAIN for action in actions)


def plainer(env: WebEnv, seed: int, actions: Sequence[Action]) -> tuple[Step, ...] | None:
    """The plainest way found to succeed on a page.

    Args:
        env: of the task; it is reset.
        seed: of the page.
        actions: a way that succeeds.

    Returns:
        The steps of a plainer way, ``None`` when there is none among those tried.
    """
    best: tuple[Step, ...] | None = None
    left = _MOST_TRIES
    place = len(actions) - 1
    while place >= 0 and left > 0:
        for simpler in _simpler(actions, place):
            left -= 1
            steps = _play(env, seed, simpler)
            if steps is not None:
                actions, best = [step.action for step in steps], steps
                break
        place = min(place, len(actions)) - 1
    return best


def _simpler(actions: Sequence[Action], place: int) -> Iterator[list[Action]]:
    """The acts without one, then with a click instead of it."""
    action = actions[place]
    before, after = list(actions[:place]), list(actions[place + 1 :])
    if before or after:
        yield before + after
    ref = getattr(action, "ref", 0)
    if ref and action.kind not in _PLAIN:
        yield [*before, Click(ref), *after]


def _play(env: WebEnv, seed: int, actions: Sequence[Action]) -> tuple[Step, ...] | None:
    """The steps, up to where it succeeds; ``None`` when it does not."""
    observation, _ = env.reset(seed=seed)
    steps: list[Step] = []
    for action in actions:
        steps.append(Step(observation, action))
        observation, _, terminated, truncated, info = env.step(action)
        if info["is_success"]:
            return tuple(steps)
        if terminated or truncated or info["action_error"]:
            return None
    return None
