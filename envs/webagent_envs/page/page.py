"""A page as a person has it in front of them: what is on it, and what can be done with it."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from webagent_envs.cdp import Command, ProtocolError
from webagent_envs.chromium import Browser
from webagent_envs.errors import BrowserError, InvalidAction, PageClosed, PageUnreachable
from webagent_envs.page.dates import NATIVE_FIELDS, native_value
from webagent_envs.page.gestures import Point, mouse_events
from webagent_envs.page.keys import press_events, type_events
from webagent_envs.page.source import HANDLE, script
from webagent_envs.page.tab import Dialog, DialogHandler, Moved, Tab, TabSettings
from webagent_envs.spaces import (
    Action,
    Back,
    Click,
    ClickAt,
    DoubleClick,
    Drag,
    Element,
    Forward,
    Goto,
    Hover,
    Observation,
    Press,
    Reload,
    Say,
    Scroll,
    Select,
    Stop,
    TabClose,
    TabNew,
    TabSwitch,
    Type,
    Wait,
    to_dict,
)

__all__ = ["Page", "PageSettings", "TabInfo"]

ACTIONS_KEPT = 32
SETTLE_MS = 1000.0  # longest that a page is waited for after an action, in milliseconds of its own clock
RESET_MS = 50.0  # the same when an episode begins


def accept_all(dialog: Dialog) -> bool:
    """Answer every dialog with yes; a prompt keeps its default."""
    return True


class PageSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a page is shown and used.

    Attributes:
        size: width and height of the viewport in CSS pixels; ``None`` leaves an attached page as it is.
        clock: ``"real"`` for live pages; ``"virtual"``: the page's time stands still between steps and is wound on
            during them, so that delays cost nothing and the same actions give the same episode.
        input: ``"trusted"``: real mouse and keys; ``"dom"``: events made in the page (key chords stay real).
        ignore: ids of elements that are not listed in observations.
        probe: JavaScript expression whose value comes with every observation, as `Page.probe`.
        step_ms: time that an action takes at least, in milliseconds of the page's clock (virtual clock only).
        timeout: seconds for one answer of the page.
        load_timeout: seconds for a page to load.
        on_dialog: answers JavaScript dialogs.
    """

    size: tuple[int, int] | None = (1280, 720)
    clock: Literal["virtual", "real"] = "real"
    input: Literal["trusted", "dom"] = "trusted"
    ignore: tuple[str, ...] = ()
    probe: str = "null"
    step_ms: float = 50.0
    timeout: float = 10.0
    load_timeout: float = 20.0
    on_dialog: DialogHandler = accept_all


class TabInfo(msgspec.Struct, frozen=True):
    """One of the tabs that a `Page` uses."""

    index: int
    url: str
    title: str
    current: bool


class _View(msgspec.Struct, frozen=True):
    """What the in-page script says of the page."""

    url: str
    title: str
    viewport: tuple[float, float]
    scroll: tuple[float, float]
    elements: tuple[Element, ...]
    points: dict[int, Point] = {}
    probe: Any = None
    error: str = ""


class _Prepared(msgspec.Struct, frozen=True):
    """What is left of an action for real mouse and keys."""

    error: str = ""
    point: Point | None = None
    to: Point | None = None
    keys: bool = False


_decode_view = msgspec.json.Decoder(_View).decode


class Page:
    """A page, and the tabs that it opens.

    Use `open` for a page of its own (with its own cookies), `attach` for one that is there already.

    Attributes:
        probe: value of ``settings.probe`` at the last observation.
        dialogs: JavaScript dialogs that were answered during the last step.
    """

    def __init__(self, browser: Browser, target_id: str, settings: PageSettings, *, context_id: str = "") -> None:
        self.browser = browser
        self.settings = settings
        self.probe: Any = None
        self.dialogs: list[Dialog] = []
        self._context_id = context_id
        self._tab_settings = TabSettings(
            source=script(
                virtual=settings.clock == "virtual",
                mask=settings.clock == "real",
                ignore=settings.ignore,
                probe=settings.probe,
            ),
            clock=settings.clock,
            size=settings.size,
            timeout=settings.timeout,
            load_timeout=settings.load_timeout,
            on_dialog=settings.on_dialog,
        )
        self._tabs = [Tab(browser, target_id, self._tab_settings)]
        self._own = {target_id} if context_id else set[str]()
        self._tab = self._tabs[0]
        self._elements: dict[int, Element] = {}
        self._points: dict[int, Point] = {}

    @classmethod
    def open(cls, browser: Browser, settings: PageSettings = PageSettings()) -> Page:  # noqa: B008  (immutable)
        """A blank page with cookies and storage of its own."""
        connection = browser.connection
        context = connection.call("Target.createBrowserContext", settings.timeout)["browserContextId"]
        created = connection.call("Target.createTarget", settings.timeout, url="about:blank", browserContextId=context)
        return cls(browser, created["targetId"], settings, context_id=context)

    @classmethod
    def attach(cls, browser: Browser, settings: PageSettings | None = None, *, target: str | None = None) -> Page:
        """A tab of a browser that is in use: the one named, the only one, or the one in front.

        Args:
            browser: from `webagent_envs.chromium.attach`.
            settings: by default the viewport stays as it is.
            target: target id of the tab.

        Raises:
            PageUnreachable: there is no such tab, or it does not answer (browsers put tabs to sleep).
        """
        settings = settings or PageSettings(size=None)
        known = [i for i, info in browser.targets.items() if not info["url"].startswith(("devtools://", "chrome-ext"))]
        if target is not None and target not in known:
            raise PageUnreachable(f"the browser has no tab {target}: its tabs are {', '.join(known) or 'none'}")
        if not known:
            raise PageUnreachable("the browser has no tab open: open one, then try again")
        chosen = target or (known[0] if len(known) == 1 else _in_front(browser, known))
        try:
            return cls(browser, chosen, settings)
        except BrowserError as error:
            url = browser.targets.get(chosen, {}).get("url", chosen)
            raise PageUnreachable(f"the tab {url} does not answer ({error}): click it awake, then try again") from None

    # -- tabs

    @property
    def tabs(self) -> list[TabInfo]:
        """The tabs in use, in the order in which they were opened."""
        self._adopt_opened()
        known = self.browser.targets
        found = [known.get(tab.target_id, {}) for tab in self._tabs]
        return [
            TabInfo(index, info.get("url", ""), info.get("title", ""), tab is self._tab)
            for index, (tab, info) in enumerate(zip(self._tabs, found, strict=True))
        ]

    @property
    def target_id(self) -> str:
        """Identity of the current tab in the browser."""
        return self._tab.target_id

    def _adopt_opened(self) -> None:
        """Take in the windows that our tabs opened; like a person's browser, show the newest."""
        ours = {tab.target_id for tab in self._tabs}
        for target_id in list(self.browser.opened):
            info = self.browser.targets.get(target_id)
            if info is None or target_id in ours:
                self.browser.opened.remove(target_id)
            elif info.get("openerId") in ours:
                self.browser.opened.remove(target_id)
                self._take(target_id)
                self._tab.catch_up()

    def _take(self, target_id: str) -> None:
        self._tab = Tab(self.browser, target_id, self._tab_settings)
        self._own.add(target_id)
        self._tabs.append(self._tab)
        self._elements = {}

    def _new_tab(self, url: str) -> None:
        context = {"browserContextId": self._context_id} if self._context_id else {}
        created = self.browser.connection.call(
            "Target.createTarget", self.settings.timeout, url="about:blank", **context
        )
        self._take(created["targetId"])
        if url != "about:blank":
            self._tab.navigate(url)

    def _switch(self, index: int) -> str:
        if not 0 <= index < len(self._tabs):
            return f"there is no tab {index}: use 0 to {len(self._tabs) - 1}"
        self._tab = self._tabs[index]
        self._tab.call("Page.bringToFront")
        return ""

    def _close_tab(self) -> str:
        if len(self._tabs) == 1:
            return "the last tab cannot be closed: open another one first"
        self._tab.close()
        self._forget(self._tab)
        return ""

    def _forget(self, tab: Tab) -> None:
        at = self._tabs.index(tab)
        self._tabs.remove(tab)
        self._own.discard(tab.target_id)
        self._tab = self._tabs[max(0, at - 1)]

    # -- showing

    def goto(self, url: str, timeout: float | None = None) -> None:
        """Open an address in the current tab.

        Raises:
            PageUnreachable: it cannot be opened, or does not load within ``timeout`` seconds.
        """
        self._elements = {}
        self._tab.navigate(url, timeout)

    def set_html(self, html: str) -> None:
        """Show a page made of this text."""
        self.goto("about:blank")
        write = f"document.open(); document.write({json.dumps(html)}); document.close()"
        self._tab.call("Runtime.evaluate", expression=write)
        self._tab.arrive()

    def ready(self) -> None:
        """Wait for everything that the page has asked for: pictures, frames, what its style sheets name."""
        self.evaluate(f"{HANDLE}.ready({self.settings.load_timeout * 1000})", self.settings.load_timeout + 5)

    def evaluate(self, expression: str, timeout: float | None = None) -> Any:
        """Value of a JavaScript expression: with the virtual clock among the page's scripts, else in a world apart."""
        return self._tab.evaluate(expression, timeout)

    def screenshot(self) -> bytes:
        """The viewport as a PNG picture."""
        taken = self._tab.call("Page.captureScreenshot", format="png", optimizeForSpeed=True)
        return base64.b64decode(taken["data"])

    def close(self) -> None:
        """Close the tabs that are ours; an attached one stays open. Idempotent."""
        for tab in self._tabs:
            if tab.target_id in self._own:
                tab.close()
            else:
                tab.detach()
        if self._context_id and self._tabs:
            self.browser.connection.tell(
                Command("Target.disposeBrowserContext", {"browserContextId": self._context_id})
            )
        self._tabs = []

    # -- looking

    def observe(self, instruction: str, actions: Sequence[Action] = ()) -> Observation:
        """Look at the page. With no ``actions`` so far, an episode begins, and nothing counts as new."""
        first = "false" if actions else "true"
        return self._observation(self._look(f"{HANDLE}.observe({first})"), instruction, actions)

    def begin(self, script: str, instruction: str = "") -> Observation:
        """Run a script that starts an episode, let the page come to rest for a moment, and look."""
        settled = f"(async () => {{ {script}; return {HANDLE}.step(null, true, 0, {RESET_MS}); }})()"
        return self._observation(self._look(settled), instruction, ())

    def _observation(self, view: _View, instruction: str, actions: Sequence[Action]) -> Observation:
        return Observation(
            instruction=instruction,
            url=view.url,
            title=view.title,
            viewport=view.viewport,
            scroll=view.scroll,
            elements=view.elements,
            actions=tuple(actions)[-ACTIONS_KEPT:],
        )

    def _look(self, expression: str) -> _View:
        """Evaluate something that ends in an observation; when the page moves on meanwhile, wait and only look."""
        deadline = time.monotonic() + self.settings.load_timeout
        while True:
            try:
                view = _decode_view(self._tab.evaluate(expression))
                break
            except Moved:
                if time.monotonic() > deadline:
                    raise PageUnreachable("the page keeps moving on and never comes to rest: try again") from None
                self._tab.arrive()
                expression = f"{HANDLE}.observe(false)"
        self._elements = {element.ref: element for element in view.elements}
        self._points = view.points
        self.probe = view.probe
        return view

    # -- acting

    def act(self, action: Action) -> str:
        """Do something and let the page come to rest; what went wrong, or ``""``."""
        return self.step(action, "")[1]

    def step(self, action: Action, instruction: str, actions: Sequence[Action] = ()) -> tuple[Observation, str]:
        """Do something, let the page come to rest, and look.

        Args:
            action: what to do.
            instruction: the command, for the observation.
            actions: what was done before in this episode, oldest first.

        Returns:
            what is there now, and what went wrong (``""`` for nothing).

        Raises:
            PageClosed: the action closed the last tab.
            BrowserCrashed: the renderer or the browser went away.
            DeadlineExceeded: the page does not answer.
        """
        self._tab.dialogs.clear()
        try:
            view = self._perform(action)
        except InvalidAction as error:
            view = self._failed(str(error))
        except PageUnreachable as error:
            view = self._failed(str(error))
        except PageClosed:
            view = self._after_close()
        self.dialogs = list(self._tab.dialogs)
        return self._observation(view, instruction, (*actions, action)), view.error

    def _failed(self, error: str) -> _View:
        return msgspec.structs.replace(self._look(f"{HANDLE}.observe(false)"), error=error)

    def _after_close(self) -> _View:
        if len(self._tabs) <= 1:
            raise PageClosed("the page closed itself: open it again")
        self._tab.detach()
        self._forget(self._tab)
        return self._look(f"{HANDLE}.observe(false)")

    def _perform(self, action: Action) -> _View:
        match action:
            case Say() | Stop():
                return self._look(f"{HANDLE}.observe(false)")
            case Wait():
                return self._wait(action.seconds)
            case Goto() | Back() | Forward() | Reload():
                self._navigate(action)
                return self._rest()
            case TabNew() | TabSwitch() | TabClose():
                error = self._tabbing(action)
                return msgspec.structs.replace(self._rest(), error=error)
            case Press():
                return self._press(action)
            case Type():
                return self._type(action)
            case Select() | Scroll():
                return self._in_page(to_dict(action))
            case _ if self.settings.input == "dom":
                return self._in_page(to_dict(action))
            case _:
                return self._point(action)

    def _wait(self, seconds: float) -> _View:
        if seconds < 0:
            raise InvalidAction(f"cannot wait {seconds} seconds: use a number >= 0")
        milliseconds = seconds * 1000
        deadline = self.settings.timeout + seconds
        return _decode_view(self._tab.evaluate(f"{HANDLE}.step(null, false, {milliseconds}, {milliseconds})", deadline))

    def _navigate(self, action: Goto | Back | Forward | Reload) -> None:
        if isinstance(action, Goto):
            return self._tab.navigate(action.url)
        if isinstance(action, Reload):
            self._tab.loading, self._tab.readable = True, False
            self._tab.call("Page.reload")
            return None
        history = self._tab.call("Page.getNavigationHistory")
        index = history["currentIndex"] + (1 if isinstance(action, Forward) else -1)
        if not 0 <= index < len(history["entries"]):
            raise InvalidAction(f"there is no page to go {action.kind} to")
        self._tab.call("Page.navigateToHistoryEntry", entryId=history["entries"][index]["id"])
        self._tab.call("Page.getLayoutMetrics")  # its answer comes after the news that loading has begun
        return None

    def _tabbing(self, action: TabNew | TabSwitch | TabClose) -> str:
        if isinstance(action, TabNew):
            self._new_tab(action.url)
            return ""
        return self._switch(action.index) if isinstance(action, TabSwitch) else self._close_tab()

    def _type(self, action: Type) -> _View:
        order = to_dict(action)
        element = self._elements.get(action.ref)
        kind = element.attributes.get("type", "") if element is not None and element.tag == "input" else ""
        if kind in NATIVE_FIELDS:
            order["value"] = native_value(kind, action.text)
        if "value" in order or self.settings.input == "dom":
            return self._in_page(order)
        prepared = self._prepare(order)
        if prepared.error:
            return self._failed(prepared.error)
        if prepared.keys:
            keys = type_events(action.text) if action.text else press_events("Backspace")
            self._input("Input.dispatchKeyEvent", keys)
        return self._rest()

    def _press(self, action: Press) -> _View:
        keys = press_events(action.keys)
        prepared = self._prepare(to_dict(action)) if action.ref or self.settings.clock == "real" else _Prepared()
        if prepared.error:
            return self._failed(prepared.error)
        self._input("Input.dispatchKeyEvent", keys)
        return self._rest()

    def _point(self, action: Action) -> _View:
        prepared = self._known_point(action) or self._prepare(to_dict(action))
        if prepared.error:
            return self._failed(prepared.error)
        if prepared.point is not None:
            self._input("Input.dispatchMouseEvent", mouse_events(action, prepared.point, prepared.to))
        return self._rest()

    def _known_point(self, action: Action) -> _Prepared | None:
        """The point of an action when the last observation tells it; only time that stands still makes that certain."""
        if self.settings.clock == "real":
            return None
        if isinstance(action, ClickAt):
            return _Prepared(point=(action.x, action.y))
        if not isinstance(action, Click | DoubleClick | Hover | Drag):
            return None
        start = self._visible_point(action.ref)
        if start is None or not isinstance(action, Drag):
            return None if start is None else _Prepared(point=start)
        end = self._visible_point(action.to) if action.to else (start[0] + action.dx, start[1] + action.dy)
        return None if end is None else _Prepared(point=start, to=end)

    def _visible_point(self, ref: int) -> Point | None:
        element = self._elements.get(ref)
        if (
            element is None
            or not element.in_viewport
            or not element.visible
            or element.disabled
            or element.tag == "option"
        ):
            return None
        return self._points.get(ref) or (element.center if self._on_screen(*element.center) else None)

    def _on_screen(self, x: float, y: float) -> bool:
        width, height = self.settings.size or (0, 0)
        return 0 <= x < width and 0 <= y < height

    def _prepare(self, order: dict[str, Any]) -> _Prepared:
        found = self._tab.evaluate(f"{HANDLE}.act({json.dumps(order)}, true)")
        return msgspec.convert(found, _Prepared)

    def _input(self, method: str, events: Sequence[dict[str, Any]]) -> None:
        for reply in self._tab.request([Command(method, event) for event in events]):
            if reply.error is not None:
                raise ProtocolError(f"the browser refused an input event: {reply.error.message}")

    def _in_page(self, order: dict[str, Any]) -> _View:
        return self._settled(f"{HANDLE}.step({json.dumps(order)}, false, {self._least}, {SETTLE_MS})")

    def _rest(self) -> _View:
        if self._tab.loading:
            self._tab.arrive()
        return self._settled(f"{HANDLE}.step(null, false, {self._least}, {SETTLE_MS})")

    @property
    def _least(self) -> float:
        return self.settings.step_ms if self.settings.clock == "virtual" else 0.0

    def _settled(self, expression: str) -> _View:
        """Let the page come to rest, follow where the action led (another page, a new window), and look."""
        deadline = time.monotonic() + SETTLE_MS / 1000
        tab = self._tab
        view = self._look(expression)
        error = view.error
        while self._moves_on(tab, deadline):
            tab = self._tab
            view = self._look(f"{HANDLE}.step(null, false, 0, {SETTLE_MS})")
        return msgspec.structs.replace(view, error=error) if error != view.error else view

    def _moves_on(self, tab: Tab, deadline: float) -> bool:
        """Wait for what the last action set going; whether there was anything."""
        if self.browser.opened:
            self._adopt_opened()
        if self._tab.loading:
            self._tab.arrive()
            return True
        return self._tab is not tab or self._tab.wait_requests(deadline)


def _in_front(browser: Browser, target_ids: Sequence[str]) -> str:
    """The tab that a person sees; asleep ones, which answer nothing, are passed over."""
    connection = browser.connection
    timeout = 2.0
    attached = [Command("Target.attachToTarget", {"targetId": target, "flatten": True}) for target in target_ids]
    sessions = [str(reply.get()["sessionId"]) for reply in connection.request(attached, timeout)]
    question = {"expression": "document.hasFocus() ? 2 : document.visibilityState === 'visible' ? 1 : 0"}
    deadline = time.monotonic() + timeout
    tickets = connection.send([Command("Runtime.evaluate", question, session) for session in sessions], deadline)
    scores = []
    for ticket in tickets:
        try:
            (reply,) = connection.wait([ticket], deadline)
            scores.append(int(reply.get()["result"].get("value", 0)))
        except BrowserError:
            scores.append(-1)
    for session in sessions:
        connection.tell(Command("Target.detachFromTarget", {"sessionId": session}))
    return target_ids[max(range(len(scores)), key=lambda index: scores[index])]
