"""The page that a command is about: one of its own, or a tab of a running browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from webagent.cli.output import say

if TYPE_CHECKING:
    from webagent_envs.page import Page

__all__ = ["page_for"]


@contextmanager
def page_for(endpoint: str | None, url: str | None = None, *, tab: str = "", headed: bool = False) -> Iterator[Page]:
    """A page, for as long as it is needed.

    Args:
        endpoint: a running browser, which is left open; ``None`` for one of its own.
        url: address or file to open there.
        tab: number of a tab of the running browser, or part of its title or address; else the one in front.
        headed: show the window of one of its own.

    Raises:
        UsageError: an address that is none.
        BrowserError: there is no such browser or tab, or the address cannot be opened.
    """
    from webagent.live.address import page_address
    from webagent.live.attach.routes import connect
    from webagent_envs.chromium import launch
    from webagent_envs.page import Page, PageSettings

    browser = connect(endpoint, say) if endpoint else launch(headless=not headed)
    with closing(browser):
        opened = Page.attach(browser, PageSettings(size=None), named=tab) if endpoint else Page.open(browser)
        with closing(opened) as page:
            if url is not None:
                page.goto(page_address(url))
            yield page
