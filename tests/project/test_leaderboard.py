"""Every run on the leaderboard is whole, a sample of it is played again, and the table says what the runs say."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from webagent.cli.app import run
from webagent.errors import UsageError
from webagent.evaluate.agents import load_agent
from webagent.evaluate.store import Run, RunFolder

ROOT = Path(__file__).parents[2]
RUNS = sorted((ROOT / "results" / "leaderboard").glob("*.tar.xz"))


def is_here(made: Run) -> bool:
    """Whether the agent that made a run comes with this repository; language models are asked by nobody here."""
    try:
        return not made.llm and load_agent(made.agent).hash == made.policy_hash
    except UsageError:
        return False


@pytest.mark.parametrize("packed", RUNS, ids=lambda path: path.name)
def test_a_run_on_the_leaderboard(
    packed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)  # an agent may be given by its path there
    name = packed.name.removesuffix(".tar.xz")
    with tarfile.open(packed) as archive:
        assert {Path(member).parts[0] for member in archive.getnames()} == {name}, "one folder, of the archive's name"
        archive.extractall(tmp_path, filter="data")
    folder = tmp_path / name
    acts = [] if is_here(RunFolder(folder).run) else ["--acts"]
    assert (folder / "results.json").exists()
    seed = secrets.randbelow(2**31)  # nobody can know beforehand which episodes must be right
    done = run(["bench", "verify", str(folder), "--sample", "3", "--seed", str(seed), *acts, "--json"])
    told = json.loads(capsys.readouterr().out)
    assert done == 0 and told["missing"] == 0, f"sample {seed}: {told}"


def test_there_are_baselines_on_the_leaderboard() -> None:
    assert {path.name.split(".")[0] for path in RUNS} >= {"smoke-random", "smoke-submit-only", "smoke-text-overlap"}


def test_the_tables_are_what_was_measured() -> None:
    assert subprocess.run([sys.executable, ROOT / "scripts" / "results", "--check"]).returncode == 0
