"""A browser, a policy, and commands."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from webagent.errors import UsageError
from webagent.live.address import page_address
from webagent.live.consent import decline
from webagent.live.diary import Diary
from webagent.live.loop import Acts, Command, First, Settings
from webagent.live.person import Nobody, Person
from webagent.live.result import ActionRecord, Result
from webagent.live.trust import Trust
from webagent_envs.chromium import Browser, attach, launch
from webagent_envs.errors import BrowserError, BrowserNotFound
from webagent_envs.page import Page, PageSettings

__all__ = ["Agent"]


class Agent:
    """Carries out commands on one page, which stays open between commands.

        with Agent() as agent:
            result = agent.do("click on Sign in", url="https://example.org")
            print(result.outcome, [action.words for action in result.actions])

    The browser starts, and the policy loads, with the first command.

    Attributes:
        last: the command that was carried out last.
    """

    def __init__(
        self,
        policy: Acts | str | Path | None = None,
        browser: Browser | str | Path | None = None,
        headed: bool = False,
        *,
        threshold: float = Settings.threshold,
        viewport: tuple[int, int] = (1280, 800),
        load_timeout: float = 20.0,
        allow: Iterable[str] = (),
        diary: Diary | None = None,
    ) -> None:
        """Get ready.

        Args:
            policy: anything with ``act``, or a checkpoint folder; the weights that ship when ``None``.
            browser: one that is running, which is left open, or the path of a Chromium; found by itself when ``None``.
            headed: show the window.
            threshold: confidence in [0, 1] below which nothing is done.
            viewport: width, height of the page in CSS pixels.
            load_timeout: seconds that a page may take to load.
            allow: sites on which nothing is asked about, e.g. ``"localhost:8000"``.
            diary: where everything that is done is noted.
        """
        self._policy = policy
        self._path = None if isinstance(browser, Browser) else browser
        self._headed = headed
        self._threshold = threshold
        self._page_settings = PageSettings(size=viewport, load_timeout=load_timeout, on_dialog=decline)
        self._browser = browser if isinstance(browser, Browser) else None
        self._browser_is_ours = self._browser is None
        self._page: Page | None = None
        self._trust = Trust(allow)
        self._diary = diary
        self.last: Command | None = None

    @classmethod
    def attach(
        cls,
        cdp: str,
        policy: Acts | str | Path | None = None,
        *,
        tab: str = "",
        threshold: float = Settings.threshold,
        allow: Iterable[str] = (),
        diary: Diary | None = None,
    ) -> Agent:
        """Act in a browser that is already running, on its only tab or the one in front; it is left open.

        Args:
            cdp: DevTools address such as ``http://127.0.0.1:9222`` or ``ws://…``.
            policy: as for ``Agent``.
            tab: number of another tab, from 1, or a part of its title or address.
            threshold: as for ``Agent``.
            allow: as for ``Agent``.
            diary: as for ``Agent``.

        Raises:
            BrowserError: nothing answers there, or no tab is open.
        """
        return cls.join(attach(cdp), policy, tab=tab, threshold=threshold, allow=allow, diary=diary)

    @classmethod
    def join(
        cls,
        browser: Browser,
        policy: Acts | str | Path | None = None,
        *,
        tab: str = "",
        threshold: float = Settings.threshold,
        allow: Iterable[str] = (),
        diary: Diary | None = None,
    ) -> Agent:
        """`attach`, where the connection is there already; it ends with the agent."""
        agent = cls(policy, threshold=threshold, allow=allow, diary=diary)
        agent._browser = browser
        try:
            agent._page = Page.attach(browser, PageSettings(size=None, on_dialog=decline), named=tab)
        except BaseException:
            agent.close()
            raise
        return agent

    def do(
        self,
        command: str,
        *,
        url: str | None = None,
        max_steps: int = Settings.max_steps,
        yes: bool = False,
        dry_run: bool = False,
        on_action: Callable[[ActionRecord], None] | None = None,
        screenshot: Path | None = None,
        trace: Path | None = None,
        person: Person | None = None,
        first: First | None = None,
        glance: float = 0.0,
    ) -> Result:
        """Carry out a command.

        Args:
            command: what to do, in words.
            url: address or file to open first; the page that is open when ``None``.
            max_steps: actions after which the command counts as failed.
            yes: act even when unsure, and without asking.
            dry_run: decide on the first action, but do nothing.
            on_action: called after each action.
            screenshot: file for a PNG of the page in the end.
            trace: folder for what was seen, weighed and done in each step.
            person: who is shown what is done, and asked where that is due; without one, such acts are refused.
            first: what to do first, instead of what the policy would, as the person has said what is meant.
            glance: seconds for which what is about to be done is highlighted; 0 for not at all.

        Returns:
            What became of it. A page that cannot be opened, or goes away, is an outcome too (``page_lost``).

        Raises:
            UsageError: an empty command, no page, or an address that is none.
            BrowserNotFound: no Chromium on this machine.
            CheckpointError: the policy cannot be loaded.
        """
        if not command.strip():
            raise UsageError('the command is empty; say what to do, e.g. "click on Sign in"')
        if url is None and self._page is None:
            raise UsageError("no page is open; give url= an address or a file")
        address = page_address(url) if url is not None else None
        settings = Settings(
            max_steps=max_steps,
            threshold=self._threshold,
            yes=yes,
            dry_run=dry_run,
            on_action=on_action,
            screenshot=screenshot,
            trace=trace,
            person=person or Nobody(),
            trust=self._trust,
            diary=self._diary,
            first=first or First(),
            glance=glance,
        )
        began = time.perf_counter()
        try:
            page, policy = self._ready(address)
        except BrowserNotFound:
            raise
        except BrowserError as error:
            seconds = round(time.perf_counter() - began, 3)
            return Result(
                outcome="failed", reason=str(error), command=command, url=address or "", seconds=seconds, page_lost=True
            )
        self.last = Command(command, page, policy, settings)
        return self.last.run()

    @property
    def page(self) -> Page | None:
        """The page that commands are about, once there is one."""
        return self._page

    @property
    def policy(self) -> Acts:
        """What decides; loaded when it was not needed before.

        Raises:
            CheckpointError: it cannot be loaded.
        """
        self._policy = self._ready_policy()
        return self._policy

    def open(self, url: str) -> Page:
        """Open an address or a file, without a command.

        Raises:
            UsageError: an address that is none.
            BrowserError: it cannot be opened.
        """
        return self._ready_page(page_address(url))

    def close(self) -> None:
        """Close the page and the browser, or only let go of them when they are not ours. Twice is fine."""
        if self._page is not None:
            with suppress(BrowserError):  # it may have gone away already
                self._page.close()
            self._page = None
        if self._browser is not None and self._browser_is_ours:
            self._browser.close()
            self._browser = None

    def __enter__(self) -> Agent:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ready(self, address: str | None) -> tuple[Page, Acts]:
        """The page and the policy, side by side: the policy is read while a browser and a page load."""
        with ThreadPoolExecutor(max_workers=1) as thread:
            loading = thread.submit(self._ready_policy)
            page = self._ready_page(address)
            return page, loading.result()

    def _ready_policy(self) -> Acts:
        """The policy, loaded."""
        if self._policy is None or isinstance(self._policy, (str, Path)):
            from webagent.live.recall import with_memory

            self._policy = with_memory(self._policy)
        return self._policy

    def _ready_page(self, address: str | None) -> Page:
        """The page, with ``address`` open in it if given."""
        if self._browser is None:
            self._browser = launch(self._path, headless=not self._headed)
        if self._page is None:
            self._page = Page.open(self._browser, self._page_settings)
        if address is not None:
            self._page.goto(address)
        return self._page
