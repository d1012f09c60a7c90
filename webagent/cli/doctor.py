"""`webagent doctor`: is everything there?"""

from __future__ import annotations

from itertools import chain

import click

from webagent.cli.output import Verb, json_option, print_json

__all__ = ["doctor"]


@click.command(cls=Verb, examples=["webagent doctor", "webagent doctor --cdp http://127.0.0.1:9333"])
@click.option("--cdp", metavar="ENDPOINT", help="A DevTools address to try.  [default: http://127.0.0.1:9222]")
@json_option
def doctor(cdp: str | None, as_json: bool) -> int:
    """Check Python, the browser, the task pages, the weights, and the ways into your own browser; say what to do.

    The ways into your own browser are marked "-" where they are closed, which is no fault. Exit 0 when all is well, 3
    when the browser is at fault, 1 for the rest.
    """
    from webagent.live.attach.checks import CDP, examine_routes
    from webagent.live.machine import examine

    checks = []
    for check in chain(examine(), examine_routes(cdp or CDP)):
        checks.append(check)
        if not as_json:
            click.echo(f"{'ok  ' if check.ok else 'BAD ' if check.needed else '-   '} {check.name}: {check.found}")
            if not check.ok:
                click.echo(f"     -> {check.remedy}")
    bad = [check.name for check in checks if check.needed and not check.ok]
    if as_json:
        print_json({"ok": not bad, "checks": [check.to_dict() for check in checks]})
    return 3 if "browser" in bad else int(bool(bad))
