"""`webagent demo`: see it work."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from webagent.cli.output import Verb, json_option, print_json, say

__all__ = ["demo"]


@click.command(cls=Verb, examples=["webagent demo", "webagent demo --headed --out demo.png"])
@click.option("--headed", is_flag=True, help="Show the window.")
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    default="webagent-demo.png",
    show_default=True,
    help="The picture of what was done.",
)
@json_option
def demo(headed: bool, out: Path, as_json: bool) -> int:
    """See it work: typed commands on a page in the package, and three MiniWoB++ tasks with their reward.

    Needs a Chromium, but no download, key or server. Draws a picture of what was done. Exit 0 only if all of it worked.
    """
    say("Loading the policy and starting a browser.")
    from webagent.live.demo import demonstrate
    from webagent.policy import Policy
    from webagent_envs.chromium import launch

    policy = Policy.load()
    deeds = []
    with closing(launch(headless=not headed)) as browser:
        for deed in demonstrate(policy, browser, out):
            deeds.append(deed)
            click.echo(f"{'ok    ' if deed.good else 'FAILED'} {deed.command}", err=as_json)
            for action in deed.actions:
                click.echo(f"         {action}", err=as_json)
            click.echo(f"       {deed.verdict}", err=as_json)
    good = sum(deed.good for deed in deeds)
    if as_json:
        deeds_as_data = [deed.to_dict() for deed in deeds]
        print_json({"good": good, "of": len(deeds), "picture": str(out), "deeds": deeds_as_data})
    else:
        click.echo(f"{good} of {len(deeds)} done; the picture is in {out}")
    return 0 if good == len(deeds) else 1
