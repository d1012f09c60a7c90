"""Pages as they were recorded: one compressed file that holds an observation of each."""

from __future__ import annotations

import lzma
from pathlib import Path

import msgspec

from webagent.errors import DataError
from webagent_envs.spaces import Observation

__all__ = ["read_snapshots", "write_snapshots"]


def write_snapshots(path: Path, pages: dict[str, Observation]) -> None:
    """Write pages by name (``app/page``); the same pages give the same bytes."""
    ordered = {name: pages[name] for name in sorted(pages)}
    path.write_bytes(lzma.compress(msgspec.json.encode(ordered), preset=9))


def read_snapshots(path: Path) -> dict[str, Observation]:
    """The pages by name.

    Raises:
        DataError: the file is missing or damaged.
    """
    try:
        return msgspec.json.decode(lzma.decompress(path.read_bytes()), type=dict[str, Observation])
    except (OSError, lzma.LZMAError, msgspec.DecodeError) as error:
        raise DataError(
            f"{path} cannot be read ({error}): install the package again, or record the pages anew"
        ) from None
