"""`webagent install`: a Chromium for those who have none."""

from __future__ import annotations

import click

from webagent.cli.output import Verb, json_option, print_json, say

__all__ = ["install"]


@click.command(cls=Verb, examples=["webagent install"])
@click.option("--headed", is_flag=True, help="The one with windows, too (about 100 MB more).")
@click.option("--with-deps", is_flag=True, help="Linux: its system libraries, too (asks for root).")
@click.option("--force", is_flag=True, help="Even if there is a Chromium already.")
@json_option
def install(headed: bool, with_deps: bool, force: bool, as_json: bool) -> int:
    """Download a Chromium, through Playwright, into Playwright's own folder."""
    from webagent.live.machine import install_browser

    path, fetched = install_browser(headed=headed, with_deps=with_deps, force=force, tell=say)
    if as_json:
        print_json({"browser": str(path), "downloaded": fetched})
    else:
        click.echo(f"{'Installed' if fetched else 'Already there'}: {path}")
    return 0
