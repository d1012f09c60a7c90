"""A running Chromium: one that we launched and will end, or one that we attached to and leave alone."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import tempfile
import threading
import time
import urllib.request
import weakref
from collections.abc import Sequence
from multiprocessing import util as process_exit
from pathlib import Path
from typing import Any

import msgspec

from webagent_envs.cdp import Command, Connection
from webagent_envs.chromium.find import find_browser
from webagent_envs.chromium.flags import FLAGS, STILL_FLAGS
from webagent_envs.chromium.guard import Guard
from webagent_envs.errors import BrowserCrashed, BrowserError, BrowserNotFound, DeadlineExceeded
from webagent_envs.together import alone
from webagent_envs.transport import PipeTransport, SocketTransport, Transport

__all__ = ["Browser", "attach", "launch", "shared"]

START_TIMEOUT = 30.0
CALL_TIMEOUT = 10.0
ANSWER_TIMEOUT = 5.0  # a browser that says nothing for so long is taken for dead
CLOSE_TIMEOUT = 2.0
GROUP_TIMEOUT = 0.5
PROFILE_PREFIX = "webagent-profile-"
PROBE_TIMEOUT = 2.0


class Browser:
    """A running Chromium.

    Attributes:
        connection: commands to it.
        launched: it was started by us, and ends with `close`.
        still: pages stand still: they draw nothing but what `webagent_envs.page.frames` asks for.
        drawing: held while a page of a browser that stands still is drawn.
        targets: what it shows, by target id (pages, and the windows they opened).
        opened: ids of the targets that nobody has looked at yet, oldest first.
        downloads: the last news of each download that no page has taken in yet, by its id.
    """

    def __init__(self, connection: Connection, process: _Process | None = None) -> None:
        self.connection = connection
        self.launched = process is not None
        self.still = False
        self.drawing = threading.Lock()
        self.targets: dict[str, dict[str, Any]] = {}
        self.opened: dict[str, None] = {}
        self.downloads: dict[str, dict[str, Any]] = {}
        self._process = process
        self._owner = os.getpid()
        connection.subscribe("", self._on_event)
        connection.call("Target.setDiscoverTargets", CALL_TIMEOUT, discover=True, filter=[{"type": "page"}])
        # closes it at the end of the interpreter, also in a multiprocessing worker, where atexit does not run
        self._finalizer = process_exit.Finalize(self, _close, (connection, process), exitpriority=10)

    def __deepcopy__(self, memo: dict[int, Any]) -> Browser:
        """Itself: Gymnasium copies the settings of an environment, but there is only one such browser."""
        return self

    @property
    def alive(self) -> bool:
        """Whether commands can still be given to it from this process."""
        return self.connection.alive and self._owner == os.getpid()

    def answers(self) -> bool:
        """Whether it is there and not stuck."""
        with contextlib.suppress(BrowserError):
            return self.alive and bool(self.connection.call("Browser.getVersion", ANSWER_TIMEOUT))
        return False

    @property
    def version(self) -> str:
        """Product and version, e.g. ``"HeadlessChrome/156.0"``."""
        return str(self.connection.call("Browser.getVersion", CALL_TIMEOUT)["product"])

    @property
    def pid(self) -> int | None:
        """Process id of a browser that we launched."""
        return self._process.pid if self._process else None

    @property
    def folder(self) -> Path | None:
        """A folder that goes with a browser that we launched."""
        return self._process.profile if self._process else None

    def _on_event(self, method: str, params: msgspec.Raw) -> None:
        if method in ("Target.targetCreated", "Target.targetInfoChanged"):
            info = msgspec.json.decode(params)["targetInfo"]
            if info["targetId"] not in self.targets:
                self.opened[info["targetId"]] = None
            self.targets[info["targetId"]] = info
        elif method == "Target.targetDestroyed":
            gone = msgspec.json.decode(params)["targetId"]
            self.targets.pop(gone, None)
            self.opened.pop(gone, None)
        elif method in ("Browser.downloadWillBegin", "Browser.downloadProgress"):
            news = msgspec.json.decode(params)
            if method.endswith("WillBegin") or news["guid"] in self.downloads:
                self.downloads.setdefault(news["guid"], {}).update(news)

    def close(self) -> None:
        """End a launched browser and remove its profile; let go of an attached one. Idempotent."""
        self._finalizer()


class _Process:
    """The process of a browser that we launched, and what belongs to it."""

    def __init__(self, program: Path, headless: bool, flags: Sequence[str] = ()) -> None:
        self.program = program
        self.flags = (*FLAGS, *flags, *(["--headless"] if headless else []))
        _sweep_profiles()
        self.profile = Path(tempfile.mkdtemp(prefix=f"{PROFILE_PREFIX}{os.getpid()}-"))
        self.log = self.profile / "stderr.txt"
        self._owner = os.getpid()
        command_read, command_write = os.pipe()
        answer_read, answer_write = os.pipe()
        try:
            self.pid = self._spawn(command_read, answer_write)
        except OSError as error:
            os.close(command_write)
            os.close(answer_read)
            shutil.rmtree(self.profile, ignore_errors=True)
            raise BrowserNotFound(f"{program} cannot be started ({error}): name another browser") from None
        finally:
            os.close(command_read)
            os.close(answer_write)
        self.transport = PipeTransport(answer_read, command_write)
        self.guard = Guard(self.pid, self.profile)
        _processes.add(self)

    def _spawn(self, command_read: int, answer_write: int) -> int:
        arguments = [str(self.program), *self.flags, f"--user-data-dir={self.profile}"]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")  # Chromium refuses to start as root otherwise
        arguments.append("about:blank")
        # dup2 onto the same number would keep close-on-exec, hence the detour over high numbers
        high = [os.dup(command_read), os.dup(answer_write)]
        try:
            return os.posix_spawn(
                self.program,
                arguments,
                os.environ,
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 2, str(self.log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
                    (os.POSIX_SPAWN_DUP2, high[0], 3),
                    (os.POSIX_SPAWN_DUP2, high[1], 4),
                ],
                setpgroup=0,  # so that all of it can be ended, whatever state it is in
            )
        finally:
            for descriptor in high:
                os.close(descriptor)

    def last_words(self) -> str:
        """The end of what it printed, for an error message."""
        with contextlib.suppress(OSError):
            lines = self.log.read_text(errors="replace").strip().splitlines()[-5:]
            return "; it said: " + " | ".join(lines) if lines else ""
        return ""

    def end(self, patience: float) -> None:
        """End the process, after ``patience`` seconds by force, and all that it started; remove its profile."""
        if self._owner != os.getpid():
            return  # a forked copy: the browser belongs to the parent
        self._await_end(patience)
        self._signal(signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        gone = time.monotonic() + GROUP_TIMEOUT
        while self._signal(0) and time.monotonic() < gone:  # until none of it is left that could still write
            time.sleep(0.005)
        for _ in range(20):
            shutil.rmtree(self.profile, ignore_errors=True)
            if not self.profile.exists():
                break
            time.sleep(0.05)
        self.guard.dismiss()
        _processes.discard(self)

    def _signal(self, number: int) -> bool:
        """Send a signal to all that it started; whether anybody was there."""
        try:
            os.killpg(self.pid, number)
        except (ProcessLookupError, PermissionError):
            return False
        return True

    def _await_end(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        with contextlib.suppress(ChildProcessError):
            while time.monotonic() < deadline and not self._has_ended():
                time.sleep(0.005)

    def _has_ended(self) -> bool:
        """Whether it has; where the system can do that, its number stays taken, and so the one of its group."""
        if hasattr(os, "waitid"):
            return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        return bool(os.waitpid(self.pid, os.WNOHANG)[0])


def _close(connection: Connection, process: _Process | None) -> None:
    _forget_transport(connection)
    patience = 0.0
    if process is not None and process._owner == os.getpid():
        with contextlib.suppress(BrowserError):
            connection.call("Browser.close", CLOSE_TIMEOUT)
            patience = CLOSE_TIMEOUT
    connection.close()
    if process is not None:
        process.end(patience)


def _sweep_profiles() -> None:
    """Remove the profiles of processes that were killed before they could do it."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PROFILE_PREFIX}*"):
        owner = folder.name.removeprefix(PROFILE_PREFIX).split("-")[0]
        with contextlib.suppress(OSError, ValueError):
            if folder.stat().st_uid == os.geteuid() and not _running(int(owner)):
                shutil.rmtree(folder, ignore_errors=True)


def _running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


_transports: weakref.WeakSet[Any] = weakref.WeakSet()
_processes: weakref.WeakSet[Any] = weakref.WeakSet()
_shared: dict[tuple[int, str, bool, bool], Browser] = {}
_shared_lock = threading.Lock()


def _forget_transport(connection: Connection) -> None:
    _transports.discard(connection)


def _after_fork() -> None:
    """A forked child lets go of its parent's pipes: else the browser would outlive the parent."""
    global _shared_lock
    _shared_lock = threading.Lock()  # the thread that held it may not exist here
    for connection in list(_transports):
        connection.abandon()
    for process in list(_processes):
        process.guard.abandon()
    _transports.clear()
    _processes.clear()
    _shared.clear()


if hasattr(os, "register_at_fork"):  # Windows does not fork
    os.register_at_fork(after_in_child=_after_fork)


def _opened(transport: Transport, process: _Process | None, patience: float = START_TIMEOUT) -> Browser:
    connection = Connection(transport, process.last_words if process else str)
    _transports.add(connection)
    try:
        connection.call("Browser.getVersion", patience)
        return Browser(connection, process)
    except BaseException:  # an interrupt, too, must leave no browser behind
        _close(connection, process)
        raise


def launch(path: str | os.PathLike[str] | None = None, *, headless: bool = True, still: bool = False) -> Browser:
    """Start a Chromium of our own, with an empty profile that goes when it is closed.

    Args:
        path: the program; searched for by `find_browser` when it is not given.
        headless: show no window.
        still: for pages whose clock is virtual: they draw a frame only when they are told to, which is faster and the
            same every time. Where the browser cannot do that (`Browser.still` is false then) they draw as usual.

    Raises:
        BrowserNotFound: there is none, or it does not start; its own last words are in the message.
    """
    program = find_browser(path, headless=headless)
    if still and headless and "headless" in program.name:  # only the headless shell has a say in when to draw
        browser = _started(program, headless, STILL_FLAGS)
        browser.still = _can_stand_still(browser)
        if browser.still:
            return browser
        browser.close()
    return _started(program, headless)


def _can_stand_still(browser: Browser) -> bool:
    """Whether a page draws when it is told to."""
    with contextlib.suppress(BrowserError):
        connection = browser.connection
        target = next(iter(browser.targets))
        attached = connection.call("Target.attachToTarget", PROBE_TIMEOUT, targetId=target, flatten=True)
        session = attached["sessionId"]
        drawn = connection.call("HeadlessExperimental.beginFrame", PROBE_TIMEOUT, session)
        connection.tell(Command("Target.detachFromTarget", {"sessionId": session}))
        return "hasDamage" in drawn
    return False


def _started(program: Path, headless: bool, flags: Sequence[str] = ()) -> Browser:
    process = _Process(program, headless, flags)
    try:
        return _opened(process.transport, process)
    except (BrowserCrashed, DeadlineExceeded) as error:
        raise BrowserNotFound(f"{program} does not start: {error}; `webagent doctor` tells more") from None


def attach(endpoint: str, patience: float = CALL_TIMEOUT) -> Browser:
    """Use a browser that is already running, and leave it open afterwards.

    Args:
        endpoint: ``http://host:port`` (what ``--remote-debugging-port`` opened) or the ``ws://`` address of a browser.
        patience: seconds to be let in: some browsers ask the person who uses them first.

    Raises:
        BrowserNotFound: nothing answers there.
    """
    url = endpoint if endpoint.startswith(("ws://", "wss://")) else _socket_url(endpoint)
    try:
        return _opened(SocketTransport(url, patience), None, max(patience, START_TIMEOUT))
    except (OSError, TimeoutError, ValueError, BrowserError) as error:
        raise _nobody_there(endpoint, error) from error
    except Exception as error:
        from websockets.exceptions import WebSocketException

        if isinstance(error, WebSocketException):
            raise _nobody_there(endpoint, error) from error
        raise


def _nobody_there(endpoint: str, error: Exception) -> BrowserNotFound:
    return BrowserNotFound(
        f"no browser answers at {endpoint} ({error}): start it with --remote-debugging-port=9222 "
        "--user-data-dir=SOME_FOLDER, then use http://127.0.0.1:9222"
    )


def _socket_url(endpoint: str) -> str:
    address = (endpoint if "://" in endpoint else f"http://{endpoint}").rstrip("/") + "/json/version"
    # no proxy: the endpoint is this machine, or a machine that was named on purpose
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=CALL_TIMEOUT) as answer:
            return str(json.load(answer)["webSocketDebuggerUrl"])
    except (OSError, ValueError, KeyError) as error:
        raise _nobody_there(endpoint, error) from None


def shared(path: str | os.PathLike[str] | None = None, *, headless: bool = True, still: bool = True) -> Browser:
    """The one launched browser of this process with these settings; started on first use, ended with the process.

    Args:
        path: as of `launch`.
        headless: as of `launch`.
        still: as of `launch`; false for pages that keep real time.
    """
    key = (os.getpid(), str(path or ""), headless, still)
    with alone(), _shared_lock:
        browser = _shared.get(key)
        if browser is None or not browser.answers():
            if browser is not None:
                browser.close()
            browser = _shared[key] = launch(path, headless=headless, still=still)
        return browser
