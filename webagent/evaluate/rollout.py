"""The one run loop: for evaluation, for collecting, and for the demo."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import gymnasium

from webagent.policy.agents import Actor
from webagent_envs.spaces import Action, Observation

__all__ = ["EpisodeResult", "Transition", "episode_seed", "play", "run_episode"]


class Transition(NamedTuple):
    """One step of an episode.

    Attributes:
        observation: what was seen before acting.
        action: what was done.
        reward: what came of it.
        done: terminated or truncated.
        info: of the environment, after the action.
        policy_ms: milliseconds spent choosing.
        env_ms: milliseconds spent acting and observing.
    """

    observation: Observation
    action: Action
    reward: float
    done: bool
    info: dict[str, Any]
    policy_ms: float
    env_ms: float


class EpisodeResult(NamedTuple):
    """What became of one episode; success is strict: raw reward == 1."""

    task: str
    seed: int
    success: bool
    raw_reward: float
    steps: int
    policy_ms: float
    env_ms: float
    reset_ms: float
    error: str


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
        action = actor.act(observation)
        chosen = time.perf_counter()
        following, reward, terminated, truncated, info = env.step(action)
        acted = time.perf_counter()
        done = terminated or truncated
        yield Transition(observation, action, float(reward), done, info, (chosen - began) * 1e3, (acted - chosen) * 1e3)
        observation = following


def run_episode(env: gymnasium.Env[Any, Any], actor: Actor, task: str, seed: int) -> EpisodeResult:
    """Play one episode to its end."""
    began = time.perf_counter()
    transitions = list(play(env, actor, seed))
    spent = (time.perf_counter() - began) * 1e3
    policy_ms = sum(transition.policy_ms for transition in transitions)
    env_ms = sum(transition.env_ms for transition in transitions)
    info = transitions[-1].info
    return EpisodeResult(
        task=task,
        seed=seed,
        success=bool(info["is_success"]),
        raw_reward=float(info["raw_reward"]),
        steps=len(transitions),
        policy_ms=policy_ms,
        env_ms=env_ms,
        reset_ms=spent - policy_ms - env_ms,
        error=str(info.get("action_error") or ""),
    )
