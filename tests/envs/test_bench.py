"""The measurement measures, and says plainly what cannot be measured."""

import os
import shutil
import sys

import pytest

from webagent_envs.bench import BenchConfig, bench, ratios
from webagent_envs.peers import PEERS, Peer, PeerFailed
from webagent_envs.peers.memory import memory_of

ORDER = {"task": "click-test", "seconds": 0.5, "steps": 2, "warm_up": 1}


def test_our_own_environments_are_measured():
    news = []
    config = BenchConfig(tasks=("click-test",), seconds=0.3, rounds=1, sizes=(1, 2), inputs=("dom",))
    report = bench(config, lambda *said: news.append(said))
    assert [(row["system"], row["envs"], row["input"], row["task"]) for row in report["rows"]] == [
        ("webagent", 1, "dom", "click-test"),
        ("webagent", 2, "dom", "click-test"),
    ]
    for row in report["rows"]:
        assert row["steps_per_s"] > 0
        assert 0 < row["step_ms"] <= row["step_p95_ms"]
        assert 0 < row["reset_ms"] <= row["reset_p95_ms"]
    assert report["ratios"] == {}
    assert [said[:2] for said in news] == [(0, 2), (1, 2)]


def test_ratios_are_of_medians():
    def row(system, speed):
        return {"system": system, "envs": 1, "input": "dom", "steps_per_s": speed}

    rows = [row("webagent", speed) for speed in (10.0, 100.0, 90.0)] + [row("other", speed) for speed in (1.0, 3.0)]
    assert ratios(rows) == {"webagent dom 1 / other": 45.0}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the system does not tell")
def test_memory():
    assert 1e6 < memory_of(os.getpid()) < 1e11


class Here(Peer):
    """Another package that is installed beside us."""

    @property
    def python(self):
        return sys.executable


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromedriver"), reason="Selenium needs one")
@pytest.mark.parametrize("peer", PEERS["farama"], ids=lambda peer: peer.name)
def test_the_package_of_farama_is_measured(peer):
    sample = Here(peer.name, peer.package, peer.program, peer.input, peer.options).run(ORDER)
    assert sample["made"] == len(sample["steps"]) > 0
    assert sample["memory"] > 1e7


def test_a_package_that_does_not_run_is_named(tmp_path):
    program = tmp_path / "broken.py"
    program.write_text("raise SystemExit('no browser')")
    with pytest.raises(PeerFailed, match=r"broken fails \(no browser\).*--peers none"):
        Here("broken", "", str(program), "dom").run(ORDER)
