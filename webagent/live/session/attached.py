"""The browser that a session is attached to: its tabs, and commands on one of them."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

from webagent.errors import UsageError
from webagent.live.attach.routes import connect
from webagent.live.consent import decline
from webagent.live.diary import Diary
from webagent.live.loop import Acts, Command, Settings
from webagent.live.person import Doubt, Mark, Question
from webagent.live.result import Result
from webagent.live.session.line import Line
from webagent.live.session.protocol import Acted, Do, Note, TabNote
from webagent.live.trust import Trust
from webagent_envs.chromium import Browser
from webagent_envs.errors import PageUnreachable
from webagent_envs.page import Page, PageSettings
from webagent_envs.page.open_tabs import OpenTab, asked, find_tab, in_front, open_tabs

__all__ = ["Attached"]


class Attached:
    """A running browser. Between commands no tab of it is touched.

    Args:
        where: it, as `webagent.live.attach.routes.connect` takes it.
    """

    def __init__(self, where: str) -> None:
        self.where = where
        self._browser: Browser | None = None
        self._used = ""  # the tab of the last command...
        self._front: str | None = None  # ...and the one that was in front then, if anybody asked

    @property
    def is_there(self) -> bool:
        """Whether the connection stands; takes in what the browser has said meanwhile."""
        if self._browser is None:
            return False
        self._browser.connection.listen(time.monotonic())
        return self._browser.alive

    def do(self, request: Do, policy: Callable[[], Acts], line: Line) -> Result:
        """Carry out a command.

        Raises:
            UsageError: it has no words.
            BrowserError: the browser, or the tab, cannot be had.
        """
        if not request.command.strip():
            raise UsageError('the command is empty; say what to do, e.g. "click on Sign in"')
        browser = self._connected(lambda text: line.tell(Note(text=text)))
        settings = PageSettings(size=None, on_dialog=decline)
        page = Page.attach(browser, settings, target=self._chosen(browser, request.tab).target_id)
        try:
            return Command(request.command, page, policy(), _settings(request, line)).run()
        finally:
            with contextlib.suppress(PageUnreachable):
                self._used = page.target_id
            page.close()

    def tabs(self, line: Line) -> tuple[TabNote, ...]:
        """The open tabs. Each is asked only whether it is in front."""
        browser = self._connected(lambda text: line.tell(Note(text=text)))
        tabs = asked(browser, open_tabs(browser))
        used = ""
        with contextlib.suppress(PageUnreachable):
            used = self._chosen(browser, "").target_id
        return tuple(
            TabNote(
                number=tab.number,
                title=tab.title,
                url=tab.url,
                in_use=tab.target_id == used,
                asleep=tab.shown < 0,
            )
            for tab in tabs
        )

    def close(self) -> None:
        """Let go of the browser."""
        if self._browser is not None:
            self._browser.close()
            self._browser = None

    def _connected(self, tell: Callable[[str], None]) -> Browser:
        if self._browser is not None and not self._browser.answers():
            self.close()
        if self._browser is None:
            self._browser = connect(self.where, tell)
        return self._browser

    def _chosen(self, browser: Browser, wanted: str) -> OpenTab:
        """The tab that is meant, or the last one while nobody has turned to another, or the one in front."""
        tabs = open_tabs(browser)
        if not tabs:
            raise PageUnreachable("the browser has no tab open: open one, then try again")
        if wanted:
            self._front = None
            return find_tab(tabs, wanted)
        last = next((tab for tab in tabs if tab.target_id == self._used), None)
        try:
            front = in_front(browser, tabs)
        except PageUnreachable:
            if last is not None:
                return last
            raise
        if last is not None and self._front in (None, front.target_id):
            self._front = front.target_id
            return last
        self._front = front.target_id
        return front


def _settings(request: Do, line: Line) -> Settings:
    return Settings(
        max_steps=request.max_steps,
        yes=request.yes,
        dry_run=request.dry_run,
        on_action=lambda record: line.tell(Acted(record=record)),
        screenshot=Path(request.screenshot) if request.screenshot else None,
        trace=Path(request.trace) if request.trace else None,
        person=_Client(line, asks=request.asks),
        trust=Trust(request.allow),
        diary=Diary(),
        glance=request.glance,
    )


class _Client:
    """The person at the other end of a line."""

    def __init__(self, line: Line, *, asks: bool) -> None:
        self._line = line
        self._asks = asks

    def show(self, mark: Mark) -> None:
        """What was done is told afterwards."""

    def approve(self, question: Question) -> bool:
        """Ask, if somebody can be asked."""
        return self._asks and self._line.approve(question.reason, question.mark.words)

    def choose(self, doubt: Doubt) -> int:
        """Ask, if somebody can be asked."""
        return self._line.choose(doubt.reason, doubt.candidates) if self._asks else 0

    def stopped(self) -> bool:
        """Whether the client wants no more of it."""
        return self._line.stopped()
