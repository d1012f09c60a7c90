"""docs/reinforcement.md: its snippets run, its sheet is of the spaces as they are, its figures were measured."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from webagent_envs.env import WebEnv
from webagent_envs.views import FLAGS, TensorView

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reinforcement.md").read_text(encoding="utf-8")
pytestmark = pytest.mark.usefixtures("one_thread")
RUNS = [json.loads(path.read_text()) for path in sorted((ROOT / "results" / "rl").glob("*.json"))]


@pytest.fixture
def one_thread() -> Iterator[None]:
    """The browser needs the other core."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # Gymnasium forks
@pytest.mark.parametrize("code", re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
def test_snippets_run(
    code: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "docs/reinforcement.md", "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out.splitlines() == re.findall(r"# > (.+)$", code, re.MULTILINE)


def test_the_sheet_is_of_the_spaces() -> None:
    view = TensorView()
    for key, space in view.space.items():
        assert f"| `{key}` | {space.shape} {space.dtype} |" in PAGE.replace("), ", ") "), key
    assert all(f"{number} {flag}" in PAGE for number, flag in enumerate(FLAGS))
    first = view.elements
    assert f"`{first} + {view.texts} e + w`" in PAGE and f"`Discrete({view.actions.n})`" in PAGE
    assert f"| {view.actions.n - 3}, {view.actions.n - 2}, {view.actions.n - 1} |" in PAGE


def test_every_option_is_there() -> None:
    options = re.findall(r"^\| `(\w+)` \|", PAGE.split("| option |")[1].split("###")[0], re.MULTILINE)
    assert set(options) < set(WebEnv.__init__.__annotations__)


def test_figures_are_those_that_were_measured() -> None:
    assert len(RUNS) >= 4
    for run in RUNS:
        minutes, success = run["curve"][-1]["minutes"], 100 * run["success"]
        name = f"{run['task']} | {run['algorithm']} | {run['seed']}"
        row = f"| {name} | {run['steps']:,} | {minutes:.1f} | {success:.0f} % |"
        assert row in PAGE
        assert run["episodes"] == 100
        if "from the shipped policy" in run["algorithm"]:
            assert run["success"] > run["curve"][0]["success"]
        else:
            assert success >= 95


def test_the_example_runs_from_scratch_to_the_picture(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("sb3_ppo", ROOT / "examples" / "sb3_ppo.py")
    assert spec is not None and spec.loader is not None
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    example.main(["click-test-2", "--steps", "1024", "--episodes", "4", "--out", str(tmp_path)])
    (path,) = (tmp_path / "results" / "rl").glob("*.json")
    run = json.loads(path.read_text())
    assert (run["algorithm"], run["steps"], run["curve"][0]["steps"]) == ("MaskablePPO", 1024, 0)
    assert 0 <= run["success"] <= 1
    assert (tmp_path / "docs" / "images" / "ppo_curves.png").stat().st_size > 10_000
