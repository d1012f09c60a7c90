"""One tab: its session, what it is loading, its dialogs, and where the in-page script lives."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from webagent_envs.cdp import Command, ProtocolError, Reply
from webagent_envs.chromium import Browser
from webagent_envs.errors import BrowserError, DeadlineExceeded, PageUnreachable
from webagent_envs.page.drawing import DUE, Drawing
from webagent_envs.page.evaluated import Moved, value_of
from webagent_envs.page.preparations import preparations
from webagent_envs.page.settings import Dialog, TabSettings
from webagent_envs.page.source import HANDLE, TELL
from webagent_envs.spaces import Answered

__all__ = ["MOVED", "Loading", "Moved", "Tab", "value_of"]

MOVED = '{"kind": "moved"}'
"""Among what was told: the tab shows another address."""
SWAP = 1.0  # seconds for a document to take another one's place
SWAPPING = "Not attached to an active page"
DIALOGS_AT_MOST = 50  # in one step; a script that opens more is ended
FRAMES_AT_MOST = 20  # before a page that asks for one more is taken as it is
AFTER_READABLE = 1.0  # seconds that a page which can be read already gets for its pictures and frames

# takes the pointer off the page; the release is there because a move alone waits for the next frame
LEAVE = [
    Command("Input.dispatchMouseEvent", {"type": kind, "x": -1, "y": -1, "button": "none"})
    for kind in ("mouseMoved", "mouseReleased")
]


class Loading(NamedTuple):
    """An address that is being opened."""

    url: str
    tickets: list[tuple[int, str]]


class Tab:
    """One tab of a browser. `Page` is what most code wants.

    Attributes:
        target_id: its identity in the browser.
        session: flat session id for commands to it.
        drawing: has it drawn.
        loading: a navigation of the main frame is under way.
        readable: the document has been parsed.
        requests: ids of the requests that scripts of the page wait for (on live pages).
        frames: ids of the inner frames that are loading.
        astray: ids of the frames whose last navigation ended with no document: news of a download may follow.
        dialogs: the dialogs that were answered since `Page.step` began.
        asking: the dialog that is open, and left to the person.
        stopped: a script that opened too many of them was ended.
        carried: what HTML's own dragging carries just now.
        chooser: session, and node there, of the field that last asked for a file.
        downloads: ids of the downloads that began here.
        only_download: it was opened for a download and shows nothing.
        watch: also hears every event, with its session.
        told: what its script told of the person's acts, and where it was led (its addresses), oldest first.
    """

    def __init__(self, browser: Browser, target_id: str, settings: TabSettings) -> None:
        self.browser = browser
        self.target_id = target_id
        self.settings = settings
        self.loading = False
        self.readable = True
        self.requests: set[str] = set()
        self.frames: set[str] = set()
        self.astray: set[str] = set()
        self._leaving: set[str] = set()  # ids of the frames that are asked to show another document
        self.dialogs: list[Dialog] = []
        self.asking: Dialog | None = None
        self.stopped = False
        self.carried: dict[str, Any] | None = None
        self.chooser: tuple[str, int] | None = None
        self.downloads: set[str] = set()
        self.only_download = False
        self.watch: Callable[[str, str, msgspec.Raw], None] | None = None
        self.told: deque[str] = deque()
        self._context: int | None = None
        self._blank = False  # it is the initial document of a window, which another one replaces
        connection = browser.connection
        attached = connection.call("Target.attachToTarget", settings.timeout, targetId=target_id, flatten=True)
        self.session: str = attached["sessionId"]
        self.drawing = Drawing(browser, self.session, settings.timeout)
        connection.subscribe(self.session, self._on_event)
        try:
            self._prepare([Command(method, params) for method, params in preparations(settings)])
        except BrowserError:
            self.detach()
            raise

    def _prepare(self, commands: list[Command]) -> None:
        """Send commands; those that come while a document of another process takes its place are sent again."""
        deadline = time.monotonic() + SWAP
        while commands:
            replies = zip(commands, self.request(commands), strict=True)
            commands = [one for one, reply in replies if reply.error and SWAPPING in reply.error.message]
            if not commands or time.monotonic() > deadline:
                return
            time.sleep(0.02)

    # -- events

    def _on_event(self, method: str, params: msgspec.Raw) -> None:
        self.hear(self.session, method, params)
        if self.watch is not None:
            self.watch(self.session, method, params)

    def hear(self, session: str, method: str, params: msgspec.Raw) -> None:
        """Take note of an event: of this tab, or of a frame that has a session of its own."""
        handler = _HANDLERS.get(method)
        if handler is not None:
            handler(self, {**msgspec.json.decode(params), "session": session})

    def _dialog_opened(self, params: dict[str, Any]) -> None:
        dialog = Dialog(params["type"], params.get("message", ""), params.get("defaultPrompt") or "")
        self.dialogs.append(dialog)
        if len(self.dialogs) % DIALOGS_AT_MOST == 0:  # it will never end by itself
            self.stopped = True
            self.browser.connection.tell(Command("Runtime.terminateExecution", {}, params["session"]))
        leaves = dialog.type == "beforeunload"
        answer = self.settings.on_dialog(dialog)
        if answer is None:
            self.asking = dialog
            return
        text = answer if isinstance(answer, str) else dialog.default
        accept = {"accept": leaves or bool(answer) or isinstance(answer, str), "promptText": text}
        self.browser.connection.tell(Command("Page.handleJavaScriptDialog", accept, params["session"]))

    def _dialog_closed(self, params: dict[str, Any]) -> None:
        asked, self.asking = self.asking, None
        if asked is None or not self.settings.listens or asked.type == "beforeunload":
            return
        answered = Answered(asked.type, asked.message, params["result"], params.get("userInput") or "")
        self.told.append(msgspec.json.encode({"kind": "dialog", "answered": answered}).decode())

    def _navigation_requested(self, params: dict[str, Any]) -> None:
        if params["disposition"] == "currentTab":
            self._leaving.add(params["frameId"])
            self._started_loading(params)

    def _started_loading(self, params: dict[str, Any]) -> None:
        if params["frameId"] == self.target_id:
            self.loading, self.readable = True, False
        else:
            self.frames.add(params["frameId"])

    def _stopped_loading(self, params: dict[str, Any]) -> None:
        if params["frameId"] == self.target_id:
            self.loading, self.readable = False, True
        self.frames.discard(params["frameId"])
        if params["frameId"] in self._leaving:
            self._leaving.discard(params["frameId"])
            self.astray.add(params["frameId"])

    def _frame_removed(self, params: dict[str, Any]) -> None:
        self._leaving.discard(params["frameId"])
        self._stopped_loading(params)

    def _navigated(self, params: dict[str, Any]) -> None:
        self._leaving.discard(params["frame"]["id"])
        if params["frame"]["id"] == self.target_id:
            self._context = None
            self._blank = False
            for of_frames in (self.requests, self.frames, self.astray, self._leaving):
                of_frames.clear()
            self._led(params)

    def _led(self, params: dict[str, Any]) -> None:
        if self.settings.listens and params.get("frameId", self.target_id) == self.target_id:
            self.told.append(MOVED)

    def _told(self, params: dict[str, Any]) -> None:
        if params["name"] == TELL:
            self.told.append(params["payload"])

    def _content_loaded(self, params: dict[str, Any]) -> None:
        self.readable = True

    def _chooser_opened(self, params: dict[str, Any]) -> None:
        self.chooser = params["session"], params["backendNodeId"]

    def _download_began(self, params: dict[str, Any]) -> None:
        self.downloads.add(params["guid"])
        self._leaving.discard(params["frameId"])
        self.astray.discard(params["frameId"])
        if params["frameId"] == self.target_id:
            self.only_download = self.loading and self._blank
            self.loading, self.readable = False, True

    def _drag_began(self, params: dict[str, Any]) -> None:
        self.carried = params["data"]

    def _request_started(self, params: dict[str, Any]) -> None:
        if params.get("type") in ("XHR", "Fetch"):
            self.requests.add(params["requestId"])

    def _request_ended(self, params: dict[str, Any]) -> None:
        self.requests.discard(params["requestId"])

    # -- commands

    def request(self, commands: Sequence[Command], timeout: float | None = None) -> list[Reply]:
        """Send commands to this tab, or a frame of it, in one write, and await their replies."""
        addressed = [Command(method, params, session or self.session) for method, params, session in commands]
        return self.browser.connection.request(addressed, self.settings.timeout if timeout is None else timeout)

    def call(self, method: str, timeout: float | None = None, **params: Any) -> dict[str, Any]:
        """Send one command; its result as plain data."""
        return self.request([Command(method, params)], timeout)[0].get()

    def send_input(self, commands: Sequence[Command]) -> None:
        """Send commands of the input domain, in one write.

        Raises:
            ProtocolError: the browser takes one of them for malformed.
        """
        for reply in self.request(commands):
            if reply.error is not None:
                raise ProtocolError(f"the browser refused an input event: {reply.error.message}")

    def evaluate(self, expression: str, timeout: float | None = None) -> Any:
        """The value of an expression in the world of the in-page script; promises are awaited.

        Raises:
            Moved: the document went away meanwhile.
            ProtocolError: the expression threw.
        """
        params = {"expression": expression, "awaitPromise": True, "returnByValue": True, **self.world()}
        reply = self.request([Command("Runtime.evaluate", params)], timeout)[0]
        if reply.error is not None:
            self._context = None
        return value_of(reply)

    def evaluate_drawn(self, expression: str, timeout: float | None = None) -> Any:
        """`evaluate` something of the in-page script; as long as the page asks for a frame first, it gets one."""
        answer = self.evaluate(expression, timeout)
        for _ in range(FRAMES_AT_MOST):
            if answer != DUE:
                break
            self.drawing.draw()
            answer = self.evaluate(f"{HANDLE}.resumed()", timeout)
        return answer

    def leave(self) -> None:
        """Take the pointer off, so that it hovers over nothing of what comes; on live pages it stays where it is."""
        if self.settings.clock == "virtual":
            self.send_input(LEAVE)

    @property
    def document(self) -> int | None:
        """What tells the document of a live page from all others; ``None`` when it has just been left."""
        return self._context

    def world(self) -> dict[str, Any]:
        """The parameter that makes ``Runtime.evaluate`` use the world of the in-page script."""
        return {"contextId": self._world()} if self.settings.clock == "real" else {}

    def _world(self) -> int:
        if self._context is None:
            frame = {"frameId": self.target_id, "worldName": self.settings.world}
            reply = self.request([Command("Page.createIsolatedWorld", frame)])[0]
            if reply.error is not None:
                raise Moved("the page is just moving on; look at it again")
            context: int = reply.get()["executionContextId"]
            self.request([Command("Runtime.evaluate", {"expression": self.settings.source, "contextId": context})])
            self._context = context
        return self._context

    # -- loading

    def navigate(self, url: str, timeout: float | None = None) -> None:
        """Open an address and wait until it has loaded, or can be read when something of it never ends.

        Raises:
            PageUnreachable: it cannot be opened, or not even its text arrives in time.
        """
        self.finish(self.start(url), time.monotonic() + (self.settings.load_timeout if timeout is None else timeout))

    def start(self, url: str) -> Loading:
        """Begin to open an address, without waiting for anything."""
        self.loading, self.readable = True, False
        self._context = None
        command = Command("Page.navigate", {"url": url}, self.session)
        return Loading(url, self.browser.connection.send([command], time.monotonic() + self.settings.timeout))

    def finish(self, loading: Loading, deadline: float) -> None:
        """Wait for what `start` began. Raises as `navigate` does."""
        try:
            answer = self.browser.connection.wait(loading.tickets, deadline)[0].get()
        except DeadlineExceeded:
            self.browser.connection.tell(Command("Page.stopLoading", {}, self.session))
            raise PageUnreachable(
                f"{loading.url} did not answer in time: check the address, or allow more time"
            ) from None
        except ProtocolError as error:
            raise PageUnreachable(f"{loading.url} cannot be opened ({error}): check the address") from None
        if answer.get("isDownload"):
            self.loading, self.readable = False, True
        elif text := answer.get("errorText"):
            self.loading, self.readable = False, True
            raise PageUnreachable(f"{loading.url} cannot be opened ({text}): check the address and the network")
        if "loaderId" not in answer:  # only the part after "#" has changed
            self.loading, self.readable = False, True
        self.wait_loaded(deadline)

    def wait_loaded(self, deadline: float, grace: float | None = None) -> None:
        """Wait for the navigation that is under way.

        Args:
            deadline: moment of `time.monotonic` until which the whole page may take.
            grace: seconds that are left to it once it can be read; all of the time when not given.

        Raises:
            PageUnreachable: it cannot be read at the deadline.
        """
        connection = self.browser.connection
        if grace is not None:
            connection.listen_until(lambda: self.readable or not self.loading, self.session, deadline)
            deadline = min(deadline, time.monotonic() + grace)
        connection.listen_until(lambda: not self.loading, self.session, deadline)
        if not self.readable:
            self.loading, self.readable = False, True
            connection.tell(Command("Page.stopLoading", {}, self.session))
            raise PageUnreachable("the page never finishes loading: try again, or allow more time")

    def catch_up(self) -> None:
        """Find out whether a tab that was just met is still loading."""
        found = self.call("Runtime.evaluate", expression="document.readyState + ' ' + location.href")
        state, _, url = found["result"]["value"].partition(" ")
        wanted = self.browser.targets.get(self.target_id, {}).get("url", url)
        self._blank = url == "about:blank" != wanted
        self.readable = state != "loading" and not self._blank
        self.loading = not self.readable
        for news in self.browser.downloads.values():
            if news.get("frameId") == self.target_id:  # it has begun before we came
                self._download_began(news)

    def wait_parts(self, deadline: float) -> bool:
        """Wait until no inner frame loads and no request of a script is under way; whether there was any."""
        if not self.requests and not self.frames:
            return False
        self.browser.connection.listen_until(lambda: not self.requests and not self.frames, self.session, deadline)
        return time.monotonic() < deadline

    def arrive(self) -> None:
        """Wait for a navigation that an action began, as long as a person would before looking again."""
        self.wait_loaded(time.monotonic() + self.settings.load_timeout, AFTER_READABLE)

    def close(self) -> None:
        """Close the tab."""
        self.browser.connection.tell(Command("Target.closeTarget", {"targetId": self.target_id}))
        self.detach()

    def detach(self) -> None:
        """Let go of the tab and leave it open."""
        connection = self.browser.connection
        if connection.alive:
            connection.tell(Command("Target.detachFromTarget", {"sessionId": self.session}))
        connection.subscribe(self.session, None)


_HANDLERS: dict[str, Callable[[Tab, dict[str, Any]], None]] = {
    "Page.javascriptDialogOpening": Tab._dialog_opened,
    "Page.javascriptDialogClosed": Tab._dialog_closed,
    "Page.frameRequestedNavigation": Tab._navigation_requested,
    "Page.frameStartedLoading": Tab._started_loading,
    "Page.frameStoppedLoading": Tab._stopped_loading,
    "Page.frameDetached": Tab._frame_removed,
    "Page.frameNavigated": Tab._navigated,
    "Page.navigatedWithinDocument": Tab._led,
    "Page.domContentEventFired": Tab._content_loaded,
    "Page.fileChooserOpened": Tab._chooser_opened,
    "Page.downloadWillBegin": Tab._download_began,
    "Input.dragIntercepted": Tab._drag_began,
    "Runtime.bindingCalled": Tab._told,
    "Network.requestWillBeSent": Tab._request_started,
    "Network.loadingFinished": Tab._request_ended,
    "Network.loadingFailed": Tab._request_ended,
}
