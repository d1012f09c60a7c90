"""The session's own process: keeps the policy loaded and the connection to the browser open between commands."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from secrets import compare_digest
from typing import TYPE_CHECKING

from webagent import __version__
from webagent.errors import SessionFault, explained
from webagent.home import private_folder
from webagent.live.session import place
from webagent.live.session.line import Line
from webagent.live.session.protocol import (
    AskState,
    Do,
    Ended,
    EndSession,
    Fault,
    Finished,
    FromClient,
    Hello,
    ListTabs,
    State,
    TabList,
    Welcome,
)

if TYPE_CHECKING:
    from webagent.live.loop import Acts
    from webagent.live.session.attached import Attached

__all__ = ["IDLE", "Session", "main"]

IDLE = 600.0  # seconds without a command after which a session ends...
ALONE = 20.0  # ...and when there is no browser, or none any more
LOOK_UP = 0.5  # seconds between looks at whether it is time to end
TURN = 10.0  # seconds that a command waits for the one before it


class Session:
    """Carries out what clients ask for, one command at a time.

    Args:
        address: how clients reach it.
        idle: seconds without a command after which it ends.
    """

    def __init__(self, address: place.Address, idle: float = IDLE) -> None:
        self._address = address
        self._idle = idle
        self._began = self._rests_since = time.monotonic()
        self._commands = 0
        self._turn = threading.Lock()
        self._line: Line | None = None  # whose turn it is...
        self._command = ""  # ...and what is done for them
        self._ending = threading.Event()
        self._ready = threading.Event()
        self._loading = threading.Lock()
        self._policies: dict[tuple[str, float], Acts] = {}
        self._attached: Attached | None = None  # until it is ready

    def serve(self, door: socket.socket) -> None:
        """Answer clients until told to end, or idle for too long, or replaced by another session."""
        threading.Thread(target=self._prepare, daemon=True).start()
        door.settimeout(LOOK_UP)
        while not self._is_over():
            with contextlib.suppress(TimeoutError):
                connection, _ = door.accept()
                connection.settimeout(None)
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()
        self._close()

    def _is_over(self) -> bool:
        return self._ending.is_set() or self._rests_enough() or place.read(self._address.browser) != self._address

    def _rests_enough(self) -> bool:
        if not self._ready.is_set() or not self._turn.acquire(blocking=False):
            return False
        try:
            attached = self._attached is not None and self._attached.is_there
        finally:
            self._turn.release()
        return time.monotonic() - self._rests_since > (self._idle if attached else min(self._idle, ALONE))

    def _close(self) -> None:
        if self._turn.acquire(timeout=TURN) and self._attached is not None:
            self._attached.close()

    # -- what takes long to load

    def _prepare(self) -> None:
        """Load what the first command needs while it is on its way."""
        from webagent.live.session.attached import Attached

        self._attached = Attached(self._address.browser)
        self._rests_since = time.monotonic()
        self._ready.set()
        with contextlib.suppress(Exception):  # the command that needs it is told
            self._policy("")

    def _policy(self, folder: str) -> Acts:
        """A checkpoint as it is on disk now, going by what was taught."""
        from webagent.live.recall import with_memory
        from webagent.policy.checkpoint import shipped_weights

        path = Path(folder) if folder else shipped_weights()
        try:
            key = (str(path), (path / "weights.safetensors").stat().st_mtime)
        except OSError:
            return with_memory(path)  # which says what is wrong with it
        with self._loading:
            if key not in self._policies:
                self._policies = {key: with_memory(path)}
            return self._policies[key]

    # -- clients

    def _answer(self, connection: socket.socket) -> None:
        line = Line(connection)
        try:
            hello = line.read()
            if not isinstance(hello, Hello) or not compare_digest(hello.token, self._address.token):
                return
            line.tell(Welcome(version=__version__, pid=os.getpid()))
            request = line.read()
            if request is not None:
                self._meet(request, line)
        except Exception as error:
            if os.environ.get("WEBAGENT_DEBUG"):
                traceback.print_exc()
            reason, code = explained(error)
            line.tell(Fault(reason=reason, exit_code=code))
        finally:
            line.close()

    def _meet(self, request: FromClient, line: Line) -> None:
        match request:
            case Do():
                with self._turn_of(line, request.command) as attached:
                    result = attached.do(request, lambda: self._policy(request.policy), line)
                    line.tell(Finished(result=result))
            case ListTabs():
                with self._turn_of(line, "") as attached:
                    tabs = attached.tabs(line)
                    line.tell(TabList(tabs=tabs))
            case AskState():
                line.tell(self._state())
            case EndSession():
                self._ending.set()
                place.forget(self._address)
                line.tell(Ended())
                if self._line is not None:
                    self._line.halt()
            case _:
                raise SessionFault(f"a request cannot begin with {type(request).__name__}; upgrade webagent", 2)

    @contextlib.contextmanager
    def _turn_of(self, line: Line, command: str) -> Iterator[Attached]:
        """The browser, for one client at a time."""
        line.attend()
        self._ready.wait()
        if not self._turn.acquire(timeout=TURN):
            raise SessionFault(f"another command is under way: “{self._command}”; wait, or run `webagent session stop`")
        try:
            self._line, self._command = line, command
            assert self._attached is not None
            yield self._attached
        finally:
            self._line, self._command = None, ""
            self._commands += bool(command)
            self._rests_since = time.monotonic()
            self._turn.release()

    def _state(self) -> State:
        now = time.monotonic()
        return State(
            pid=os.getpid(),
            browser=self._address.browser,
            attached=self._attached is not None and (self._turn.locked() or self._attached.is_there),
            seconds=round(now - self._began, 1),
            idle_seconds=0.0 if self._turn.locked() else round(now - self._rests_since, 1),
            ends_after=self._idle,
            commands=self._commands,
            command=self._command,
        )


def main(browser: str, idle: float = IDLE) -> None:
    """Be the session for a browser, unless there is one."""
    os.umask(0o077)
    os.chdir(private_folder("sessions"))
    door, address = place.listen(browser)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    try:
        place.write(address)
        Session(address, idle).serve(door)
    except FileExistsError:  # another one was faster
        return
    finally:
        door.close()
        place.forget(address)
