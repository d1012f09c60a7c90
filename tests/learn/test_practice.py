"""Practice for real: a policy that knows nothing acts in the browser, and learns which attempts went better."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import psutil
import pytest
import torch
from safetensors.torch import load_file

from webagent.data.dataset import read_episodes, write_info, write_shard
from webagent.data.records import Episode, Step
from webagent.errors import UsageError
from webagent.learn.collect import Attempt, CollectConfig, collect
from webagent.learn.config import PracticeConfig, TrainConfig
from webagent.learn.drawing import Draws
from webagent.learn.imitation import train
from webagent.learn.lessons import advantages, finds
from webagent.learn.losses import advantage_loss
from webagent.learn.open_pages import OpenPages
from webagent.learn.planning import Tally, plan
from webagent.learn.practice import practice
from webagent.learn.reading import Readings, Unread, read_once
from webagent.policy import Policy
from webagent_envs.spaces import Click, Element, Observation

TASKS = "click-test-2,click-button"


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


def settings(beginner: tuple[Path, Path], out: Path) -> PracticeConfig:
    data, policy = beginner
    return PracticeConfig(
        data=(data,), start=policy, out=out, tasks=TASKS, rounds=3, visits=2, starts=4, tries=3, further=1, updates=3
    )


@pytest.fixture(scope="module")
def done(
    beginner: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[PracticeConfig, dict[str, object]]:
    config = settings(beginner, tmp_path_factory.mktemp("practice"))
    return config, practice(config)


def attempt(seed: int, success: bool, steps: int = 1, *, odd: bool = False) -> Attempt:
    step = Step(Observation(instruction="x"), Click(1))
    return Attempt(
        Episode(id="e", task="t", command="x", steps=(step,) * steps, success=success, source="practice"), seed, odd
    )


def test_tasks_that_now_succeed_and_now_fail_come_often() -> None:
    known, learnable, hopeless = Tally(), Tally(), Tally()
    known.note([True] * 8, 0, [1] * 8, 1)
    learnable.note([True, False] * 4, 0, [1] * 8, 1)
    for _ in range(4):
        hopeless.note([False] * 8, 0, [1] * 8, 0)
    tallies = {"known": known, "learnable": learnable, "hopeless": hopeless}
    drawn = Counter(next(iter(plan([*tallies, "new"], tallies, 1, np.random.default_rng(seed)))) for seed in range(400))
    assert [task for task, _ in drawn.most_common()] == ["learnable", "new", "hopeless", "known"]
    assert hopeless.in_vain == 4
    hopeless.note([False] * 8, 1, [1] * 8, 9)
    assert hopeless.in_vain == 0
    assert (Tally().limit, known.limit, hopeless.limit) == (16, 6, 22)


def test_what_brings_no_progress_comes_seldom_and_what_was_forgotten_often() -> None:
    by_chance, fresh, forgotten = Tally(), Tally(), Tally()
    for _ in range(20):
        by_chance.note([True] + [False] * 4, 0, [1] * 5, 1)
    fresh.note([True] + [False] * 4, 0, [1] * 5, 1)
    assert by_chance.rate == pytest.approx(fresh.rate)
    assert by_chance.need < fresh.need / 3
    for _ in range(20):
        forgotten.note([True, True, False], 0, [1] * 3, 1)
    before = forgotten.need
    for _ in range(2):
        forgotten.note([False, False, True], 0, [1] * 3, 1)
    assert forgotten.need > 2 * before


def test_an_attempt_counts_by_how_the_others_at_its_page_went() -> None:
    played = [attempt(1, True), attempt(1, False), attempt(1, False), attempt(1, True, odd=True)]
    played += [attempt(2, True)] * 3 + [attempt(3, False)] * 3  # nothing to learn where all went alike
    weighed = [(one.seed, one.episode.success, round(weight, 2)) for one, weight in advantages(played)]
    assert weighed == [(1, True, 1.41), (1, False, -0.71), (1, False, -0.71)]


def test_of_each_page_the_shortest_success_is_kept() -> None:
    played = [attempt(1, True, 5), attempt(1, True, 2)] + [attempt(1, False)] * 3
    played += [attempt(2, True, 4), attempt(2, True, 3), attempt(3, False)]
    assert [len(episode.steps) for episode in finds(played)] == [2, 3]


def test_the_gradient_goes_towards_what_went_better_and_stops_when_far() -> None:
    new = torch.tensor([1.0, 1.0, 0.2, 3.0], requires_grad=True)
    old = torch.tensor([1.0, 1.0, 1.0, 1.0])
    advantage_loss(new, old, torch.tensor([1.0, -1.0, 1.0, -1.0])).backward()
    assert new.grad is not None
    assert new.grad.tolist() == pytest.approx([0.25, -0.25, 0.0, 0.0])  # a likelihood that rose by e^0.8 is enough


def test_a_page_is_tried_so_often_and_further_only_where_nothing_succeeded(beginner: tuple[Path, Path]) -> None:
    config = CollectConfig(pages=4, tries=3, further=2, steps=2)
    played = list(collect("click-test-2", Policy.load(beginner[1]), [2**31, 2**31 + 1, 2**31 + 2], config))
    for seed in (2**31, 2**31 + 1, 2**31 + 2):
        of_it = [one for one in played if one.seed == seed]
        ordinary = [one.episode.success for one in of_it if not one.odd]
        odd = [one.episode.success for one in of_it if one.odd]
        assert len(ordinary) == 3
        assert len(odd) == 0 if any(ordinary) else (len(odd) == 2 or odd[-1])
        odd_ways = [tuple(step.action for step in one.episode.steps) for one in of_it if one.odd]
        assert len(set(odd_ways)) == len(odd_ways)
    assert len({one.episode.command for one in played}) >= 1


def test_odd_attempts_end_with_their_patience(beginner: tuple[Path, Path]) -> None:
    config = CollectConfig(pages=2, tries=1, further=50, steps=1, patience=10)
    played = list(collect("enter-text", Policy.load(beginner[1]), [2**31, 2**31 + 1], config))
    assert 10 <= sum(one.odd for one in played) <= 11


def test_nothing_is_drawn_twice_and_all_is_drawn_in_the_end() -> None:
    draws, random = Draws(), np.random.default_rng(0)
    ways = []
    for _ in range(6):
        first = draws.draw(random, np.array([0.9, 0.1]), np.ones(2))
        second = draws.draw(random, np.array([0.98, 0.01, 0.01]), np.ones(3))
        draws.end()
        ways.append((first, second))
    assert ways[0] == (0, 0)
    assert sorted(ways) == [(first, second) for first in range(2) for second in range(3)]


def test_a_branch_is_drawn_as_often_as_its_untried_share_says() -> None:
    firsts: Counter[int] = Counter()
    for seed in range(400):
        draws, random = Draws(), np.random.default_rng(seed)
        for liking in (np.array([1e9, 1.0]), np.ones(2)):
            first = draws.draw(random, np.array([0.5, 0.5]), liking)
            if first == 0:
                draws.draw(random, np.array([0.8, 0.2]), np.array([1e9, 1.0]))
            draws.end()
        firsts[first] += 1
    assert firsts[1] / 400 == pytest.approx(0.5 / 0.6, abs=0.06)


def test_what_was_attempted_is_noted_and_learned_from(done: tuple[PracticeConfig, dict[str, object]]) -> None:
    config, report = done
    tasks = report["tasks"]
    assert isinstance(tasks, dict)
    assert sum(row["attempts"] for row in tasks.values()) == 3 * 2 * 4 * 3
    assert any(row["rate"] > 0 for row in tasks.values())
    trained = Policy.load(str(report["checkpoint"])).config.training
    assert trained["rounds"] == 3
    before, after = (load_file(path / "weights.safetensors") for path in (config.start, config.out / "policy") if path)
    assert any(not torch.equal(before[name], after[name]) for name in before)


def test_seeds_of_practice_are_never_those_of_an_evaluation(done: tuple[PracticeConfig, dict[str, object]]) -> None:
    kept = list(read_episodes(done[0].out / "finds"))
    assert all(int(episode.id.split("-")[-2]) >= 2**31 for episode in kept)
    assert all(episode.success and episode.source == "practice" and episode.steps for episode in kept)


def test_interrupted_or_not_it_comes_to_the_same(
    done: tuple[PracticeConfig, dict[str, object]], beginner: tuple[Path, Path], tmp_path: Path
) -> None:
    config = settings(beginner, tmp_path)

    def interrupt(rounds: int, of: int, news: str) -> None:
        if rounds == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        practice(config, interrupt)
    report = practice(config)
    assert report["tasks"] == done[1]["tasks"]
    whole, parts = (load_file(out / "policy" / "weights.safetensors") for out in (done[0].out, tmp_path))
    assert all(torch.allclose(whole[name].float(), parts[name].float(), atol=2e-3) for name in whole)
    assert practice(replace(config, rounds=4))["rounds"] == 4


def test_nobody_plays_on_when_a_practice_is_killed(beginner: tuple[Path, Path], tmp_path: Path) -> None:
    data, policy = beginner
    words = ["practice", "--data", data, "--start", policy, "--out", tmp_path / "out", "--tasks", TASKS]
    command = [sys.executable, "-m", "webagent", *map(str, words), "--rounds", "50", "--json"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        family = psutil.Process(running.pid)
        until(lambda: any("chrom" in process.name() for process in family.children(recursive=True)), 60)
        players = family.children(recursive=True)
        running.kill()
    until(lambda: not any(alive(process) for process in players), 20)


def alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running()) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def until(holds: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.1)


def test_it_comes_to_the_same_whoever_plays(
    done: tuple[PracticeConfig, dict[str, object]], beginner: tuple[Path, Path], tmp_path: Path
) -> None:
    report = practice(replace(settings(beginner, tmp_path), workers=2))
    assert report["tasks"] == done[1]["tasks"]
    one, two = (load_file(out / "policy" / "weights.safetensors") for out in (done[0].out, tmp_path))
    assert all(torch.allclose(one[name].float(), two[name].float(), atol=2e-3) for name in one)
    assert (done[0].out / "policy" / "config.json").read_text() == (
        (tmp_path / "policy" / "config.json").read_text().replace(tmp_path.name, done[0].out.name)
    )


def test_other_settings_need_another_folder(done: tuple[PracticeConfig, dict[str, object]]) -> None:
    with pytest.raises(UsageError, match="other settings"):
        practice(replace(done[0], updates=4))


class _Reader:
    """Stands for a policy; notes what it reads."""

    def __init__(self) -> None:
        self.read: list[Observation] = []

    def read_batch(self, observations: Sequence[Observation]) -> list[Any]:
        self.read += observations
        return [SimpleNamespace(observation=observation) for observation in observations]


def test_a_page_is_read_once_however_many_attempts_come_to_it() -> None:
    reader, readings, others = _Reader(), Readings(), Readings()
    one, two = Observation(instruction="one"), Observation(instruction="two")
    pages = [Unread(one, (), readings), Unread(two, (), others), Unread(one, (), readings)]
    for _ in range(2):
        seen = read_once(cast(Policy, reader), pages)
        assert [page.observation for page in seen] == [one, two, one]
        assert reader.read == [one, two]
    assert read_once(cast(Policy, reader), [Unread(two, (), readings)])[0].observation == two  # not what it was before
    assert reader.read == [one, two, two]


def test_attempts_are_the_same_on_pages_of_other_visits(beginner: tuple[Path, Path]) -> None:
    policy, config = Policy.load(beginner[1]), CollectConfig(pages=2, tries=3, further=0, steps=3)
    with OpenPages() as pages:
        list(collect("click-test-2", policy, [2**31 + 5], config, pages))
        again = list(collect("click-link", policy, [2**31, 2**31 + 1], config, pages))
    assert again == list(collect("click-link", policy, [2**31, 2**31 + 1], config))
