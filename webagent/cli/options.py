"""Command-line options made from the fields of a configuration."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, get_type_hints

import click

__all__ = ["options_of"]

_PATH = click.Path(path_type=Path)
_TYPES: dict[Any, dict[str, Any]] = {
    bool: {},
    float: {"type": float},
    int: {"type": int},
    str: {"type": str},
    Literal["trusted", "dom"]: {"type": click.Choice(["trusted", "dom"])},
    Path: {"type": _PATH, "metavar": "DIR"},
    Path | None: {"type": _PATH, "metavar": "DIR"},
    tuple[Path, ...]: {"type": _PATH, "metavar": "DIR", "multiple": True},
}
"""How each type of field is read from the command line."""


def options_of(config: type[Any]) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """A decorator that adds an option for each field of a configuration."""

    def decorate(function: Callable[..., int]) -> Callable[..., int]:
        hints = get_type_hints(config)
        for field in reversed(dataclasses.fields(config)):
            function = _option(field, hints[field.name])(function)
        return function

    return decorate


def _option(field: dataclasses.Field[Any], hint: Any) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """The option for one field; one without a default must be given."""
    flag = f"--{field.name.replace('_', '-')}"
    given = field.default is not dataclasses.MISSING
    default: dict[str, Any] = {"default": field.default, "show_default": True} if given else {"required": True}
    name = f"{flag}/--no-{flag[2:]}" if hint is bool else flag
    text = field.metadata["help"]
    return click.option(name, field.name, help=f"{text[0].upper()}{text[1:]}.", **default, **_TYPES[hint])
