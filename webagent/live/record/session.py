"""Where a recording takes place: a window of our own, a running browser, or a task of the environments."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from webagent.live.address import page_address
from webagent.live.attach.routes import connect
from webagent.live.record.controls import Controls
from webagent.live.record.recorder import Recorded, Recorder, listening_settings
from webagent.live.record.store import Consent, Store
from webagent_envs.chromium import Browser, launch
from webagent_envs.errors import BrowserNotFound
from webagent_envs.page import Page, PageSettings

__all__ = ["Session"]

_HELP = "Recording. In this terminal: q finish, k keep and begin another, r redo, d drop, n name the command."


class Session:
    """Recordings that go to one folder.

    Args:
        folder: where they go.
        consent: for the card of the folder.
        pictures: also keep pictures of the page.
        tell: called with what is to be said.
    """

    def __init__(
        self,
        folder: Path,
        consent: Consent,
        *,
        pictures: bool = False,
        tell: Callable[[str], None] = lambda words: None,
    ) -> None:
        self._store = Store(folder, consent)
        self._pictures = pictures
        self._tell = tell

    def page(
        self,
        command: str,
        *,
        url: str | None = None,
        cdp: str | None = None,
        attach: str | None = None,
        private: str = "",
    ) -> Recorded:
        """Record on a page: one of ``url``, ``cdp`` and ``attach`` says where.

        Raises:
            BrowserError: no browser, or no page.
            UsageError: the address is none.
        """
        address = page_address(url) if url is not None else None
        endpoint = attach or cdp
        with (
            self._opened(endpoint, listening_settings(command, private)) as page,
            Controls(self._tell).listening() as controls,
        ):
            if address is not None:
                page.goto(address)
            self._tell(_HELP)
            recorder = Recorder(page, self._store, command, controls, pictures=self._pictures)
            return recorder.run()

    def task(self, name: str, seed: int) -> Recorded:
        """Record episodes of a task; those with a raw reward of 1 are kept.

        Raises:
            UnknownTask: there is none of this name.
        """
        from webagent.live.record.tasks import TaskRecorder

        recorder = TaskRecorder(self._store, name, seed)
        with self._opened(None, recorder.settings) as page, Controls(self._tell).listening() as controls:
            self._tell(_HELP)
            return recorder.run(page, controls, pictures=self._pictures)

    @contextmanager
    def _opened(self, endpoint: str | None, settings: PageSettings) -> Iterator[Page]:
        with closing(self._store), closing(connect(endpoint, self._tell) if endpoint else _window()) as browser:
            target = None if endpoint else next(iter(browser.targets))
            with closing(Page.attach(browser, settings, target=target)) as page:
                yield page


def _window() -> Browser:
    """A browser of our own, to be seen.

    Raises:
        BrowserNotFound: there is no screen, or no browser.
    """
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise BrowserNotFound("there is no screen here for a window: record in a running browser, with --cdp ENDPOINT")
    return launch(headless=False)
