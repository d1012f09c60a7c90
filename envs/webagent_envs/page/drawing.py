"""When a page is drawn. In a browser that stands still (`Browser.still`) it is drawn only when this module asks for it.

Some things reach a page with a frame only: news of scrolling and of sizes, the hovering of what came under a pointer
that rests, the focus that something has from the start. Elsewhere frames come by themselves, 60 times a second.
"""

from __future__ import annotations

import base64
import contextlib
import threading
import time
from typing import Any

from webagent_envs.cdp import Command, ProtocolError
from webagent_envs.chromium import Browser
from webagent_envs.errors import BrowserError, DeadlineExceeded

__all__ = ["DUE", "Drawing"]

DUE = "due"
"""The answer of a page that must be drawn before it can go on: there is something that it learns so only."""
FRAME = "HeadlessExperimental.beginFrame"
GONE_TIMEOUT = 2.0


class Drawing:
    """Draws one tab.

    Args:
        browser: that shows it.
        session: of the tab.
        timeout: seconds for a frame.
    """

    def __init__(self, browser: Browser, session: str, timeout: float) -> None:
        self._browser = browser
        self._session = session
        self._timeout = timeout

    def draw(self) -> None:
        """Let one frame go by, where none comes by itself: all that belongs to it is done, but for painting."""
        if self._browser.still:
            self._frame(noDisplayUpdates=True)

    def picture(self) -> bytes:
        """What the page looks like now, as a PNG picture.

        Raises:
            ProtocolError: the browser gives none.
        """
        if not self._browser.still:
            return base64.b64decode(self._call("Page.captureScreenshot", format="png", optimizeForSpeed=True)["data"])
        for _ in range(2):  # the very first frame of a page may come without its picture
            drawn = self._frame(screenshot={"format": "png", "optimizeForSpeed": True})
            if "screenshotData" in drawn:
                return base64.b64decode(drawn["screenshotData"])
        raise ProtocolError("the browser took no picture: try again")

    def _frame(self, **params: Any) -> dict[str, Any]:
        """Have a frame drawn; what the browser says of it.

        Raises:
            DeadlineExceeded: the page is too busy to be drawn; it is ended, because it would hold up all others.
        """
        turn = _Turn(self._browser.drawing)
        connection = self._browser.connection
        try:
            if not connection.listen_until(turn.has_come, self._session, time.monotonic() + self._timeout):
                raise DeadlineExceeded("other pages of this browser are drawn for too long: try again")
            return self._call(FRAME, **params)
        except DeadlineExceeded:
            if turn.mine:
                connection.tell(Command("Page.crash", {}, self._session))
                with contextlib.suppress(BrowserError):  # until it is gone
                    connection.listen_until(lambda: False, self._session, time.monotonic() + GONE_TIMEOUT)
            raise
        finally:
            turn.end()

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        return self._browser.connection.call(method, self._timeout, self._session, **params)


class _Turn:
    """A page's turn to be drawn. Frames that overlap, also of different pages, crash the GPU process of the browser."""

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock
        self.mine = False

    def has_come(self) -> bool:
        self.mine = self.mine or self._lock.acquire(blocking=False)
        return self.mine

    def end(self) -> None:
        if self.mine:
            self.mine = False
            self._lock.release()
