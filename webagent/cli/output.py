"""How commands speak: results on stdout, talk on stderr, progress as a bar on a terminal and as lines in a log."""

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
Note: TypeAlias = "str | dict[str, float]"

_A_LINE_EVERY = 60.0  # seconds


@contextmanager
def progress_bar(title: str) -> Iterator[Progress]:
    """A bar on stderr when that is a terminal, else a line every minute."""
    if not sys.stderr.isatty():
        yield _Lines(title)
        return
    import rich.progress
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with rich.progress.Progress(
        *columns, TextColumn("{task.fields[note]}"), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task(title, total=None, note="")

        def show(done: int, total: int | None, note: Note = "") -> None:
            bar.update(task, completed=done, total=total, note=_plain(note))

        yield show


class _Lines:
    """Progress for a log: nothing of what takes less than a minute."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._started = self._told = time.monotonic()

    def __call__(self, done: int, total: int | None, note: Note = "") -> None:
        now = time.monotonic()
        if now - self._told < _A_LINE_EVERY:
            return
        self._told = now
        left = f", {(now - self._started) * (total - done) / done / 60:.0f} min left" if total and done else ""
        say(f"{self._title}: {done}/{total or '?'}{left}  {_plain(note)}".rstrip())


def _plain(note: Note) -> str:
    return note if isinstance(note, str) else "  ".join(f"{name} {value:.3g}" for name, value in note.items())
