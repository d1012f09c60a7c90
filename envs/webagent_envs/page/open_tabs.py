"""The open tabs of a person's browser: which one is in front, and which one is meant."""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec

from webagent_envs.cdp import Command
from webagent_envs.chromium import Browser
from webagent_envs.errors import BrowserError, PageUnreachable

__all__ = ["OpenTab", "find_tab", "in_front", "listed", "open_tabs"]

LOOK_TIMEOUT = 2.0
GRACE = 0.25  # seconds that the others get once a tab has said that it is in front
NOT_PAGES = ("devtools://", "chrome-extension://", "chrome-untrusted://")
QUESTION = "document.visibilityState !== 'visible' ? 0 : document.hasFocus() ? 2 : 1"


class OpenTab(msgspec.Struct, frozen=True):
    """A tab of a browser.

    Attributes:
        number: from 1; it stays the same as long as no earlier tab is closed and the connection stands.
        target_id: its identity in the browser.
        title: of its page.
        url: of its page.
        shown: 2 with the focus, 1 in front of its window, 0 behind others; -1 when it does not answer.
    """

    number: int
    target_id: str
    title: str
    url: str
    shown: int = 0

    def __str__(self) -> str:
        return f"{self.number}: “{self.title[:60]}” ({self.url[:80]})"


def open_tabs(browser: Browser) -> list[OpenTab]:
    """The tabs of a browser. None of them is asked anything."""
    answer = browser.connection.call("Target.getTargets", LOOK_TIMEOUT)
    found = {info["targetId"]: info for info in answer["targetInfos"]}  # titles as they are now: no event tells them
    order = [found[target] for target in browser.targets if target in found]
    pages = [info for info in order if _is_page(info["url"]) and not info.get("subtype")]
    return [OpenTab(at, info["targetId"], info["title"], info["url"]) for at, info in enumerate(pages, start=1)]


def _is_page(url: str) -> bool:
    return not url.startswith(NOT_PAGES)


def listed(tabs: Sequence[OpenTab]) -> str:
    """Tabs in one line, for a message."""
    return "; ".join(map(str, tabs[:12])) + ("; …" if len(tabs) > 12 else "") or "none"


def find_tab(tabs: Sequence[OpenTab], wanted: str) -> OpenTab:
    """The one tab that is meant by its number, or by a part of its title or address.

    Raises:
        PageUnreachable: none of them, or several.
    """
    if wanted.isdecimal():
        found = [tab for tab in tabs if tab.number == int(wanted)]
    else:
        part = wanted.casefold()
        found = [tab for tab in tabs if part in tab.title.casefold() or part in tab.url.casefold()]
        found = [tab for tab in found if part in (tab.title.casefold(), tab.url.casefold())] or found
    if len(found) == 1:
        return found[0]
    if found:
        raise PageUnreachable(f"“{wanted}” fits several tabs: say more, or the number. They are {listed(found)}")
    raise PageUnreachable(f"no tab is “{wanted}”: the tabs are {listed(tabs)}")


def asked(browser: Browser, tabs: Sequence[OpenTab]) -> list[OpenTab]:
    """The same, with what they say of themselves; those that are asleep or stuck are not waited for."""
    connection = browser.connection
    attached = [Command("Target.attachToTarget", {"targetId": tab.target_id, "flatten": True}) for tab in tabs]
    replies = connection.request(attached, LOOK_TIMEOUT)
    sessions = ["" if reply.error else str(reply.get()["sessionId"]) for reply in replies]
    deadline = time.monotonic() + LOOK_TIMEOUT
    question = {"expression": QUESTION}
    known = [session for session in sessions if session]
    tickets = connection.send([Command("Runtime.evaluate", question, session) for session in known], deadline)
    answers = dict.fromkeys(sessions, -1)
    for session, ticket in zip(known, tickets, strict=True):
        try:
            (reply,) = connection.wait([ticket], deadline)
            answers[session] = int(reply.get()["result"].get("value", 0))
        except BrowserError:
            continue
        if answers[session] > 0:
            deadline = min(deadline, time.monotonic() + GRACE)
    for session in known:
        connection.tell(Command("Target.detachFromTarget", {"sessionId": session}))
    return [msgspec.structs.replace(tab, shown=answers[at]) for tab, at in zip(tabs, sessions, strict=True)]


def in_front(browser: Browser, tabs: Sequence[OpenTab]) -> OpenTab:
    """The tab that a person looks at; of several that say so, as those without a window do, the newest.

    Raises:
        PageUnreachable: none of them is, or nobody can tell which.
    """
    if len(tabs) == 1:
        return tabs[0]
    told = asked(browser, tabs)
    best = max((tab.shown for tab in told), default=0)
    front = [tab for tab in told if tab.shown == best]
    if best == 2 or (best == 1 and len(front) == 1):
        return front[-1]
    asleep = [tab for tab in told if tab.shown < 0]
    if best < 1 and asleep:
        raise PageUnreachable(f"{_asleep(asleep)}: click it awake, load it again, or name another one with --tab")
    if best == 1:
        raise PageUnreachable(f"{len(front)} windows are open: name a tab with --tab. In front are {listed(front)}")
    raise PageUnreachable(f"no tab is to be seen: name one with --tab. They are {listed(tabs)}")


def _asleep(tabs: Sequence[OpenTab]) -> str:
    many = len(tabs) > 1
    return f"{'these tabs do' if many else 'this tab does'} not answer, asleep or stuck: {listed(tabs)}"
