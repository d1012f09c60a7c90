"""Try webagent on five real applications, by commands as a person would say them; see docs/liveapps.md."""

from __future__ import annotations

import contextlib
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from scripts.liveapps.play import Case, play, read_trials
from scripts.liveapps.worlds import WORLDS
from webagent.evaluate.intervals import wilson
from webagent.live.parts import InParts
from webagent.policy import Policy
from webagent_envs.chromium import launch

RESULTS = Path(__file__).parents[2] / "results"
VERDICTS = ("right", "asked", "wrong", "failed")


@click.command()
@click.option("--app", "apps", multiple=True, type=click.Choice(list(WORLDS)), help="Only this one; may be repeated.")
@click.option("--match", default="", help="Only commands that contain this.")
@click.option("--headed", is_flag=True, help="With windows; xvfb-run gives a screen where there is none.")
@click.option("--policy", type=click.Path(path_type=Path), help="A checkpoint; else the shipped weights.")
@click.option("--out", type=click.Path(path_type=Path), help="File for the result.  [default: results/liveapps*.json]")
def main(apps: Sequence[str], match: str, headed: bool, policy: Path | None, out: Path | None) -> None:
    """Start the applications, say the commands, judge what the applications keep afterwards.

    Goes on where it was interrupted: what the file holds already for the same weights is not tried again.
    """
    trials = [trial for trial in read_trials(apps) if match.casefold() in trial.command.casefold()]
    actor = Policy.load(policy)
    file = out or RESULTS / ("liveapps-headed.json" if headed else "liveapps.json")
    cases = known(file, actor.hash)
    with contextlib.closing(launch(headless=not headed)) as browser:
        head = {"policy_hash": actor.hash, "browser": browser.version, "headed": headed}
        left = [trial for trial in trials if trial not in [case.trial for case in cases]]
        for case in play(left, browser, InParts(actor)):
            cases.append(case)
            said = f"{len(cases):4} {case.verdict:6} {case.trial.app}: {case.trial.command}"
            print(said, file=sys.stderr, flush=True)
            report = {**head, **summed(cases)}
            file.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({**head, **summed(cases), "cases": len(cases)}, ensure_ascii=False))


def known(file: Path, policy_hash: str) -> list[Case]:
    """What was tried already with the same weights; commands that were changed since then are tried again."""
    if not file.exists():
        return []
    report = json.loads(file.read_text("utf-8"))
    cases = msgspec.convert(report["cases"], list[Case]) if report["policy_hash"] == policy_hash else []
    trials = read_trials()
    return [case for case in cases if case.trial in trials]


def summed(cases: Sequence[Case]) -> dict[str, Any]:
    """Shares of the verdicts over all cases, with 95 % intervals, and by application; then every case."""
    return {
        "commands": len(cases),
        **{verdict: share(sum(case.verdict == verdict for case in cases), len(cases)) for verdict in VERDICTS},
        "harm": share(sum(case.harm for case in cases), len(cases)),
        "apps": {
            app: dict(Counter(case.verdict for case in cases if case.trial.app == app))
            for app in dict.fromkeys(case.trial.app for case in cases)
        },
        "cases": [msgspec.to_builtins(case) for case in cases],
    }


def share(count: int, of: int) -> dict[str, float]:
    """A number of cases, also as a share in [0, 1] with its 95 % interval."""
    low, high = wilson(count, of)
    return {"count": count, "share": round(count / max(1, of), 4), "low": round(low, 4), "high": round(high, 4)}


main()
