"""The measurement measures, and says plainly what cannot be measured."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from webagent.cli.app import run
from webagent_envs.bench import BenchConfig, bench, measure
from webagent_envs.bench.measure import medians_of, ratios
from webagent_envs.bench.pages import scaling, screenshots
from webagent_envs.chromium import find_browser
from webagent_envs.peers import PEERS, Peer, PeerFailed
from webagent_envs.peers.memory import memory_of
from webagent_envs.tasks.table import html_folder

ROOT = Path(__file__).parents[2]
ORDER = {
    "task": "click-test",
    "seconds": 0.5,
    "steps": 2,
    "warm_up": 1,
    "pages": f"{(html_folder() / 'miniwob').as_uri()}/",
    "browser": str(find_browser()),
}


def test_our_own_environments_are_measured():
    news = []
    config = BenchConfig(tasks=("click-test",), seconds=0.3, rounds=1, sizes=(1, 2), inputs=("dom",), pages=False)
    report = bench(config, lambda *said: news.append(said))
    assert [(row["system"], row["envs"], row["input"], row["task"]) for row in report["rows"]] == [
        ("webagent", 1, "dom", "click-test"),
        ("webagent loading anew", 1, "dom", "click-test"),
        ("webagent", 2, "dom", "click-test"),
    ]
    for row in report["rows"]:
        assert row["steps_per_s"] > 0
        assert 0 < row["step_ms"] <= row["step_p95_ms"]
        assert 0 < row["reset_ms"] <= row["reset_p95_ms"]
    assert report["ratios"] == report["left_out"] == {}
    assert [said[:2] for said in news] == [(0, 3), (1, 3), (2, 3)]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the system does not tell")
def test_memory_of_each_further_environment_is_measured():
    config = BenchConfig(tasks=("click-test",), seconds=0.2, rounds=1, sizes=(1, 4), inputs=("dom",), pages=False)
    single, _, vector = bench(config)["rows"]
    assert vector["memory_per_env_mb"] == pytest.approx((vector["memory_mb"] - single["memory_mb"]) / 3)
    assert 1 < vector["memory_per_env_mb"] < 50


def test_the_command_prints_a_table_or_json(capsys):
    quick = ["bench", "env", "--tasks", "click-test", "--seconds", "0.2", "--rounds", "1", "--envs", "1", "--no-pages"]
    quick += ["--input", "dom", "--peers", "none"]
    assert run(quick) == 0
    table = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in table] == ["task", *["click-test"] * 2, *["MEDIAN"] * 2]
    assert run([*quick, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert set(report) == {"machine", "rows", "medians", "ratios", "left_out"}


def test_an_unknown_package_is_refused(capsys):
    assert run(["bench", "env", "--peers", "selenium"]) == 2
    assert "farama, browsergym or none" in capsys.readouterr().err


def test_screenshots_are_measured():
    (row,) = screenshots(["click-test"], shots=5)
    assert row["task"] == "click-test"
    assert 0 < row["screenshot_ms"] <= row["screenshot_p95_ms"]
    assert row["array_ms"] > 0


def test_observations_of_large_pages_are_measured():
    report = scaling((100, 500), looks=6)
    assert [page["elements"] for page in report["pages"]] == pytest.approx([100, 500], rel=0.02)
    assert all(0 < page["observe_ms"] <= page["observe_p95_ms"] for page in report["pages"])
    assert set(report["fit"]) == {"fixed_ms", "ms_per_1000_elements", "worst"}


def test_ratios_are_of_medians():
    def row(system, speed, memory=None):
        return {"system": system, "envs": 1, "input": "dom", "task": "", "steps_per_s": speed, "memory_mb": memory}

    rows = [row("webagent", 10.0, 5.0), row("webagent", 100.0), row("webagent", 90.0, 7.0)]
    medians = medians_of([*rows, row("other", 1.0), row("other", 3.0), row("webagent loading anew", 20.0)])
    assert medians[0] == {"system": "webagent", "envs": 1, "input": "dom", "steps_per_s": 90.0, "memory_mb": 6.0}
    assert medians[1]["memory_mb"] is None
    assert ratios(medians) == {"webagent dom 1 / other": 45.0, "webagent loading anew dom 1 / other": 10.0}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the system does not tell")
def test_memory():
    assert 1e6 < memory_of(os.getpid()) < 1e11


class Ready(Peer):
    """Another package that is installed beside us."""

    @property
    def python(self):
        return sys.executable

    def prepared(self):
        return self


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromedriver"), reason="Selenium needs one")
@pytest.mark.parametrize("peer", PEERS["farama"], ids=lambda peer: peer.name)
def test_the_package_of_farama_is_measured(peer):
    check(peer.prepared().run(ORDER))


@pytest.mark.slow
@pytest.mark.parametrize("peer", PEERS["browsergym"], ids=lambda peer: peer.name)
def test_the_package_browsergym_is_measured(peer):
    check(peer.prepared().run(ORDER))


def check(sample):
    assert sample["made"] == len(sample["steps"]) > 0
    assert sample["memory"] > 1e7
    assert all(second > 0 for second in sample["resets"])


def test_a_package_that_fails_is_left_out_and_the_rest_is_measured(tmp_path, monkeypatch):
    class Missing(Peer):
        def prepared(self):
            raise PeerFailed("it cannot be downloaded")

    broken = tmp_path / "broken.py"
    broken.write_text("raise SystemExit('no browser')")
    peers = {
        "missing": (Missing("missing default", "", "", "dom"),),
        "broken": (Ready("broken default", "", str(broken), "dom"),),
    }
    monkeypatch.setattr(measure, "PEERS", peers)
    config = BenchConfig(
        tasks=("click-test", "login-user"),
        seconds=0.2,
        sizes=(1,),
        inputs=("dom",),
        peers=("missing", "broken"),
        pages=False,
    )
    report = bench(config)
    assert report["left_out"]["missing"] == "it cannot be downloaded"
    assert "no browser" in report["left_out"]["broken default"]
    assert {row["system"] for row in report["rows"]} == {"webagent", "webagent loading anew"}
    assert len(report["rows"]) == 4


def test_a_package_that_does_not_run_is_named(tmp_path):
    program = tmp_path / "broken.py"
    program.write_text("raise SystemExit('no browser')")
    with pytest.raises(PeerFailed, match=r"broken fails \(no browser\).*--peers none"):
        Ready("broken", "", str(program), "dom").run(ORDER)


@pytest.mark.skipif(not (ROOT / "results" / "speed.json").exists(), reason="nothing was measured yet")
def test_the_document_says_what_was_measured():
    subprocess.run([sys.executable, ROOT / "scripts" / "speed", "--check"], check=True)
