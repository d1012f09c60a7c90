"""How much memory a process and all that it started take."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

__all__ = ["memory_of"]

PROCESSES = Path("/proc")


def memory_of(pid: int, *, itself: bool = True) -> int | None:
    """Bytes (PSS: a shared page is divided by the number of its users); ``None`` where the system does not tell.

    Args:
        pid: the process.
        itself: count it too, not only those below it.
    """
    if not PROCESSES.is_dir():
        return None
    children: dict[int, list[int]] = {}
    for folder in PROCESSES.iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
                children.setdefault(parent, []).append(int(folder.name))
    family = [pid]
    for member in family:
        family.extend(children.get(member, []))
    return sum(map(_own, family if itself else family[1:]))


def _own(pid: int) -> int:
    with contextlib.suppress(OSError):
        found = re.search(r"^Pss:\s+(\d+) kB", (PROCESSES / str(pid) / "smaps_rollup").read_text(), re.MULTILINE)
        return int(found[1]) * 1024 if found else 0
    return 0
