"""Playing many episodes: in this process, in several, or (see `cluster`) on several machines.

An episode's result depends on the episode, the agent and the conditions only, so it does not matter who plays it.
"""

from __future__ import annotations

import multiprocessing
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import gymnasium

from webagent.errors import UsageError, WebagentError
from webagent.evaluate.agents import load_agent
from webagent.evaluate.llm import LanguageModelConfig
from webagent.evaluate.rollout import BROWSER_FAILED, EpisodeResult, run_episode
from webagent.evaluate.suites import Conditions, Episode, make_env
from webagent.processes import begin_worker, use_one_core

__all__ = ["Plan", "Worker", "run_here"]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All that a worker has to know; it is sent to other processes.

    Attributes:
        agent: which, as `load_agent` takes it.
        hash: that it must have, also on other machines; "": any.
        llm: how a language model is asked, if it is one.
        conditions: of the environments.
    """

    agent: str | None = None
    hash: str = ""
    llm: LanguageModelConfig = field(default_factory=LanguageModelConfig)
    conditions: Conditions = field(default_factory=Conditions)


class Worker:
    """Plays one episode after another, with one agent and one browser. The last task's environment is kept open.

    Args:
        plan: who plays, and how.

    Raises:
        UsageError: the agent is another one here.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        agent = load_agent(plan.agent, plan.llm)
        if plan.hash not in ("", agent.hash):
            raise UsageError(
                f"{agent.name} is {agent.hash} on {socket.gethostname()} instead of {plan.hash}; install the same there"
            )
        self._actor = agent.actor
        use_one_core()  # now: the agent may have brought libraries of its own
        self._env: gymnasium.Env[Any, Any] | None = None
        self._task = ""

    def play(self, episode: Episode) -> EpisodeResult:
        """Play it; once more when the page or the browser failed, which may be the machine's fault."""
        result = self._play(episode)
        return self._play(episode) if result.cause == BROWSER_FAILED else result

    def close(self) -> None:
        """Close the page. Idempotent."""
        if self._env is not None:
            self._env.close()
        self._env = None

    def _play(self, episode: Episode) -> EpisodeResult:
        if self._env is None or self._task != episode.task:
            self.close()
            self._env, self._task = make_env(episode.task, self._plan.conditions), episode.task
        return run_episode(self._env, self._actor, episode.task, episode.seed)


def run_here(episodes: Sequence[Episode], plan: Plan, workers: int = 1) -> Iterator[EpisodeResult]:
    """Play episodes on this machine, in no particular order.

    Args:
        episodes: those of one task had better stand together.
        plan: who plays, and how.
        workers: processes, each with a browser; 1: no other process.

    Raises:
        WebagentError: a worker died, or the agent cannot go on.
    """
    if workers <= 1:
        with closing(Worker(plan)) as worker:
            yield from map(worker.play, episodes)
        return
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(plan,))
    try:
        for future in as_completed([pool.submit(_play, episode) for episode in episodes]):
            yield future.result()
    except BrokenProcessPool:
        raise WebagentError(
            "a worker died (out of memory?): use fewer --workers, and run the same again; what is done is kept"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


_worker: Worker  # of a worker's process


def _begin(plan: Plan) -> None:
    global _worker
    begin_worker()
    _worker = Worker(plan)


def _play(episode: Episode) -> EpisodeResult:
    return _worker.play(episode)
