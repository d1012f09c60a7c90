"""Folding memory into weights: what was taught is done without memory, and what was known stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from webagent.cli.app import run
from webagent.data.memory import Memory
from webagent.data.pages.build import PagesConfig, build_pages
from webagent.errors import DataError
from webagent.learn.config import FinetuneConfig
from webagent.learn.finetune import finetune
from webagent.policy import Policy

DEMOS = Path(__file__).parents[2] / "demos"


@pytest.fixture
def taught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WEBAGENT_HOME", str(tmp_path / "home"))
    Memory().add(DEMOS)
    return tmp_path


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rehearsal") / "pages"
    build_pages(["made"], folder, PagesConfig(pages=6, pairs=6))
    return folder


def test_what_was_taught_is_learned_and_the_rest_kept(taught: Path, pages: Path) -> None:
    config = FinetuneConfig(out=taught / "mine", data=(pages,), updates=80, learning_rate=5e-4)
    report = finetune(config)
    assert report["after"]["taught"] > report["before"]["taught"]
    assert report["after"]["taught"] >= 0.9
    assert report["after"]["others"] >= report["before"]["others"] - 0.1
    episode = Memory().episodes()[0]
    step = episode.steps[0]
    before, after = Policy.load(), Policy.load(taught / "mine")
    assert before.hash != after.hash and after.config.training["finetune"]["episodes"] == len(Memory().episodes())
    assert after.act(step.observation)[0][0] == step.action


def test_the_same_seed_gives_the_same_weights(taught: Path, pages: Path) -> None:
    hashes = set()
    for name in ("one", "two"):
        finetune(FinetuneConfig(out=taught / name, data=(pages,), updates=2))
        hashes.add(Policy.load(taught / name).hash)
    assert len(hashes) == 1


def test_with_nothing_taught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBAGENT_HOME", str(tmp_path / "home"))
    with pytest.raises(DataError, match="webagent teach"):
        finetune(FinetuneConfig(out=tmp_path / "mine"))


def test_from_the_command_line(taught: Path, pages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = taught / "mine"
    assert run(["finetune", "--out", str(out), "--data", str(pages), "--updates", "2", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["checkpoint"] == str(out) and (out / "weights.safetensors").exists()
    assert {*told["before"]} == {*told["after"]} == {"taught", "others"}
