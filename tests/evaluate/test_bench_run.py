"""A benchmark run lies in a folder: what is there is not played again, and who plays it does not matter."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from msgspec.structs import replace

from webagent.cli.app import run as command
from webagent.errors import DataError, UsageError
from webagent.evaluate.agents import load_agent, placed
from webagent.evaluate.benchmark import BenchConfig, run_benchmark
from webagent.evaluate.rollout import AGENT_FAILED, EpisodeResult
from webagent.evaluate.run import Plan, Worker, run_here
from webagent.evaluate.shards import Shard, merge, parse_shard
from webagent.evaluate.store import RunFolder
from webagent.evaluate.suites import SUITES, Episode, episodes_of, suite_tasks
from webagent.policy.agents import SubmitActor
from webagent.policy.policy import Policy

ROOT = Path(__file__).parents[2]
OWN = f"{ROOT / 'examples' / 'own_agent.py'}:FirstNamed"
QUICK = BenchConfig(suite="smoke", policy="submit-only", episodes=1)


def outcomes(folder: RunFolder) -> list[tuple[Any, ...]]:
    """Everything about the episodes but their times."""
    return [(r.task, r.seed, r.success, r.raw_reward, [step.action for step in r.trace]) for r in folder.results()]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A run without any trouble."""
    return run_benchmark(QUICK, tmp_path_factory.mktemp("whole"))


def test_an_interrupted_run_goes_on_where_it_stopped(whole: RunFolder, tmp_path: Path) -> None:
    def interrupt(done: int, total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_benchmark(QUICK, tmp_path, interrupt)
    kept = {file: file.stat().st_mtime_ns for file in tmp_path.glob("episodes/*/*.json")}
    assert len(kept) == 4
    seen: list[int] = []
    again = run_benchmark(QUICK, tmp_path, lambda done, total: seen.append(done))
    assert seen == list(range(4, 13))
    assert all(file.stat().st_mtime_ns == at for file, at in kept.items())
    assert outcomes(again) == outcomes(whole)


@pytest.mark.slow
def test_a_run_may_be_killed_at_any_moment(whole: RunFolder, tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "webagent", "bench", "run", "--suite", "smoke", "--policy", "submit-only"]
    arguments += ["--episodes", "1", "--workers", "2", "--out", str(tmp_path)]
    for signal_number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
        running = subprocess.Popen(arguments, cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        have = len(list(tmp_path.glob("episodes/*/*.json")))
        while len(list(tmp_path.glob("episodes/*/*.json"))) < have + 2 and running.poll() is None:
            time.sleep(0.05)
        os.kill(running.pid, signal_number)
        running.wait(60)
    assert outcomes(run_benchmark(QUICK, tmp_path)) == outcomes(whole)


def test_parts_make_the_whole(whole: RunFolder, tmp_path: Path) -> None:
    parts = [tmp_path / f"part-{index}" for index in range(3)]
    for index, part in enumerate(parts):
        run_benchmark(BenchConfig(suite="smoke", policy="submit-only", episodes=1, shard=Shard(index, 3)), part)
        assert len(RunFolder(part).done()) == 4
    assert merge(parts, tmp_path / "all") == 12
    assert outcomes(RunFolder(tmp_path / "all")) == outcomes(whole)


def test_a_folder_holds_one_run(whole: RunFolder) -> None:
    with pytest.raises(UsageError, match="seed 0"):
        run_benchmark(BenchConfig(suite="smoke", policy="submit-only", episodes=1, seed=5), whole.path)
    with pytest.raises(UsageError, match="policy_hash"):
        run_benchmark(BenchConfig(suite="smoke", policy="random", episodes=1), whole.path)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    with pytest.raises(DataError, match="bench run"):
        _ = folder.run
    folder.begin(run_benchmark(QUICK, tmp_path / "other").run)
    file = folder.file_of("click-test-2", 7)
    file.parent.mkdir(parents=True)
    file.write_text("{")
    with pytest.raises(DataError, match=r"7-.*\.json is damaged"):
        list(folder.results())


def test_a_file_that_holds_another_episode_is_named(whole: RunFolder, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    folder.begin(whole.run)
    one = next(whole.results())
    folder.keep(one)
    folder.file_of(one.task, one.seed).rename(folder.file_of(one.task, one.seed + 1))
    with pytest.raises(DataError, match=f"holds {one.task}, seed {one.seed}"):
        list(folder.results())


def test_every_version_that_a_run_was_played_with_is_kept(whole: RunFolder, tmp_path: Path) -> None:
    for versions in ({"numpy": "2.4"}, {"numpy": "2.5", "torch": "3"}, {"numpy": "2.4", "torch": "3"}):
        RunFolder(tmp_path).begin(replace(whole.run, versions=versions))
    assert RunFolder(tmp_path).run.versions == {"numpy": "2.4 and 2.5", "torch": "3"}


@pytest.mark.parametrize(
    ("text", "environment", "shard"),
    [
        ("1/1", {}, Shard(0, 1)),
        ("3/20", {}, Shard(2, 20)),
        ("auto/20", {"JOB_COMPLETION_INDEX": "0"}, Shard(0, 20)),
        ("auto", {"SLURM_ARRAY_TASK_ID": "7", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_COUNT": "8"}, Shard(6, 8)),
        ("auto/20", {"SLURM_ARRAY_TASK_ID": "7", "SLURM_ARRAY_TASK_MIN": "3"}, Shard(6, 20)),  # --array=3,7: once more
    ],
)
def test_shards(text: str, environment: dict[str, str], shard: Shard) -> None:
    assert parse_shard(text, environment) == shard


@pytest.mark.parametrize("tasks", [range(1, 21), range(20), range(1, 40, 2), range(0, 40, 2), range(101, 121)])
def test_an_array_of_slurm_plays_every_part_once(tasks: range) -> None:
    about = {"COUNT": len(tasks), "MIN": tasks[0], "MAX": tasks[-1], "STEP": tasks.step}
    array = {f"SLURM_ARRAY_TASK_{name}": str(value) for name, value in about.items()}
    for text in ("auto", "auto/20"):
        parts = [parse_shard(text, {**array, "SLURM_ARRAY_TASK_ID": str(task)}) for task in tasks]
        assert sorted(part.index for part in parts) == list(range(20)) and {part.count for part in parts} == {20}


def test_an_array_with_gaps_must_say_of_how_many_parts() -> None:
    about = {"ID": "3", "COUNT": "2", "MIN": "3", "MAX": "7", "STEP": "1"}
    with pytest.raises(UsageError, match="auto/20"):
        parse_shard("auto", {f"SLURM_ARRAY_TASK_{name}": value for name, value in about.items()})


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "auto", "auto/3", "x/3", "1/0"])
def test_shards_that_cannot_be(text: str) -> None:
    with pytest.raises(UsageError):
        parse_shard(text, {})


def test_the_suites_are_what_they_are_called() -> None:
    assert [len(suite_tasks(suite)) for suite in SUITES] == [12, 56, 125, 8, 52]
    assert len(episodes_of(suite_tasks("realpages"), 1, 0)) == 500
    assert episodes_of(("click-test@reworded",), 1, 4)[0].seed == episodes_of(("click-test",), 1, 4)[0].seed
    with pytest.raises(UsageError, match="miniwob56"):
        suite_tasks("miniwob57")


def test_every_variant_can_be_played() -> None:
    tasks = ("email-inbox-nl-turk@test", "click-button@reworded", "realpages.gradio")
    played = list(run_here([Episode(task, 3) for task in tasks], Plan(agent="text-overlap")))
    assert [result.task for result in played] == list(tasks)
    assert all(result.steps and result.command for result in played)


def test_an_agent_of_ones_own(tmp_path: Path) -> None:
    folder = run_benchmark(BenchConfig(suite="smoke", policy=OWN, episodes=1), tmp_path)
    assert folder.run.policy == "FirstNamed" and sum(result.success for result in folder.results()) >= 3
    assert {result.cause for result in folder.results()} >= {"", "the agent stopped too early"}
    assert load_agent(OWN).hash == folder.run.policy_hash != load_agent("random").hash
    assert load_agent(None).hash == load_agent("shipped").hash == Policy.load().hash


class Broken:
    """Fails in its second step."""

    def reset(self, seed: int) -> None:
        self.steps = 0

    def act(self, observation: Any) -> dict[str, Any]:
        self.steps += 1
        return {"kind": "wait"} if self.steps == 1 else {"kind": "fly"}


def test_what_an_agent_raises_is_its_failure() -> None:
    (result,) = run_here([Episode("click-test", 1)], Plan(agent=f"{__file__}:Broken"))
    assert (result.success, result.cause, result.steps) == (False, AGENT_FAILED, 1)
    assert "fly" in result.error


class Spends(SubmitActor):
    """Does not say in numbers what it used."""

    def __init__(self) -> None:
        self.usage = {"tokens": "many"}


def test_an_agents_usage_is_numbers() -> None:
    with pytest.raises(UsageError, match="'many'"):
        list(run_here([Episode("realpages.gradio", 1)], Plan(agent=f"{__file__}:Spends")))


class Needs(SubmitActor):
    """Cannot be made without a model."""

    def __init__(self, model: str) -> None:
        raise AssertionError(model)


def test_what_is_wrong_with_an_agent_is_said_to_be_the_agents(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"'model'.* made without arguments"):
        load_agent(f"{__file__}:Needs")
    (tmp_path / "broken.py").write_text("class Agent(")
    with pytest.raises(UsageError, match=r"cannot be loaded \(SyntaxError"):
        load_agent(f"{tmp_path / 'broken.py'}:Agent")


def test_a_worker_with_another_agent_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(ROOT / "examples" / "own_agent.py", tmp_path / "mine.py")
    monkeypatch.chdir(tmp_path)
    agent, there = load_agent("mine.py:FirstNamed"), placed("mine.py:FirstNamed")
    monkeypatch.chdir(ROOT)
    Worker(Plan(agent=there, hash=agent.hash))
    with pytest.raises(UsageError, match=f"submit-only is .* instead of {agent.hash}"):
        Worker(Plan(agent="submit-only", hash=agent.hash))
    assert [placed(spec) for spec in (None, "random", "llm:x", "package:Class")] == [
        None,
        "random",
        "llm:x",
        "package:Class",
    ]


class Killer(SubmitActor):
    """Presses Submit, but the first time the browser is killed just before."""

    killed = False

    def act(self, observation: Any) -> Any:
        if not Killer.killed:
            Killer.killed = True
            browsers = [one for one in psutil.Process().children(recursive=True) if "chrom" in one.name()]
            assert browsers
            for process in browsers:
                with contextlib.suppress(psutil.Error):
                    process.kill()
        return super().act(observation)


def test_an_episode_whose_browser_dies_is_played_again() -> None:
    (result,) = run_here([Episode("click-test", 1)], Plan(agent=f"{__file__}:Killer"))
    assert result.success and result.steps == 1


@pytest.mark.parametrize("spec", ["nowhere:Agent", "json:Agent", "missing.py:Agent", "json:JSONDecoder", "llm:"])
def test_what_is_no_agent(spec: str) -> None:
    with pytest.raises(UsageError):
        load_agent(spec)


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "out")
    run = ["bench", "run", "--suite", "realpages", "--policy", "text-overlap", "--shard", "1/25", "--out", out]
    assert command([*run, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {"mean", "low", "high", "episodes", "policy", "policy_hash", "seed", "tasks"} <= set(told)
    assert {"format_version", "versions", "suite"} <= set(told) and told["episodes"] == 20
    assert command(run) == 0
    assert "text-overlap on realpages: " in capsys.readouterr().out
    assert command(["bench", "merge", out, "--out", str(tmp_path / "all"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["episodes"] == 20
    assert command([*run[:-1], str(tmp_path / "x"), "--shard", "auto"]) == 2
    assert command([*run[:-1], str(tmp_path / "x"), "--llm-settings", "[]"]) == 2


def test_results_are_plain_data() -> None:
    (result,) = run_here([Episode("click-test", 1)], Plan(agent="submit-only"))
    assert isinstance(result, EpisodeResult) and result.trace[0].action["kind"] == "click"
    assert result.trace[0].element.startswith("button")
