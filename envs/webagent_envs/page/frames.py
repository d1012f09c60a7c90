"""When a page is drawn. In a browser that stands still (`Browser.still`) it is drawn only when this module or
`Tab.draw` asks for it.

Some things reach a page with a frame only: a pointer that moved and pressed nothing, news of scrolling and of sizes,
the hovering of what came under a pointer that rests. Elsewhere frames come by themselves, 60 times a second.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator, Sequence
from typing import Any

from webagent_envs.cdp import Command, ProtocolError, Reply
from webagent_envs.page.tab import Tab

__all__ = ["give_input", "picture"]

NOTHING = Command("Runtime.evaluate", {"expression": "0"})
PATIENCE = 0.25  # seconds after which a move counts as overtaken by its frame


def give_input(tab: Tab, method: str, events: Sequence[dict[str, Any]]) -> None:
    """Send mouse or keyboard events; all have been dealt with afterwards.

    Raises:
        ProtocolError: the browser refused one.
    """
    for batch in _batches(events) if tab.still else [list(events)]:
        commands = [Command(method, event) for event in batch]
        if tab.still and batch[-1]["type"] == "mouseMoved":
            _move(tab, commands)
        else:
            _checked(tab.request(commands))


def _batches(events: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Parts that end in a move, or with the last event; a press takes the move before it along."""
    batch: list[dict[str, Any]] = []
    for event, following in zip(events, [*events[1:], None], strict=True):
        batch.append(event)
        if following is None or (event["type"] == "mouseMoved" and following["type"] != "mousePressed"):
            yield batch
            batch = []


def _move(tab: Tab, commands: Sequence[Command]) -> None:
    """Send a move, and the frame without which it is not dealt with."""
    connection = tab.browser.connection
    deadline = time.monotonic() + tab.settings.timeout
    addressed = [Command(method, params, tab.session) for method, params, _ in (*commands, NOTHING)]
    *moves, sent = connection.send(addressed, deadline)
    connection.wait([sent], deadline)  # the move is in the page by now: its frame cannot overtake it any more
    while not connection.answered(moves):
        tab.draw()
        connection.listen_until(lambda: connection.answered(moves), tab.session, time.monotonic() + PATIENCE)
        if time.monotonic() >= deadline:
            break
    _checked(connection.wait(moves, deadline))


def _checked(replies: Sequence[Reply]) -> None:
    for reply in replies:
        if reply.error is not None:
            raise ProtocolError(f"the browser refused a frame or an input event: {reply.error.message}")


def picture(tab: Tab) -> bytes:
    """What the page looks like now, as a PNG picture.

    Raises:
        ProtocolError: the browser gives none.
    """
    if not tab.still:
        return base64.b64decode(tab.call("Page.captureScreenshot", format="png", optimizeForSpeed=True)["data"])
    for _ in range(2):  # the very first frame of a page may come without its picture
        drawn = tab.frame(screenshot={"format": "png", "optimizeForSpeed": True})
        if "screenshotData" in drawn:
            return base64.b64decode(drawn["screenshotData"])
    raise ProtocolError("the browser took no picture: try again")
