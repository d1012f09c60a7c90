"""Training for real, on a small made-up office: it learns, it resumes, it writes what loads."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from webagent.data.dataset import write_info, write_shard
from webagent.data.records import Episode, Step
from webagent.errors import DataError, UsageError
from webagent.learn import imitation
from webagent.learn.config import TrainConfig
from webagent.learn.imitation import train
from webagent.policy import Policy
from webagent_envs.spaces import Action, Click, Element, Observation, Type

NAMES = [
    "Ada",
    "Grace",
    "Linus",
    "Alan",
    "Edsger",
    "Barbara",
    "Donald",
    "Tim",
    "Radia",
    "Vint",
    "Ken",
    "Dennis",
    "Margaret",
    "Hedy",
    "Katherine",
    "Annie",
]


def office(random: np.random.Generator, command: str) -> Observation:
    labels = random.permutation(NAMES)[:6]
    rows = [
        Element(
            ref=3 + i, parent=1, tag="button", role="button", name=label, text=label, box=(0, 30 + 20.0 * i, 60, 18)
        )
        for i, label in enumerate(labels.tolist())
    ]
    field = Element(ref=2, parent=1, tag="input", role="textbox", editable=True, box=(0, 0, 60, 18))
    return Observation(instruction=command, elements=(Element(ref=1, tag="body"), field, *rows))


def episode(number: int) -> Episode:
    random = np.random.default_rng(number)
    page = office(random, "")
    wanted = page.elements[2 + int(random.integers(6))]
    action: Action
    if number % 3:
        task, command, action = "press", f"Press {wanted.text}", Click(wanted.ref)
    else:
        task, command, action = "enter", f"Enter {wanted.text} please", Type(2, wanted.text)
    observation = Observation(instruction=command, elements=page.elements)
    return Episode(
        id=f"e{number}", task=task, command=command, steps=(Step(observation, action),), success=True, source="made-up"
    )


def write_dataset(folder: Path, episodes: list[Episode]) -> None:
    write_shard(folder / "data" / "part-00000.parquet", episodes)
    write_info(folder, source="made-up")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    write_dataset(folder, [episode(number) for number in range(240)])
    return folder


def config(data: Path, out: Path, **changes: int) -> TrainConfig:
    settings = {"updates": 24, "batch": 12, "width": 32, "layers": 1, **changes}
    return TrainConfig(data=(data,), out=out, learning_rate=3e-3, **settings)


def test_it_learns_to_do_what_was_shown(data: Path, tmp_path: Path) -> None:
    torch.set_num_threads(1)
    seen: list[int] = []
    result = train(config(data, tmp_path, updates=200), lambda done, all, metrics: seen.append(done))
    assert seen[-1] == 200
    assert json.loads((tmp_path / "config.json").read_text())["training"]["updates"] == 200
    assert not (tmp_path / "training.pt").exists()
    policy = Policy.load(tmp_path)
    right = 0
    for number in range(1000, 1040):
        step = episode(number).steps[0]
        actions = [action for action, _ in policy.act(step.observation) if action.kind != "stop"]
        right += actions[0] == step.action
    assert right >= 36, result


def test_a_seed_gives_the_same_weights_even_when_interrupted(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.set_num_threads(1)
    monkeypatch.setattr(imitation, "_SAVE_EVERY", 10)
    monkeypatch.setattr(imitation, "_REPORT_EVERY", 1)

    def interrupt(done: int, all: int, metrics: dict[str, float]) -> None:
        if done == 17:
            raise KeyboardInterrupt

    train(config(data, tmp_path / "whole"))
    with pytest.raises(KeyboardInterrupt):
        train(config(data, tmp_path / "parts"), interrupt)
    train(config(data, tmp_path / "parts"))
    whole, parts = (load_file(tmp_path / name / "weights.safetensors") for name in ("whole", "parts"))
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_two_processes_learn_one_network(data: Path, tmp_path: Path) -> None:
    """Each has batches of its own; together they are as reproducible as one, and learn no less."""
    results = [train(config(data, tmp_path / name, updates=120, workers=2)) for name in ("once", "again")]
    once, again = (load_file(tmp_path / name / "weights.safetensors") for name in ("once", "again"))
    assert all(torch.equal(once[name], again[name]) for name in once)
    by_one = train(config(data, tmp_path / "alone", updates=120))
    assert results[0]["metrics"]["loss"] < 1.05 * by_one["metrics"]["loss"]
    alone = load_file(tmp_path / "alone" / "weights.safetensors")
    assert not torch.equal(once["action.weight"], alone["action.weight"])


def test_the_state_of_another_run_is_not_continued(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imitation, "_SAVE_EVERY", 10)
    monkeypatch.setattr(imitation, "_REPORT_EVERY", 1)

    def interrupt(done: int, all: int, metrics: dict[str, float]) -> None:
        if done == 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(config(data, tmp_path), interrupt)
    with pytest.raises(UsageError, match="other settings"):
        train(config(data, tmp_path, seed=5))


def test_data_without_a_usable_step_is_refused(tmp_path: Path) -> None:
    failed = episode(1)
    write_dataset(
        tmp_path / "data",
        [Episode(id="x", task="press", command="c", steps=failed.steps, success=False, source="made-up")],
    )
    with pytest.raises(DataError, match="no usable example"):
        train(config(tmp_path / "data", tmp_path / "out"))
