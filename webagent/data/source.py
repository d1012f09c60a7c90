"""Where recordings come from: an archive, a folder, or the public repository."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from webagent.errors import DataError

__all__ = ["open_source", "recordings", "unpack"]

_SUFFIXES = (".json", ".json.gz")
_LONGEST_LINK = 400
"""Bytes: where symbolic links are not supported, git writes their target into a small file."""


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
        unpack(source, unpacked)
        (unpacked / ".complete").touch()
    yield unpacked


def unpack(archive: Path, folder: Path) -> None:
    """Unpack the recordings in an archive; links are left out, for what they point to is there as well.

    Raises:
        DataError: it is no archive, or cut short.
    """
    try:
        with tarfile.open(archive, "r|*") as tar:
            for member in tar:
                if member.isfile() and member.name.endswith(_SUFFIXES):
                    tar.extract(member, folder, filter="data")
    except (tarfile.TarError, EOFError, OSError) as error:
        raise DataError(f"{archive} cannot be unpacked ({error}): it may be cut short; download it again") from None


def recordings(root: Path, tasks: Sequence[str] | None = None) -> list[str]:
    """Paths of all recordings below a folder, relative to it and sorted; links to other recordings are left out.

    Args:
        root: the folder.
        tasks: only the recordings of these tasks (the names of their folders).
    """
    wanted = None if tasks is None else set(tasks)
    found = []
    for path in root.rglob("*.json*"):
        name = path.relative_to(root)
        if not path.name.endswith(_SUFFIXES) or ".git" in name.parts or path.is_symlink():
            continue
        if (wanted is None or path.parent.name in wanted) and path.is_file() and not _is_link_text(path):
            found.append(name)
    return [name.as_posix() for name in sorted(found, key=lambda name: name.parts)]


def _is_link_text(path: Path) -> bool:
    if path.stat().st_size > _LONGEST_LINK:
        return False
    text = path.read_bytes()
    if text.startswith(b"\x1f\x8b") or not text.endswith(tuple(suffix.encode() for suffix in _SUFFIXES)):
        return False
    return (path.parent / text.decode("utf-8", "replace")).exists()
