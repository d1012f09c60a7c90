"""The tabs that a page uses: the first one, those that it opened, and which of them is current."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import msgspec

from webagent_envs.cdp import Command
from webagent_envs.chromium import Browser
from webagent_envs.errors import BrowserError, InvalidAction, PageUnreachable
from webagent_envs.page.settings import TabSettings
from webagent_envs.page.tab import Loading, Tab

__all__ = ["TabInfo", "Tabs"]


class TabInfo(msgspec.Struct, frozen=True):
    """One of the tabs that a `Page` uses."""

    index: int
    url: str
    title: str
    current: bool


class Tabs:
    """Tabs in the order in which they were opened.

    Args:
        browser: theirs.
        target_id: the first tab.
        settings: for all of them.
        context_id: browser context of our own, in which new tabs are opened; ``""`` for that of a person.

    Attributes:
        current: the tab in use.
        context_id: the same.
    """

    def __init__(self, browser: Browser, target_id: str, settings: TabSettings, context_id: str) -> None:
        self.browser = browser
        self._settings = settings
        self.context_id = context_id
        self.current = Tab(browser, target_id, settings)
        self._tabs = [self.current]
        self._own = {target_id} if context_id else set[str]()
        self._spare: tuple[Tab, Loading] | None = None
        self._shown = ""
        self._left = set[str]()  # downloads that began in tabs that are closed

    def __len__(self) -> int:
        return len(self._tabs)

    def __iter__(self) -> Iterator[Tab]:
        return iter(self._tabs)

    def infos(self) -> list[TabInfo]:
        """What the tabs show."""
        answer = self.browser.connection.call("Target.getTargets", self._settings.timeout)
        self.adopt()
        known = {info["targetId"]: info for info in answer["targetInfos"]}
        found = [known.get(tab.target_id, {}) for tab in self._tabs]
        return [
            TabInfo(index, info.get("url", ""), info.get("title", ""), tab is self.current)
            for index, (tab, info) in enumerate(zip(self._tabs, found, strict=True))
        ]

    def adopt(self) -> None:
        """Take in the windows that our tabs opened, and let go of those that they closed; show the newest."""
        for tab in [tab for tab in self._tabs if tab is not self.current and tab.target_id not in self.browser.targets]:
            self._forget(tab)
        ours = {tab.target_id for tab in self._tabs}
        for target_id in list(self.browser.opened):
            info = self.browser.targets.get(target_id)
            if info is None or target_id in ours:
                self.browser.opened.pop(target_id, None)
            elif info.get("openerId") in ours:
                self.browser.opened.pop(target_id, None)
                if self.context_id:  # what a person's command has opened in their browser stays open
                    self._own.add(target_id)
                self._take(Tab(self.browser, target_id, self._settings))
                self.current.catch_up()
                self.leave_download()

    def leave_download(self) -> None:
        """Close the current tab when it was opened only for a download, and shows nothing."""
        if self.current.only_download and len(self._tabs) > 1:
            self.close_current()

    @property
    def downloads(self) -> set[str]:
        """Ids of the downloads that began in these tabs, and in those that were closed."""
        return self._left.union(*(tab.downloads for tab in self._tabs))

    def _take(self, tab: Tab) -> None:
        self.current = tab
        self._tabs.append(tab)

    def new(self, url: str) -> None:
        """Open a tab and use it.

        Raises:
            PageUnreachable: the address cannot be opened; the tab is there all the same.
        """
        self._take(self._opened())
        if url != "about:blank":
            self.current.navigate(url)

    def fresh(self, url: str) -> None:
        """Show an address in a new document and in no other tab.

        From the second time on the document was loaded beforehand, in a spare tab that changes places with the one in
        use; that one loads it again while life goes on.

        Raises:
            PageUnreachable: the address cannot be opened.
        """
        while len(self._tabs) > 1:
            self.close_current()
        if not self._swap(url):
            self.current.navigate(url)
            if self._shown == url and self.context_id:
                spare = self._opened()
                self._spare = spare, spare.start(url)
        self._shown = url

    def _swap(self, url: str) -> bool:
        """Change places with the spare tab; false when there is none that shows this address."""
        if self._spare is None:
            return False
        (tab, loading), self._spare = self._spare, None
        try:
            if loading.url != url:
                raise PageUnreachable("the spare tab shows another page: load this one")
            tab.finish(loading, time.monotonic() + self._settings.load_timeout)
        except BrowserError:
            self.browser.connection.forget(loading.tickets)
            self._own.discard(tab.target_id)
            tab.close()
            return False
        used, self.current = self.current, tab
        self._tabs = [tab]
        self._spare = used, used.start(url)
        return True

    def _opened(self) -> Tab:
        """A new tab, in the context of the others; in a person's browser it is theirs, and opens behind the others."""
        target: dict[str, Any] = {"url": "about:blank", "enableBeginFrameControl": self.browser.still}
        context = self.context_id or self.browser.targets[self.current.target_id].get("browserContextId", "")
        if context:
            target["browserContextId"] = context
        connection = self.browser.connection
        target["background"] = not self.context_id
        created = connection.call("Target.createTarget", self._settings.timeout, **target)
        if self.context_id:
            self._own.add(created["targetId"])
        return Tab(self.browser, created["targetId"], self._settings)

    def switch(self, index: int) -> None:
        """Use another tab. That of a person is not brought to the front: they may be busy elsewhere.

        Raises:
            InvalidAction: there is no such tab.
        """
        if not 0 <= index < len(self._tabs):
            raise InvalidAction(f"there is no tab {index}: use 0 to {len(self._tabs) - 1}")
        self.current = self._tabs[index]
        if self.context_id:
            self.current.call("Page.bringToFront")

    def close_current(self) -> None:
        """Close the current tab and use the one opened before it.

        Raises:
            InvalidAction: it is the last one.
        """
        if len(self._tabs) == 1:
            raise InvalidAction("the last tab cannot be closed: open another one first")
        self.current.close()
        self.forget_current()

    def forget_current(self) -> None:
        """The current tab is gone: use the one opened before it."""
        at = self._tabs.index(self.current)
        self._forget(self.current)
        self.current = self._tabs[max(0, at - 1)]

    def _forget(self, tab: Tab) -> None:
        tab.detach()
        self._tabs.remove(tab)
        self._left |= tab.downloads
        self._own.discard(tab.target_id)

    def close(self) -> None:
        """Close the tabs that are ours, let go of the others. Idempotent."""
        if self._spare:
            self.browser.connection.forget(self._spare[1].tickets)
        for tab in [*self._tabs, *([self._spare[0]] if self._spare else [])]:
            if tab.target_id in self._own:
                tab.close()
            else:
                tab.detach()
        if self.context_id and self._tabs:
            context = {"browserContextId": self.context_id}
            self.browser.connection.tell(Command("Target.disposeBrowserContext", context))
        self._tabs, self._spare = [], None
