"""Checks the conversion against the recordings: does each action hit what the event hit, and does it show?"""

from __future__ import annotations

import argparse
import json
import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from webagent.data.convert import Conversion, convert
from webagent.data.corrections import Draft
from webagent.data.dom import Key, Snapshot
from webagent.data.drafting import canonical
from webagent.data.recording import BrokenFileError, RecordingError, decode
from webagent.data.source import open_source, recordings

__all__ = ["Verdict", "VerifyReport", "main", "verify_conversion", "verify_demonstrations"]

_QUESTIONS = ("outcome", "target", "effect", "typed")
_MARK = "<!-- verified -->"
_GOAL = 0.9
_NEAR = 6
"""A mouse press is recorded in up to six states: down, up and click, each before and after the page handled it."""


class Verdict(NamedTuple):
    """What was found out about one recording.

    Attributes:
        task: its task.
        outcome: ``"kept"``, or the reason why it was skipped.
        target: where the actions landed: ``"same"`` (the node that the event hit, the control that this belongs to, or
            the field of its label), ``"inferred"`` (a hover leaves no event) or ``"other"``.
        effect: what the next recorded state shows: ``"shown"``, ``"ended"`` (the episode is over), ``"final"``
            (rewarded, and recording stopped with it), ``"unrecorded"`` (list boxes and buttons that count in secret
            leave no trace) or ``"missing"``.
        typed: where typed text comes from: ``"command"``, ``"date or time"`` (in the form that the field holds) or
            ``"elsewhere"``.
    """

    task: str
    outcome: str
    target: Mapping[str, int]
    effect: Mapping[str, int]
    typed: Mapping[str, int]


class VerifyReport:
    """Verdicts on many recordings, added up by task."""

    def __init__(self, verdicts: Iterable[Verdict]) -> None:
        self._tasks: dict[str, dict[str, Counter[str]]] = {}
        for verdict in verdicts:
            counts = self._tasks.setdefault(verdict.task, {name: Counter() for name in _QUESTIONS})
            counts["outcome"][verdict.outcome] += 1
            for name in _QUESTIONS[1:]:
                counts[name].update(getattr(verdict, name))

    def to_dict(self) -> dict[str, Any]:
        """Shares over all tasks, and the counts of each."""
        total = {name: sum((counts[name] for counts in self._tasks.values()), Counter()) for name in _QUESTIONS}
        shares = {name: {answer: n / some.total() for answer, n in some.items()} for name, some in total.items()}
        tasks = {
            task: {name: dict(counts[name]) for name in _QUESTIONS} for task, counts in sorted(self._tasks.items())
        }
        return {**shares, "tasks": tasks}

    def table(self) -> str:
        """The same as a Markdown table; below 90 % kept, the reasons stand beside it."""
        head = (
            "| task | successful | kept | steps | on the target | effect recorded | end of the episode | why not kept |"
        )
        lines = [head, "|---|---:|---:|---:|---:|---:|---:|---|"]
        for task, counts in sorted(self._tasks.items()):
            outcome, target, effect = counts["outcome"], counts["target"], counts["effect"]
            kept = outcome["kept"] / outcome.total()
            skipped = "; ".join(f"{n} {reason}" for reason, n in sorted(outcome.items()) if reason != "kept")
            lines.append(
                f"| {task} | {outcome.total()} | {kept:.0%} | {target.total()} | {_part(target, 'same')} | "
                f"{_part(effect, 'shown')} | {_part(effect, 'ended', 'final')} | {skipped if kept < _GOAL else ''} |"
            )
        return "\n".join(lines)


def _part(counts: Counter[str], *answers: str) -> str:
    return f"{sum(counts[answer] for answer in answers) / counts.total():.1%}" if counts else "-"


def verify_demonstrations(
    source: Path,
    *,
    tasks: Sequence[str] | None = None,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> VerifyReport:
    """Convert every successful recording in ``source`` and hold the result against the recording.

    Args:
        source: the archive, an unpacked folder, or a clone of the repository.
        tasks: only these tasks.
        workers: number of processes.
        progress: called with (files done, files in all).

    Raises:
        DataError: ``source`` is no archive or folder.
    """
    with TemporaryDirectory() as work, open_source(source, Path(work)) as root:
        names = recordings(root, tasks)
        verdicts = []
        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
            for done, verdict in enumerate(pool.map(partial(_verify_file, root), names, chunksize=20), start=1):
                verdicts.append(verdict)
                if progress is not None:
                    progress(done, len(names))
    return VerifyReport(verdict for verdict in verdicts if verdict is not None)


def _verify_file(root: Path, name: str) -> Verdict | None:
    """The verdict on a recording; ``None`` when it was no success."""
    task = Path(name).parent.name
    try:
        recording = decode((root / name).read_bytes())
        if recording.rawReward != 1:
            return None
        return verify_conversion(task, recording.utterance, convert(recording))
    except BrokenFileError:
        return None
    except RecordingError as skipped:
        return Verdict(task, str(skipped), {}, {}, {})


def verify_conversion(task: str, command: str, conversion: Conversion) -> Verdict:
    """Hold one converted recording against the states that it was made from."""
    return Verdict(
        task,
        "kept",
        Counter(_landed(conversion, draft) for draft in conversion.drafts),
        Counter(_came_of(conversion, draft) for draft in conversion.drafts),
        Counter(_source(conversion, draft, command) for draft in conversion.drafts if draft.kind == "type"),
    )


def _landed(conversion: Conversion, draft: Draft) -> str:
    if draft.kind == "hover":
        return "inferred"
    pages = conversion.pages
    event = pages.states[draft.at].action
    # The state that shows an icon may be the one before the press: then its own event belongs to something else.
    start = draft.at if event is not None and event.type in {"mousedown", "keydown"} else draft.at + 1
    for index in range(start, min(start + _NEAR, len(pages.states))):
        page = pages[index]
        if page.target >= 0:
            return "same" if _belongs(page, page.target, draft.key) else "other"
    return "other"


def _belongs(page: Snapshot, hit: int, key: Key) -> bool:
    """The acted node is the one that was hit, the control or list that this belongs to, or the field of its label."""
    if any(page.items[i].key == key for i in page.chain(hit)):
        return True
    label = next((i for i in page.chain(hit) if page.items[i].tag == "label"), None)
    return page.items[canonical(page, hit)].key == key or (
        label is not None and any(page.items[i].key == key for i in page.subtree(label))
    )


def _came_of(conversion: Conversion, draft: Draft) -> str:
    pages = conversion.pages
    final = draft is conversion.drafts[-1]
    if final and pages.renumbered(draft.at, draft.until):
        return "ended"
    if _shows(conversion, draft):
        return "shown"
    if final:
        return "final"
    return "unrecorded" if draft.kind == "select" or not draft.effect else "missing"


def _shows(conversion: Conversion, draft: Draft) -> bool:
    before, after = conversion.pages[draft.at], conversion.pages[draft.until]
    item = after.get(draft.key)
    if draft.kind == "type":
        return item is not None and item.node.value == draft.text
    if draft.write is not None:
        return item is not None and item.node.value is draft.write.new
    return before.structure != after.structure or before.values != after.values or bool(draft.hidden)


def _source(conversion: Conversion, draft: Draft, command: str) -> str:
    field = conversion.pages[draft.at].get(draft.key)
    if field is not None and field.input_type in {"date", "datetime-local", "month", "time", "week"}:
        return "date or time"
    return "command" if draft.text.casefold() in command.casefold() else "elsewhere"


def main() -> None:
    """``python -m webagent.data.verify SOURCE``: print the table; with ``--document``, put it into a Markdown file."""
    parser = argparse.ArgumentParser(prog="python -m webagent.data.verify", description=__doc__)
    parser.add_argument("source", type=Path, help="archive, folder or clone of the demonstrations")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--document", type=Path, help="Markdown file with a line <!-- verified --> before and after")
    parser.add_argument("--json", type=Path, help="file for all counts")
    given = parser.parse_args()
    report = verify_demonstrations(given.source, workers=given.workers)
    if given.json is not None:
        given.json.write_text(json.dumps(report.to_dict(), indent=1) + "\n", "utf-8")
    if given.document is None:
        print(report.table())
        return
    before, _, after = given.document.read_text("utf-8").split(_MARK)
    given.document.write_text(f"{before}{_MARK}\n\n{report.table()}\n\n{_MARK}{after}", "utf-8")


if __name__ == "__main__":
    main()
