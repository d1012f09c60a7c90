"""An episode on any page: it has a command and no reward, and it ends when the policy says so."""

from __future__ import annotations

from typing import Literal

from webagent_envs.page import Page, PageSettings
from webagent_envs.spaces import Observation
from webagent_envs.tasks.episode import Outcome

__all__ = ["PageEpisode"]


class PageEpisode:
    """Plays episodes on one page.

    Args:
        url: its address; such a page keeps real time. Or:
        html: its text; such a page gets a clock of its own, and episodes repeat exactly.
        instruction: the command.

    Raises:
        ValueError: not exactly one of ``url`` and ``html`` is given.
    """

    def __init__(self, *, url: str = "", html: str = "", instruction: str = "") -> None:
        if bool(url) == bool(html):
            raise ValueError(
                'give either url= or html=, for example url="https://example.org" or html="<button>OK</button>"'
            )
        self._url, self._html, self._instruction = url, html, instruction

    def settings(self, input: Literal["trusted", "dom"]) -> PageSettings:
        """How the page must be opened."""
        return PageSettings(clock="real" if self._url else "virtual", input=input)

    def begin(self, page: Page, seed: int, data_mode: str) -> Observation:
        """Open the page; neither ``seed`` nor ``data_mode`` changes it."""
        if self._url:
            page.goto(self._url)
        else:
            page.set_html(self._html)
            page.ready()
        return page.begin("", self._instruction)

    def outcome(self, page: Page) -> Outcome:
        """Never done: nobody but the policy knows."""
        return Outcome(self._instruction, False, 0.0, 0.0)
