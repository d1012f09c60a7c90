"""How commands speak: results on stdout, talk and progress on stderr."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import click

__all__ = ["Progress", "Verb", "json_option", "print_json", "progress_bar", "say"]

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout, nothing else.")


class Verb(click.Command):
    """A command whose help ends with examples."""

    def __init__(self, *arguments: Any, examples: Sequence[str] = (), **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.examples = tuple(examples)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples as they are, unwrapped."""
        with formatter.section("Examples"):
            for example in self.examples:
                formatter.write(f"  {example}\n")


def say(message: str) -> None:
    """Print talk, which is no result, on stderr."""
    click.echo(message, err=True)


def print_json(result: dict[str, Any]) -> None:
    """Print the one JSON object that is the result."""
    click.echo(json.dumps(result, ensure_ascii=False, allow_nan=False))


Progress: TypeAlias = Callable[..., None]
"""Called as (done, total) or (done, total, note), a note being text or numbers by name."""


_EVERY = 60.0  # seconds between two lines of progress in a log
_PERIOD = 1800.0  # seconds; an episode may take minutes, and the time left is known from two of them on


@contextmanager
def progress_bar(title: str) -> Iterator[Progress]:
    """A bar on stderr when that is a terminal, else a line a minute, for the logs of containers and clusters."""
    if not sys.stderr.isatty():
        yield _line_a_minute(title)
        return
    import rich.progress
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with rich.progress.Progress(
        *columns,
        TextColumn("{task.fields[note]}"),
        console=Console(stderr=True),
        transient=True,
        speed_estimate_period=_PERIOD,
    ) as bar:
        task = bar.add_task(title, total=None, note="")

        def show(done: int, total: int | None, note: str | dict[str, float] = "") -> None:
            bar.update(task, completed=done, total=total, note=_words(note))

        yield show


def _line_a_minute(title: str) -> Progress:
    began = said = time.monotonic()
    before: int | None = None  # done when it began, by an earlier run

    def show(done: int, total: int | None, note: str | dict[str, float] = "") -> None:
        nonlocal before, said
        before, now = done if before is None else before, time.monotonic()
        if now - said < _EVERY:
            return
        said = now
        rate = (done - before) / (now - began)
        left = f", about {(total - done) / rate / 60:.0f} min left" if total and rate else ""
        say(f"{title}: {done}{f' of {total}' if total else ''}{left}  {_words(note)}".rstrip())

    return show


def _words(note: str | dict[str, float]) -> str:
    return note if isinstance(note, str) else "  ".join(f"{name} {value:.3g}" for name, value in note.items())
