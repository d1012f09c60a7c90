"""A page as a person has it in front of them: what is on it, and what can be done with it."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

import msgspec

from webagent_envs.chromium import Browser
from webagent_envs.errors import BrowserError, InvalidAction, PageClosed, PageUnreachable
from webagent_envs.page.dates import NATIVE_FIELDS, native_value
from webagent_envs.page.frames import give_input, picture
from webagent_envs.page.gestures import Point, known_point, mouse_events
from webagent_envs.page.keys import press_events, type_events
from webagent_envs.page.settings import PageSettings
from webagent_envs.page.source import HANDLE, script
from webagent_envs.page.tab import Dialog, Moved, Tab, TabSettings
from webagent_envs.page.tabs import TabInfo, Tabs, in_front
from webagent_envs.page.view import Prepared, View, decode_prepared, decode_view, observation_of
from webagent_envs.spaces import (
    Action,
    Back,
    Element,
    Forward,
    Goto,
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

__all__ = ["Page"]

SETTLE_MS = 1000.0  # longest that a page is waited for after an action, in milliseconds of its own clock
RESET_MS = 50.0  # the same when an episode begins


class Page:
    """A page, and the tabs that it opens.

    Use `open` for a page of its own (with its own cookies), `attach` for one that is there already.

    Attributes:
        probe: value of ``settings.probe`` at the last observation.
        dialogs: JavaScript dialogs answered during the last step.
    """

    def __init__(self, browser: Browser, target_id: str, settings: PageSettings, *, context_id: str = "") -> None:
        self.browser = browser
        self.settings = settings
        self.probe: Any = None
        self.dialogs: list[Dialog] = []
        tab_settings = TabSettings(
            source=script(
                virtual=settings.clock == "virtual",
                still=browser.still,
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
        self._tabs = Tabs(browser, target_id, tab_settings, context_id)
        self._least = settings.step_ms if settings.clock == "virtual" else 0.0
        self._elements: dict[int, Element] = {}
        self._points: dict[int, Point] = {}

    @classmethod
    def open(cls, browser: Browser, settings: PageSettings = PageSettings()) -> Page:  # noqa: B008  (immutable)
        """A blank page with cookies and storage of its own.

        Raises:
            ValueError: a page that keeps real time would never be drawn in this browser.
        """
        if browser.still and settings.clock == "real":
            raise ValueError("this browser draws nothing by itself: launch it without still=True for real time")
        connection = browser.connection
        context = connection.call("Target.createBrowserContext", settings.timeout)["browserContextId"]
        target = {"url": "about:blank", "browserContextId": context, "enableBeginFrameControl": browser.still}
        created = connection.call("Target.createTarget", settings.timeout, **target)
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
        chosen = target or (known[0] if len(known) == 1 else in_front(browser, known))
        try:
            page = cls(browser, chosen, settings)
            page._tab.catch_up()
            page._tab.arrive()
            return page
        except BrowserError as error:
            url = browser.targets.get(chosen, {}).get("url", chosen)
            raise PageUnreachable(f"the tab {url} does not answer ({error}): click it awake, then try again") from None

    # -- tabs

    @property
    def tabs(self) -> list[TabInfo]:
        """The tabs in use, in the order in which they were opened."""
        self._tabs.adopt()
        return self._tabs.infos()

    @property
    def _tab(self) -> Tab:
        return self._tabs.current

    @property
    def target_id(self) -> str:
        """Identity of the current tab in the browser."""
        return self._tab.target_id

    # -- showing

    def goto(self, url: str, timeout: float | None = None) -> None:
        """Open an address in the current tab.

        Raises:
            PageUnreachable: it cannot be opened, or does not load within ``timeout`` seconds.
        """
        self._elements = {}
        self._tab.leave()
        self._tab.navigate(url, timeout)

    def fresh(self, url: str) -> None:
        """Open an address in a new document, like `goto`; from the second time on it was loaded beforehand.

        Raises:
            PageUnreachable: it cannot be opened.
        """
        self._elements = {}
        self._tab.leave()
        self._tabs.fresh(url)

    def set_html(self, html: str) -> None:
        """Show a page made of this text."""
        self.goto("about:blank")
        write = f"document.open(); document.write({json.dumps(html)}); document.close()"
        self._tab.call("Runtime.evaluate", expression=write)
        self._tab.arrive()

    def ready(self) -> None:
        """Wait for everything that the page has asked for: pictures, frames, what its style sheets name."""
        limit = self.settings.load_timeout
        self._tab.evaluate_drawn(f"{HANDLE}.ready({limit * 1000})", limit + 5)
        self._tab.leave()  # a new page learns with its first frame that the pointer is in its corner

    def evaluate(self, expression: str, timeout: float | None = None) -> Any:
        """Value of a JavaScript expression: with the virtual clock among the page's scripts, else in a world apart."""
        return self._tab.evaluate(expression, timeout)

    def screenshot(self) -> bytes:
        """The viewport as a PNG picture."""
        return picture(self._tab)

    def close(self) -> None:
        """Close the tabs that are ours; an attached one stays open. Idempotent."""
        self._tabs.close()

    # -- looking

    def observe(self, instruction: str, actions: Sequence[Action] = ()) -> Observation:
        """Look at the page. With no ``actions`` so far, an episode begins, and nothing counts as new."""
        first = "false" if actions else "true"
        return observation_of(self._look(f"{HANDLE}.observe({first})"), instruction, actions)

    def begin(self, script: str, instruction: str = "") -> Observation:
        """Run a script that starts an episode, let the page come to rest for a moment, and look."""
        settled = f"(async () => {{ {script}; return {HANDLE}.step(null, true, 0, {RESET_MS}); }})()"
        return observation_of(self._look(settled), instruction, ())

    def keep(self, names: Sequence[str] = ()) -> None:
        """Take note of the document as it is now, for `renew`; of these global variables only when any are named."""
        self.evaluate(f"{HANDLE}.keep({json.dumps(list(names)) if names else 'null'})")

    def begin_again(self, script: str) -> Observation | None:
        """Put the document back to the moment of `keep`, then `begin`; `None` where that is impossible: it was left."""
        if len(self._tabs) > 1:
            return None
        if self.settings.input == "trusted":
            self._tab.leave()
        try:
            answer = self._tab.evaluate_drawn(f"{HANDLE}.renewed(async () => {{ {script} }}, {RESET_MS})")
        except Moved:
            return None
        return observation_of(self._seen(decode_view(answer)), "", ()) if answer else None

    def _look(self, expression: str, timeout: float | None = None) -> View:
        """Evaluate something that ends in an observation; when the page moves on meanwhile, wait and only look."""
        deadline = time.monotonic() + self.settings.load_timeout
        while True:
            try:
                view = decode_view(self._tab.evaluate_drawn(expression, timeout))
                break
            except Moved:
                if time.monotonic() > deadline:
                    raise PageUnreachable("the page keeps moving on and never comes to rest: try again") from None
                self._tab.arrive()
                expression = f"{HANDLE}.observe(false)"
        return self._seen(view)

    def _seen(self, view: View) -> View:
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
        except (InvalidAction, PageUnreachable, Moved) as error:
            view = self._failed(str(error))
        except PageClosed:
            view = self._after_close()
        self.dialogs = list(self._tab.dialogs)
        return observation_of(view, instruction, (*actions, action)), view.error

    def _failed(self, error: str) -> View:
        return msgspec.structs.replace(self._look(f"{HANDLE}.observe(false)"), error=error)

    def _after_close(self) -> View:
        if len(self._tabs) <= 1:
            raise PageClosed("the page was closed: open it again")
        self._tabs.forget_current()
        return self._look(f"{HANDLE}.observe(false)")

    def _perform(self, action: Action) -> View:
        match action:
            case Say() | Stop():
                return self._look(f"{HANDLE}.observe(false)")
            case Wait():
                return self._wait(action.seconds)
            case Goto() | Back() | Forward() | Reload():
                self._navigate(action)
                return self._rest()
            case TabNew() | TabSwitch() | TabClose():
                self._change_tab(action)
                return self._rest()
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

    def _wait(self, seconds: float) -> View:
        if seconds < 0:
            raise InvalidAction(f"cannot wait {seconds} seconds: use a number >= 0")
        milliseconds = seconds * 1000
        whole = f"{HANDLE}.step(null, false, {milliseconds}, {milliseconds})"
        return self._look(whole, self.settings.timeout + seconds)

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

    def _change_tab(self, action: TabNew | TabSwitch | TabClose) -> None:
        self._elements = {}
        if isinstance(action, TabNew):
            self._tabs.new(action.url)
        elif isinstance(action, TabSwitch):
            self._tabs.switch(action.index)
        else:
            self._tabs.close_current()

    def _type(self, action: Type) -> View:
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
            give_input(self._tab, "Input.dispatchKeyEvent", keys)
        return self._rest()

    def _press(self, action: Press) -> View:
        keys = press_events(action.keys)
        prepared = self._prepare(to_dict(action)) if action.ref or self.settings.clock == "real" else Prepared()
        if prepared.error:
            return self._failed(prepared.error)
        give_input(self._tab, "Input.dispatchKeyEvent", keys)
        return self._rest()

    def _point(self, action: Action) -> View:
        prepared = self._known_point(action) or self._prepare(to_dict(action))
        if prepared.error:
            return self._failed(prepared.error)
        if prepared.point is not None:
            give_input(self._tab, "Input.dispatchMouseEvent", mouse_events(action, prepared.point, prepared.to))
        return self._rest()

    def _known_point(self, action: Action) -> Prepared | None:
        """The point of an action when the last observation tells it; only time that stands still makes that certain."""
        if self.settings.clock == "real":
            return None
        found = known_point(action, self._elements, self._points, self.settings.size or (0, 0))
        return Prepared(point=found[0], to=found[1]) if found else None

    def _prepare(self, order: dict[str, Any]) -> Prepared:
        found = self._tab.evaluate(f"{HANDLE}.act({json.dumps(order)}, true)")
        return decode_prepared(found)

    def _in_page(self, order: dict[str, Any]) -> View:
        return self._settled(f"{HANDLE}.step({json.dumps(order)}, false, {self._least}, {SETTLE_MS})")

    def _rest(self) -> View:
        if self._tab.loading:
            self._tab.arrive()
        return self._settled(f"{HANDLE}.step(null, false, {self._least}, {SETTLE_MS})")

    def _settled(self, expression: str) -> View:
        """Let the page come to rest, follow where the action led (another page, a new window), and look."""
        deadline = time.monotonic() + SETTLE_MS / 1000
        tab = self._tab
        view = self._look(expression)
        error = view.error
        while self._moves_on(tab, deadline) and time.monotonic() < deadline + self.settings.load_timeout:
            tab = self._tab
            view = self._look(f"{HANDLE}.step(null, false, 0, {SETTLE_MS})")
        return msgspec.structs.replace(view, error=error) if error != view.error else view

    def _moves_on(self, tab: Tab, deadline: float) -> bool:
        """Wait for what the last action set going; whether there was anything."""
        if self.browser.opened:
            self._tabs.adopt()
        if self._tab.loading:
            self._tab.arrive()
            return True
        return self._tab is not tab or self._tab.wait_parts(deadline)
