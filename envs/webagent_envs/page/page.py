"""A page as a person has it in front of them: what is on it, and what can be done with it."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

import msgspec

from webagent_envs.cdp import Command, within
from webagent_envs.chromium import Browser
from webagent_envs.errors import BrowserError, InvalidAction, PageClosed, PageUnreachable
from webagent_envs.page.downloads import Download, Downloads
from webagent_envs.page.ears import Ears, Heard
from webagent_envs.page.eyes import SETTLE_MS, Eyes
from webagent_envs.page.facts import Facts, decode_facts
from webagent_envs.page.hands import Hands
from webagent_envs.page.open_tabs import find_tab, in_front, listed, open_tabs
from webagent_envs.page.settings import Dialog, PageSettings, TabSettings
from webagent_envs.page.source import HANDLE, script
from webagent_envs.page.tab import Moved, Tab
from webagent_envs.page.tabs import TabInfo, Tabs
from webagent_envs.page.view import View, observation_of
from webagent_envs.spaces import Action, Observation

__all__ = ["Page"]

AWAKE = 6.0  # seconds in which a tab that is awake has answered
RESET_MS = 50.0  # longest that a page is waited for when an episode begins, in milliseconds of its own clock


class Page:
    """A page, and the tabs that it opens.

    Use `open` for a page of its own (with its own cookies), `attach` for one that is there already.

    Attributes:
        dialogs: JavaScript dialogs answered during the last step, or the last `goto`.
        on_dialog: answers them; as in the settings, until something else is put here.
    """

    def __init__(self, browser: Browser, target_id: str, settings: PageSettings, *, context_id: str = "") -> None:
        self.browser = browser
        self.settings = settings
        self.dialogs: list[Dialog] = []
        self.on_dialog = settings.on_dialog
        tab_settings = TabSettings(
            source=script(settings=settings, still=browser.still, own=bool(context_id)),
            clock=settings.clock,
            size=settings.size,
            timeout=settings.timeout,
            load_timeout=settings.load_timeout,
            on_dialog=lambda dialog: self.on_dialog(dialog),
            own=bool(context_id),
            listens=settings.listen is not None,
        )
        self._tabs = Tabs(browser, target_id, tab_settings, context_id)
        self._eyes = Eyes(self._tabs, settings)
        self._hands = Hands(self._tabs, self._eyes, settings)
        self._ears = Ears(self._tabs, self._eyes)
        self._downloads = Downloads(browser, self._tabs, settings.downloads)

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
        try:
            target = {"url": "about:blank", "browserContextId": context, "enableBeginFrameControl": browser.still}
            created = connection.call("Target.createTarget", settings.timeout, **target)
            return cls(browser, created["targetId"], settings, context_id=context)
        except BrowserError:
            connection.tell(Command("Target.disposeBrowserContext", {"browserContextId": context}))
            raise

    @classmethod
    def attach(
        cls, browser: Browser, settings: PageSettings | None = None, *, target: str | None = None, named: str = ""
    ) -> Page:
        """A tab of a browser that is in use: the one named, the only one, or the one in front.

        Args:
            browser: from `webagent_envs.chromium.attach`.
            settings: by default the viewport stays as it is.
            target: target id of the tab.
            named: its number among the open tabs, from 1, or a part of its title or address.

        Raises:
            PageUnreachable: there is no such tab, or it does not answer (browsers put tabs to sleep).
        """
        known = open_tabs(browser)
        if not known:
            raise PageUnreachable("the browser has no tab open: open one, then try again")
        if target is not None:
            chosen = next((tab for tab in known if tab.target_id == target), None)
            if chosen is None:
                raise PageUnreachable(f"the browser has no tab {target}: its tabs are {listed(known)}")
        else:
            chosen = find_tab(known, named) if named else in_front(browser, known)
        try:
            with within(AWAKE):
                page = cls(browser, chosen.target_id, settings or PageSettings(size=None))
                page._tab.catch_up()
        except BrowserError as error:
            raise PageUnreachable(
                f"the tab {chosen} does not answer ({error}). It may sleep, be stuck, or wait in a dialog: click on it "
                "or load it again, then try again; or name another one with --tab"
            ) from None
        page._tab.arrive()
        return page

    @property
    def downloads(self) -> list[Download]:
        """The files that were downloaded so far, oldest first."""
        self._downloads.wait(0.0)
        return list(self._downloads.finished)

    # -- tabs

    @property
    def tabs(self) -> list[TabInfo]:
        """The tabs in use, in the order in which they were opened."""
        return self._tabs.infos()

    def history(self) -> int:
        """How many pages the current tab has behind it."""
        return int(self._tab.call("Page.getNavigationHistory")["currentIndex"])

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
        self._eyes.elements = {}
        self._tab.dialogs.clear()
        self._tab.leave()
        try:
            self._tab.navigate(url, timeout)
        finally:
            self.dialogs = list(self._tab.dialogs)

    def fresh(self, url: str) -> None:
        """Open an address in a new document, like `goto`; from the second time on it was loaded beforehand.

        Raises:
            PageUnreachable: it cannot be opened.
        """
        self._eyes.elements = {}
        self._tab.leave()
        self._tabs.fresh(url)

    def set_html(self, html: str) -> None:
        """Show a page made of this text."""
        self.goto("about:blank")
        opened = f"document.open(); window.{HANDLE}?.listen()"
        write = f"{opened}; document.write({json.dumps(html)}); document.close()"
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

    def highlight(self, box: tuple[float, float, float, float] | None) -> None:
        """Have the browser itself draw a frame over the page (left, top, width, height), of which that sees nothing."""
        if box is None:
            self._tab.request([Command("Overlay.hideHighlight"), Command("Overlay.disable"), Command("DOM.disable")])
            return
        left, top, width, height = (round(number) for number in box)
        blue = {"color": {"r": 11, "g": 102, "b": 255, "a": 0.2}, "outlineColor": {"r": 11, "g": 102, "b": 255}}
        frame = {"x": left, "y": top, "width": max(width, 1), "height": max(height, 1), **blue}
        wanted = [Command("DOM.enable"), Command("Overlay.enable"), Command("Overlay.highlightRect", frame)]
        self._tab.request(wanted)

    def evaluate_inside(self, expression: str) -> Any:
        """Value of a JavaScript expression among the scripts of the page, whatever its clock; promises are awaited."""
        answer = self._tab.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        return answer["result"].get("value")

    def screenshot(self) -> bytes:
        """The viewport as a PNG picture."""
        return self._tab.drawing.picture()

    def close(self) -> None:
        """Close the tabs that are ours; an attached one stays open, and is left as it was. Idempotent."""
        if not self._tabs.context_id:
            self._eyes.leave()
        self._tabs.close()
        self._downloads.close()

    # -- looking

    def observe(self, instruction: str, actions: Sequence[Action] = ()) -> Observation:
        """Look at the page. With no ``actions`` so far, an episode begins, and nothing counts as new."""
        return observation_of(self._eyes.look(first=not actions), instruction, actions)

    def begin(self, script: str, instruction: str = "") -> Observation:
        """Run a script that starts an episode, let the page come to rest for a moment, and look."""
        return observation_of(self._eyes.begin(script, RESET_MS), instruction, ())

    def facts(self, ref: int, keys: str = "") -> Facts:
        """What an action on an element would set going; ``keys``: what would be pressed there. Ref 0 has the focus."""
        try:
            self._check(ref)
            return decode_facts(self._eyes.evaluate(ref, f"{HANDLE}.facts({ref}, {json.dumps(keys)})"))
        except Moved:
            return Facts(there=False)

    @property
    def probe(self) -> Any:
        """Value of ``settings.probe`` at the last observation."""
        return self._eyes.probe

    def keep(self, names: Sequence[str] = ()) -> None:
        """Take note of the document as it is now, for `begin_again`; or of these global variables only."""
        self.evaluate(f"{HANDLE}.keep({json.dumps(list(names)) if names else 'null'})")

    def keep_source(self) -> bool:
        """Take note of what the document is made of; whether `begin_again` can run its scripts again."""
        frame = self._tab.call("Page.getResourceTree")["frameTree"]
        scripts = [resource["url"] for resource in frame["resources"] if resource["type"] == "Script"]
        params = {"frameId": frame["frame"]["id"]}
        asked = [Command("Page.getResourceContent", params | {"url": url}) for url in (frame["frame"]["url"], *scripts)]
        replies = self._tab.request(asked)
        if any(reply.error is not None for reply in replies):
            return False
        html, *texts = [reply.get()["content"] for reply in replies]
        sources = json.dumps(dict(zip(scripts, texts, strict=True)))
        return bool(self.evaluate(f"{HANDLE}.keepSource({json.dumps(html)}, {sources})"))

    def begin_again(self, script: str) -> Observation | None:
        """Put the document back to what was kept, then `begin`; `None` where that is impossible: it was left."""
        if len(self._tabs) > 1:
            return None
        if self.settings.input == "trusted":
            self._tab.leave()
        view = self._eyes.begin_again(script, RESET_MS)
        return None if view is None else observation_of(view, "", ())

    # -- listening

    @property
    def asking(self) -> Dialog | None:
        """The dialog that waits for the person's answer (`PageSettings.on_dialog` left it to them): no script runs."""
        return self._tab.asking

    def hear(self, seconds: float = 0.0) -> list[Heard]:
        """What a person did in these tabs since the last call, oldest first; waits for it for some seconds at most.

        The tab that they used last is the current one then. Needs ``settings.listen``.

        Raises:
            PageClosed: they closed the last tab.
        """
        return self._ears.hear(seconds)

    def before(self, heard: Heard, instruction: str, actions: Sequence[Action] = ()) -> Observation | None:
        """The page as it was just before something was done; none where that was not told."""
        view = self._ears.view_before(heard)
        return None if view is None else observation_of(view, instruction, actions)

    def call_it(self, command: str) -> None:
        """The command that the person carries out has another wording than ``settings.listen``."""
        self._ears.call_it(command)

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
        started = time.monotonic()
        try:
            self._check(getattr(action, "ref", 0) or getattr(action, "to", 0))
            view = self._hands.do(action)
        except (InvalidAction, PageUnreachable, Moved) as error:
            view = self._failed(str(error))
        except PageClosed:
            view = self._after_close()
        self._downloads.wait(started + SETTLE_MS / 1000)
        self.dialogs = list(self._tab.dialogs)
        return observation_of(view, instruction, (*actions, action)), view.error

    def _check(self, ref: int) -> None:
        """Refuse a ref of a document that has been left: it means another element now."""
        if ref and self._eyes.document != self._tab.document:
            raise Moved("the page has moved on since it was looked at; look at it again")

    def _input(self, method: str, events: Sequence[dict[str, Any]]) -> None:
        self._tab.send_input([Command(method, event) for event in events])

    def _failed(self, error: str) -> View:
        return msgspec.structs.replace(self._eyes.look(), error=error)

    def _after_close(self) -> View:
        if len(self._tabs) <= 1:
            raise PageClosed("the page was closed: open it again")
        self._tabs.forget_current()
        return self._eyes.look()
