"""Where recordings come from: an archive, a folder, or the public repository."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from webagent.errors import DataError

__all__ = ["open_source"]


@contextmanager
def open_source(source: Path, work: Path) -> Iterator[Path]:
    """The folder with the recordings; an archive is unpacked under ``work`` first.

    Raises:
        DataError: there is no such file, or it is no archive.
    """
    if source.is_dir():
        yield source
        return
    if not source.exists():
        raise DataError(f"{source}: no such file or folder; `webagent data download` fetches the demonstrations")
    unpacked = work / "unpacked"
    if not (unpacked / ".complete").exists():
        unpacked.mkdir(parents=True, exist_ok=True)
        _unpack(source, unpacked)
        (unpacked / ".complete").touch()
    yield unpacked


def _unpack(archive: Path, folder: Path) -> None:
    try:
        with tarfile.open(archive, "r|*") as tar:
            for member in tar:
                if member.isfile() and member.name.endswith((".json", ".json.gz")):
                    tar.extract(member, folder, filter="data")
    except (tarfile.TarError, EOFError, OSError) as error:
        raise DataError(f"{archive} cannot be unpacked ({error}): it may be cut short; download it again") from None
