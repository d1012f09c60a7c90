"""Old datasets are read, new ones are checked, and others can load them."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from webagent.data.check import check
from webagent.data.dataset import (
    FORMAT_VERSION,
    read_episodes,
    read_info,
    read_rows,
    upgrade,
    write_info,
    write_shard,
)
from webagent.data.export import export
from webagent.data.records import Episode, Step
from webagent.data.ways import Sight, targets_of
from webagent.errors import DataError
from webagent_envs.spaces import Answered, Click, Drag, Element, Observation, Stop, Type

GOLDEN = Path(__file__).parent / "golden"
ELEMENTS = (
    Element(ref=1, tag="body", box=(0, 0, 300, 200)),
    Element(ref=2, parent=1, tag="input", role="textbox", name="Name", editable=True, clickable=True,
            attributes={"id": "n", "type": "text"}, box=(8, 8, 150, 20)),
    Element(ref=3, parent=1, tag="div", scroll=(0, 10, 0, 40), box=(8, 40, 150, 60), color="#ff0000"),
    Element(ref=5, parent=1, tag="button", role="button", name="Send", text="Send", clickable=True,
            box=(8, 110, 60, 24), new=True),
)  # fmt: skip


def seen(command: str, *actions: object) -> Observation:
    return Observation(
        instruction=command, url="http://example.test/", title="Form", viewport=(300, 200), scroll=(0, 5),
        elements=ELEMENTS, actions=actions,  # type: ignore[arg-type]
    )  # fmt: skip


def step(command: str, action: Click | Drag | Stop | Type, *before: object, **more: object) -> Step:
    observation = seen(command, *before)
    return Step(observation, action, targets_of(action, Sight(observation)), **more)  # type: ignore[arg-type]


def plain(episode: Episode) -> Episode:
    """Without what came with version 3."""
    return with_steps(episode, [msgspec.structs.replace(one, dialogs=()) for one in episode.steps])


def with_steps(episode: Episode, steps: Sequence[Step]) -> Episode:
    return msgspec.structs.replace(episode, steps=tuple(steps))


WRITE, DRAG = "Write Ada and send", "drag it"
MOVE = Drag(3, dx=5.0, dy=-2.0)
EPISODES = [
    Episode(id="a.json", task="enter-text", command=WRITE, success=True, source="human", steps=(
        step(WRITE, Type(2, "Ada"), seconds=0.5),
        step(WRITE, Click(5, ("Shift",)), Type(2, "Ada"), seconds=1.25, picture=b"\x89PNG",
             dialogs=(Answered("confirm", "Sure?", False), Answered("prompt", "Who?", True, "Ada"))),
    )),
    Episode(id="page#1", task="", command=DRAG, success=True, source="pages", steps=(
        step(DRAG, MOVE), step(DRAG, Stop(), MOVE),
    )),
]  # fmt: skip


def bare(episode: Episode) -> Episode:
    """Without what came with version 2."""
    return with_steps(episode, [Step(one.observation, one.action) for one in episode.steps])


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    folder = tmp_path / "dataset"
    write_shard(folder / "data" / "part-00000.parquet", EPISODES)
    write_info(folder, source="made by hand", licence="MIT")
    return folder


def test_there_is_a_golden_file_of_every_version() -> None:
    assert sorted(path.name for path in GOLDEN.iterdir()) == [f"v{n}" for n in range(1, FORMAT_VERSION + 1)]


def test_the_first_version_is_read() -> None:
    assert read_info(GOLDEN / "v1")["format_version"] == 1
    assert list(read_episodes(GOLDEN / "v1")) == [bare(episode) for episode in EPISODES]
    assert [row.refs for row in read_rows(GOLDEN / "v1")] == [(2,), (5,), (3,), (0,)]


def test_the_second_version_is_read() -> None:
    assert list(read_episodes(GOLDEN / "v2", pictures=True)) == [plain(episode) for episode in EPISODES]


RIGHT = Episode(id="menu.json", task="", command="open the menu", success=True, source="recorded", steps=(
    step("open the menu", Click(5, button="right")),
))  # fmt: skip


def test_the_third_version_is_read(dataset: Path) -> None:
    assert list(read_episodes(GOLDEN / "v3", pictures=True)) == [*EPISODES, RIGHT]
    assert list(read_episodes(dataset, pictures=True)) == EPISODES
    without = [one.picture for episode in read_episodes(dataset) for one in episode.steps]
    assert without == [b""] * 4


def test_an_old_dataset_is_written_again_where_new_episodes_come_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "old"
    shutil.copytree(GOLDEN / "v2", folder)
    upgrade(folder)
    write_shard(folder / "data" / "part-00001.parquet", [RIGHT])
    write_info(folder)
    assert list(check(folder)) == []
    assert list(read_episodes(folder, pictures=True)) == [*map(plain, EPISODES), RIGHT]


def test_a_later_version_is_refused(dataset: Path) -> None:
    write_info(dataset)
    info = dataset / "meta" / "info.json"
    info.write_text(info.read_text().replace(f'"format_version": {FORMAT_VERSION}', '"format_version": 99'))
    with pytest.raises(DataError, match="format version 99, this webagent reads versions 1 to"):
        read_info(dataset)


@pytest.mark.parametrize("version", ["v1", "v2", "v3"])
def test_sound_datasets_have_no_problems(version: str) -> None:
    assert list(check(GOLDEN / version)) == []


def test_problems_name_row_and_field(dataset: Path) -> None:
    shard = dataset / "data" / "part-00000.parquet"
    rows = pq.read_table(shard)
    plain = rows.to_pylist()
    plain[1]["action"]["ref"] = 99
    plain[1]["step"] = 7
    plain[2]["elements"][2]["parent"] = 42
    plain[3]["command"] = "other words"
    plain[3]["action"]["kind"] = "jump"
    pq.write_table(pa.Table.from_pylist(plain, schema=rows.schema), shard)
    found = [str(problem) for problem in check(dataset)]
    name = "data/part-00000.parquet"
    assert f"{name}, row 1, action.ref: element 99 is not among the elements" in found
    assert f"{name}, row 1, step: it must be 1 after 0, and is 7" in found
    assert f"{name}, row 2, elements.2.parent: element 42 does not stand before it" in found
    assert any(line.startswith(f"{name}, row 3, action.kind: 'jump' is none of click") for line in found)
    assert f"{name}, row 3, command: 'other words' differs from 'drag it' of the step before" in found


def test_a_missing_column_is_a_problem(dataset: Path) -> None:
    shard = dataset / "data" / "part-00000.parquet"
    pq.write_table(pq.read_table(shard).drop_columns(["url"]), shard)
    assert [str(problem) for problem in check(dataset)] == ["data/part-00000.parquet, url: the column is missing"]


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_hugging_face_loads_it(version: str, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    report = export(GOLDEN / version, tmp_path / "hf", "huggingface")
    assert (report["episodes"], report["steps"]) == (2, 4)
    loaded = datasets.load_dataset(str(tmp_path / "hf"), split="train", cache_dir=str(tmp_path / "cache"))
    assert len(loaded) == 4
    row = loaded[0]
    assert row["elements"][1]["attributes"] == [{"name": "id", "value": "n"}, {"name": "type", "value": "text"}]
    assert row["action"]["text"] == "Ada"


def test_minari_loads_it(tmp_path: Path) -> None:
    minari = pytest.importorskip("minari")
    report = export(GOLDEN / "v2", tmp_path / "minari", "minari")
    assert (report["episodes"], report["steps"]) == (2, 4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = minari.MinariDataset(tmp_path / "minari")
        episode = dataset[0]
    assert len(episode.rewards) == 2
    assert episode.observations["mask"][0].sum() == len(ELEMENTS)
    assert list(episode.actions["text"]) == ["Ada", ""]
    assert list(episode.actions["row"]) == [2, 4]
    assert dataset.observation_space.contains({name: value[0] for name, value in episode.observations.items()})
