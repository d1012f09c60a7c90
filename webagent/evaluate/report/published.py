"""Published numbers, to show beside ours; by other protocols, which each source says."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

import msgspec

__all__ = ["Method", "cells", "methods"]


class Method(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A published method.

    Attributes:
        key: short name.
        name: as it is shown.
        parameters: how many, as it is shown.
        means: success in [0, 1] by suite.
        source: where the numbers stand, and by what protocol they were made.
    """

    key: str
    name: str
    parameters: str
    means: dict[str, float]
    source: str


@cache
def methods() -> tuple[Method, ...]:
    """Every method, people first."""
    raw = (files("webagent.evaluate.report") / "methods.json").read_bytes()
    return msgspec.json.decode(raw, type=tuple[Method, ...])


@cache
def cells() -> dict[str, dict[str, tuple[float, str]]]:
    """For each task, by method: success in [0, 1], and how it is known.

    "read" in the source, "counted" from recordings, read off a "chart", or "recalled": written down from memory of the
    table, and checked by the column's mean only.
    """
    text = (files("webagent.evaluate.report") / "published.csv").read_text()
    found: dict[str, dict[str, tuple[float, str]]] = {}
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["task"], {})[row["method"]] = float(row["success"]), row["how"]
    return found
