"""Playing on a Ray cluster: an actor for each worker, with a browser of its own; no scheduler of ours.

A job (an episode, a visit of practice) whose actor or node dies, or that takes too long, is given to another actor. The
results travel to the driver, which writes them, so the machines need no file system in common.
"""

from __future__ import annotations

import socket
import time
import urllib.parse
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, Protocol, TypeVar

from webagent.errors import UsageError, WebagentError

__all__ = ["run_on_ray"]

_LOOK = 1.0  # seconds between two looks at what takes too long
_TRIES = 3


class Job(Protocol):
    """Something to play."""

    @property
    def name(self) -> str:
        """What it is called in messages."""
        ...


J = TypeVar("J", bound=Job)
R = TypeVar("R")
JobIn = TypeVar("JobIn", contravariant=True)
ResultOut = TypeVar("ResultOut", covariant=True)


class Plays(Protocol[JobIn, ResultOut]):
    """What an actor is made of."""

    def play(self, job: JobIn, /) -> ResultOut:
        """Do one job."""
        ...


def run_on_ray(
    jobs: Sequence[J],
    worker: Callable[..., Plays[J, R]],
    args: tuple[Any, ...],
    workers: int,
    *,
    address: str = "auto",
    deadline: float = 600.0,
) -> Iterator[R]:
    """Have jobs done on a cluster, in no particular order.

    Args:
        jobs: which.
        worker: the class of which each actor is one.
        args: what it is made with.
        workers: actors, each with one CPU; those for which the cluster has no CPU yet wait for one.
        address: of the cluster; "auto": the one that this machine belongs to.
        deadline: seconds for a job, after which its actor is killed.

    Raises:
        UsageError: Ray is not installed, or there is no cluster.
        WebagentError: a job failed with several actors, or could not be done.
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
    crew = _Crew[J, R](ray, worker, args, deadline)
    try:
        yield from crew.play(jobs, workers)
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


class _Crew(Generic[J, R]):
    """The actors, and what each of them plays.

    Args:
        ray: the module, which may not be there.
        worker: the class of which each actor is one.
        args: what it is made with.
        deadline: seconds for a job.
    """

    def __init__(self, ray: Any, worker: Callable[..., Plays[J, R]], args: tuple[Any, ...], deadline: float) -> None:
        self._ray, self._args, self._deadline = ray, args, deadline
        self._kind = ray.remote(num_cpus=1, max_restarts=0)(worker)
        self._busy: dict[Any, tuple[Any, J | None, float]] = {}  # by future; no job: the actor starts
        self._waiting: deque[J] = deque()
        self._failed: Counter[str] = Counter()  # by name of the job

    def play(self, jobs: Sequence[J], workers: int) -> Iterator[R]:
        """Every job's result, as it comes."""
        self._waiting.extend(jobs)
        for _ in range(min(workers, len(jobs))):
            self._hire()
        while self._busy:
            ready, _ = self._ray.wait(list(self._busy), num_returns=1, timeout=_LOOK)
            for future in ready:
                actor, job, _ = self._busy.pop(future)
                try:
                    result = self._ray.get(future)
                except self._ray.exceptions.RayTaskError as error:
                    raise WebagentError(f"{_name(job)}: {error.cause}") from None
                except self._ray.exceptions.RayError as error:
                    self._lost(actor, job, f"its actor was lost ({str(error).strip() or type(error).__name__})")
                    continue
                self._begin(actor)
                if job is not None:
                    yield result
            self._end_what_takes_too_long()

    def dismiss(self) -> None:
        """End every actor that is left; its browser ends with it."""
        for actor, _, _ in self._busy.values():
            self._ray.kill(actor)

    def _hire(self) -> None:
        """Start an actor; it has all the time it needs, for the cluster may have to grow first."""
        actor = self._kind.remote(*self._args)
        self._busy[actor.__ray_ready__.remote()] = actor, None, time.monotonic()

    def _begin(self, actor: Any) -> None:
        """Give an actor the next job; without one it is let go."""
        if self._waiting:
            job = self._waiting.popleft()
            self._busy[actor.play.remote(job)] = actor, job, time.monotonic()
        else:
            self._ray.kill(actor)

    def _lost(self, actor: Any, job: J | None, why: str) -> None:
        """An actor is replaced, and what it played is played again.

        Raises:
            WebagentError: this has happened too often.
        """
        self._ray.kill(actor)
        name = _name(job)
        self._failed[name] += 1
        if self._failed[name] >= _TRIES:
            raise WebagentError(f"{name} failed {_TRIES} times: {why}. Run the same again: it goes on there")
        if job is not None:
            self._waiting.appendleft(job)
        if self._waiting:
            self._hire()

    def _end_what_takes_too_long(self) -> None:
        late = time.monotonic() - self._deadline
        for future, (actor, job, began) in list(self._busy.items()):
            if job is not None and began < late:
                del self._busy[future]
                self._lost(actor, job, f"it took more than {self._deadline:g} s")


def _name(job: Job | None) -> str:
    return "an actor's start" if job is None else job.name
