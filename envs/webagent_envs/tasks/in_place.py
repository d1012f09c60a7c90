"""How a task can begin an episode in the document of the last one, where that is proved to make no difference."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple

__all__ = ["IN_PLACE", "Finding", "Way", "findings", "way_of"]

Way = Literal["restore", "rebuild", "rerun", "load"]
"""``restore``: everything is put back as it was when the page had just been loaded; ``rebuild``: the page clears up
after itself, as it does in MiniWoB++'s own package, and only score keeping and time are put back; ``rerun``: everything
is put back as it was before the page's scripts ran, and they are run again; ``load``: the page must be loaded anew."""
IN_PLACE: tuple[Way, ...] = ("restore", "rebuild", "rerun")


class Finding(NamedTuple):
    """What `webagent_envs.proof` found: the way, and for ``load`` why no other one will do."""

    way: Way
    reason: str = ""


@lru_cache(maxsize=1)
def findings() -> dict[str, dict[str, Finding]]:
    """By kind of input (``"trusted"``, ``"dom"``), then by task."""
    table = json.loads(files("webagent_envs").joinpath("tasks", "in_place.json").read_text())
    return {input: {task: Finding(*found) for task, found in tasks.items()} for input, tasks in table.items()}


def way_of(task: str, input: str) -> Way:
    """How this task begins its episodes; a task that was never tried is loaded."""
    found = findings()[input].get(task)
    return found.way if found else "load"
