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


def own_memory_of(pid: int, *, files: bool = True) -> int:
    """Bytes that a process alone takes; 0 where the system does not tell.

    Args:
        pid: the process.
        files: count what it has of files, such as its program; how much that is depends on who else uses them.
    """
    with contextlib.suppress(OSError):
        rollup = (PROCESSES / str(pid) / "smaps_rollup").read_text()
        found = {name: int(size) * 1024 for name, size in re.findall(r"^(Pss\w*):\s+(\d+) kB", rollup, re.MULTILINE)}
        return found.get("Pss", 0) - (0 if files else found.get("Pss_File", 0))
    return 0
