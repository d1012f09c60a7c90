"""Every command's help as one Markdown page: ``python -m webagent.cli.reference > docs/cli.md``."""

from __future__ import annotations

from collections.abc import Iterator

import click

from webagent.cli.app import cli

__all__ = ["reference"]

_WIDTH = 100
_HEAD = """\
# The command line

Results go to stdout, talk to stderr. Exit codes: 0 done, 1 failed, 2 usage, 3 no browser or page, 4 unsure or refused.
With `--json` stdout holds one JSON object and nothing else. `WEBAGENT_BROWSER` names the Chromium to use;
`WEBAGENT_DEBUG=1` shows the traceback of an error. This page is written by `scripts/cli-docs`.
"""


def reference() -> str:
    """The whole page."""
    sections = [
        f"## {context.command_path}\n\n```text\n{context.get_help().rstrip()}\n```\n" for context in _walk(cli, None)
    ]
    return "\n".join([_HEAD, *sections])


def _walk(command: click.Command, parent: click.Context | None) -> Iterator[click.Context]:
    """A context for each command, groups before their members."""
    name = command.name if parent else "webagent"
    context = click.Context(command, parent, info_name=name, terminal_width=_WIDTH, **command.context_settings)
    yield context
    if isinstance(command, click.Group):
        for member in command.list_commands(context):
            found = command.get_command(context, member)
            if found is not None:
                yield from _walk(found, context)


if __name__ == "__main__":
    print(reference(), end="")
