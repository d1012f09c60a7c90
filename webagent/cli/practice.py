"""`webagent practice`: a policy learns from its own attempts. Its options are the fields of ``PracticeConfig``."""

from __future__ import annotations

from typing import Any

import click

from webagent.cli.options import options_of
from webagent.cli.output import Verb, json_option, print_json, progress_bar
from webagent.learn import need_torch
from webagent.learn.config import PracticeConfig

__all__ = ["practice"]


@click.command(
    cls=Verb,
    examples=[
        "webagent practice --data dataset --out runs/practice",
        "webagent practice --data dataset --tasks all --out runs/all",
    ],
)
@options_of(PracticeConfig)
@json_option
def practice(as_json: bool, **settings: Any) -> int:
    """Let a policy act in the environments, and learn which of its attempts went better, round after round.

    A practice that is interrupted goes on where it stopped when it is started again in the same way; more --rounds
    lengthen one that is done. It needs the extra `learn`.
    """
    need_torch()
    from webagent.learn.practice import practice as run

    with progress_bar("Practising") as progress:
        report = run(PracticeConfig(**settings), progress)
    if as_json:
        print_json(report)
        return 0
    for task, tally in report["tasks"].items():
        click.echo(
            f"{task:32}{tally['rate']:7.1%} of {tally['attempts']} attempts, {tally['found']} found by odder ones"
        )
    click.echo(f"checkpoint after {report['rounds']} rounds: {report['checkpoint']}")
    return 0
