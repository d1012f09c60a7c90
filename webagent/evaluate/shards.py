"""A part of the episodes for each machine, and putting the parts together again."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from webagent.errors import UsageError
from webagent.evaluate.store import RunFolder

__all__ = ["Shard", "merge", "parse_shard"]

Item = TypeVar("Item")


@dataclass(frozen=True)
class Shard:
    """Part ``index`` (from 0) of ``count``."""

    index: int = 0
    count: int = 1

    def part(self, items: Sequence[Item]) -> list[Item]:
        """Every count-th item, so that each part has some of every task."""
        return list(items[self.index :: self.count])


def parse_shard(text: str, environment: Mapping[str, str] = os.environ) -> Shard:
    """Read ``3/20``, counted from 1; or ``auto/20`` and ``auto``, when a scheduler says which one this is.

    Understood are Kubernetes' Indexed Jobs (JOB_COMPLETION_INDEX) and Slurm's arrays (SLURM_ARRAY_TASK_ID, with
    SLURM_ARRAY_TASK_STEP; for ``auto`` alone SLURM_ARRAY_TASK_COUNT and _MAX, too).

    Raises:
        UsageError: it cannot be read, or there is no such part.
    """
    found = re.fullmatch(r"(\d+|auto)(?:/(\d+))?", text)
    count = _tasks(environment) if found is None or found[2] is None else int(found[2])
    if found is None or count < 1:
        raise UsageError(f"shard {text!r} cannot be read; give 3/20, or auto/20 in a job array")
    index = _index_of(environment, count) if found[1] == "auto" else int(found[1]) - 1
    if not 0 <= index < count:
        raise UsageError(f"there is no part {index + 1} of {count}; parts are counted from 1")
    return Shard(index, count)


def _tasks(environment: Mapping[str, str]) -> int:
    """How many parts a whole array of Slurm makes; 0: this is none.

    Raises:
        UsageError: some of the array's tasks are left out, so that nobody would play their parts.
    """
    count = int(environment.get("SLURM_ARRAY_TASK_COUNT", 0))
    step = int(environment.get("SLURM_ARRAY_TASK_STEP", 1))
    first, last = (int(environment.get(f"SLURM_ARRAY_TASK_{end}", 0)) for end in ("MIN", "MAX"))
    if last and (last - first) // step + 1 != count:
        raise UsageError(f"this array has {count} of the tasks {first} to {last} only; say of how many parts: auto/20")
    return count


def _index_of(environment: Mapping[str, str], count: int) -> int:
    """The part, from 0. The same task of an array has the same one when only some tasks are submitted again."""
    if index := environment.get("JOB_COMPLETION_INDEX"):
        return int(index)
    if index := environment.get("SLURM_ARRAY_TASK_ID"):
        return (int(index) - 1) // int(environment.get("SLURM_ARRAY_TASK_STEP", 1)) % count
    raise UsageError(
        "which part is this? neither JOB_COMPLETION_INDEX nor SLURM_ARRAY_TASK_ID is set; give --shard 3/20"
    )


def merge(folders: Sequence[Path], out: Path) -> int:
    """Put the episodes of several folders of one run into one; how many there are then.

    Raises:
        DataError: a folder holds no run, or a damaged file.
        UsageError: they are of different runs.
    """
    target = RunFolder(out)
    for path in folders:
        source = RunFolder(path)
        target.begin(source.run)
        for result in source.results():
            target.keep(result)
    return len(target.done())
