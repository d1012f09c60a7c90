"""`webagent explain`: say why, before anything is done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from webagent.cli import options
from webagent.cli.output import Verb, json_option, print_json

if TYPE_CHECKING:
    from webagent.data.records import Episode

__all__ = ["explain"]


@click.command(
    cls=Verb,
    examples=[
        'webagent explain "tick the box of Grace" --url page.html --out why.png',
        'webagent explain "send it" --cdp http://127.0.0.1:9222 --data shown',
    ],
)
@click.argument("command")
@options.url
@options.cdp
@options.attach
@options.tab
@options.policy
@click.option("--data", metavar="DIR", type=click.Path(path_type=Path), help="Look for like demonstrations here, too.")
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="A picture of the page: .png or .html.")
@json_option
def explain(
    command: str,
    url: str | None,
    cdp: str | None,
    attach: str | None,
    tab: str,
    policy: Path | None,
    data: Path | None,
    out: Path | None,
    as_json: bool,
) -> int:
    """Say what COMMAND would do on a page, and why. Nothing is done.

    Names the words of the command and the elements of the page that carried the choice, each with the share of the
    confidence that is lost without it; what came second; demonstrations of like commands, those that were taught
    among them; and the steps that are expected, as far as this page tells.
    """
    options.one_of(url=url, cdp=cdp, attach=attach)
    from webagent.cli.pages import page_for
    from webagent.live.explain import draw, in_words
    from webagent.live.explain import explain as explained
    from webagent.live.recall import with_memory

    recalling = with_memory(policy)
    with page_for(cdp or attach, url, tab=tab) as page:
        seen = page.observe(command)
        explanation = explained(recalling, seen, episodes=[*recalling.memory.episodes(), *_read(data)])
        if out is not None:
            draw(page.browser, explanation, page.screenshot(), seen.viewport, out)
    if as_json:
        print_json(explanation.to_dict())
    else:
        click.echo(in_words(explanation))
    return 0


def _read(data: Path | None) -> list[Episode]:
    from webagent.data.dataset import read_episodes

    return [] if data is None else [episode for episode in read_episodes(data) if episode.success]
