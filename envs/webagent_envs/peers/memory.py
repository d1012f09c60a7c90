"""How much memory a process and all that it started take."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

__all__ = ["family_of", "memory_of", "own_memory_of"]

PROCESSES = Path("/proc")


def memory_of(pid: int, *, itself: bool = True) -> int | None:
    """Bytes (PSS: a shared page is divided by the number of its users); ``None`` where the system does not tell.

    Args:
        pid: the process.
        itself: count it too, not only those below it.
    """
    if not PROCESSES.is_dir():
        return None
    family = family_of(pid)
    return sum(map(own_memory_of, family if itself else family[1:]))


def family_of(pid: int) -> list[int]:
    """A process, and all that it started; of itself only, where the system does not tell."""
    children: dict[int, list[int]] = {}
    for folder in PROCESSES.iterdir() if PROCESSES.is_dir() else ():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
                children.setdefault(parent, []).append(int(folder.name))
    family = [pid]
    for member in family:
        family.extend(children.get(member, []))
    return family


def own_memory_of(pid: int) -> int:
    """Bytes that a process alone takes; 0 where the system does not tell."""
    with contextlib.suppress(OSError):
        found = re.search(r"^Pss:\s+(\d+) kB", (PROCESSES / str(pid) / "smaps_rollup").read_text(), re.MULTILINE)
        return int(found[1]) * 1024 if found else 0
    return 0
