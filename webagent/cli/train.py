"""`webagent train`: a policy from demonstrations. Its options are the fields of ``TrainConfig``."""

from __future__ import annotations

from typing import Any

import click

from webagent.cli.options import options_of
from webagent.cli.output import Verb, json_option, print_json, progress_bar
from webagent.learn import need_torch
from webagent.learn.config import TrainConfig

__all__ = ["train"]


@click.command(
    cls=Verb,
    examples=["webagent train --data dataset --out runs/first"],
)
@options_of(TrainConfig)
@json_option
def train(as_json: bool, **settings: Any) -> int:
    """Train a policy on datasets that `webagent data import` wrote.

    Runs that are interrupted go on where they stopped when they are started again in the same way. It needs the extra
    `learn`.
    """
    need_torch()
    from webagent.learn.imitation import train as fit

    with progress_bar("Training") as progress:
        report = fit(TrainConfig(**settings), progress)
    if as_json:
        print_json(report)
        return 0
    for name, value in report.items():
        click.echo(f"{name}: {value}")
    return 0
