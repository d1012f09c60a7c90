"""Listening to what a person does in the tabs of a page."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import Any, Literal

import msgspec

from webagent_envs.cdp import ProtocolError, decoded
from webagent_envs.errors import BrowserError, PageClosed
from webagent_envs.page.eyes import Eyes
from webagent_envs.page.source import HANDLE
from webagent_envs.page.tab import Tab
from webagent_envs.page.tabs import Tabs
from webagent_envs.page.view import View
from webagent_envs.spaces import Answered, Modifier

__all__ = ["Ears", "Heard"]

EFFECT_S = 1.5  # what happens so soon after an act counts as its effect
BY_HAND = frozenset({"typed", "auto_bookmark", "generated", "keyword", "keyword_generated"})
"""How Chromium calls it when the person, and not the page, chose where to go."""

HeardKind = Literal[
    "hello",
    "down",
    "up",
    "double",
    "key",
    "typing",
    "line",
    "value",
    "choice",
    "wheel",
    "moved",
    "tab",
    "closed",
    "dialog",
    "bar",
]


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a person did, or that came of it.

    Attributes:
        kind: ``down``: a button of the mouse was pressed; ``up``: it was released further away (a drag); ``double``:
            the last two presses were a double click; ``key``: a key that writes nothing; ``typing``: a field is about
            to be written into; ``value``: it was; ``line``: the last key made a new line there; ``choice``: options
            were chosen; ``wheel``: scrolling began; ``moved``: by hand to another address (``how``); ``tab``: another
            tab is used; ``closed``: the tab was closed by hand; ``dialog``: a JavaScript dialog was ``answered``;
            ``bar``: a button of our own bar; ``hello``: a document is there.
        document: the first ref of the document less 1; 0 for the page itself, and for a frame that is not known yet.
        apart: it is a frame apart.
        path: refs of the element and all around it, inmost first.
        control: ref of the field whose label was hit; 0 for none.
        x, y: of the pointer, in CSS pixels of its document's outermost viewport.
        held: modifier keys.
        button: of the mouse.
        keys: name of the key.
        value: what a field holds now.
        files: these are the names of files, one a line.
        secret: that is not what it holds, for nobody must know.
        said: from where to where the command says it, of something secret.
        line: writing began with a new line.
        chosen: texts of the chosen options.
        trail: refs of what the pointer came by since the last press, oldest first.
        how: ``goto``, ``back``, ``forward``, ``reload`` or, of the bar, the name of the button.
        url: where that led.
        tab: index of the tab.
        answered: the dialog, and what was answered.
        at: when, in seconds of `time.time`.
        view: the document as it was just before.
    """

    kind: HeardKind
    document: int = 0
    apart: bool = False
    path: tuple[int, ...] = ()
    control: int = 0
    x: float = 0.0
    y: float = 0.0
    held: tuple[Modifier, ...] = ()
    button: Literal["left", "right"] = "left"
    keys: str = ""
    value: str = ""
    files: bool = False
    secret: bool = False
    said: tuple[int, int] | None = None
    line: bool = False
    chosen: tuple[str, ...] = ()
    trail: tuple[int, ...] = ()
    how: str = ""
    url: str = ""
    tab: int = 0
    answered: Answered | None = None
    at: float = 0.0
    view: View | None = None


class Ears:
    """Listens to the tabs of a page.

    Args:
        tabs: of the page.
        eyes: of the page.
    """

    def __init__(self, tabs: Tabs, eyes: Eyes) -> None:
        self._tabs = tabs
        self._eyes = eyes
        self._command: str | None = None
        self._histories: dict[str, tuple[int, list[int]]] = {}
        self._acted = 0.0
        self._unclear: set[Tab] = set()  # tabs that have moved, nobody knows yet how

    def hear(self, seconds: float) -> list[Heard]:
        """See `Page.hear`."""
        self._remember_histories()
        if not self._tabs.current.asking:  # else no script answers
            self._eyes.listen_in_frames()
        browser = self._tabs.browser
        deadline = time.monotonic() + seconds
        browser.connection.listen_until(self._has_news, "", deadline)
        found: list[Heard] = self._closed()
        before = self._tabs.current
        self._tabs.adopt()
        if self._tabs.current is not before:
            self._remember_histories()
        for tab in list(self._tabs):
            for text in self._taken(tab):
                found += self._understood(tab, text)
            if tab in self._unclear:
                found += self._moved(tab)
        return found

    def _has_news(self) -> bool:
        browser, tabs = self._tabs.browser, list(self._tabs)
        ids = {tab.target_id for tab in tabs}
        opened = any(browser.targets.get(one, {}).get("openerId") in ids for one in browser.opened if one not in ids)
        return opened or any(tab.told or tab.target_id not in browser.targets for tab in tabs)

    @staticmethod
    def _taken(tab: Tab) -> list[str]:
        taken = list(tab.told)
        tab.told.clear()
        return taken

    def _closed(self) -> list[Heard]:
        if self._tabs.current.target_id in self._tabs.browser.targets:
            return []
        if len(self._tabs) == 1:
            raise PageClosed("the page was closed: what was recorded is kept")
        self._tabs.forget_current()
        return [] if self._is_effect() else [Heard(kind="closed", at=time.time())]

    def _is_effect(self) -> bool:
        return time.monotonic() < self._acted + EFFECT_S

    def _understood(self, tab: Tab, text: str) -> list[Heard]:
        try:
            heard = decoded(_decode, text)
        except msgspec.DecodeError as error:
            raise ProtocolError(f"the page disturbs the script that listens ({error}): load it again") from None
        heard = msgspec.structs.replace(heard, tab=list(self._tabs).index(tab), at=time.time())
        if heard.kind == "moved":
            self._unclear.add(tab)
            return []
        if heard.kind == "hello":
            self._greet(tab)
            return [] if heard.apart or tab is not self._tabs.current else [heard]
        if heard.kind == "bar":
            return [heard]
        if heard.apart and not heard.document:  # its refs would be taken for those of the page
            return []
        self._acted = time.monotonic()
        return [*self._used(tab, heard), heard]

    def _moved(self, tab: Tab) -> list[Heard]:
        moves = self._moves(tab)
        return [*self._used(tab, moves[0]), *moves] if moves else []

    def _used(self, tab: Tab, heard: Heard) -> list[Heard]:
        if tab is self._tabs.current:
            return []
        self._tabs.current = tab
        return [Heard(kind="tab", tab=heard.tab, at=heard.at)]

    def _greet(self, tab: Tab) -> None:
        if self._command is not None:
            self.call_it(self._command)
        if tab is self._tabs.current:
            try:
                self._eyes.look()  # frames apart get their numbers now, before anything is done in them
            except BrowserError:  # it is still on its way
                return

    def call_it(self, command: str) -> None:
        """See `Page.call_it`."""
        self._command = command
        for tab in list(self._tabs):
            try:
                tab.evaluate(f"{HANDLE}.called({json.dumps(command)})")
            except BrowserError:  # a document that comes later is told then
                continue

    def view_before(self, heard: Heard) -> View | None:
        """The whole page as it was just before; parts that were not told are as they are now."""
        if heard.view is None:
            return None
        if self._tabs.current.asking:
            return heard.view if heard.document == 0 else None
        try:
            return self._eyes.look_around(heard.view, heard.document)
        except BrowserError:  # the act led away from it at once
            return heard.view if heard.document == 0 else None

    # -- where the person goes by hand

    def _history(self, tab: Tab) -> tuple[int, list[dict[str, Any]]]:
        found = tab.call("Page.getNavigationHistory")
        return int(found["currentIndex"]), found["entries"]

    def _remember_histories(self) -> None:
        for tab in list(self._tabs):
            if tab.target_id not in self._histories:
                with suppress(BrowserError):
                    self._note(tab)

    def _note(self, tab: Tab) -> tuple[int, list[dict[str, Any]]]:
        index, entries = self._history(tab)
        self._histories[tab.target_id] = index, [entry["id"] for entry in entries]
        return index, entries

    def _moves(self, tab: Tab) -> list[Heard]:
        was, known = self._histories.get(tab.target_id, (0, []))
        try:
            index, entries = self._note(tab)
        except BrowserError:  # it is on its way: asked again
            return []
        self._unclear.discard(tab)
        entry = entries[index]
        how: dict[str, Any] = {"kind": "moved", "tab": list(self._tabs).index(tab), "at": time.time()}
        how["url"] = entry["url"]
        if entry["id"] not in known:
            return [Heard(how="goto", **how)] if entry["transitionType"] in BY_HAND else []
        if self._is_effect():
            return []
        if index == was:
            return [Heard(how="reload", **how)] if entry["transitionType"] == "reload" else []
        return [Heard(how="back" if index < was else "forward", **how)] * abs(index - was)


_decode = msgspec.json.Decoder(Heard).decode
