"""Frames apart: frames of another origin, into which the script of the page around them cannot look.

Each has a copy of the script, in a process of its own or not. What they show is put where they stand in the page, in
coordinates of the page; refs stay unique because each document of a frame apart counts in a block of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from webagent_envs.cdp import Command, Reply
from webagent_envs.errors import BrowserError, DeadlineExceeded, InvalidAction
from webagent_envs.page.gestures import Point
from webagent_envs.page.preparations import scripts
from webagent_envs.page.source import HANDLE
from webagent_envs.page.tab import Tab, value_of
from webagent_envs.page.view import Ask, Hole, View, decode_prepared, decode_view
from webagent_envs.spaces import Element

__all__ = ["BLOCK", "Frames", "Spot"]

BLOCK = 1_000_000
"""Refs of document number n lie in [n * BLOCK, (n + 1) * BLOCK); number 0 is the page itself."""
BLOCKS = 2_000  # as many as 32 bits hold
Box = tuple[float, float, float, float]
Ticket = tuple[int, str]
PATIENCE = 2.0  # seconds that a frame may take longer than the page around it
FORWARDED = frozenset(
    {
        "Page.javascriptDialogClosed",
        "Page.javascriptDialogOpening",
        "Page.frameStartedLoading",
        "Page.frameStoppedLoading",
        "Page.frameDetached",
        "Page.downloadWillBegin",
        "Page.fileChooserOpened",
        "Network.requestWillBeSent",
        "Network.loadingFinished",
        "Network.loadingFailed",
        "Runtime.bindingCalled",
    }
)


NO_HOLE = Hole(0, 0, 0.0, 0.0, (0.0, 0.0, 0.0, 0.0))


class Spot(NamedTuple):
    """Where a real mouse must go.

    Attributes:
        page: in coordinates of the page.
        session: the process that draws it has this session...
        own: ...and has it there in coordinates of its own.
    """

    page: Point
    session: str
    own: Point


class _Frame(msgspec.Struct):
    """A frame apart: the document that it shows (its number, where its script lives), and the element that holds it."""

    id: str
    session: str
    number: int = 0
    context: int = 0
    owner: _Frame | None = None
    hole: Hole = NO_HOLE


class _Round(NamedTuple):
    """One look: what is asked, the frames that were there before, and what they have answered, by frame id."""

    ask: Ask
    known: dict[str, _Frame]
    answers: dict[str, View | None]
    seen: dict[int, View]


class Frames:
    """The frames apart of one tab.

    Args:
        tab: theirs.
    """

    def __init__(self, tab: Tab) -> None:
        self._tab = tab
        self._connection = tab.browser.connection
        self._virtual = tab.settings.clock == "virtual"
        self._sessions: dict[str, str] = {}  # of frames with a process of their own, by frame id
        self._contexts: dict[tuple[str, str], int] = {}  # of the pages' own scripts, by session and frame id
        self._ids: dict[int, str] = {}  # of frames, by the ref of their element
        self._shown: dict[str, _Frame] = {}  # by frame id
        self._deaf: set[str] = set()  # ids of frames that did not answer in time
        self._count = 0
        tab.watch = self._on_event
        tab.request([Command(method, params) for method, params in self._watching()])

    @property
    def sessions(self) -> list[str]:
        """Of the frames that have a process of their own."""
        return list(self._sessions.values())

    def _watching(self) -> Iterator[tuple[str, dict[str, Any]]]:
        kinds = [{"type": "iframe"}]
        attach = {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": True, "filter": kinds}
        yield "Target.setAutoAttach", attach
        if self._virtual:
            yield "Runtime.enable", {}

    # -- events

    def _on_event(self, session: str, method: str, params: msgspec.Raw) -> None:
        if session != self._tab.session and method in FORWARDED:
            self._tab.hear(session, method, params)
        handler = _HANDLERS.get(method)
        if handler is not None:
            handler(self, session, msgspec.json.decode(params))

    def _attached(self, session: str, params: dict[str, Any]) -> None:
        child: str = params["sessionId"]
        self._sessions[params["targetInfo"]["targetId"]] = child
        self._connection.subscribe(child, lambda method, more: self._on_event(child, method, more))
        prepared: list[tuple[str, dict[str, Any]]] = [
            ("Page.enable", {}),
            ("Emulation.setFocusEmulationEnabled", {"enabled": True}),
            ("Page.setInterceptFileChooserDialog", {"enabled": self._tab.settings.own}),
            *scripts(self._tab.settings),
            *self._watching(),
            *([] if self._virtual else [("Network.enable", {})]),
        ]
        for method, more in prepared:
            self._connection.tell(Command(method, more, child))

    def _detached(self, session: str, params: dict[str, Any]) -> None:
        gone = params["sessionId"]
        self._connection.subscribe(gone, None)
        self._sessions = {frame: child for frame, child in self._sessions.items() if child != gone}

    def _removed(self, session: str, params: dict[str, Any]) -> None:
        if params.get("reason") != "swap":
            self._ids = {ref: frame for ref, frame in self._ids.items() if frame != params["frameId"]}

    def _loads(self, session: str, params: dict[str, Any]) -> None:
        self._deaf.discard(params["frameId"])

    def _context_made(self, session: str, params: dict[str, Any]) -> None:
        made = params["context"]
        if made["auxData"].get("isDefault"):
            self._contexts[session, made["auxData"]["frameId"]] = made["id"]

    def _navigated(self, session: str, params: dict[str, Any]) -> None:
        if params["frame"]["id"] == self._tab.target_id:  # refs of the page begin anew
            self._ids.clear()
            self._shown.clear()

    # -- looking

    def look(self, ask: Ask, timeout: float | None = None) -> View:
        """What the page and its frames apart answer, as one view.

        Raises:
            Moved: the page itself went away meanwhile.
        """
        return self._look(ask, {}, timeout)

    def look_around(self, view: View, number: int, ask: Ask) -> View:
        """`look`, where the document with this number was seen already."""
        return self._look(ask, {number: view}, None)

    def _look(self, ask: Ask, seen: dict[int, View], timeout: float | None) -> View:
        shown = list(self._shown.values())
        asked = [(frame, self._send(frame, ask.to(frame.number))) for frame in shown if frame.number not in seen]
        try:
            view = seen.get(0) or decode_view(self._tab.evaluate_drawn(ask.page, timeout))
        finally:
            answers = {frame.id: self._receive(frame, ticket) for frame, ticket in asked}
        answers |= {frame.id: seen[frame.number] for frame in shown if frame.number in seen}
        return self.join(view, ask, answers, seen)

    def join(
        self,
        view: View,
        ask: Ask,
        answers: dict[str, View | None] | None = None,
        seen: dict[int, View] | None = None,
    ) -> View:
        """A view of the page with what its frames apart show; those that have not answered yet are asked.

        Args:
            view: the page itself.
            ask: what is asked.
            answers: what frames have answered, by frame id.
            seen: documents that were seen already, by number.
        """
        known, self._shown = self._shown, {}
        return self._filled(view, None, _Round(ask, known, answers or {}, seen or {}))

    def _filled(self, view: View, owner: _Frame | None, this: _Round) -> View:
        """A document with what its frames apart show, at the places where they stand."""
        elements: list[Element] = []
        points = dict(view.points)
        copied, error, at = view.copied, view.error, 0
        for hole in view.holes:
            elements += view.elements[at : hole.at]
            at = hole.at
            found = self._found(hole, owner, this)
            if found is None:
                continue
            frame, seen = found
            inner = self._filled(seen, frame, this)
            elements += [_lifted(element, hole) for element in inner.elements]
            points.update({ref: (x + hole.x, y + hole.y) for ref, (x, y) in inner.points.items()})
            copied = copied if inner.copied is None else inner.copied
            error = error or inner.error
        shown = tuple(elements) + view.elements[at:]
        return msgspec.structs.replace(view, elements=shown, points=points, holes=(), copied=copied, error=error)

    def _found(self, hole: Hole, owner: _Frame | None, this: _Round) -> tuple[_Frame, View] | None:
        """The frame in a hole and its answer; none when it cannot be looked into."""
        try:
            frame_id = self._id_of(hole.ref, owner)
            if not frame_id or frame_id in self._deaf or frame_id in self._shown:
                return None
            frame, answer = this.known.get(frame_id), this.answers.get(frame_id)
            if frame is None or answer is None:
                frame = self._entered(frame_id, owner)
                if frame is None:
                    return None
                answer = this.seen.get(frame.number)
                answer = answer or self._receive(frame, self._send(frame, this.ask.to(frame.number)))
        except BrowserError:  # it has gone or is just moving on: what it shows will be seen at the next look
            return None
        if answer is None:
            return None
        self._shown[frame_id] = frame
        frame.owner, frame.hole = owner, hole
        return frame, answer

    def _id_of(self, ref: int, owner: _Frame | None) -> str:
        if ref not in self._ids:
            element = self._call(owner, "Runtime.evaluate", expression=f"{HANDLE}.nodeOf({ref})", **self._world(owner))
            described = self._call(owner, "DOM.describeNode", objectId=element["result"]["objectId"])
            self._ids[ref] = described["node"].get("frameId", "")
        return self._ids[ref]

    def _entered(self, frame_id: str, owner: _Frame | None) -> _Frame | None:
        """The frame, with the script made ready in the document that it shows now."""
        session = self._sessions.get(frame_id) or self._session(owner)
        frame = _Frame(frame_id, session)
        if self._virtual:
            place, deadline = (session, frame_id), time.monotonic() + PATIENCE
            self._connection.listen_until(lambda: place in self._contexts, session, deadline)
            frame.context = self._contexts.get(place, 0)
        else:
            made = self._call(frame, "Page.createIsolatedWorld", frameId=frame_id, worldName=self._tab.settings.world)
            frame.context = made["executionContextId"]
            self._call(frame, "Runtime.evaluate", expression=self._tab.settings.source, **self._world(frame))
        if not frame.context:
            return None
        self._count = self._count % (BLOCKS - 1) + 1
        counting = f"{HANDLE}.count({self._count * BLOCK})"
        counted = self._call(frame, "Runtime.evaluate", expression=counting, **self._world(frame))
        frame.number = counted["result"]["value"] // BLOCK
        return frame

    # -- talking

    def evaluate(self, ref: int, expression: str, timeout: float | None = None) -> Any:
        """The value of an expression in the document that a ref belongs to.

        Raises:
            Moved: that document has gone.
            ProtocolError: the expression threw.
        """
        frame = self._of(ref)
        if frame is None:
            return self._tab.evaluate(expression, timeout)
        params = {"expression": expression, "awaitPromise": True, "returnByValue": True, "contextId": frame.context}
        return value_of(self._request(frame, Command("Runtime.evaluate", params), timeout))

    def lift(self, ref: int, point: Point) -> Spot:
        """Scroll so that a point of the document that a ref belongs to is in view, and say where it is then.

        Raises:
            InvalidAction: something covers it.
        """
        inmost = frame = self._of(ref)
        local = point
        while frame is not None:
            through = f"{HANDLE}.through({frame.hole.ref}, {point[0]}, {point[1]})"
            prepared = decode_prepared(self.evaluate(frame.hole.ref, through))
            if prepared.point is None:
                raise InvalidAction(prepared.error)
            point, frame = prepared.point, frame.owner
            if inmost and self._session(frame) == inmost.session:
                local = point
        return Spot(point, self._session(inmost), local)

    def spot(self, ref: int, point: Point) -> Spot:
        """Where a point of the page is for the frame that a ref belongs to, as it was at the last look."""
        inmost = frame = self._of(ref)
        x, y = point
        while frame is not None:
            if not inmost or self._session(frame.owner) != inmost.session:
                x, y = x - frame.hole.x, y - frame.hole.y
            frame = frame.owner
        return Spot(point, self._session(inmost), (x, y))

    def node(self, ref: int) -> tuple[str, str]:
        """Session and object id of the element with this ref."""
        frame = self._of(ref)
        evaluated = self._call(frame, "Runtime.evaluate", expression=f"{HANDLE}.nodeOf({ref})", **self._world(frame))
        return self._session(frame), evaluated["result"]["objectId"]

    def number(self, ref: int) -> int:
        """The document that a ref belongs to; what belongs to none is asked of the page itself, which says so."""
        frame = self._of(ref)
        return frame.number if frame else 0

    def _of(self, ref: int) -> _Frame | None:
        if ref < BLOCK:
            return None
        return next((frame for frame in self._shown.values() if frame.number == ref // BLOCK), None)

    def _session(self, frame: _Frame | None) -> str:
        return frame.session if frame else self._tab.session

    def _world(self, frame: _Frame | None) -> dict[str, Any]:
        return {"contextId": frame.context} if frame else self._tab.world()

    def _request(self, frame: _Frame | None, command: Command, timeout: float | None = None) -> Reply:
        seconds = self._tab.settings.timeout if timeout is None else timeout
        return self._connection.request([command._replace(session=self._session(frame))], seconds)[0]

    def _call(self, frame: _Frame | None, method: str, **params: Any) -> dict[str, Any]:
        return self._request(frame, Command(method, params), PATIENCE).get()

    def _send(self, frame: _Frame, expression: str) -> Ticket:
        params = {"expression": expression, "awaitPromise": True, "returnByValue": True, "contextId": frame.context}
        deadline = time.monotonic() + self._tab.settings.timeout
        return self._connection.send([Command("Runtime.evaluate", params, frame.session)], deadline)[0]

    def _receive(self, frame: _Frame, ticket: Ticket) -> View | None:
        try:
            return decode_view(value_of(self._connection.wait([ticket], time.monotonic() + PATIENCE)[0]))
        except DeadlineExceeded:
            self._deaf.add(frame.id)
        except BrowserError:  # its document went away
            pass
        return None


def _lifted(element: Element, hole: Hole) -> Element:
    """An element of a frame apart, as the page around it has it."""
    left, top, width, height = element.box
    left, top = left + hole.x, top + hole.y
    inside = _overlaps((left, top, left + width, top + height), hole.clip)
    return msgspec.structs.replace(
        element,
        parent=element.parent or hole.ref,
        box=(round(left, 2), round(top, 2), width, height),
        in_viewport=element.in_viewport and inside,
        visible=element.visible and hole.visible,
        focused=element.focused and hole.focused,
    )


def _overlaps(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


_HANDLERS: dict[str, Callable[[Frames, str, dict[str, Any]], None]] = {
    "Target.attachedToTarget": Frames._attached,
    "Target.detachedFromTarget": Frames._detached,
    "Page.frameDetached": Frames._removed,
    "Page.frameStartedLoading": Frames._loads,
    "Page.frameNavigated": Frames._navigated,
    "Runtime.executionContextCreated": Frames._context_made,
}
