"""`webagent tabs`: list the open tabs of a running browser."""

from __future__ import annotations

import click

from webagent.cli import options
from webagent.cli.output import Verb, json_option, print_json, say
from webagent.live.browsers import BROWSERS

__all__ = ["tabs"]


@click.command(cls=Verb, examples=["webagent tabs", "webagent tabs --cdp http://127.0.0.1:9222 --json"])
@options.cdp
@click.option("--attach", type=click.Choice(BROWSERS), help="Your own running browser.  [default: chrome]")
@json_option
def tabs(cdp: str | None, attach: str | None, as_json: bool) -> int:
    """List the open tabs with the numbers that --tab takes; * is the one that the next command acts on."""
    if cdp and attach:
        raise click.UsageError("give one of --cdp and --attach, not both", click.get_current_context())
    from webagent.live.session.client import reach
    from webagent.live.session.protocol import ListTabs, Note, TabList

    with reach(cdp or attach or "chrome") as client:
        client.tell(ListTabs())
        found = None
        for message in client.messages():
            if isinstance(message, Note):
                say(message.text)
            elif isinstance(message, TabList):
                found = message.tabs
        if found is None:
            raise client.lost()
    if as_json:
        import msgspec

        print_json({"tabs": msgspec.to_builtins(found)})
        return 0
    for tab in found:
        asleep = "  (does not answer: asleep or stuck)" if tab.asleep else ""
        click.echo(f"{'*' if tab.in_use else ' '}{tab.number:3}  {tab.title or '(no title)'}  {tab.url}{asleep}")
    return 0
