"""`webagent replay`: do again what was recorded."""

from __future__ import annotations

from pathlib import Path

import click

from webagent.cli import options
from webagent.cli.output import Verb, json_option, print_json, say

__all__ = ["replay"]


@click.command(
    cls=Verb,
    examples=["webagent replay shown", "webagent replay shown --set name=Grace --cdp http://127.0.0.1:9222"],
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--episode", metavar="ID", help="Which one; else the last that was recorded.")
@options.cdp
@options.attach
@click.option("--url", metavar="URL_OR_FILE", help="Begin on this page; else where the recording began.")
@click.option("--set", "settings", metavar="NAME=VALUE", multiple=True, help="Type, choose or look for this instead.")
@click.option("--headed", is_flag=True, help="Show the window.")
@click.option("--wait", type=float, default=5.0, show_default=True, help="Seconds to wait for each element.")
@json_option
def replay(
    folder: Path,
    episode: str | None,
    cdp: str | None,
    attach: str | None,
    url: str | None,
    settings: tuple[str, ...],
    headed: bool,
    wait: float,
    as_json: bool,
) -> int:
    """Do what was recorded in DIR again.

    Each element is found again by what it says, by its names and by what stands around it, after the page changed; or
    the replay stops and says which step it was, and why. It never acts on something else instead.
    """
    from webagent.cli.pages import page_for
    from webagent.data.choose import choose_episode
    from webagent.live.replay import replay as run

    chosen = choose_episode(folder, episode)
    values = dict(_pair(text) for text in settings)
    with page_for(attach or cdp, url, headed=headed) as page:
        result = run(page, chosen, values, patience=wait, tell=say)
    if as_json:
        print_json(result.to_dict())
    elif result.outcome == "done":
        click.echo(f"done: {result.steps} steps ({result.seconds:.1f} s)")
    else:
        say(f"Error: {result.reason}")
    return 0 if result.outcome == "done" else 1


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise click.UsageError(f"--set takes NAME=VALUE, not {text!r}", click.get_current_context())
    return name.strip(), value
