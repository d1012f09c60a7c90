"""`webagent audit`: is the policy right for the right reason?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from webagent.cli.output import Verb, json_option, print_json, progress_bar

__all__ = ["audit"]


@click.command("audit", cls=Verb, examples=["webagent audit --data datasets/human"])
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="DIR",
    required=True,
    help="A dataset; only the demonstrations that no training uses are taken.",
)
@click.option("--policy", metavar="DIR", help="A checkpoint; else the shipped weights.")
@click.option("--most", type=click.IntRange(min=1), default=2000, show_default=True, help="At most this many steps.")
@json_option
def audit(data: Path, policy: str | None, most: int, as_json: bool) -> int:
    """Change what must not matter, and count how often the policy does something else then.

    Ids, classes, colours and places change, distractors come in, names change in command and page together; and what
    two elements say is swapped, which the policy has to follow. Looked at are the steps at which it agrees with the
    demonstration before.
    """
    from webagent.data.dataset import read_episodes
    from webagent.data.splits import is_held_out
    from webagent.evaluate.audit import audit as look
    from webagent.policy.policy import Policy

    with progress_bar("Auditing") as progress:
        episodes = (episode for episode in read_episodes(data) if is_held_out(episode))
        report = look(Policy.load(policy), episodes, most=most, progress=progress)
    if as_json:
        print_json(report)
    else:
        _print_report(report)
    return 0


def _print_report(report: dict[str, Any]) -> None:
    for name, row in report["changes"].items():
        interval = f"(95 %: {row['low']:.1%} to {row['high']:.1%})"
        click.echo(f"{name:12} {row['share']:6.1%} wrong {interval} of {row['steps']} steps")
        for example in row["examples"][:1]:
            click.echo(f"             e.g. {example['command']!r}: {example['chosen']!r} for {example['right']!r}")
    click.echo(f"in all       {report['share']:6.1%} wrong, policy {report['policy_hash']}")
