"""What was made of datasets, kept beside them: to make examples takes many minutes, to read them seconds.

A folder ``prepared`` holds a file for each shard, named by what the shard holds and by the code that makes examples.
When either changes, another file is made, and the old one is deleted. A file appears only when it is complete, so any
number of processes may read and write at once; at worst two do the same work.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from webagent.processes import begin_worker

__all__ = ["Make", "prepared"]

Make = Callable[[Path, str], bytes]
"""What is to be kept of a shard: of the dataset folder, by the name of the shard."""

_WORTHWHILE = 2**20  # bytes of shards for which a second process is begun


def prepared(folder: Path, make: Make, rank: int = 0, shares: int = 1) -> Iterator[bytes]:
    """What is kept of each shard of a dataset, in their order; what is missing is made.

    Args:
        folder: the dataset.
        make: how.
        rank: number of this process among those that read the dataset now: each begins elsewhere.
        shares: how many there are.
    """
    shards = {shard.name: _place(folder, shard) for shard in sorted((folder / "data").glob("*.parquet"))}
    missing = [name for name, place in shards.items() if not place.exists()]
    first = rank * len(missing) // shares
    helper = _helper(folder, make, missing) if shares == 1 else None
    _fill(folder, make, [*missing[first:], *missing[:first]] if shares > 1 else [])
    for name, place in shards.items():
        try:
            content = place.read_bytes()
        except OSError:
            content = make(folder, name)
            _keep(place, content)
        yield content
    if helper is not None:
        helper.join()
    _tidy(folder, {place.name for place in shards.values()})


def _helper(folder: Path, make: Make, missing: Sequence[str]) -> BaseProcess | None:
    """A process that makes what is missing from the other end, if that is much and there is a core for it."""
    much = sum((folder / "data" / name).stat().st_size for name in missing) > _WORTHWHILE
    if len(missing) < 2 or not much or (os.cpu_count() or 1) < 2 or not os.access(folder, os.W_OK):
        return None
    process = get_context("spawn").Process(target=_help, args=(folder, make, list(reversed(missing))), daemon=True)
    process.start()
    return process


def _help(folder: Path, make: Make, names: Sequence[str]) -> None:
    begin_worker()
    _fill(folder, make, names)


def _fill(folder: Path, make: Make, names: Sequence[str]) -> None:
    """Make what is missing by now; not where nothing can be kept."""
    for name in names:
        place = _place(folder, folder / "data" / name)
        if not place.exists() and not _keep(place, make(folder, name)):
            return


def _keep(place: Path, content: bytes) -> bool:
    """Write a file at once or not at all; whether that went well. A dataset that cannot be written to is no error."""
    with suppress(OSError):
        place.parent.mkdir(exist_ok=True)
        partial = place.with_suffix(f".{os.getpid()}.partial")
        partial.write_bytes(content)
        partial.replace(place)
        return True
    return False


def _tidy(folder: Path, kept: set[str]) -> None:
    """Delete what was made of other shards or by other code."""
    for file in (folder / "prepared").glob("*.zst"):
        if file.name not in kept:
            with suppress(OSError):
                file.unlink()


def _place(folder: Path, shard: Path) -> Path:
    digest = sha256(_code())
    digest.update(shard.read_bytes())
    return folder / "prepared" / f"{shard.stem}-{digest.hexdigest()[:20]}.zst"


@cache
def _code() -> bytes:
    """Digest of all code that decides what an example is, and of some that does not."""
    digest = sha256()
    for package in ("webagent.policy", "webagent.data", "webagent_envs"):
        _add(digest.update, files(package), ("roles.json",))
    for name in ("examples.py", "labels.py", "packing.py"):
        digest.update((files("webagent.learn") / name).read_bytes())
    return digest.digest()


def _add(update: Callable[[bytes], None], package: Traversable, more: Sequence[str]) -> None:
    for file in sorted(package.iterdir(), key=lambda file: file.name):
        if file.is_file() and (file.name.endswith(".py") or file.name in more):
            update(file.name.encode() + b"\0" + file.read_bytes())
