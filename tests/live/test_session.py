"""One session stays attached: commands reach it from other processes, are stopped at once, and survive its end."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.test_attach import endpoint, running
from webagent.data.dataset import write_info, write_shard
from webagent.data.records import Episode, Step
from webagent.live.result import Candidate
from webagent.live.session import place
from webagent.live.session.client import running as session_of
from webagent.live.session.line import Line
from webagent.live.session.protocol import (
    Answer,
    Approve,
    AskState,
    Choose,
    Halt,
    Settled,
    State,
    decode_session,
    encode,
)
from webagent_envs.errors import Stopped
from webagent_envs.spaces import Click, Element, Observation

PAGE = "<title>Test</title><button onclick='n.textContent=+n.textContent+1'>Refresh</button><p id=n>0</p>"


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "webagent", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def call(*arguments: str) -> tuple[int, str, str]:
    process = start(*arguments)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def states() -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(call("session", "status", "--json")[1])["sessions"]
    return found


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("WEBAGENT_HOME", str(tmp_path / "home"))
    yield tmp_path / "home"
    call("session", "stop")


@pytest.fixture
def cdp(tmp_path: Path, site, home: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    endless = f"<title>Test</title><button onclick=\"location='{site.root}/hang'\">Refresh</button>"
    with running(tmp_path / "profile", site.add("/page", endless if "stuck" in request.fixturenames else PAGE)):
        yield endpoint(tmp_path / "profile")


def test_a_session_from_the_first_command_to_the_last(cdp: str, site, home: Path) -> None:
    code, out, err = call("do", "click on Refresh", "--cdp", cdp, "--json")
    first = json.loads(out)
    assert (code, first["outcome"], first["url"]) == (0, "done", site.root + "/page"), err
    assert first["actions"][0]["words"] == 'click the button "Refresh"'
    (state,) = states()
    assert (state["commands"], state["browser"], state["attached"]) == (1, cdp, True)

    code, out, err = call("do", "click on Refresh", "--cdp", cdp, "--dry-run")
    assert code == 0 and "dry run" in out
    tabs = json.loads(call("tabs", "--cdp", cdp, "--json")[1])["tabs"]
    assert tabs == [
        {"number": 1, "title": "Test", "url": site.root + "/page", "in_use": True, "asleep": False},
    ]
    assert [(one["pid"], one["commands"]) for one in states()] == [(state["pid"], 2)]

    code, out, err = call("do", "click on Refresh", "--cdp", cdp, "--tab", "Inbox", "--json")
    assert code == 3 and "no tab is “Inbox”" in json.loads(out)["reason"]
    assert call("do", " ", "--cdp", cdp)[0] == 2
    assert call("do", "click on Refresh", "--cdp", cdp, "--policy", str(home / "none"))[0] == 2

    address = place.read(cdp)
    assert address is not None
    sessions = home / "sessions"
    assert [path.stat().st_mode & 0o777 for path in (sessions, Path(address.path).parent)] == [0o700, 0o700]
    assert [path.stat().st_mode & 0o777 for path in (*sessions.iterdir(), Path(address.path))] == [0o600] * 3

    os.kill(address.pid, signal.SIGKILL)
    code, out, err = call("do", "click on Refresh", "--cdp", cdp, "--json")
    assert (code, json.loads(out)["outcome"]) == (0, "done"), err
    assert not Path(address.path).exists()
    (state,) = states()
    assert state["pid"] != address.pid
    assert json.loads(call("session", "stop", "--json")[1]) == {"stopped": [state["pid"]]}
    assert states() == []


@pytest.fixture
def stuck(cdp: str) -> Iterator[subprocess.Popen[str]]:
    """A command that is under way, on a page that never comes to an end."""
    process = start("do", "click on Refresh", "--cdp", cdp)
    while not under_way(cdp):
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    yield process
    process.kill()
    process.communicate()


def under_way(cdp: str) -> str:
    """What the session is doing; asked without a process of our own, which would take its time."""
    client = session_of(cdp)
    if client is None:
        return ""
    with client:
        client.tell(AskState())
        return client.receive(State).command


def test_what_is_taught_counts_from_the_next_command_on(cdp: str, site, home: Path, tmp_path: Path) -> None:
    """The session has its policy loaded before; the person teaches in another process."""

    def confidence() -> float:
        return float(
            json.loads(call("do", "as ever", "--cdp", cdp, "--dry-run", "--yes", "--json")[1])["candidates"][0][
                "confidence"
            ]
        )

    before = confidence()
    button = Element(ref=2, parent=1, tag="button", role="button", name="Refresh", text="Refresh", clickable=True)
    seen = Observation(instruction="as ever", url=f"{site.root}/page", elements=(Element(ref=1, tag="body"), button))
    shown = Episode(id="e", task="", command="as ever", steps=(Step(seen, Click(2)),), success=True, source="made-up")
    write_shard(tmp_path / "shown" / "data" / "part-0.parquet", [shown])
    write_info(tmp_path / "shown", source="made-up")
    assert call("teach", str(tmp_path / "shown"))[0] == 0
    assert before != 0.95 == confidence()  # as sure as of what was shown word for word, not as the policy is
    assert states()[0]["commands"] == 2


def test_ctrl_c_stops_the_command_and_keeps_the_session(stuck: subprocess.Popen[str], cdp: str) -> None:
    time.sleep(3)  # until the page hangs; it would be waited for 20 s
    stuck.send_signal(signal.SIGINT)
    began = time.monotonic()
    assert stuck.wait(timeout=10) == 130
    while under_way(cdp):
        assert time.monotonic() - began < 10
        time.sleep(0.05)
    again = session_of(cdp)
    assert again is not None
    again.close()


def test_a_session_that_dies_says_so(stuck: subprocess.Popen[str], cdp: str) -> None:
    address = place.read(cdp)
    assert address is not None
    os.kill(address.pid, signal.SIGKILL)
    _, said = stuck.communicate(timeout=10)
    assert stuck.returncode == 1 and "broke off" in said and "starts a new one" in said


def test_no_browser_is_said_as_before(home: Path) -> None:
    code, out, _ = call("do", "click", "--cdp", "http://127.0.0.1:1", "--json")
    result = json.loads(out)
    assert (code, result["exit_code"]) == (3, 3) and "--remote-debugging-port" in result["reason"]


def test_a_session_ends_when_nobody_needs_it(home: Path) -> None:
    code = "from webagent.live.session.server import main; main('http://127.0.0.1:1', idle=0.2)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0
    assert list((home / "sessions").iterdir()) == []


def test_strangers_are_not_let_in(home: Path) -> None:
    door, address = place.listen("x")
    place.write(address)
    with door, pytest.raises(FileExistsError):
        place.write(address)
    place.forget(address)
    assert place.read("x") is None and not Path(address.path).parent.exists()


# -- questions


CANDIDATES = tuple(
    Candidate(ref=ref, name=name, kind="click", words=f"click {name}", confidence=0.4)
    for ref, name in ((1, "A"), (2, "B"))
)


@pytest.fixture
def ends() -> Iterator[tuple[Line, socket.socket]]:
    ours, theirs = socket.socketpair()
    line = Line(ours)
    line.attend()
    yield line, theirs
    theirs.close()
    line.close()


def said(theirs: socket.socket, count: int) -> list[object]:
    with theirs.makefile("rb") as lines:
        return [decode_session(lines.readline()) for _ in range(count)]


def test_questions_are_answered_by_whoever_is_first(ends: tuple[Line, socket.socket]) -> None:
    line, theirs = ends
    theirs.sendall(encode(Answer(id=1, number=2)))
    assert line.choose("which?", CANDIDATES) == 2
    line.settle(2, 1)  # in the page
    theirs.sendall(encode(Answer(id=2, number=0)))
    assert line.approve("it sends", "click Send") is True
    assert said(theirs, 4) == [
        Choose(id=1, reason="which?", candidates=CANDIDATES),
        Settled(id=1, number=2),
        Approve(id=2, reason="it sends", words="click Send"),
        Settled(id=2, number=1),
    ]


@pytest.mark.parametrize("hangs_up", [False, True])
def test_to_stop_answers_every_question(ends: tuple[Line, socket.socket], hangs_up: bool) -> None:
    line, theirs = ends
    assert not line.stopped()
    if hangs_up:
        theirs.close()
    else:
        theirs.sendall(encode(Halt()))
    with pytest.raises(Stopped):
        line.choose("which?", CANDIDATES)
    assert line.stopped()


@pytest.mark.slow
def test_our_own_chrome_from_the_command_line(home: Path, site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home))  # nobody's everyday Chrome
    started = json.loads(call("chrome", "--headless", site.add("/page", PAGE), "--json")[1])
    try:
        assert started["started"] and not json.loads(call("chrome", "--headless", "--json")[1])["started"]
        site.add("/other", "<title>Other</title><button onclick='document.title=this.textContent'>Open</button>")
        assert call("chrome", f"{site.root}/other")[0] == 0
        code, out, err = call("do", "click on Refresh", "--attach", "chrome", "--tab", "/page")
        assert code == 0 and 'click the button "Refresh"' in out, err
        tabs = json.loads(call("tabs", "--json")[1])["tabs"]
        assert {tab["title"]: tab["in_use"] for tab in tabs} == {"Test": True, "Other": False}
    finally:
        assert json.loads(call("chrome", "--stop", "--json")[1]) == {"stopped": True}
    code, out, _ = call("do", "click on Refresh", "--attach", "chrome", "--json")
    assert code == 3 and "chrome://inspect" in json.loads(out)["reason"] and "webagent chrome" in out
    while states():  # it soon finds that its browser has gone
        time.sleep(1)
