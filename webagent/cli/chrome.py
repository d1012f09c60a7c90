"""`webagent chrome`: a real Chrome on a profile of our own."""

from __future__ import annotations

from pathlib import Path

import click

from webagent.cli.output import Verb, json_option, print_json

__all__ = ["chrome"]


@click.command(cls=Verb, examples=["webagent chrome", "webagent chrome mail.example.org", "webagent chrome --stop"])
@click.argument("url", required=False)
@click.option("--headless", is_flag=True, help="Show no window.")
@click.option("--browser", metavar="FILE", type=click.Path(path_type=Path), help="A Chrome; else one is found.")
@click.option("--stop", is_flag=True, help="Close it; what you signed in to is kept.")
@json_option
def chrome(url: str | None, headless: bool, browser: Path | None, stop: bool, as_json: bool) -> int:
    """Open a Chrome of webagent's own, at URL if given; sign in where you like, once: its profile is kept.

    It goes on when this command ends. Called again it finds the running one. `--attach chrome` then acts in it, unless
    your everyday Chrome lets programs in.
    """
    from webagent.live.attach.kept import kept_folder, start_kept, stop_kept

    if stop:
        ran = stop_kept()
        if as_json:
            print_json({"stopped": ran})
        else:
            click.echo("Closed; its profile is kept." if ran else "It does not run.")
        return 0
    from webagent.live.address import page_address

    kept = start_kept(browser, headless=headless, url=page_address(url) if url else "")
    if as_json:
        print_json({"endpoint": kept.endpoint, "started": kept.fresh, "profile": str(kept_folder())})
        return 0
    click.echo(f"{'Started' if kept.fresh else 'Runs already'}: {kept.endpoint}, profile {kept_folder()}")
    click.echo('Next: webagent do "click on Sign in" --attach chrome')
    return 0
