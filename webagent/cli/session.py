"""`webagent session`: look at the sessions that are attached to browsers, and end them."""

from __future__ import annotations

from collections.abc import Iterator

import click

from webagent.cli.output import Verb, json_option, print_json
from webagent.live.session import place
from webagent.live.session.client import Client, running
from webagent.live.session.protocol import AskState, Ended, EndSession, State

__all__ = ["session"]


@click.group()
def session() -> None:
    """Look at the sessions that are attached to browsers, or end them.

    The first command with --attach or --cdp starts one; it keeps policy and connection ready for the next ones, and
    ends by itself when it has rested for ten minutes.
    """


@session.command(cls=Verb, examples=["webagent session status"])
@json_option
def status(as_json: bool) -> int:
    """List the sessions that are running."""
    states = []
    for client in _sessions():
        with client:
            client.tell(AskState())
            states.append(client.receive(State))
    if as_json:
        print_json({"sessions": [_plain(state) for state in states]})
        return 0
    for state in states:
        doing = f"is at “{state.command}”" if state.command else f"rests for {state.idle_seconds:.0f} s"
        ends = f"ends after {state.ends_after:.0f} s of rest"
        click.echo(f"{state.browser}: {doing}; {state.commands} commands so far; {ends}; process {state.pid}")
    if not states:
        click.echo("No session is running; the next command with --attach or --cdp starts one.")
    return 0


@session.command(cls=Verb, examples=["webagent session stop"])
@json_option
def stop(as_json: bool) -> int:
    """Stop what is going on, let go of the browsers, and end all sessions."""
    ended = []
    for client in _sessions():
        with client:
            client.tell(EndSession())
            client.receive(Ended)
            ended.append(client.welcome.pid)
    if as_json:
        print_json({"stopped": ended})
    else:
        click.echo(f"{len(ended)} session{'' if len(ended) == 1 else 's'} stopped.")
    return 0


def _sessions() -> Iterator[Client]:
    """Connections to all that are running."""
    for address in list(place.addresses()):
        client = running(address.browser)
        if client is not None:
            yield client


def _plain(state: State) -> dict[str, object]:
    import msgspec

    plain: dict[str, object] = msgspec.to_builtins(state)
    del plain["type"]
    return plain
