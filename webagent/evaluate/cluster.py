"""Playing episodes on a Ray cluster: an actor for each worker, with a browser of its own; no scheduler of ours.

An episode whose actor or node dies, or that takes too long, is given to another actor. The results travel to the
driver, which writes them, so the machines need no file system in common.
"""

from __future__ import annotations

import socket
import time
import urllib.parse
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from typing import Any

from webagent.errors import UsageError, WebagentError
from webagent.evaluate.rollout import EpisodeResult
from webagent.evaluate.run import Plan, Worker
from webagent.evaluate.suites import Episode

__all__ = ["run_on_ray"]

_LOOK = 1.0  # seconds between two looks at what takes too long
_TRIES = 3


def run_on_ray(
    episodes: Sequence[Episode], plan: Plan, workers: int, *, address: str = "auto", deadline: float = 600.0
) -> Iterator[EpisodeResult]:
    """Play episodes on a cluster, in no particular order.

    Args:
        episodes: which.
        plan: who plays, and how.
        workers: actors, each with one CPU; those for which the cluster has no CPU yet wait for one.
        address: of the cluster; "auto": the one that this machine belongs to.
        deadline: seconds for an episode, after which its actor is killed.

    Raises:
        UsageError: Ray is not installed, or there is no cluster.
        WebagentError: an episode failed with several actors, or the agent cannot go on.
    """
    try:
        import ray
    except ImportError:
        raise UsageError("Ray is not installed: python -m pip install 'webagent[ray]'") from None
    ours = not ray.is_initialized()
    if ours:
        try:
            _check_reachable(address)
            ray.init(address=address, log_to_driver=False)
        except (OSError, ValueError) as error:
            raise UsageError(f"no Ray cluster at {address!r} ({error}); start one with `ray start --head`") from None
    crew = _Crew(ray, plan, deadline)
    try:
        yield from crew.play(episodes, workers)
    finally:
        crew.dismiss()
        if ours:
            ray.shutdown()


def _check_reachable(address: str) -> None:
    """Ray itself would try for minutes.

    Raises:
        OSError: nobody is there.
        ValueError: that is no address.
    """
    if address != "auto":
        place = urllib.parse.urlsplit(address if "://" in address else f"ray://{address}")
        socket.create_connection((place.hostname or "", place.port or 6379), timeout=10).close()


class _Crew:
    """The actors, and what each of them plays.

    Args:
        ray: the module, which may not be there.
        plan: who plays, and how.
        deadline: seconds for an episode.
    """

    def __init__(self, ray: Any, plan: Plan, deadline: float) -> None:
        self._ray, self._plan, self._deadline = ray, plan, deadline
        self._kind = ray.remote(num_cpus=1, max_restarts=0)(Worker)
        self._busy: dict[Any, tuple[Any, Episode | None, float]] = {}  # by future; no episode: the actor starts
        self._waiting: deque[Episode] = deque()
        self._failed: Counter[Episode | None] = Counter()

    def play(self, episodes: Sequence[Episode], workers: int) -> Iterator[EpisodeResult]:
        """Every episode's result, as it comes."""
        self._waiting.extend(episodes)
        for _ in range(min(workers, len(episodes))):
            self._hire()
        while self._busy:
            ready, _ = self._ray.wait(list(self._busy), num_returns=1, timeout=_LOOK)
            for future in ready:
                actor, episode, _ = self._busy.pop(future)
                try:
                    result = self._ray.get(future)
                except self._ray.exceptions.RayTaskError as error:
                    raise WebagentError(f"{_name(episode)}: {error.cause}") from None
                except self._ray.exceptions.RayError as error:
                    self._lost(actor, episode, f"its actor was lost ({str(error).strip() or type(error).__name__})")
                    continue
                self._begin(actor)
                if episode is not None:
                    yield result
            self._end_what_takes_too_long()

    def dismiss(self) -> None:
        """End every actor that is left; its browser ends with it."""
        for actor, _, _ in self._busy.values():
            self._ray.kill(actor)

    def _hire(self) -> None:
        """Start an actor; it has all the time it needs, for the cluster may have to grow first."""
        actor = self._kind.remote(self._plan)
        self._busy[actor.__ray_ready__.remote()] = actor, None, time.monotonic()

    def _begin(self, actor: Any) -> None:
        """Give an actor the next episode; without one it is let go."""
        if self._waiting:
            episode = self._waiting.popleft()
            self._busy[actor.play.remote(episode)] = actor, episode, time.monotonic()
        else:
            self._ray.kill(actor)

    def _lost(self, actor: Any, episode: Episode | None, why: str) -> None:
        """An actor is replaced, and what it played is played again.

        Raises:
            WebagentError: this has happened too often.
        """
        self._ray.kill(actor)
        self._failed[episode] += 1
        if self._failed[episode] >= _TRIES:
            raise WebagentError(f"{_name(episode)} failed {_TRIES} times: {why}. Run the same again: it goes on there")
        if episode is not None:
            self._waiting.appendleft(episode)
        if self._waiting:
            self._hire()

    def _end_what_takes_too_long(self) -> None:
        late = time.monotonic() - self._deadline
        for future, (actor, episode, began) in list(self._busy.items()):
            if episode is not None and began < late:
                del self._busy[future]
                self._lost(actor, episode, f"it took more than {self._deadline:g} s, see --deadline")


def _name(episode: Episode | None) -> str:
    return "an actor's start" if episode is None else f"{episode.task}, seed {episode.seed},"
