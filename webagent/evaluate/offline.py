"""Scoring a policy on a dataset, step by step and with no browser: the numbers of ``webagent eval --offline``.

Step accuracy is cheap and comparable, and no success rate: where the order of actions is free, a demonstration shows
one order of many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from webagent.data.dataset import Row, read_rows
from webagent.policy.policy import Policy, Ranked
from webagent_envs.spaces import Stop

__all__ = ["score_offline"]

_BATCH = 16
_CONSIDERED = 12  # ranked actions, to find three different elements among them

Progress = Callable[[int], None]
"""Called with how many rows are done."""


class _Tally:
    """Counts of rows, and of those that were right."""

    def __init__(self) -> None:
        self.rows = self.top1 = self.top3 = self.exact = 0

    def add(self, row: Row, ranked: Ranked) -> None:
        acts = [action for action, _ in ranked if not isinstance(action, Stop)]
        refs = list(dict.fromkeys(getattr(action, "ref", 0) for action in acts))
        self.rows += 1
        self.top1 += any(ref in row.refs for ref in refs[:1])
        self.top3 += any(ref in row.refs for ref in refs[:3])
        self.exact += any(action == row.step.action for action in acts[:1])

    def report(self) -> dict[str, Any]:
        def share(count: int) -> float:
            return round(count / max(1, self.rows), 4)

        return {
            "rows": self.rows,
            "element_top1": share(self.top1),
            "element_top3": share(self.top3),
            "action_exact": share(self.exact),
        }


def score_offline(
    policy: Policy, folder: Path, *, split: str = "test", progress: Progress = lambda done: None
) -> dict[str, Any]:
    """Score a policy on the rows of a dataset that act on an element.

    Args:
        policy: the policy.
        folder: a dataset; one of ``webagent data pack`` where a split is wanted.
        split: "train", "test", or "all".
        progress: called now and then.

    Returns:
        The object that ``webagent eval --offline --json`` prints; shares in [0, 1].

    Raises:
        DataError: the dataset cannot be read, or has no such split.
    """
    whole = _Tally()
    by: dict[str, defaultdict[str, _Tally]] = {"task": defaultdict(_Tally), "wording": defaultdict(_Tally)}
    rows = read_rows(folder, "*.parquet" if split == "all" else f"{split}-*.parquet")
    for part in _batches(row for row in rows if row.refs != (0,)):
        ranked = policy.act_batch([row.step.observation for row in part], most=_CONSIDERED)
        for row, actions in zip(part, ranked, strict=True):
            for tally in (whole, by["task"][row.task], by["wording"][row.wording]):
                tally.add(row, actions)
        progress(whole.rows)
    by["wording"].pop("", None)
    tables = {name: {key: tally.report() for key, tally in sorted(table.items())} for name, table in by.items()}
    return whole.report() | {"policy_hash": policy.hash, "split": split, "by": tables}


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    waiting = iter(rows)
    while part := list(islice(waiting, _BATCH)):
        yield part
