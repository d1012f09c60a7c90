"""A browser that a person has open already, with a tab of theirs."""

import json
import os
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from webagent.live.agent import Agent
from webagent.live.attach.profiles import find_door
from webagent_envs.chromium import find_browser
from webagent_envs.errors import BrowserNotFound
from webagent_envs.spaces import Action, Click, Observation, Stop

Write = Callable[[str], str]


@contextmanager
def running(profile: Path, address: str) -> Iterator[subprocess.Popen[bytes]]:
    """A browser with one tab, as ``--remote-debugging-port`` or Chrome's own switch leaves it."""
    flags = ["--remote-debugging-port=0", f"--user-data-dir={profile}", "--headless", "--no-first-run"]
    flags += ["--no-sandbox"] if os.geteuid() == 0 else []
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([find_browser(), *flags, address], stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        deadline = time.monotonic() + 20
        while "Test" not in titles(profile):
            assert time.monotonic() < deadline, "the browser shows no page"
            time.sleep(0.02)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


def titles(profile: Path) -> list[str]:
    """Of the tabs that the browser shows by now."""
    try:
        with urllib.request.urlopen(f"{endpoint(profile)}/json/list", timeout=5) as answer:
            return [tab["title"] for tab in json.load(answer)]
    except OSError:
        return []


@pytest.fixture
def chrome_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Chrome keeps its default profile."""
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path / "google-chrome"


def click_once(name: str) -> Callable[[Observation], list[tuple[Action, float]]]:
    def decide(seen: Observation) -> list[tuple[Action, float]]:
        if seen.actions:
            return [(Stop(), 0.9)]
        return [(Click(next(item.ref for item in seen.elements if item.name == name)), 0.9)]

    return decide


def endpoint(profile: Path) -> str:
    return f"http://127.0.0.1:{(profile / 'DevToolsActivePort').read_text().split()[0]}"


def test_acts_on_the_only_tab_and_leaves_it_open(told: Any, page: Write, chrome_folder: Path) -> None:
    told.decide = click_once("Refresh")
    address = Path(page("<button onclick='document.title = \"done\"'>Refresh</button>")).as_uri()
    with running(chrome_folder, address) as process:
        for cdp in (endpoint(chrome_folder), find_door("chrome").url):
            with Agent.attach(cdp, told) as agent:
                result = agent.do("refresh")
            assert (result.outcome, result.url) == ("done", address)
        with Agent.attach(endpoint(chrome_folder), told) as agent:
            told.decide = lambda seen: [(Stop(), 0.9)] if seen.title == "done" else []
            assert agent.do("still there, and changed?").outcome == "done"
        assert process.poll() is None


def test_a_page_that_closes_itself(told: Any, page: Write, tmp_path: Path) -> None:
    told.decide = click_once("Leave")
    address = Path(page("<button onclick='window.close()'>Leave</button>")).as_uri()
    with running(tmp_path / "profile", address), Agent.attach(endpoint(tmp_path / "profile"), told) as agent:
        result = agent.do("leave")
    assert (result.outcome, result.page_lost, result.exit_code) == ("failed", True, 3)
    assert "closed" in result.reason


def test_nobody_there(told: Any) -> None:
    with pytest.raises(BrowserNotFound, match=r"127\.0\.0\.1:9"):
        Agent.attach("http://127.0.0.1:9", told)
