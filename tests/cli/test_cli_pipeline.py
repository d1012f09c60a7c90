"""From episodes to a policy that acts, through the commands only."""

import json
from pathlib import Path

import pytest

from webagent.cli.app import run
from webagent.data.dataset import write_info, write_shard
from webagent.data.records import Episode, Step
from webagent.evaluate.rollout import play
from webagent.policy.agents import SubmitActor
from webagent_envs.env import WebEnv


def episodes(task: str, count: int) -> list[Episode]:
    """Recorded in the browser: this task is done by pressing its only button."""
    with WebEnv(task) as env:
        found = []
        for seed in range(count):
            steps = tuple(Step(step.observation, step.action) for step in play(env, SubmitActor(), seed))
            command = steps[0].observation.instruction
            found.append(
                Episode(id=f"{task}-{seed}", task=task, command=command, steps=steps, success=True, source="test")
            )
    return found


def test_from_episodes_to_a_policy_that_acts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, out, page = tmp_path / "data", tmp_path / "policy", tmp_path / "page.html"
    write_shard(data / "data" / "part-0.parquet", episodes("click-test", 8))
    write_info(data, source="test", licence="MIT", episodes=8)
    page.write_text("<!doctype html><button>Click Me!</button>")

    assert run(["data", "info", str(data), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["episodes"] == 8

    settings = ["--updates", "5", "--batch", "8", "--width", "32", "--layers", "1", "--seed", "1"]
    assert run(["train", "--data", str(data), "--out", str(out), *settings, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["updates"] == 5
    assert {path.name for path in out.iterdir()} >= {"config.json", "weights.safetensors"}

    assert run(["eval", "--tasks", "click-test", "--episodes", "2", "--policy", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tasks"]["click-test"]["episodes"] == 2

    # so little training makes no good policy: it need only load, decide and come to an end
    assert run(["do", "Click it.", "--url", str(page), "--policy", str(out), "--yes", "--max-steps", "2", "--json"]) < 2
    assert json.loads(capsys.readouterr().out)["outcome"] in ("done", "failed")
