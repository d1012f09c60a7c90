"""Several processes that train one network: each takes gradients of its own batches, and all use their mean.

One process with several threads waits most of its time where the cores are busy with other things as well; processes
that meet once an update do not.
"""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import distributed, nn

from webagent.processes import begin_worker

__all__ = ["gathered", "mean_gradients", "run_together"]

Own = TypeVar("Own")
Result = TypeVar("Result")


def run_together(work: Callable[[int], Result], workers: int) -> Result:
    """Call ``work(rank)`` in ``workers`` processes at once; rank 0 is this process, and its result is given.

    The others are forked, so that what was read into memory is there in all of them.

    Raises:
        RuntimeError: another process failed.
    """
    if workers == 1:
        return work(0)
    with tempfile.TemporaryDirectory() as folder:
        meeting = (Path(folder) / "meeting").as_uri()
        context = multiprocessing.get_context("fork")
        others = [
            context.Process(target=_join, args=(work, meeting, rank, workers), daemon=True)
            for rank in range(1, workers)
        ]
        for other in others:
            other.start()
        result = _join(work, meeting, 0, workers)
        for other in others:
            other.join()
        return result


def _join(work: Callable[[int], Result], meeting: str, rank: int, workers: int) -> Result:
    if rank:
        begin_worker()
    torch.set_num_threads(1)
    distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=workers)
    try:
        return work(rank)
    finally:
        distributed.destroy_process_group()


def gathered(own: Own) -> list[Own]:
    """What each of the processes has, in their order."""
    if not distributed.is_initialized():
        return [own]
    found: list[Any] = [None] * distributed.get_world_size()
    distributed.all_gather_object(found, own)
    return found


def mean_gradients(network: nn.Module) -> None:
    """Replace each gradient by its mean over all processes; where there is one process, leave it."""
    if not distributed.is_initialized():
        return
    parameters = list(network.parameters())
    flat = torch.cat([p.new_zeros(p.numel()) if p.grad is None else p.grad.flatten() for p in parameters])
    distributed.all_reduce(flat)
    flat /= distributed.get_world_size()
    for parameter, part in zip(parameters, torch.split(flat, [p.numel() for p in parameters]), strict=True):
        parameter.grad = part.view_as(parameter)
