"""The one run loop: for evaluation, for collecting, and for the demo."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import gymnasium
import msgspec

from webagent.errors import UsageError, WebagentError
from webagent.policy.agents import Actor
from webagent_envs.errors import BrowserError
from webagent_envs.spaces import Action, Observation, Stop, action_from_dict, to_dict

__all__ = ["EpisodeResult", "StepTrace", "Transition", "episode_seed", "play", "run_episode"]

AGENT_FAILED, BROWSER_FAILED = "the agent failed", "page or browser failed"
_ROUND = 3  # the same action so often is going round


class Transition(NamedTuple):
    """One step of an episode.

    Attributes:
        observation: what was seen before acting.
        action: what was done.
        reward: what came of it.
        done: terminated or truncated.
        terminated: the task is over, or the action was `Stop`.
        info: of the environment, after the action.
        policy_ms: milliseconds spent choosing.
        env_ms: milliseconds spent acting and observing.
    """

    observation: Observation
    action: Action
    reward: float
    done: bool
    terminated: bool
    info: dict[str, Any]
    policy_ms: float
    env_ms: float


class StepTrace(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step, as it is kept with a result.

    Attributes:
        action: plain data of the action.
        element: what a person would call the element that it was done to, <= 60 characters.
        policy_ms: milliseconds spent choosing.
        env_ms: milliseconds spent acting and observing.
        error: what was wrong with it.
    """

    action: dict[str, Any]
    element: str = ""
    policy_ms: float
    env_ms: float
    error: str = ""


class EpisodeResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one episode; success is strict: raw reward == 1.

    Attributes:
        task: name of the task; of a variant with ``@test`` or ``@reworded`` at its end.
        seed: of the episode.
        command: what was asked for at its beginning.
        success: raw reward == 1.
        raw_reward: of the task, in [-1, 1].
        steps: how many were made.
        policy_ms: milliseconds spent choosing, all steps together.
        env_ms: milliseconds spent acting and observing.
        reset_ms: milliseconds until the first observation was there.
        cause: of a failure, in a few words that are the same for all of its kind; else empty.
        error: the last action's, the agent's or the browser's.
        trace: every step.
        usage: what the agent says that it used in this episode: tokens, cost.
    """

    task: str
    seed: int
    command: str = ""
    success: bool
    raw_reward: float
    steps: int
    policy_ms: float
    env_ms: float
    reset_ms: float
    cause: str = ""
    error: str = ""
    trace: tuple[StepTrace, ...] = ()
    usage: dict[str, float] = {}


def episode_seed(seed: int, task: str, episode: int) -> int:
    """Seed of episode ``episode`` of a task: depends on (seed, task, episode) and on nothing else; below 2^31."""
    digest = hashlib.sha256(f"{seed}/{task}/{episode}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def play(env: gymnasium.Env[Any, Any], actor: Actor, seed: int) -> Iterator[Transition]:
    """One episode, step by step."""
    observation, _ = env.reset(seed=seed)
    actor.reset(seed)
    done = False
    while not done:
        began = time.perf_counter()
        chosen = actor.act(observation)
        action = action_from_dict(chosen) if isinstance(chosen, Mapping) else chosen
        decided = time.perf_counter()
        following, reward, terminated, truncated, info = env.step(action)
        acted = time.perf_counter()
        done = terminated or truncated
        times = (decided - began) * 1e3, (acted - decided) * 1e3
        yield Transition(observation, action, float(reward), done, terminated, info, *times)
        observation = following


def run_episode(env: gymnasium.Env[Any, Any], actor: Actor, task: str, seed: int) -> EpisodeResult:
    """Play one episode to its end.

    What an agent raises makes the episode a failure, unless it is a `WebagentError`: then the run cannot go on.

    Raises:
        UsageError: the agent's ``usage`` is no dictionary of numbers.
    """
    began = time.perf_counter()
    made: list[Transition] = []
    failure = ""
    try:
        for step in play(env, actor, seed):
            made.append(step)  # one by one: what came before a failure is kept
    except (WebagentError, BrowserError):
        raise
    except Exception as error:
        failure = f"{type(error).__name__}: {error}"
    spent = (time.perf_counter() - began) * 1e3
    policy_ms, env_ms = sum(step.policy_ms for step in made), sum(step.env_ms for step in made)
    info = made[-1].info if made else {}
    success = not failure and bool(info["is_success"])
    return EpisodeResult(
        task=task,
        seed=seed,
        command=made[0].observation.instruction if made else "",
        success=success,
        raw_reward=float(info["raw_reward"]) if made and not failure else 0.0,
        steps=len(made),
        policy_ms=round(policy_ms, 3),
        env_ms=round(env_ms, 3),
        reset_ms=round(spent - policy_ms - env_ms, 3),
        cause="" if success else AGENT_FAILED if failure else _cause(env, made),
        error=failure or str(info.get("action_error") or ""),
        trace=tuple(map(_trace, made)),
        usage=_used(actor),
    )


def _used(actor: Actor) -> dict[str, float]:
    usage = getattr(actor, "usage", {})
    try:
        found = {str(name): float(amount) for name, amount in usage.items()}
    except (AttributeError, TypeError, ValueError):
        found = {"": math.nan}
    if not all(map(math.isfinite, found.values())):
        raise UsageError(f"the agent's `usage` is {usage!r}; let it be a dictionary of numbers, or leave it out")
    return found


def _cause(env: gymnasium.Env[Any, Any], made: list[Transition]) -> str:
    """Why an episode that its agent played to the end was no success."""
    last = made[-1]
    if 0 < last.info["raw_reward"] < 1:
        return "only partly right"
    if isinstance(last.action, Stop):
        return "the agent stopped too early"
    if last.terminated:
        return "something wrong was done"
    if getattr(env.unwrapped, "page", env) is None:
        return BROWSER_FAILED
    actions = [step.action for step in made]
    if actions.count(last.action) >= _ROUND:
        return "out of steps, going round"
    return "out of steps"


def _trace(step: Transition) -> StepTrace:
    element = step.observation.element(getattr(step.action, "ref", 0))
    return StepTrace(
        action=to_dict(step.action),
        element=f"{element.role or element.tag} {element.label}"[:60] if element else "",
        policy_ms=round(step.policy_ms, 3),
        env_ms=round(step.env_ms, 3),
        error=str(step.info.get("action_error") or ""),
    )
