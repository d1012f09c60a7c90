"""Packing datasets into one with fixed splits, and scoring a policy on it without a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from webagent.cli.app import run
from webagent.data.dataset import read_episodes, read_rows, write_info, write_shard
from webagent.data.pack import pack
from webagent.data.records import Episode, Step
from webagent.data.splits import is_held_out
from webagent.errors import DataError
from webagent.evaluate.offline import score_offline
from webagent.policy.policy import Policy
from webagent_envs.spaces import Click, Element, Observation

NAMES = ("Ada", "Grace", "Edith", "Joan", "Karen", "Mary")


def episode(number: int) -> Episode:
    wanted = NAMES[number % len(NAMES)]
    links = tuple(
        Element(ref=2 + place, parent=1, tag="a", role="link", name=name, text=name, box=(0, 20.0 * place, 60, 16))
        for place, name in enumerate(NAMES)
    )
    seen = Observation(instruction=f"Open {wanted} {number}", elements=(Element(ref=1, tag="body"), *links))
    step = Step(seen, Click(2 + NAMES.index(wanted)))
    return Episode(
        id=f"e{number}", task="open", command=seen.instruction, steps=(step,), success=True, source="made-up"
    )


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packed")
    for part, numbers in (("a", range(300)), ("b", range(300, 400))):
        write_shard(folder / part / "data" / "part.parquet", map(episode, numbers))
        write_info(folder / part, source=part, licence="MIT")
    pack([folder / "a", folder / "b"], folder / "out")
    return folder / "out"


def test_every_episode_is_in_the_split_of_its_command(packed: Path) -> None:
    episodes = list(read_episodes(packed))
    assert sorted(int(one.id[1:]) for one in episodes) == list(range(400))
    for split in ("train", "test"):
        rows = list(read_rows(packed, f"{split}-*.parquet"))
        assert rows
        commands = {row.step.observation.instruction for row in rows}
        assert {one.command for one in episodes if is_held_out(one) == (split == "test")} == commands


def test_pandas_reads_it_and_the_card_says_what_is_in_it(packed: Path) -> None:
    frame = pd.read_parquet(packed / "data")
    assert len(frame) == 400
    card = (packed / "README.md").read_text("utf-8")
    assert card.startswith("---\nlicense: mit\n")
    listed = re.search(r"\| open \| (\d+) \| (\d+) \|", card)
    assert listed is not None
    assert int(listed[1]) + int(listed[2]) == 400
    columns = set(re.findall(r"`(\w+)`", card[card.index("## Columns") :]))
    assert set(frame.columns) <= columns


def test_a_folder_that_holds_something_is_left_alone(packed: Path, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(DataError, match="not empty"):
        pack([packed], tmp_path)


def test_a_policy_is_scored_without_a_browser(
    packed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("WEBAGENT_BROWSER", "/nowhere")
    assert run(["eval", "--offline", str(packed), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["rows"] == report["by"]["task"]["open"]["rows"] == len(list(read_rows(packed, "test-*.parquet")))
    assert report["element_top1"] >= 0.9
    assert report["element_top1"] <= report["element_top3"]
    assert report["by"]["wording"] == {}
    assert run(["eval", "--offline", str(packed), "--split", "train"]) == 0
    assert "all" in capsys.readouterr().out


def test_a_row_may_name_several_right_elements_and_its_wording(packed: Path, tmp_path: Path) -> None:
    table = pq.read_table(next((packed / "data").glob("test-*.parquet")))
    acts = [{**row, "refs": [2, 3, 4, 5, 6, 7]} for row in table.column("action").to_pylist()]
    table = table.drop_columns(["action"]).append_column("action", pa.array(acts))
    table = table.append_column("wording", pa.array(["exact"] * len(table)))
    (tmp_path / "data").mkdir()
    pq.write_table(table, tmp_path / "data" / "test-00000.parquet")
    write_info(tmp_path, source="made-up")
    report = score_offline(Policy.load(), tmp_path)
    assert report["element_top1"] == 1
    assert report["by"]["wording"]["exact"]["rows"] == report["rows"] == len(table)


def test_a_split_that_is_not_there_is_named(tmp_path: Path) -> None:
    write_shard(tmp_path / "data" / "part.parquet", [episode(1)])
    write_info(tmp_path, source="made-up")
    with pytest.raises(DataError, match=r"holds no test-\*"):
        score_offline(Policy.load(), tmp_path)


@pytest.mark.parametrize("also", [["--suite", "realpages"], ["--policy", "random"]])
def test_what_cannot_be_scored_offline_is_refused(
    also: list[str], packed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["eval", "--offline", str(packed), *also]) == 2
    assert "give" in capsys.readouterr().err
