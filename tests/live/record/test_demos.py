"""The recordings in demos/ are sound, and do again what they show; also through the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from webagent.cli.app import run
from webagent.data.check import check
from webagent.data.dataset import read_episodes
from webagent.live.demo import demo_page
from webagent.live.replay import replay
from webagent_envs.page import Page

ROOT = Path(__file__).parents[3]
DEMOS = ROOT / "demos"
SAID = {
    "reply to Alan": "replying to Alan",
    "delete the letter of Grace": "deleted the letter of Grace",
    "tick Water the plants and Pay the rent, and save": "saved: Water the plants, Pay the rent",
    "book an aisle seat to Oslo": "booked Oslo, aisle seat",
    "look for telescope": "searched for telescope",
    "log in as ada with •••••": "welcome, ada",
}


def test_they_are_sound() -> None:
    assert list(check(DEMOS)) == []
    assert {episode.command for episode in read_episodes(DEMOS)} == set(SAID)
    login = next(episode for episode in read_episodes(DEMOS) if episode.command.startswith("log in"))
    assert "lamp" not in repr(login)


def test_each_does_again_what_it_shows(open_page: Callable[..., Page]) -> None:
    page = open_page()
    for episode in read_episodes(DEMOS):
        page.goto(demo_page().as_uri())
        values = {"password": "lamp"} if any(step.secret for step in episode.steps) else {}
        assert replay(page, episode, values).outcome == "done"
        assert page.evaluate("document.getElementById('log').textContent") == SAID[episode.command]


def test_from_the_command_line(
    site: Any, person: Any, endpoint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = "<label>Name <input></label><button onclick=\"document.title = 'gone'\">Go</button>"
    address = site.add("/greet", page)
    person.page.goto(address)
    folder = tmp_path / "shown"
    line = [
        sys.executable,
        "-m",
        "webagent",
        "record",
        "--cdp",
        endpoint,
        "--command",
        "greet Ada",
        "--out",
        str(folder),
        "--json",
    ]
    paths = os.pathsep.join([str(ROOT), str(ROOT / "envs")])
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    process = subprocess.Popen(line, text=True, env={**os.environ, "PYTHONPATH": paths}, **pipes)
    assert "Recording" in process.stderr.readline()  # type: ignore[union-attr]
    time.sleep(1)
    person.click("Name", "textbox")
    person.write("Ada")
    person.click("Go")
    time.sleep(1)
    out, _ = process.communicate("q", timeout=20)
    told = json.loads(out)
    assert (told["steps"], process.returncode) == (2, 0)
    assert run(["replay", str(folder), "--set", "name=Grace", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "done"
    site.add("/greet", page.replace("Go</button>", "Leave</button>"))
    assert run(["replay", str(folder), "--wait", "0.2", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["outcome"], told["step"]) == ("failed", 2)
    assert run(["data", "check", str(folder)]) == 0
    assert run(["view", str(folder), "--out", str(tmp_path / "view.html"), "--json"]) == 0
