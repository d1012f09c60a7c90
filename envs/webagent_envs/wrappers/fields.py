"""The ``fields`` of Farama's observations: the parts of a command that stand for something, by name.

They are what MiniWoB++'s own package tells an agent beside the command; nothing but `FaramaEnv` uses them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

__all__ = ["Fields", "field_lookup", "fields_of"]

Fields = list[tuple[str, str]]
"""Key and value, in the order in which MiniWoB++'s own package gives them."""

SIZES = ("large", "small")
COLORS = ("red", "green", "blue", "aqua", "black", "magenta", "yellow")
SHAPES = ("shape", "digit", "letter", "item")
PLACE = re.compile(r"\{([^:}]+)(?::(\w+))?\}")
# how much of the command a place takes, where it is not anything at all
TAKES = {"number": r"0*(\d*)", "ordinal": r"(\d*).."}


def _shape(key: str, value: str) -> Fields:
    found: dict[str, str] = {}
    for word in value.split():
        kind = "size" if word in SIZES else "color" if word in COLORS else "type" if word in SHAPES else key
        found[kind] = word
    return list(found.items())


def _list(key: str, value: str) -> Fields:
    items = [] if value == "nothing" else re.split(", ?", value)
    return [(f"{key} {number}", item) for number, item in enumerate(items)]


def _joined(key: str, value: str) -> Fields:
    return [(key, value.replace(" ", ""))]


def _plain(key: str, value: str) -> Fields:
    return [(key, value)]


READ: dict[str, Callable[[str, str], Fields]] = {"shape": _shape, "list": _list, "joined": _joined}
"""What becomes of the text in a place, by kind; a list and a shape make several fields."""


class Pattern(NamedTuple):
    """One way to put a command.

    Attributes:
        said: matches it; one group a place.
        places: key and kind of each.
        gives: keys in the order in which they come out, and ``key=value`` for what is always so.
    """

    said: re.Pattern[str]
    places: tuple[tuple[str, str], ...]
    gives: tuple[str, ...]

    def read(self, command: str) -> Fields | None:
        """The fields of a command that is put this way, or ``None``."""
        match = self.said.match(command)
        if match is None:
            return None
        found = {
            key: READ.get(kind, _plain)(key, value)
            for (key, kind), value in zip(self.places, match.groups(), strict=True)
        }
        fields: Fields = []
        for key in self.gives:
            name, always, value = key.partition("=")
            fields += [(name, value)] if always else found[name]
        return fields


def _pattern(text: str) -> Pattern:
    said, _, order = text.partition(" => ")
    places = tuple((key, kind or "") for key, kind in PLACE.findall(said))
    literals = PLACE.split(said)[::3]
    takes = [*(TAKES.get(kind, "(.*)") for _, kind in places), ""]
    regex = "".join(re.escape(literal) + taken for literal, taken in zip(literals, takes, strict=True))
    return Pattern(re.compile(regex), places, tuple(order.split(", ")) if order else tuple(key for key, _ in places))


@lru_cache(maxsize=1)
def _patterns() -> dict[str, tuple[Pattern, ...]]:
    table = json.loads(files("webagent_envs").joinpath("wrappers", "fields.json").read_text())
    return {task: tuple(map(_pattern, texts)) for tasks, texts in table for task in tasks}


def fields_of(task: str, command: str) -> Fields:
    """The fields of a command, as MiniWoB++'s own package would find them.

    Args:
        task: name of the task.
        command: as the page puts it; of a flight page a JSON object.

    Returns:
        nothing where the command has no such parts, or is put in a way that MiniWoB++'s own package knows not either.
    """
    if task.startswith("flight."):
        return [(str(key), str(value)) for key, value in json.loads(command).items()]
    for pattern in _patterns().get(task, ()):
        if (fields := pattern.read(command)) is not None:
            return fields
    return []


def field_lookup(fields: Fields, key: str) -> str:
    """The value of this key; ``""`` when there is none."""
    return next((value for name, value in fields if name == key), "")
