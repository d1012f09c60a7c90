"""`webagent record`: show how something is done."""

from __future__ import annotations

from pathlib import Path

import click

from webagent.cli import options
from webagent.cli.output import Verb, json_option, print_json, say

__all__ = ["record"]


@click.command(
    cls=Verb,
    examples=[
        'webagent record --url page.html --command "order a lamp for Ada" --out shown',
        'webagent record --cdp http://127.0.0.1:9222 --command "log in as ada" --out shown',
        "webagent record --task click-test-2 --out shown",
    ],
)
@options.url
@options.cdp
@options.attach
@click.option("--task", metavar="NAME", help="Show a task of the environments, episode after episode.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the first episode (with --task).")
@click.option("--command", metavar="TEXT", default="", help="What you are about to do, in your own words.")
@click.option("--out", metavar="DIR", required=True, type=click.Path(path_type=Path), help="Where recordings go.")
@click.option("--private", metavar="SELECTOR", default="", help="Fields whose content must not be written down (CSS).")
@click.option("--pictures", is_flag=True, help="Also keep a picture of the page at each step.")
@click.option("--licence", metavar="NAME", default="", help="Under which others may use it, for the card.")
@click.option("--consent", metavar="TEXT", default="", help="Who agreed to what, for the card.")
@json_option
def record(
    url: str | None,
    cdp: str | None,
    attach: str | None,
    task: str | None,
    seed: int,
    command: str,
    out: Path,
    private: str,
    pictures: bool,
    licence: str,
    consent: str,
    as_json: bool,
) -> int:
    """Record what you do in a browser, as a demonstration of a command.

    Do it as you always do: in frames, over several pages and tabs. Keys in the terminal, and buttons in the page: q
    finish, k keep this one and begin another, r redo, d drop, n name the command. Passwords are never written down.
    Each step is on disk at once; after a crash, the same line goes on where it stopped.
    """
    options.one_of(url=url, cdp=cdp, attach=attach, task=task)
    if not command.strip() and task is None:
        raise click.UsageError('say what you are about to do: --command "…"', click.get_current_context())
    from webagent.live.record.session import Session
    from webagent.live.record.store import Consent

    given = {name: text for name, text in (("consent", consent), ("licence", licence)) if text}
    session = Session(out, Consent(**given), pictures=pictures, tell=say)
    if task is not None:
        recorded = session.task(task, seed)
    else:
        recorded = session.page(command, url=url, cdp=cdp, attach=attach, private=private)
    if as_json:
        print_json(recorded.to_dict())
    elif recorded.episodes:
        click.echo(str(out))
        say(f"Next: webagent replay {out}, or webagent view {out}")
    else:
        say("Nothing was recorded: do something in the page before you finish.")
    return 0 if recorded.episodes else 1
