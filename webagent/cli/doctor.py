"""`webagent doctor`: is everything there?"""

from __future__ import annotations

import click

from webagent.cli.output import Verb, json_option, print_json

__all__ = ["doctor"]


@click.command(cls=Verb, examples=["webagent doctor"])
@json_option
def doctor(as_json: bool) -> int:
    """Check Python, the browser, the task pages and the weights; say what to do about each fault.

    Exit 0 when all is well, 3 when the browser is at fault, 1 for the rest.
    """
    from webagent.live.machine import examine

    checks = []
    for check in examine():
        checks.append(check)
        if not as_json:
            click.echo(f"{'ok  ' if check.ok else 'BAD '} {check.name}: {check.found}")
            if not check.ok:
                click.echo(f"     -> {check.remedy}")
    bad = [check.name for check in checks if not check.ok]
    if as_json:
        print_json({"ok": not bad, "checks": [check.to_dict() for check in checks]})
    return 3 if "browser" in bad else int(bool(bad))
