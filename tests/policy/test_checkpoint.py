from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from webagent.errors import CheckpointError
from webagent.learn.weights import load_network, save_network, weights_of
from webagent.policy import Policy
from webagent.policy.checkpoint import FORMAT_VERSION, CheckpointConfig
from webagent.policy.model import Network
from webagent.policy.sizes import ModelConfig


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    network = Network(ModelConfig(width=32, layers=1, heads=4))
    save_network(tmp_path, network, CheckpointConfig(format_version=FORMAT_VERSION, model=network.config))
    return tmp_path


def test_what_is_saved_loads_again(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {"config.json", "weights.safetensors"}
    network, config = load_network(folder)
    assert config.model.width == 32
    assert Policy.load(folder).hash == Policy(weights_of(network), config).hash
    assert all(part.dtype == np.float32 for part in Policy.load(folder).weights.values())


def test_another_version_is_refused(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "format_version": 99}))
    with pytest.raises(CheckpointError, match=r"version 99.*train the policy again"):
        Policy.load(folder)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format_version": 1}'])
def test_a_damaged_configuration_is_refused(folder: Path, content: str) -> None:
    (folder / "config.json").write_text(content)
    with pytest.raises(CheckpointError, match=r"config\.json"):
        Policy.load(folder)


def test_truncated_weights_are_refused(folder: Path) -> None:
    weights = folder / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(CheckpointError, match="cannot be read"):
        Policy.load(folder)


def test_weights_of_another_size_are_refused(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["model"]["layers"] = 2
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(CheckpointError, match=r"does not fit its config\.json \(\w+_bias\."):
        Policy.load(folder)


def test_the_shipped_weights_keep_their_name() -> None:
    """What results of these weights are filed under: `hash` is that of the days when torch read them."""
    known = json.loads((Path(__file__).parents[2] / "results" / "demos56.json").read_text())
    assert Policy.load().hash == known["policy_hash"]


def test_missing_parts_are_named(folder: Path, tmp_path: Path) -> None:
    (folder / "weights.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"weights\.safetensors is missing"):
        Policy.load(folder)
    with pytest.raises(CheckpointError, match="no checkpoint at"):
        Policy.load(tmp_path / "nowhere")
