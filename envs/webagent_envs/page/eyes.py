"""Looking at a page: one question, one view, wherever the last action has led."""

from __future__ import annotations

import json
import time
from typing import Any
from weakref import WeakKeyDictionary

import msgspec

from webagent_envs.cdp import ProtocolError
from webagent_envs.errors import InvalidAction, PageUnreachable
from webagent_envs.page.frames import BLOCK, Frames, Spot
from webagent_envs.page.gestures import Point
from webagent_envs.page.leaving import leave
from webagent_envs.page.settings import PageSettings
from webagent_envs.page.source import HANDLE
from webagent_envs.page.tab import Moved, Tab
from webagent_envs.page.tabs import Tabs
from webagent_envs.page.view import Ask, View, decode_view
from webagent_envs.spaces import Element

__all__ = ["SETTLE_MS", "Eyes"]

SETTLE_MS = 1000.0  # longest that a page is waited for after an action, in milliseconds of its own clock
CLOSING = 1.0  # seconds in which a window that closes itself is gone
OBSERVE = f"{HANDLE}.observe(false)"


class Eyes:
    """Looks at the current tab.

    Args:
        tabs: of the page.
        settings: of the page.

    Attributes:
        elements: what was seen last, by ref.
        points: where to click the elements whose middle is not their own, by ref.
        probe: value of ``settings.probe`` then.
        clipboard: what was copied last in a page of ours.
        document: which one it was, of a live page.
    """

    def __init__(self, tabs: Tabs, settings: PageSettings) -> None:
        self._tabs = tabs
        self._settings = settings
        self._virtual = settings.clock == "virtual"
        self._least = settings.step_ms if self._virtual else 0.0
        self._frames: WeakKeyDictionary[Tab, Frames] = WeakKeyDictionary()
        self.elements: dict[int, Element] = {}
        self.points: dict[int, Point] = {}
        self.probe: Any = None
        self.clipboard = ""
        self.document: int | None = None

    def look(self, first: bool = False) -> View:
        """What is there now; ``first``: nothing of it counts as new."""
        observe = f"{HANDLE}.observe({json.dumps(first)})"
        return self.see(Ask(observe, observe))

    def begin(self, script: str, most: float) -> View:
        """Run a script, let the page come to rest for ``most`` milliseconds at the longest, and look."""
        rest = f"{HANDLE}.step(null, true, 0, {most})"
        return self.see(Ask(f"(async () => {{ {script}; return {rest}; }})()", rest))

    def begin_again(self, script: str, most: float) -> View | None:
        """`begin` in the document as it was when it was kept; none where it cannot be put back."""
        try:
            tab = self._tabs.current
            answer = tab.evaluate_drawn(f"{HANDLE}.renewed(async () => {{ {script} }}, {most})")
        except Moved:
            return None
        return self._seen(decode_view(answer)) if answer else None

    def see(self, ask: Ask, timeout: float | None = None) -> View:
        """Ask something that ends in an observation; when the page moves on meanwhile, wait and only look.

        Raises:
            PageClosed: the window has closed itself.
        """
        deadline = time.monotonic() + self._settings.load_timeout
        while True:
            try:
                view = self._asked(ask, timeout)
                break
            except Moved:
                if time.monotonic() > deadline:
                    raise PageUnreachable("the page keeps moving on and never comes to rest: try again") from None
                self._tabs.current.arrive()
            except ProtocolError:
                if not self._tabs.current.stopped:
                    raise
                self._tabs.current.stopped = False
            ask = Ask(OBSERVE, OBSERVE)
        return self._seen(view)

    def _seen(self, view: View) -> View:
        if view.closing:
            gone = time.monotonic() + CLOSING
            self._tabs.browser.connection.listen_until(lambda: False, self._tabs.current.session, gone)
        self.elements = {element.ref: element for element in view.elements}
        self.points = view.points
        self.document = self._tabs.current.document
        self.probe = view.probe
        if view.copied is not None:
            self.clipboard = view.copied
        return view

    def _asked(self, ask: Ask, timeout: float | None) -> View:
        tab = self._tabs.current
        frames = self._frames.get(tab)
        if frames is not None:
            return frames.look(ask, timeout)
        view = decode_view(tab.evaluate_drawn(ask.page, timeout))
        if not view.holes:
            return view
        frames = self._frames[tab] = Frames(tab)
        return frames.join(view, ask)

    def leave(self) -> None:
        """Take out of the tabs what was put there."""
        for tab in self._tabs:
            frames = self._frames.get(tab)
            leave(tab, frames.sessions if frames is not None else ())

    def listen_in_frames(self) -> None:
        """Be there when frames apart come, also those in which nothing is looked for yet."""
        for tab in self._tabs:
            if tab not in self._frames:
                self._frames[tab] = Frames(tab)

    def look_around(self, view: View, ref: int) -> View:
        """What there is, where the document that ``ref`` belongs to was seen already, and is now another perhaps."""
        frames = self._frames.get(self._tabs.current)
        if frames is None and not view.holes:
            return view
        ask = Ask(OBSERVE, OBSERVE)
        if frames is None:
            frames = self._frames[self._tabs.current] = Frames(self._tabs.current)
            return frames.join(view, ask)
        return frames.look_around(view, ref // BLOCK, ask)

    # -- after an action

    def wait(self, seconds: float) -> View:
        """Let time of the page go by, and look."""
        if seconds < 0:
            raise InvalidAction(f"cannot wait {seconds} seconds: use a number >= 0")
        milliseconds = seconds * 1000
        whole = f"{HANDLE}.step(null, false, {milliseconds}, {milliseconds})"
        return self.see(Ask(whole, whole if self._virtual else OBSERVE), self._settings.timeout + seconds)

    def rest(self, order: dict[str, Any] | None = None) -> View:
        """Do in the page what an action asks for, if anything, let it come to rest, and look where that has led."""
        if self._tabs.current.loading:
            self._tabs.current.arrive()
        deadline = time.monotonic() + SETTLE_MS / 1000
        tab = self._tabs.current
        view = self.see(self._steps(order, self._least))
        error = view.error
        while self._moves_on(tab, deadline) and time.monotonic() < deadline + self._settings.load_timeout:
            tab = self._tabs.current
            view = self.see(self._steps(None, 0))
        return msgspec.structs.replace(view, error=error) if error != view.error else view

    def _steps(self, order: dict[str, Any] | None, least: float) -> Ask:
        rest = f"{HANDLE}.step(null, false, {least}, {SETTLE_MS})"
        act = f"{HANDLE}.step({json.dumps(order)}, false, {least}, {SETTLE_MS})" if order else rest
        frames = self._frames.get(self._tabs.current)
        number = frames.number(order.get("ref", 0)) if frames is not None and order else 0
        # on live pages frames apart are seldom part of what an action does, and advertisements never come to rest
        return Ask(rest if number else act, rest if self._virtual else OBSERVE, number, act)

    def _moves_on(self, tab: Tab, deadline: float) -> bool:
        """Wait for what the last action set going; whether there was anything."""
        self._tabs.adopt()
        current = self._tabs.current
        if current.loading:
            current.arrive()
            self._tabs.leave_download()
            return True
        return current is not tab or current.wait_parts(deadline)

    # -- parts of the page

    def evaluate(self, ref: int, expression: str, timeout: float | None = None) -> Any:
        """The value of an expression in the document that a ref belongs to; the page itself has ref 0."""
        frames = self._frames.get(self._tabs.current)
        if frames is None:
            return self._tabs.current.evaluate(expression, timeout)
        return frames.evaluate(ref, expression, timeout)

    def lift(self, ref: int, point: Point) -> Spot:
        """Bring a point of the document that a ref belongs to into view; where it is then.

        Raises:
            InvalidAction: it is in a frame apart, and something covers it there.
        """
        frames = self._frames.get(self._tabs.current)
        return frames.lift(ref, point) if frames is not None else Spot(point, "", point)

    def node(self, ref: int) -> tuple[str, str]:
        """Session, and object id there, of an element."""
        frames = self._frames.get(self._tabs.current)
        if frames is not None:
            return frames.node(ref)
        tab = self._tabs.current
        found = tab.call("Runtime.evaluate", expression=f"{HANDLE}.nodeOf({ref})", **tab.world())
        return tab.session, found["result"]["objectId"]

    def spot(self, ref: int, point: Point) -> Spot:
        """Where a point of the page is for the frame that a ref belongs to, as it was at the last look."""
        frames = self._frames.get(self._tabs.current)
        return frames.spot(ref, point) if frames is not None else Spot(point, "", point)
