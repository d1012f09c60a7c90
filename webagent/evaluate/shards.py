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
    SLURM_ARRAY_TASK_MIN and, for ``auto`` alone, SLURM_ARRAY_TASK_COUNT).

    Raises:
        UsageError: it cannot be read, or there is no such part.
    """
    found = re.fullmatch(r"(\d+|auto)(?:/(\d+))?", text)
    count = int(environment.get("SLURM_ARRAY_TASK_COUNT", 0)) if found is None or found[2] is None else int(found[2])
    if found is None or count < 1:
        raise UsageError(f"shard {text!r} cannot be read; give 3/20, or auto/20 in a job array")
    index = _index_of(environment) if found[1] == "auto" else int(found[1]) - 1
    if not 0 <= index < count:
        raise UsageError(f"there is no part {index + 1} of {count}; parts are counted from 1")
    return Shard(index, count)


def _index_of(environment: Mapping[str, str]) -> int:
    if index := environment.get("JOB_COMPLETION_INDEX"):
        return int(index)
    if index := environment.get("SLURM_ARRAY_TASK_ID"):
        return int(index) - int(environment.get("SLURM_ARRAY_TASK_MIN", 0))
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
