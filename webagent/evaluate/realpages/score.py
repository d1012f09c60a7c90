"""How often the right element comes first, or among the first three, by kind of wording and by application."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from webagent.evaluate.intervals import wilson
from webagent.evaluate.realpages.rankers import Ranker, by_overlap, by_policy, by_vectors
from webagent.evaluate.realpages.suite import Case, read_suite
from webagent.policy import Policy
from webagent_envs.spaces import Action, Select

__all__ = ["Hit", "hit_of", "score_suite"]


class Hit(NamedTuple):
    """What became of one command.

    Attributes:
        case: the command.
        top1: the right element came first.
        top3: it was among the first three different ones.
        exact: the first action was right altogether.
    """

    case: Case
    top1: bool
    top3: bool
    exact: bool


def score_suite(
    policy_path: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    *,
    cases: Sequence[Case] | None = None,
) -> dict[str, Any]:
    """Score a policy and the two baselines on the suite.

    Args:
        policy_path: a checkpoint; by default the shipped weights.
        progress: called with (commands done, commands in all).
        cases: only these; by default the whole suite.

    Returns:
        ``rows, element_top1, element_top3, action_exact, low, high`` (of top-1, 95 %), ``by`` ``app`` and ``wording``,
        ``policy_hash``, the same of each of ``baselines``, and ``wrong``: what the policy chose instead.
    """
    policy = Policy.load(policy_path)
    rankers: dict[str, Ranker] = {"policy": by_policy(policy), "overlap": by_overlap, "vectors": by_vectors}
    hits: dict[str, list[Hit]] = {name: [] for name in rankers}
    wrong = []
    cases = read_suite() if cases is None else cases
    for done, case in enumerate(cases, start=1):
        for name, rank in rankers.items():
            actions = rank(case.observation)
            hits[name].append(hit_of(case, actions))
            if name == "policy" and not hits[name][-1].top1:
                wrong.append(_mistake(case, actions))
        if progress is not None:
            progress(done, len(cases))
    report = _table(hits["policy"])
    report["baselines"] = {name: _table(some) for name, some in hits.items() if name != "policy"}
    return {**report, "policy_hash": policy.hash, "wrong": wrong}


def hit_of(case: Case, actions: Sequence[Action]) -> Hit:
    """Judge ranked actions; two that name one element count as one."""
    refs: list[int] = []
    for action in actions:
        ref = getattr(action, "ref", 0)
        if ref and ref not in refs:
            refs.append(ref)
    right = [_right(case, ref, actions) for ref in refs[:3]]
    return Hit(case, right[:1] == [True], any(right), bool(actions) and case.action_right(actions[0]))


def _right(case: Case, ref: int, actions: Sequence[Action]) -> bool:
    """An element is right; of a list, the option that was ranked first with it must be, too."""
    if not case.element_right(ref):
        return False
    first = next(action for action in actions if getattr(action, "ref", 0) == ref)
    return not isinstance(first, Select) or case.action_right(first)


def _mistake(case: Case, actions: Sequence[Action]) -> dict[str, Any]:
    ref = getattr(actions[0], "ref", 0) if actions else 0
    chosen, wanted = case.observation.element(ref), case.observation.element(case.refs[0])
    return {
        "app": case.worded.app,
        "page": case.worded.page,
        "command": case.worded.command,
        "wording": case.worded.wording,
        "chosen": f"{chosen.tag} {chosen.label}"[:80] if chosen else "",
        "wanted": f"{wanted.tag} {wanted.label}"[:80] if wanted else "",
    }


def _table(hits: Sequence[Hit]) -> dict[str, Any]:
    def by(field: str) -> dict[str, Any]:
        names = sorted({getattr(hit.case.worded, field) for hit in hits})
        return {name: _row([hit for hit in hits if getattr(hit.case.worded, field) == name]) for name in names}

    return {**_row(hits), "by": {"app": by("app"), "wording": by("wording")}}


def _row(hits: Sequence[Hit]) -> dict[str, Any]:
    count, first = len(hits), sum(hit.top1 for hit in hits)
    low, high = wilson(first, count)
    return {
        "rows": count,
        "element_top1": first / count,
        "element_top3": sum(hit.top3 for hit in hits) / count,
        "action_exact": sum(hit.exact for hit in hits) / count,
        "low": low,
        "high": high,
    }
