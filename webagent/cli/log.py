"""`webagent log`: what was done, for the person it was done for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from webagent.cli.output import Verb, json_option, print_json, say

if TYPE_CHECKING:
    from webagent.live.diary import Entry

__all__ = ["log"]


@click.command(cls=Verb, examples=["webagent log", "webagent log --last 200 --json"])
@click.option("--last", type=click.IntRange(min=1), default=50, show_default=True, help="So many lines.")
@json_option
def log(last: int, as_json: bool) -> int:
    """Show what was done in your browsers, oldest first, with typed secrets masked."""
    from webagent.home import home
    from webagent.live.diary import plain, read_diary

    entries = list(read_diary(home()))[-last:]
    if as_json:
        print_json({"folder": str(home() / "log"), "entries": [plain(entry) for entry in entries]})
    elif not entries:
        say(f"Nothing was done yet: {home() / 'log'} is empty. Begin with `webagent do` or `webagent chat`.")
    else:
        for entry in entries:
            click.echo(_line(entry))
    return 0


def _line(entry: Entry) -> str:
    """One line for a person."""
    when = entry.time[:19].replace("T", " ")
    if entry.kind == "end":
        return f"{when}  “{entry.words}”: {entry.outcome}, {entry.why}"
    asked = f"; asked, as it {entry.why}" if entry.why else ""
    wrong = f"; {entry.outcome}" if entry.outcome else ""
    return f"{when}    {entry.words} ({entry.url}{asked}{wrong})"
