"""Practice for real: a policy that knows nothing acts in the browser, and its successes are kept and learned from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from webagent.data.dataset import read_episodes, write_info, write_shard
from webagent.data.records import Episode, Step
from webagent.errors import UsageError
from webagent.learn.config import PracticeConfig, TrainConfig
from webagent.learn.imitation import train
from webagent.learn.practice import plan, practice
from webagent.policy import Policy
from webagent_envs.spaces import Click, Element, Observation

TASKS = "click-test,click-button"


@pytest.fixture(scope="module")
def beginner(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A dataset, and a policy that learned next to nothing from it."""
    folder = tmp_path_factory.mktemp("beginner")
    button = Element(ref=2, parent=1, tag="button", role="button", text="Go", box=(0, 0, 40, 20))
    page = Observation(instruction="Press Go", elements=(Element(ref=1, tag="body"), button))
    step = (Step(page, Click(2)),)
    episode = Episode(id="e", task="go", command="Press Go", steps=step, success=True, source="made-up")
    write_shard(folder / "data" / "data" / "part-0.parquet", [episode])
    write_info(folder / "data", source="made-up")
    settings = TrainConfig(data=(folder / "data",), out=folder / "policy", updates=3, width=32, layers=1)
    train(settings)
    return folder / "data", folder / "policy"


@pytest.fixture(scope="module")
def done(
    beginner: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[PracticeConfig, dict[str, object]]:
    data, policy = beginner
    config = PracticeConfig(
        data=(data,),
        start=policy,
        out=tmp_path_factory.mktemp("practice"),
        tasks=TASKS,
        rounds=2,
        starts=40,
        updates=3,
    )
    return config, practice(config)


def test_pages_go_where_further_tries_help() -> None:
    tally = {
        "known": {"seen": 98, "passed": 98, "passed_later": 0},
        "learnable": {"seen": 98, "passed": 0, "passed_later": 98},
        "hopeless": {"seen": 98, "passed": 0, "passed_later": 0},
    }
    planned = plan(["known", "learnable", "hopeless", "new"], [tally], 228)
    assert planned == {"known": 8, "learnable": 100, "hopeless": 20, "new": 100}


def test_what_succeeded_is_kept_and_learned_from(done: tuple[PracticeConfig, dict[str, object]]) -> None:
    config, report = done
    rounds = report["rounds"]
    assert isinstance(rounds, list)
    assert sum(row["seen"] for row in rounds[0]["tasks"].values()) == 40
    assert rounds[0]["tasks"]["click-test"]["passed"] > 0  # there is but one button
    kept = list(read_episodes(config.out / "round-000" / "data"))
    assert {episode.task for episode in kept} <= set(TASKS.split(","))
    assert all(episode.success and episode.source == "practice" and episode.steps for episode in kept)
    assert str(report["checkpoint"]).endswith("round-001/policy")
    trained = Policy.load(config.out / "round-001" / "policy").config.training
    assert trained["examples"]["click-test"] > 0
    assert trained["examples"]["go"] > 0


def test_seeds_of_practice_are_never_those_of_an_evaluation(done: tuple[PracticeConfig, dict[str, object]]) -> None:
    kept = read_episodes(done[0].out / "round-000" / "data")
    assert all(int(episode.id.split("-")[-2]) >= 2**31 for episode in kept)


def test_it_goes_on_where_it_stopped(done: tuple[PracticeConfig, dict[str, object]]) -> None:
    config, report = done
    before = {path: path.stat().st_mtime_ns for path in config.out.rglob("*.parquet")}
    (config.out / "round-001" / "policy" / "config.json").unlink()  # as if it had been interrupted while learning
    assert practice(config) == report
    assert {path: path.stat().st_mtime_ns for path in config.out.rglob("*.parquet")} == before
    longer = practice(replace(config, rounds=3))
    assert isinstance(longer["rounds"], list)
    assert len(longer["rounds"]) == 3


def test_other_settings_need_another_folder(done: tuple[PracticeConfig, dict[str, object]]) -> None:
    with pytest.raises(UsageError, match="other settings"):
        practice(replace(done[0], updates=4))
