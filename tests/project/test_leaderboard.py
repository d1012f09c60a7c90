"""Every run on the leaderboard is checked: a sample is played again, and its figures are those of its episodes."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from webagent.cli.app import run
from webagent.evaluate.agents import BASELINES
from webagent.evaluate.store import RunFolder
from webagent.policy import Policy

RUNS = sorted((Path(__file__).parents[2] / "results" / "leaderboard").glob("*.tar.xz"))


@pytest.mark.parametrize("packed", RUNS, ids=lambda path: path.name)
def test_a_run_on_the_leaderboard(packed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with tarfile.open(packed) as archive:
        archive.extractall(tmp_path, filter="data")
    folder = tmp_path / packed.name.removesuffix(".tar.xz")
    made = RunFolder(folder).run
    ours = made.agent in BASELINES or (made.agent == "shipped" and made.policy_hash == Policy.load().hash)
    if not ours:
        pytest.skip("its agent does not come with this package")
    assert run(["bench", "verify", str(folder), "--sample", "3", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["results_match"]


def test_there_are_baselines_on_the_leaderboard() -> None:
    assert {path.name.split(".")[0] for path in RUNS} >= {"smoke-random", "smoke-submit-only", "smoke-text-overlap"}
