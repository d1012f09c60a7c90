"""Which tasks can begin an episode in the document of the last one: those of which it is proved to be the same."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files

__all__ = ["in_place_tasks", "reasons"]


@lru_cache(maxsize=1)
def reasons() -> dict[str, dict[str, str]]:
    """Of each kind of input, by task: ``""`` when it can, else what is left over, as `proof` found it."""
    found: dict[str, dict[str, str]] = json.loads(files("webagent_envs").joinpath("tasks", "in_place.json").read_text())
    return found


@lru_cache(maxsize=2)
def in_place_tasks(input: str) -> frozenset[str]:
    """The tasks that can, with this kind of input (``"trusted"`` or ``"dom"``)."""
    return frozenset(task for task, reason in reasons()[input].items() if not reason)
