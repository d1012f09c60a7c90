"""Words that mean the same as a word, and words that say the opposite (WordNet, ``scripts/make_thesaurus.py``)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec

__all__ = ["opposites", "synonyms"]


@cache
def synonyms() -> dict[str, list[str]]:
    """Of each frequent word others that mean the same."""
    return _read("synonyms")


@cache
def opposites() -> dict[str, list[str]]:
    """Of each frequent word those that say the opposite, in any of its senses."""
    return _read("opposites")


def _read(name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = msgspec.json.decode(
        (files("webagent.policy") / "words" / f"{name}.json").read_bytes()
    )
    return found
