"""The dataset format: what is written is read back, by us and by pandas; damage is named."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pandas
import pyarrow
import pyarrow.parquet
import pytest

from webagent.data.dataset import FORMAT_VERSION, read_episodes, read_info, write_info, write_shard
from webagent.data.records import Episode, Step
from webagent.errors import DataError
from webagent_envs.spaces import (
    Back,
    Click,
    ClickAt,
    DoubleClick,
    Drag,
    Element,
    Forward,
    Goto,
    Hover,
    Observation,
    Press,
    Reload,
    Say,
    Scroll,
    Select,
    Stop,
    TabClose,
    TabNew,
    TabSwitch,
    Type,
    Wait,
)

ACTIONS = (
    *(Click(2), Click(2, ("Control", "Shift")), DoubleClick(2), Hover(2), Type(2, "jürgen \n x"), Press("Enter", 2)),
    *(Press("Escape"), Select(2, "Peru"), Drag(2, to=1), Drag(2, dx=4.5, dy=-3.0), Scroll(0, dy=120.0)),
    *(ClickAt(1.5, 2.5), Goto("https://a.example/"), Back(), Forward(), Reload(), TabNew(), TabSwitch(2), TabClose()),
    *(Wait(0.5), Say("Hello."), Stop()),
)
FULL = Element(
    ref=2,
    parent=1,
    tag="input",
    role="textbox",
    name="Your name",
    text="own",
    value="Ada",
    placeholder="name",
    attributes={"id": "n", "aria-label": "Name"},
    box=(1.5, 2.0, 30.0, 12.0),
    scroll=(0.0, 3.0, 0.0, 9.0),
    checked=True,
    selected=True,
    focused=True,
    disabled=True,
    visible=False,
    editable=True,
    clickable=True,
    in_viewport=False,
    new=True,
    color="#000001",
    background="#fffffe",
)


def episode(name: str = "e1", task: str = "click-test") -> Episode:
    steps = []
    for index, action in enumerate(ACTIONS):
        observation = Observation(
            instruction="Say “hello”",
            url="https://a.example/",
            title="A",
            viewport=(160.0, 210.0),
            scroll=(0.0, 4.0),
            elements=(Element(ref=1, tag="body"), FULL) if index else (),
            actions=ACTIONS[:index],
        )
        steps.append(Step(observation, action))
    return Episode(id=name, task=task, command="Say “hello”", steps=tuple(steps), success=True, source="human")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_info(tmp_path / "set", source="a test")
    write_shard(tmp_path / "set" / "data" / "one.parquet", [episode("e1"), episode("e2", "login-user")])
    write_shard(tmp_path / "set" / "data" / "two.parquet", [episode("e3")])
    return tmp_path / "set"


def test_what_is_written_is_read_back(folder: Path) -> None:
    assert list(read_episodes(folder)) == [episode("e1"), episode("e2", "login-user"), episode("e3")]


def test_some_tasks(folder: Path) -> None:
    assert [found.id for found in read_episodes(folder, tasks=["click-test"])] == ["e1", "e3"]
    assert list(read_episodes(folder, tasks=["no-such-task"])) == []


def test_pandas_reads_it(folder: Path) -> None:
    rows = pandas.read_parquet(f"{folder}/data")
    assert len(rows) == 3 * len(ACTIONS)
    assert {"episode_id", "task", "step", "command", "elements", "action", "success", "source"} <= set(rows.columns)
    assert rows["action"][0]["kind"] == "click"
    assert rows["elements"][1][1]["name"] == "Your name"
    assert dict(rows["elements"][1][1]["attributes"]) == {"id": "n", "aria-label": "Name"}


def test_more_columns_do_no_harm(folder: Path) -> None:
    shard = folder / "data" / "one.parquet"
    table = pyarrow.parquet.read_table(shard)
    more = table.append_column("wording", pyarrow.array(["plain"] * len(table)))
    pyarrow.parquet.write_table(more, shard)
    assert list(read_episodes(folder)) == [episode("e1"), episode("e2", "login-user"), episode("e3")]


def test_a_long_episode_spans_batches(tmp_path: Path) -> None:
    step = Step(Observation(instruction="x", elements=(FULL,)), Click(2))
    long = Episode(id="long", task="", command="x", steps=(step,) * 1300, success=False, source="practice")
    write_info(tmp_path)
    write_shard(tmp_path / "data" / "a.parquet", [long, long])
    assert [len(found.steps) for found in read_episodes(tmp_path)] == [2600]
    write_shard(tmp_path / "data" / "a.parquet", [long, msgspec.structs.replace(long, id="other")])
    assert [len(found.steps) for found in read_episodes(tmp_path)] == [1300, 1300]


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nothing: no such folder; make a dataset with `webagent data import"):
        list(read_episodes(tmp_path / "nothing"))


def test_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"is no dataset .* run it again"):
        list(read_episodes(tmp_path))


@pytest.mark.parametrize("version", [0, FORMAT_VERSION + 1, "x", None])
def test_another_format_version(folder: Path, version: object) -> None:
    (folder / "meta" / "info.json").write_text(json.dumps({"format_version": version}))
    with pytest.raises(DataError, match=f"has format version {version}.* import the data again"):
        list(read_episodes(folder))


def test_a_damaged_info(folder: Path) -> None:
    (folder / "meta" / "info.json").write_text("{")
    with pytest.raises(DataError, match=r"info\.json is damaged: run"):
        read_info(folder)


@pytest.mark.parametrize("keep", [0, 3, 1000, -9])
def test_a_truncated_shard(folder: Path, keep: int) -> None:
    shard = folder / "data" / "two.parquet"
    shard.write_bytes(shard.read_bytes()[:keep])
    with pytest.raises(DataError, match=r"two\.parquet is cut short or damaged .* run the import again"):
        list(read_episodes(folder))


def test_a_shard_without_our_columns(folder: Path) -> None:
    pandas.DataFrame({"x": [1]}).to_parquet(folder / "data" / "two.parquet")
    with pytest.raises(DataError, match=r"two\.parquet is cut short or damaged"):
        list(read_episodes(folder))
