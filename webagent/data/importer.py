"""Import the human demonstrations of MiniWoB++: archive, folder or clone in, dataset folder out.

The work is cut into parts (some files of one folder each). A part is converted on its own and leaves a shard and a
journal behind, so an interrupted import goes on where it stopped, and any number of workers gives the same dataset.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from webagent.data.convert import convert
from webagent.data.dataset import FORMAT_VERSION, read_info, write_info, write_shard
from webagent.data.download import download
from webagent.data.recording import BrokenFileError, Recording, RecordingError, decode
from webagent.data.records import Episode, Step
from webagent.data.source import open_source, recordings
from webagent.errors import DataError

__all__ = ["ImportReport", "download", "import_demonstrations"]

RULES_VERSION = 1
"""Counts up when the conversion changes: what an interrupted import of other rules left behind is not used."""

_FILES_A_PART = 40
_TWIN = "the same recording stands under another task name too"
_SOURCE = "stanfordnlp/miniwob-plusplus-demos, recorded by crowd workers in 2017"
_LICENCE = "the repository states no licence: use the recordings where you may, do not pass them on"

Progress = Callable[[int, int], None]


class Outcome(msgspec.Struct):
    """What became of one file: ``reason`` is ``""`` when it was kept, ``digest`` tells recordings apart."""

    file: str
    task: str
    episode: str
    digest: str = ""
    reason: str = ""
    broken: bool = False


@dataclass
class ImportReport:
    """How many recordings were kept and why the others were not.

    Attributes:
        outcomes: one for each file.
    """

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def kept(self) -> int:
        """Number of episodes in the dataset."""
        return sum(not outcome.reason for outcome in self.outcomes)

    def to_dict(self) -> dict[str, Any]:
        """Plain data: ``kept``, ``skipped`` by reason, the same for each task, and the broken files by name."""
        tasks = {
            name: _counts([o for o in self.outcomes if o.task == name])
            for name in sorted({o.task for o in self.outcomes})
        }
        broken = {o.file: o.reason for o in self.outcomes if o.broken}
        return {**_counts(self.outcomes), "tasks": tasks, "broken_files": broken}


def _counts(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    skipped = Counter(outcome.reason for outcome in outcomes if outcome.reason)
    return {"kept": len(outcomes) - skipped.total(), "skipped": dict(sorted(skipped.items()))}


@dataclass(frozen=True)
class _Part:
    """Files that are converted together.

    Attributes:
        root: folder of the source.
        files: paths relative to it.
        stem: where the shard (``.parquet``) and the journal (``.json``) go.
    """

    root: Path
    files: tuple[str, ...]
    stem: Path


def import_demonstrations(
    source: Path,
    out: Path,
    *,
    tasks: Sequence[str] | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> ImportReport:
    """Convert the recordings in ``source`` into the dataset folder ``out``.

    Args:
        source: the archive, an unpacked folder, or a clone of the repository.
        out: dataset folder; it must be new, or hold an interrupted import of the same source.
        tasks: only these tasks.
        workers: number of processes.
        progress: called with (files done, files in all).

    Raises:
        DataError: there is nothing to import, or ``out`` holds something else.
    """
    work = out / ".work"
    if out.exists() and any(out.iterdir()) and not work.exists() and not (out / "meta" / "info.json").exists():
        raise DataError(f"{out} is not empty, and no import was interrupted there: name a new folder")
    with open_source(source, work) as root:
        files = recordings(root, tasks)
        if not files:
            raise DataError(_nothing(source, tasks))
        plan = _plan(root, files)
        if (out / "meta" / "info.json").exists():
            return _finished(out, work, plan)
        _prepare(out, work, plan)
        parts = [_Part(root, tuple(some), work / f"part-{n:05d}") for n, some in enumerate(_split(files))]
        outcomes = _convert_all(parts, workers, progress)
        report = _finish(out, parts, outcomes)
    write_info(out, source=_SOURCE, licence=_LICENCE, rules_version=RULES_VERSION, plan=plan, **report.to_dict())
    shutil.rmtree(work)
    return report


def _nothing(source: Path, tasks: Sequence[str] | None) -> str:
    wanted = f" of the tasks {', '.join(tasks)}" if tasks else ""
    return (
        f"{source} holds no recordings{wanted}: give the archive, its unpacked folder or a clone of "
        "stanfordnlp/miniwob-plusplus-demos (webagent data download fetches it)"
    )


def _plan(root: Path, files: list[str]) -> str:
    lines = [f"{FORMAT_VERSION} {RULES_VERSION}", *(f"{name} {(root / name).stat().st_size}" for name in files)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _finished(out: Path, work: Path, plan: str) -> ImportReport:
    info = read_info(out)
    shutil.rmtree(work, ignore_errors=True)
    if info.get("plan") != plan:
        raise DataError(f"{out} already holds another dataset: name a new folder, or delete this one first")
    return ImportReport(msgspec.json.decode((out / "meta" / "files.json").read_bytes(), type=list[Outcome]))


def _prepare(out: Path, work: Path, plan: str) -> None:
    """Keep what an interrupted import of the same plan left behind, and nothing else."""
    marker = work / "plan"
    if marker.exists() and marker.read_text("utf-8") != plan:
        for old in [*work.glob("part-*"), *(out / "data").glob("part-*")]:
            old.unlink()
    work.mkdir(parents=True, exist_ok=True)
    marker.write_text(plan, "utf-8")


def _split(files: list[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for name in files:
        if part and (len(part) == _FILES_A_PART or Path(name).parent != Path(part[0]).parent):
            yield part
            part = []
        part.append(name)
    if part:
        yield part


def _convert_all(parts: list[_Part], workers: int, progress: Progress | None) -> list[list[Outcome]]:
    total, done = sum(len(part.files) for part in parts), 0
    results = []
    for part, outcomes in zip(parts, _mapped(parts, workers), strict=True):
        results.append(outcomes)
        done += len(part.files)
        if progress is not None:
            progress(done, total)
    return results


def _mapped(parts: list[_Part], workers: int) -> Iterator[list[Outcome]]:
    if workers <= 1:
        yield from map(_convert_part, parts)
        return
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(_convert_part, parts)


def _convert_part(part: _Part) -> list[Outcome]:
    journal = part.stem.with_suffix(".json")
    if journal.exists():
        return msgspec.json.decode(journal.read_bytes(), type=list[Outcome])
    outcomes, episodes = [], []
    for name in part.files:
        outcome, episode = _convert_file(part.root, name)
        outcomes.append(outcome)
        if episode is not None:
            episodes.append(episode)
    if episodes:
        write_shard(part.stem.with_suffix(".parquet"), episodes)
    partial = journal.with_suffix(".json.partial")
    partial.write_bytes(msgspec.json.encode(outcomes))
    partial.replace(journal)
    return outcomes


def _convert_file(root: Path, name: str) -> tuple[Outcome, Episode | None]:
    path = Path(name)
    stem = path.name.removesuffix(".gz").removesuffix(".json")
    outcome = Outcome(name, path.parent.name, f"{path.parent.parent.name}/{stem}")
    try:
        recording = decode((root / name).read_bytes())
        if recording.rawReward != 1:
            raise RecordingError("raw reward below 1")
        steps = convert(recording).steps
    except OSError:
        outcome.reason, outcome.broken = "the file cannot be read", True
        return outcome, None
    except RecordingError as error:
        outcome.reason, outcome.broken = str(error), isinstance(error, BrokenFileError)
        return outcome, None
    outcome.digest = _digest(recording, steps)
    episode = Episode(
        id=outcome.episode, task=outcome.task, command=recording.utterance, steps=steps, success=True, source="human"
    )
    return outcome, episode


def _digest(recording: Recording, steps: tuple[Step, ...]) -> str:
    """Equal for two copies of one recording: the same words, the same events at the same points, the same pages."""
    events = [state.action for state in recording.states]
    return hashlib.blake2b(msgspec.json.encode((recording.utterance, events, steps)), digest_size=16).hexdigest()


def _finish(out: Path, parts: list[_Part], outcomes: list[list[Outcome]]) -> ImportReport:
    """Drop duplicates (the first in the order of paths stays) and move the shards to their place."""
    data = out / "data"
    data.mkdir(parents=True, exist_ok=True)
    seen: set[str] = set()
    for part, some in zip(parts, outcomes, strict=True):
        twins = _mark_twins(some, seen)
        shard = part.stem.with_suffix(".parquet")
        if not shard.exists():
            continue
        if twins:
            table = pq.read_table(shard)
            table = table.filter(pc.invert(pc.is_in(table["episode_id"], value_set=pa.array(twins))))
            partial = shard.with_suffix(".parquet.partial")
            pq.write_table(table, partial, compression="zstd")
            partial.replace(shard)
        shard.replace(data / shard.name)
    report = ImportReport([outcome for some in outcomes for outcome in some])
    (out / "meta").mkdir(exist_ok=True)
    (out / "meta" / "files.json").write_bytes(msgspec.json.encode(report.outcomes))
    return report


def _mark_twins(outcomes: list[Outcome], seen: set[str]) -> list[str]:
    twins = []
    for outcome in outcomes:
        if outcome.digest and outcome.digest in seen:
            outcome.reason = _TWIN
            twins.append(outcome.episode)
        elif outcome.digest:
            seen.add(outcome.digest)
    return twins
