"""The report: right figures, links that lead somewhere, and a run that can be checked."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import kubernetes_validate
import msgspec
import pytest
import yaml

from webagent.cli.app import run as command
from webagent.errors import DataError, UsageError
from webagent.evaluate.benchmark import BenchConfig, run_benchmark
from webagent.evaluate.report.compare import compare, mcnemar
from webagent.evaluate.report.page import write_report
from webagent.evaluate.report.published import cells, methods
from webagent.evaluate.report.results import ordered
from webagent.evaluate.rollout import EpisodeResult
from webagent.evaluate.store import RunFolder
from webagent_envs.page import Page
from webagent_envs.tasks import ALL, DEMOS56

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Runs of two agents."""
    folder = tmp_path_factory.mktemp("runs")
    for policy in ("submit-only", "random"):
        run_benchmark(BenchConfig(suite="smoke", policy=policy, episodes=2), folder / policy)
    return folder / "submit-only", folder / "random"


def result(task: str, seed: int, success: bool) -> EpisodeResult:
    return EpisodeResult(
        task=task, seed=seed, success=success, raw_reward=success, steps=1, policy_ms=1, env_ms=1, reset_ms=1
    )


def test_the_page_and_its_links(runs: tuple[Path, Path], tmp_path: Path, open_page: Callable[..., Page]) -> None:
    html = tmp_path / "report.html"
    told = write_report(list(runs), html, ROOT / "results" / "rl")
    text = html.read_text()
    links = [unquote(link) for link in re.findall(r'href="([^"#]+)"', text)]
    assert len(links) >= 48 and all((tmp_path / link).exists() for link in links)
    anchors = re.findall(r'href="#([^"]+)"', text)
    assert anchors and all(f'id="{anchor}"' in text for anchor in anchors)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text), "it must work without a network"
    assert told["runs"][0] == json.loads((runs[0] / "results.json").read_text())
    (compared,) = told["comparisons"]
    differing = re.search(r"<summary[^>]*>Where random and submit-only differ: (.*?)</details>", text, re.DOTALL)
    assert differing and differing[1].count("<a ") == compared["first_only"] + compared["other_only"] > 0
    page = open_page(size=(1200, 800))
    page.goto(html.as_uri())
    shown = " ".join(element.text for element in page.observe("").elements)
    assert "Compared in pairs" in shown and "People (crowd workers)" in shown and "tic-tac-toe" in shown


def test_the_figures(runs: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["bench", "report", str(runs[1]), "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["runs"]
    documented = re.search(r"\| key \| what \|\n(.*?)\n\n", (ROOT / "docs" / "benchmark.md").read_text(), re.DOTALL)
    row = told["tasks"]["click-test-2"]
    assert documented and set(re.findall(r"`(\w+)`", documented[1])) - {"page"} == {
        *told,
        *row,
        *told["latency_ms"]["page"],
    }
    results = [one for found in ordered(RunFolder(runs[1])).values() for one in found]
    assert told["episodes"] == len(results) == 24
    assert told["mean"] == pytest.approx(sum(one.success for one in results) / 24, abs=1e-4)
    assert told["positive"] == pytest.approx(sum(one.raw_reward > 0 for one in results) / 24, abs=1e-4)
    assert sum(told["failures"].values()) == sum(not one.success for one in results)
    assert told["within"]["0.05"] <= told["within"]["60"] == told["mean"] and told["in_time"] <= told["mean"]
    assert command(["bench", "report", *map(str, runs)]) == 0
    assert "random against submit-only: " in capsys.readouterr().out


def test_mcnemar() -> None:
    # both values by R's binom.test
    assert mcnemar(10, 2) == pytest.approx(0.03857, abs=1e-5)
    assert mcnemar(0, 5) == pytest.approx(0.0625)
    assert mcnemar(3, 3) == mcnemar(0, 0) == 1


def test_runs_are_compared_on_what_both_played() -> None:
    first = {"a": [result("a", s, s < 5) for s in range(10)], "b": [result("b", s, False) for s in range(10)]}
    other = {"a": [result("a", s, s < 8) for s in range(20)], "b": [result("b", s, False) for s in range(10)]}
    found = compare(first, other)
    assert (found["episodes"], found["first_only"], found["other_only"]) == (20, 0, 3)
    assert found["difference"] == 0.15 and 0 <= found["low"] < 0.15 < found["high"] <= 0.3
    with pytest.raises(UsageError, match="in common"):
        compare(first, {"c": [result("c", 0, True)]})


def test_a_run_is_checked(runs: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(runs[0], copy)
    assert command(["bench", "verify", str(copy), "--sample", "3", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["agrees"] and told["agree"] == told["same_acts"] == told["episodes"] == 3
    command(["bench", "report", str(copy)])
    written = (copy / "results.json").read_text()
    (copy / "results.json").write_text(json.dumps({**json.loads(written), "positive": 1.0}))
    assert command(["bench", "verify", str(copy), "--sample", "1"]) == 1
    (copy / "results.json").write_text(written)
    for file in copy.glob("episodes/*/*.json"):
        told = json.loads(file.read_text())
        file.write_text(json.dumps({**told, "success": True, "raw_reward": 1.0}))
    capsys.readouterr()
    assert command(["bench", "verify", str(copy), "--sample", "8"]) == 1
    out = capsys.readouterr().out
    assert "raw reward 1 after" in out and "results.json does not say" in out
    assert command(["bench", "verify", str(copy), "--policy", "random"]) == 2


def test_a_run_is_checked_without_its_agent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "mine.py"
    shutil.copy(ROOT / "examples" / "own_agent.py", source)
    folder = tmp_path / "run"
    run_benchmark(BenchConfig(suite="smoke", policy=f"{source}:FirstNamed", episodes=1), folder)
    source.unlink()
    assert command(["bench", "verify", str(folder)]) == 2
    capsys.readouterr()
    assert command(["bench", "verify", str(folder), "--acts", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["agree"] == told["same_acts"] == told["episodes"] == 12 and told["foreign"] == told["missing"] == 0
    failed = next(one for one in RunFolder(folder).results() if not one.success)
    RunFolder(folder).keep(msgspec.structs.replace(failed, success=True, raw_reward=1.0))
    assert command(["bench", "verify", str(folder), "--acts"]) == 1
    assert f"{failed.task} seed {failed.seed}: raw reward 1" in capsys.readouterr().out
    RunFolder(folder).file_of(failed.task, failed.seed).unlink()
    RunFolder(folder).keep(msgspec.structs.replace(failed, seed=failed.seed + 1))
    assert command(["bench", "verify", str(folder), "--acts"]) == 1
    out = capsys.readouterr().out
    assert "with a task or seed that is not of this run: 1" in out and "that are missing: 1" in out


def test_what_is_no_learning_curve_is_named(runs: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no learning curve"):
        write_report([runs[0]], tmp_path / "x.html", tmp_path)
    (tmp_path / "curve.json").write_text("{}")
    with pytest.raises(DataError, match=r"curve\.json is no learning curve"):
        write_report([runs[0]], tmp_path / "x.html", tmp_path)


def test_published_numbers_are_of_known_tasks_and_methods() -> None:
    assert set(cells()) <= set(ALL)
    assert {key for row in cells().values() for key in row} <= {method.key for method in methods()}
    for key, mean in (("human", 0.945), ("ccnet", 0.964), ("webn-t5", 0.484), ("autowebglm", 0.893)):
        assert sum(cells()[task][key][0] for task in DEMOS56) / 56 == pytest.approx(mean, abs=0.005), key


@pytest.mark.parametrize("version", ["1.31", "1.34"])
def test_the_job_is_one_for_kubernetes(version: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--image", "registry/webagent:1", "--claim", "results", "--suite", "miniwob125", "--policy", "llm:x"]
    assert command(["bench", "k8s", "--shards", "20", *arguments]) == 0
    job = yaml.safe_load(capsys.readouterr().out)
    kubernetes_validate.validate(job, version, strict=True)
    assert job["spec"]["completionMode"] == "Indexed" and job["spec"]["completions"] == 20
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert container["args"][-4:] == ["--shard", "auto/20", "--out", "/out/webagent-bench"]
    assert "envFrom" not in container
    assert command(["bench", "k8s", "--shards", "2", *arguments, "--name", "Not_A_Name"]) == 2
    capsys.readouterr()
    more = ["--secret", "openai", "--", "--input", "dom", "--prices", "2.5", "10"]
    assert command(["bench", "k8s", "--shards", "2", *arguments, *more]) == 0
    job = yaml.safe_load(capsys.readouterr().out)
    kubernetes_validate.validate(job, version, strict=True)
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert container["envFrom"] == [{"secretRef": {"name": "openai"}}] and "--prices" in container["args"]
    assert command(["bench", "k8s", "--shards", "2", *arguments, "--", "--inputs", "dom"]) == 2
