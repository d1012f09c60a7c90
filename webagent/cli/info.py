"""`webagent info`: versions and paths."""

from __future__ import annotations

import click

from webagent.cli.output import Verb, json_option, print_json

__all__ = ["info"]


@click.command(cls=Verb, examples=["webagent info"])
@json_option
def info(as_json: bool) -> int:
    """Print versions and paths, ready to paste into a bug report. Nothing is sent anywhere."""
    from webagent.live.machine import describe_machine

    facts = describe_machine()
    if as_json:
        print_json(facts)
        return 0
    width = max(map(len, facts))
    for name, value in facts.items():
        click.echo(f"{name:{width}}  {'none' if value is None else value}")
    return 0
