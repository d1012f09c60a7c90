"""The import: three forms of the source, broken files, duplicates, interruption, any number of workers."""

from __future__ import annotations

import gzip
import hashlib
import tarfile
from pathlib import Path

import pytest

from webagent.data import importer
from webagent.data.dataset import read_episodes, read_info
from webagent.data.importer import import_demonstrations
from webagent.errors import DataError


def recording(record, make_node, label: str, **fields: object) -> bytes:
    button = make_node("BUTTON", label, box=(2, 60, 40, 12))
    episode = record(button, utterance=f"Click {label}.")
    episode.finish(button)
    episode.data |= fields
    return episode.encode()


@pytest.fixture
def tree(tmp_path: Path, record, make_node) -> Path:
    """A small repository: two collections, two tasks, links, a duplicate, a failure and broken files."""
    root = tmp_path / "demos"
    files = {
        "2017-a/press-it/press-it_1.json": recording(record, make_node, "one"),
        "2017-a/press-it/press-it_2.json.gz": gzip.compress(recording(record, make_node, "two")),
        "2017-a/press-it/press-it_3.json": recording(record, make_node, "three", rawReward=0.5),
        "2017-a/press-it/press-it_4.json": recording(record, make_node, "four")[:900],
        "2017-a/press-it/press-it_5.json.gz": gzip.compress(recording(record, make_node, "five"))[:80],
        "2017-a/press-it/press-it_6.json": b"",
        "2017-a/press-it/press-it_7.json": b"<html>not found</html>",
        "2017-a/press-it/press-it_8.json": b'{"utterance": "x", "states": [{"dom": 3}], "rawReward": 1}',
        "2017-a/press-it/press-it_9.json": b'{"utterance": "x", "states": [], "rawReward": 1}',
        "2017-a/press-it/notes.txt": b"not a recording",
        "2017-b/press-it-again/press-it-again_1.json": recording(record, make_node, "one"),
        "2017-b/press-it-again/press-it-again_2.json": recording(record, make_node, "other"),
    }
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


KEPT = {"2017-a/press-it_1", "2017-a/press-it_2", "2017-b/press-it-again_2"}
REPORT = {
    "kept": 3,
    "skipped": {
        "raw reward below 1": 1,
        "the file has no states": 1,
        "the file is JSON, but no recording": 1,
        "the file is cut short or damaged (gzip)": 1,
        "the file is cut short or is no JSON": 2,
        "the file is empty": 1,
        "the same recording stands under another task name too": 1,
    },
}


def contents(out: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (out / "data").iterdir()}


def test_a_folder(tree: Path, tmp_path: Path) -> None:
    report = import_demonstrations(tree, tmp_path / "out").to_dict()
    assert {name: report[name] for name in REPORT} == REPORT
    assert report["tasks"]["press-it-again"] == {
        "kept": 1,
        "skipped": {"the same recording stands under another task name too": 1},
    }
    assert report["broken_files"]["2017-a/press-it/press-it_6.json"] == "the file is empty"
    assert len(report["broken_files"]) == 5
    episodes = list(read_episodes(tmp_path / "out"))
    assert {episode.id for episode in episodes} == KEPT
    assert {episode.source for episode in episodes} == {"human"}
    assert all(episode.success for episode in episodes)
    info = read_info(tmp_path / "out")
    assert info["kept"] == 3
    assert "licence" in info
    assert not (tmp_path / "out" / ".work").exists()


@pytest.mark.parametrize("form", ["tar.gz", "tar.xz", "tar"])
def test_an_archive_gives_the_same(tree: Path, tmp_path: Path, form: str) -> None:
    archive = tmp_path / f"demos.{form}"
    with tarfile.open(archive, f"w:{form.removeprefix('tar').removeprefix('.')}") as tar:
        tar.add(tree, "miniwob-plusplus-demos-6506e1a")
    import_demonstrations(tree, tmp_path / "folder")
    report = import_demonstrations(archive, tmp_path / "archive").to_dict()
    assert report["kept"] == 3
    assert contents(tmp_path / "archive") == contents(tmp_path / "folder")


def test_a_clone_has_links(tree: Path, tmp_path: Path) -> None:
    target = "../../2017-a/press-it/press-it_1.json"
    (tree / "2017-b" / "press-it-again" / "press-it-again_link.json").symlink_to(target)
    (tree / "2017-b" / "press-it-again" / "press-it-again_text.json").write_text(target)
    (tree / ".git").mkdir()
    (tree / ".git" / "x.json").write_text("{}")
    report = import_demonstrations(tree, tmp_path / "out").to_dict()
    assert {name: report[name] for name in REPORT} == REPORT


def test_some_tasks(tree: Path, tmp_path: Path) -> None:
    report = import_demonstrations(tree, tmp_path / "out", tasks=["press-it-again"]).to_dict()
    assert list(report["tasks"]) == ["press-it-again"]
    assert report["kept"] == 2


def test_any_number_of_workers_gives_the_same_bytes(tree: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(importer, "_FILES_A_PART", 2)
    seen = []
    import_demonstrations(tree, tmp_path / "one", progress=lambda done, total: seen.append((done, total)))
    import_demonstrations(tree, tmp_path / "two", workers=2)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert len(contents(tmp_path / "one")) > 1
    assert seen[-1] == (11, 11)


@pytest.mark.parametrize("stop", [1, 3, 5])
def test_an_interrupted_import_goes_on(tree: Path, tmp_path: Path, monkeypatch, stop: int) -> None:
    monkeypatch.setattr(importer, "_FILES_A_PART", 2)
    whole = import_demonstrations(tree, tmp_path / "whole").to_dict()

    def interrupt(done: int, total: int) -> None:
        if done >= 2 * stop:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_demonstrations(tree, tmp_path / "out", progress=interrupt)
    with pytest.raises(DataError, match="if an import was interrupted, run it again"):
        read_info(tmp_path / "out")
    assert import_demonstrations(tree, tmp_path / "out").to_dict() == whole
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_an_import_that_stopped_while_it_moved_its_shards_goes_on(tree: Path, tmp_path: Path, monkeypatch) -> None:
    whole = import_demonstrations(tree, tmp_path / "whole").to_dict()

    def fail(*args: object, **facts: object) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(importer, "write_info", fail)
        with pytest.raises(OSError, match="no space"):
            import_demonstrations(tree, tmp_path / "out")
    assert import_demonstrations(tree, tmp_path / "out").to_dict() == whole
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")


def test_the_remains_of_another_import_are_not_used(tree: Path, tmp_path: Path) -> None:
    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_demonstrations(tree, tmp_path / "out", progress=interrupt)
    (tree / "2017-a/press-it/press-it_1.json").unlink()
    assert import_demonstrations(tree, tmp_path / "out").to_dict()["kept"] == 3


def test_a_finished_import_is_not_done_again(tree: Path, tmp_path: Path) -> None:
    first = import_demonstrations(tree, tmp_path / "out").to_dict()
    before = contents(tmp_path / "out")
    assert import_demonstrations(tree, tmp_path / "out").to_dict() == first
    assert contents(tmp_path / "out") == before


def test_another_dataset_is_not_overwritten(tree: Path, tmp_path: Path) -> None:
    import_demonstrations(tree, tmp_path / "out")
    with pytest.raises(DataError, match="already holds another dataset: name a new folder"):
        import_demonstrations(tree, tmp_path / "out", tasks=["press-it"])


def test_a_folder_with_something_else_is_left_alone(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(DataError, match="is not empty, and no import was interrupted there"):
        import_demonstrations(tree, tmp_path)


def test_no_source(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file or folder; `webagent data download`"):
        import_demonstrations(tmp_path / "nothing", tmp_path / "out")


def test_no_recordings(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="holds no recordings: give the archive"):
        import_demonstrations(tmp_path / "empty", tmp_path / "out")


def test_no_such_task(tree: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no recordings of the tasks fly-away"):
        import_demonstrations(tree, tmp_path / "out", tasks=["fly-away"])


def test_a_truncated_archive(tree: Path, tmp_path: Path) -> None:
    archive = tmp_path / "demos.tar.xz"
    with tarfile.open(archive, "w:xz") as tar:
        tar.add(tree, "demos")
    archive.write_bytes(archive.read_bytes()[:-200])
    with pytest.raises(DataError, match=r"cannot be unpacked .* download it again"):
        import_demonstrations(archive, tmp_path / "out")


def test_a_file_that_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "demos.tar.xz").write_text("hello")
    with pytest.raises(DataError, match="cannot be unpacked"):
        import_demonstrations(tmp_path / "demos.tar.xz", tmp_path / "out")


def test_a_page_that_is_nested_too_deeply(tree: Path, tmp_path: Path, record, make_node) -> None:
    nest = make_node("BUTTON", "deep")
    for _ in range(450):
        nest = make_node("DIV", nest)
    episode = record(nest)
    for _ in range(3):
        episode.press(nest)
    (tree / "2017-a/press-it/press-it_1.json").write_bytes(episode.encode())
    report = import_demonstrations(tree, tmp_path / "out").to_dict()
    assert report["kept"] >= 2
