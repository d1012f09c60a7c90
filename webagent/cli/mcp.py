"""`webagent mcp`: a browser as tools for an agent that speaks the Model Context Protocol."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from webagent.cli import options
from webagent.cli.output import Verb

if TYPE_CHECKING:
    from webagent.live.agent import Agent
    from webagent.live.loop import Acts

__all__ = ["mcp"]


@click.command(
    cls=Verb,
    examples=[
        "webagent mcp",
        "webagent mcp --url https://example.org --headed",
        "webagent mcp --attach chrome --tab Inbox",
    ],
)
@options.url
@options.cdp
@options.attach
@options.tab
@click.option("--headed", is_flag=True, help="Show the window of a browser of its own.")
@options.policy
@click.option("--yes", is_flag=True, help="Act even when unsure, and without asking.")
@click.option("--allow", metavar="SITE", multiple=True, help="Ask about nothing on this site; more than once.")
def mcp(
    url: str | None,
    cdp: str | None,
    attach: str | None,
    tab: str,
    headed: bool,
    policy: Path | None,
    yes: bool,
    allow: tuple[str, ...],
) -> int:
    """Serve four tools (do, look, teach, stop) to an agent, over the Model Context Protocol on stdin and stdout.

    So that a language model says “type Ada into Name and save” and is spared the clicks. Without --url, --cdp and
    --attach it has a browser of its own with an empty page. Started by the client; ends, and takes its browser with
    it, when the client goes away.
    """
    options.at_most_one_of(url=url, cdp=cdp, attach=attach)
    from webagent.errors import UsageError

    try:
        from webagent.live.mcp.server import serve
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in ("anyio", "mcp", "mcp_types"):
            raise
        raise UsageError("this needs the SDK of the protocol: python -m pip install 'webagent[mcp]'") from None
    from webagent.live.config import read_config
    from webagent.live.mcp.held import Held

    allowed = (*read_config().allow, *allow)

    def open_agent(known: Acts | None) -> Agent:
        return options.open_agent(
            url or "about:blank" if not (cdp or attach) else None,
            cdp or attach,
            tab=tab,
            headed=headed,
            policy=known or policy,
            allow=allowed,
        )

    serve(Held(open_agent, yes=yes))
    return 0
