"""Checks the conversion against the recordings: does each action hit what the event hit, and does it show?"""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from webagent.data.convert import Conversion, convert
from webagent.data.corrections import Draft
from webagent.data.dom import Key, Snapshot
from webagent.data.drafting import canonical
from webagent.data.recording import RecordingError, decode
from webagent.data.source import open_source, recordings

__all__ = ["VerifyReport", "verify_conversion", "verify_demonstrations"]

_GOAL = 0.9
_NEAR = 6
"""A mouse press is recorded in up to six states: down, up and click, each before and after the page handled it."""


@dataclass
class VerifyReport:
    """Counts by task.

    Attributes:
        episodes: of each task, what became of the successful recordings: ``"kept"`` or the reason for skipping.
        target: of each task, where the actions landed: ``"same"`` (the node that the event hit, the control it belongs
            to, or its label's field), ``"inferred"`` (a hover leaves no event) or ``"other"``.
        effect: of each task, what the next recorded state shows: ``"shown"``, ``"ended"`` (the episode ended),
            ``"unrecorded"`` (list boxes and secret counters leave no trace) or ``"missing"``.
    """

    episodes: dict[str, Counter[str]] = field(default_factory=dict)
    target: dict[str, Counter[str]] = field(default_factory=dict)
    effect: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, task: str, outcome: str, target: Counter[str], effect: Counter[str]) -> None:
        """Count one recording."""
        self.episodes.setdefault(task, Counter())[outcome] += 1
        self.target.setdefault(task, Counter()).update(target)
        self.effect.setdefault(task, Counter()).update(effect)

    def to_dict(self) -> dict[str, Any]:
        """Shares over all tasks, and the counts of each."""
        return {
            "target": _shares(self.target),
            "effect": _shares(self.effect),
            "kept": _shares(self.episodes).get("kept", 0.0),
            "tasks": {
                task: {
                    "kept": counts["kept"],
                    "successful": counts.total(),
                    "skipped": {reason: n for reason, n in sorted(counts.items()) if reason != "kept"},
                    "target": dict(sorted(self.target[task].items())),
                    "effect": dict(sorted(self.effect[task].items())),
                }
                for task, counts in sorted(self.episodes.items())
            },
        }

    def table(self) -> str:
        """The same as a Markdown table; below 90 % kept, the reasons stand beside it."""
        lines = [
            "| task | successful | kept | steps | on the target | effect shown or episode ended | why not kept |",
            "|---|---:|---:|---:|---:|---:|---|",
        ]
        for task, counts in sorted(self.episodes.items()):
            target, effect = self.target[task], self.effect[task]
            kept = counts["kept"] / counts.total()
            reasons = "; ".join(f"{n} {reason}" for reason, n in sorted(counts.items()) if reason != "kept")
            shown = effect["shown"] + effect["ended"]
            lines.append(
                f"| {task} | {counts.total()} | {kept:.0%} | {target.total()} | {_part(target['same'], target)} | "
                f"{_part(shown, effect)} | {reasons if kept < _GOAL else ''} |"
            )
        return "\n".join(lines)


def _shares(by_task: dict[str, Counter[str]]) -> dict[str, float]:
    total: Counter[str] = Counter()
    for counts in by_task.values():
        total.update(counts)
    return {name: n / total.total() for name, n in sorted(total.items())}


def _part(count: int, of: Counter[str]) -> str:
    return f"{count / of.total():.1%}" if of else "-"


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
    report = VerifyReport()
    with TemporaryDirectory() as work, open_source(source, Path(work)) as root:
        names = recordings(root, tasks)
        check = partial(_verify_file, root)
        with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
            for done, result in enumerate(pool.map(check, names, chunksize=20), start=1):
                if result is not None:
                    report.add(*result)
                if progress is not None:
                    progress(done, len(names))
    return report


def _verify_file(root: Path, name: str) -> tuple[str, str, Counter[str], Counter[str]] | None:
    task = Path(name).parent.name
    try:
        recording = decode((root / name).read_bytes())
    except RecordingError:
        return None
    if recording.rawReward != 1:
        return None
    try:
        target, effect = verify_conversion(convert(recording))
    except RecordingError as skipped:
        return task, str(skipped), Counter(), Counter()
    return task, "kept", target, effect


def verify_conversion(conversion: Conversion) -> tuple[Counter[str], Counter[str]]:
    """Where the actions of one episode landed, and what came of them (the words of ``VerifyReport``)."""
    target = Counter(_landed(conversion, draft) for draft in conversion.drafts)
    effect = Counter(_came_of(conversion, draft) for draft in conversion.drafts)
    return target, effect


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
    if draft is conversion.drafts[-1]:
        return "ended"
    if draft.kind == "select" or not draft.effect:
        return "unrecorded"
    before, after = pages[draft.at], pages[draft.until]
    item = after.get(draft.key)
    if draft.kind == "type":
        return "shown" if item is not None and item.node.value == draft.text else "missing"
    if draft.write is not None:
        return "shown" if item is not None and item.node.value is draft.write.new else "missing"
    changed = before.structure != after.structure or before.values != after.values or bool(draft.hidden)
    return "shown" if changed else "missing"
