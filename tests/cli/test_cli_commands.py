"""Each verb does its work and prints what was promised."""

import json
import os
import re
import time
from pathlib import Path

import pytest

from webagent.cli import output
from webagent.cli.app import run
from webagent.policy import Policy

Out = pytest.CaptureFixture[str]


def result_of(arguments: list[str], capsys: Out, code: int = 0) -> dict:  # type: ignore[type-arg]
    """The one JSON object on stdout."""
    assert run([*arguments, "--json"]) == code
    told: dict = json.loads(capsys.readouterr().out)  # type: ignore[type-arg]
    return told


def test_info(capsys: Out) -> None:
    facts = result_of(["info"], capsys)
    assert facts["webagent"] and facts["torch"] and facts["browser_version"] and facts["cores"] > 0
    assert run(["info"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(facts)


def test_info_without_a_browser(capsys: Out, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr("webagent_envs.chromium.find.USUAL_PATHS", ())
    assert result_of(["info"], capsys)["browser"] is None


def test_doctor_finds_all_well(capsys: Out) -> None:
    assert run(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines[:4]] == ["packages:", "tasks:", "weights:", "browser:"]
    assert all(line.startswith("ok") for line in lines[:4])


def test_doctor_says_how_to_get_into_ones_own_browser(capsys: Out, home_of_nobody: Path) -> None:
    report = result_of(["doctor"], capsys)
    routes = [check for check in report["checks"] if not check["needed"]]
    assert report["ok"] and [check["name"] for check in routes] == ["webagent chrome", "--attach", "--cdp"]
    assert "chrome://inspect/#remote-debugging" in routes[1]["found"] and "webagent chrome" in routes[1]["remedy"]
    assert "--remote-debugging-port" in routes[2]["remedy"]


@pytest.fixture
def home_of_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("HOME", "XDG_CONFIG_HOME", "WEBAGENT_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    return tmp_path


def test_doctor_says_what_to_do_without_a_browser(capsys: Out, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WEBAGENT_BROWSER", str(tmp_path / "nothing"))
    report = result_of(["doctor"], capsys, code=3)
    assert not report["ok"]
    bad = [check["remedy"] for check in report["checks"] if check["needed"] and not check["ok"]]
    assert bad == ["webagent install"]


def test_install_does_nothing_when_there_is_one(capsys: Out) -> None:
    told = result_of(["install"], capsys)
    assert not told["downloaded"] and Path(told["browser"]).exists()


def test_a_failed_download_says_what_else_can_be_done(capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    # an address where nobody is, so that the real download fails at once
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:9")
    assert run(["install", "--force"]) == 3
    assert "WEBAGENT_BROWSER" in capsys.readouterr().err


def test_eval(capsys: Out) -> None:
    arguments = ["eval", "--tasks", "click-test, click-button", "--episodes", "2", "--seed", "3", "--policy", "random"]
    report = result_of(arguments, capsys)
    assert {"mean", "low", "high", "episodes", "policy", "policy_hash", "seed", "tasks"} <= set(report)
    assert report["episodes"] == 4 and report["seed"] == 3 and list(report["tasks"]) == ["click-test", "click-button"]
    assert {"episodes", "successes", "mean_steps", "policy_ms", "env_ms"} <= set(report["tasks"]["click-test"])
    assert run(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3 and lines[-1].startswith("mean ")


def test_the_shipped_policy_solves_the_easiest_task(capsys: Out) -> None:
    report = result_of(["eval", "--tasks", "click-test", "--episodes", "5"], capsys)
    assert report["mean"] == 1.0 and report["policy_hash"] == Policy.load().hash


@pytest.fixture
def page(tmp_path: Path) -> str:
    path = tmp_path / "page.html"
    path.write_text(
        "<!doctype html><title>Test</title><button onclick='document.title = 1'>Refresh</button><button>Cancel</button>"
    )
    return str(path)


def test_do(page: str, tmp_path: Path, capsys: Out) -> None:
    picture = tmp_path / "end.png"
    assert run(["do", "Click on the Refresh button", "--url", page, "--screenshot", str(picture)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith('click the button "Refresh" (') and lines[0].endswith(" %)")
    assert lines[-1].startswith("done: ") and picture.stat().st_size > 1000


def test_do_as_json_keeps_talk_off_stdout(page: str, capsys: Out) -> None:
    assert run(["do", "Click on the Refresh button", "--url", page, "--json"]) == 0
    told = capsys.readouterr()
    result = json.loads(told.out)
    assert result["outcome"] == "done" and result["actions"][0]["element"]["name"] == "Refresh"
    assert 'click the button "Refresh"' in told.err


def test_dry_run_does_nothing(page: str, capsys: Out) -> None:
    result = result_of(["do", "Click on the Refresh button", "--url", page, "--dry-run"], capsys)
    assert result["actions"] == [] and result["candidates"][0]["name"] == "Refresh"


def test_demo_works_and_draws_its_picture(tmp_path: Path, capsys: Out) -> None:
    picture = tmp_path / "demo.png"
    report = result_of(["demo", "--out", str(picture)], capsys)
    assert report["good"] == report["of"] == len(report["deeds"]) >= 6
    assert [deed["reward"] for deed in report["deeds"] if deed["reward"] is not None] == [1.0, 1.0, 1.0]
    assert picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size <= 300_000


def test_log(page: str, capsys: Out, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WEBAGENT_HOME", str(tmp_path / "home"))
    assert run(["log"]) == 0
    assert "Nothing was done yet" in capsys.readouterr().err
    assert run(["do", "Click on the Refresh button", "--url", page]) == 0
    capsys.readouterr()
    act, end = result_of(["log"], capsys)["entries"]
    assert (act["kind"], act["words"], act["tier"]) == ("act", 'click the button "Refresh"', "shown")
    assert (end["kind"], end["words"], end["outcome"]) == ("end", "Click on the Refresh button", "done")
    assert run(["log"]) == 0
    assert [line[19:23] for line in capsys.readouterr().out.splitlines()] == ["    ", "  “C"]
    (file,) = (tmp_path / "home" / "log").iterdir()
    assert file.stat().st_mode & 0o077 == 0


def test_settings_that_cannot_be_understood(
    page: str, capsys: Out, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WEBAGENT_HOME", str(tmp_path))
    (tmp_path / "config.toml").write_text("alow = ['example.org']")
    assert run(["do", "Click on the Refresh button", "--url", page]) == 2
    assert "config.toml" in capsys.readouterr().err


def test_a_terminal_is_shown_a_bar_with_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w") as terminal, monkeypatch.context() as patch:
        patch.setattr("sys.stderr", terminal)
        patch.setenv("TERM", "xterm")
        with output.progress_bar("Playing") as progress:
            for done in (5000, 5001, 5002):  # an earlier run had played the first
                progress(done, 5500)
                time.sleep(0.6)
        shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "5002/5500" in shown and re.search(r"0:0[45]:\d\d", shown), shown


def test_a_log_is_told_how_far_it_is(capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    with output.progress_bar("Playing") as progress:
        progress(3, 10)
        assert capsys.readouterr().err == "", "not before a minute has passed"
        monkeypatch.setattr(output, "_EVERY", 0.0)
        progress(6, 10)
        progress(7, None)
    assert capsys.readouterr().err.splitlines() == ["Playing: 6 of 10, about 0 min left", "Playing: 7"]
