"""What was made of a dataset is kept beside it, and comes back as it was."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from webagent.data.dataset import read_episodes, write_info, write_shard
from webagent.data.records import Episode, Step
from webagent.learn import examples, prepared
from webagent.learn.examples import Example, ExampleLibrary, episode_examples
from webagent.policy.words import WordBook
from webagent_envs.spaces import Click, Element, Observation, Type


def episode(name: str, *, success: bool = True) -> Episode:
    field = Element(ref=2, parent=1, tag="input", editable=True, name=f"The {name} field", box=(0, 0, 40, 20))
    button = Element(ref=3, parent=1, tag="button", role="button", text=f"Send {name}", box=(0, 30, 40, 20))
    page = Observation(instruction=f"Say {name}", elements=(Element(ref=1, tag="body"), field, button))
    steps = Step(page, Type(2, name)), Step(page, Click(3))
    return Episode(id=name, task=name, command="", steps=steps, success=success, source="made-up")


EPISODES = [[episode("zebra"), episode("apple"), episode("bad", success=False)], [episode("apple"), episode("melon")]]


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    for number, shard in enumerate(EPISODES):
        write_shard(tmp_path / "data" / f"part-{number}.parquet", shard)
    write_info(tmp_path, source="made-up")
    return tmp_path


def kept(dataset: Path) -> list[Path]:
    return sorted((dataset / "prepared").iterdir())


def assert_alike(one: Example, other: Example) -> None:
    for field in fields(one.sample):
        mine, theirs = getattr(one.sample, field.name), getattr(other.sample, field.name)
        assert mine.dtype == theirs.dtype, field.name
        np.testing.assert_array_equal(mine, theirs, field.name)
    assert (one.task, one.held_out) == (other.task, other.held_out)
    for name, mine, theirs in zip(one.label._fields, one.label, other.label, strict=True):
        assert type(mine) is type(theirs)
        np.testing.assert_array_equal(mine, theirs, name)


def test_examples_come_back_as_they_were_made(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = WordBook()
    good = [one for one in read_episodes(dataset) if one.success]
    made = [example for one in good for example in episode_examples(one, book)]
    for _ in range(2):
        library = ExampleLibrary()
        read = library.read([dataset])
        assert len(read) == len(made)
        for one, other in zip(read, made, strict=True):
            assert_alike(one, other)
        assert [library.book.word(id) for id in range(len(book))] == [book.word(id) for id in range(len(book))]
        monkeypatch.setattr(examples, "episode_examples", None)  # they are not made a second time
    assert len(kept(dataset)) == 2


def test_processes_read_what_is_theirs(dataset: Path) -> None:
    shares = [ExampleLibrary(rank, 2).read([dataset]) for rank in range(2)]
    assert [[example.task for example in share] for share in shares] == [
        ["zebra"] * 3 + ["apple"] * 3,
        ["apple"] * 3 + ["melon"] * 3,
    ]


def test_what_other_code_or_another_shard_made_is_not_used_and_goes(
    dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ExampleLibrary().read([dataset])
    first = kept(dataset)
    write_shard(dataset / "data" / "part-1.parquet", [episode("pear")])
    assert [one.task for one in ExampleLibrary().read([dataset])] == ["zebra"] * 3 + ["apple"] * 3 + ["pear"] * 3
    second = kept(dataset)
    assert len(second) == 2
    assert len({*first, *second}) == 3
    monkeypatch.setattr(prepared, "_code", lambda: b"other")
    ExampleLibrary().read([dataset])
    assert not {*kept(dataset)} & {*second}


def test_a_dataset_that_cannot_be_written_to_is_read_all_the_same(dataset: Path) -> None:
    (dataset / "prepared").write_text("no folder")
    assert len(ExampleLibrary().read([dataset])) == len(ExampleLibrary(0, 1).read([dataset])) == 12
