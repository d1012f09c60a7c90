"""Reads from a task's own page which raw rewards it pays, whether they fall with time, and what is held out."""

import re
from typing import NamedTuple

from webagent_envs.tasks import Task

NUMBER = r"-?(?:\d+\.?\d*|\.\d+)"
END = re.compile(r"core\.endEpisode\(\s*((?:[^,;()]|\([^()]*\))+)(?:,\s*([^,;)]+))?")
EITHER = re.compile(rf".*\?\s*({NUMBER})\s*:\s*({NUMBER})", re.DOTALL)


class Rewards(NamedTuple):
    """What a page pays.

    Attributes:
        fixed: the numbers that its source names.
        computed: others too, by a calculation of the page: a share, a distance, a sum.
        decays: a good one falls with time (``reward="miniwob"``).
    """

    fixed: frozenset[float]
    computed: bool
    decays: bool

    def __str__(self) -> str:
        numbers = [f"{number:g}" for number in sorted(self.fixed, reverse=True)]
        return ", ".join(numbers + ["computed"] * self.computed) or "none"


def source(task: Task) -> str:
    """The scripts that belong to a task alone, without comments."""
    files = [task.path]
    if task.is_flight:
        files.append(task.path.parents[1] / "flight-common" / "wrapper.js")
    return re.sub(r"^\s*//.*$", "", "\n".join(file.read_text(errors="replace") for file in files), flags=re.MULTILINE)


def rewards_of(task: Task) -> Rewards:
    """What the page of a task pays."""
    text = source(task)
    fixed: set[float] = set()
    computed = decays = False
    for end in END.finditer(text):
        known = _values(end[1].strip(), text[: end.start()])
        fixed |= known or set()
        computed |= known is None
        decays |= (end[2] or "").strip() not in ("", "false", "time_proportional")
    return Rewards(frozenset(fixed), computed, decays)


def _values(paid: str, before: str) -> set[float] | None:
    """All that an expression, or a variable set in the text before, can be; ``None`` when it is computed."""
    if re.fullmatch(NUMBER, paid):
        return {float(paid)}
    if either := EITHER.fullmatch(paid):
        return {float(either[1]), float(either[2])}
    declared = before.rfind(f"var {paid} =")
    if declared < 0:
        return None
    given = re.findall(rf"\b{paid}\s*([-+*/]?=)(?!=)\s*([^;\n]+)", before[declared:])
    values = [_values(value.strip(), "") if sign == "=" else None for sign, value in given]
    return None if None in values else {number for value in values if value for number in value}


def has_held_out(task: Task) -> bool:
    """Whether ``data_mode="test"`` gives other tasks than ``"train"``."""
    if task.is_flight:
        return any(task.path.parent.glob("dataset*.js"))
    return "WOB_DATA_MODE ==" in source(task)
