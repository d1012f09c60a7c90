"""`webagent finetune`: fold what was taught into weights. Its options are the fields of ``FinetuneConfig``."""

from __future__ import annotations

from typing import Any

import click

from webagent.cli.options import options_of
from webagent.cli.output import Verb, json_option, print_json, progress_bar
from webagent.learn import need_torch
from webagent.learn.config import FinetuneConfig

__all__ = ["finetune"]


@click.command(
    cls=Verb,
    examples=[
        "webagent finetune --out mine",
        'webagent do "order a lamp for Grace" --attach chrome --policy mine',
    ],
)
@options_of(FinetuneConfig)
@json_option
def finetune(as_json: bool, **settings: Any) -> int:
    """Learn what was taught, so that it is done without looking it up, also in other words and on other pages.

    Writes a checkpoint folder; the shipped weights stay as they are. Other skills are rehearsed beside it, and the
    share of steps that are right is told for both, before and after. It needs the extra `learn`.
    """
    need_torch()
    from webagent.learn.finetune import finetune as fit

    with progress_bar("Learning") as progress:
        report = fit(FinetuneConfig(**settings), progress)
    if as_json:
        print_json(report)
        return 0
    for name in ("taught", "others"):
        click.echo(
            f"{name}: {_percent(report['before'][name])} -> {_percent(report['after'][name])} of the steps right"
        )
    click.echo(f"wrote {report['checkpoint']}; use it with --policy {report['checkpoint']}")
    return 0


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
