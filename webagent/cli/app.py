"""The `webagent` command: finds the verb, runs it, and turns every error into one line and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module

import click

from webagent import __version__
from webagent.cli.output import print_json, say
from webagent.errors import explained

__all__ = ["COMMANDS", "cli", "main", "run"]

COMMANDS = {
    "demo": ("webagent.cli.demo:demo", "See it work: typed commands on a page of ours and three MiniWoB++ tasks."),
    "do": ("webagent.cli.do:do", "Carry out a typed command on a page."),
    "chat": ("webagent.cli.chat:chat", "Talk with your browser: one command after the other."),
    "listen": ("webagent.cli.listen:listen", "Carry out spoken commands on a page."),
    "mcp": ("webagent.cli.mcp:mcp", "Be tools for an agent that speaks the Model Context Protocol."),
    "log": ("webagent.cli.log:log", "Show what was done, with typed secrets masked."),
    "chrome": ("webagent.cli.chrome:chrome", "Open a Chrome of webagent's own, which stays signed in."),
    "tabs": ("webagent.cli.tabs:tabs", "List the open tabs of a running browser."),
    "session": ("webagent.cli.session:session", "Look at what is attached to your browsers, or end it."),
    "record": ("webagent.cli.record:record", "Show how something is done: record a demonstration."),
    "explain": ("webagent.cli.explain:explain", "Say what a command would do on a page, and why."),
    "replay": ("webagent.cli.replay:replay", "Do what was recorded again, also with other values."),
    "teach": ("webagent.cli.memory:teach", "Let commands be carried out as they were shown."),
    "memory": ("webagent.cli.memory:memory", "List, show, edit, remove and export what was taught."),
    "view": ("webagent.cli.view:view", "Make one HTML file of recordings, a dataset or an evaluation."),
    "data": ("webagent.cli.data:data", "Import, download, check, export and describe demonstrations."),
    "train": ("webagent.cli.train:train", "Train a policy on imported demonstrations."),
    "finetune": ("webagent.cli.finetune:finetune", "Fold what was taught into weights."),
    "practice": ("webagent.cli.practice:practice", "Let a policy learn from its own attempts in the environments."),
    "eval": ("webagent.cli.evaluate:evaluate", "Measure strict success of a policy on MiniWoB++ tasks."),
    "audit": ("webagent.cli.audit:audit", "Check that the policy is right for the right reason."),
    "bench": ("webagent.cli.bench:bench", "Run the benchmark with any agent, report it, measure speed."),
    "doctor": ("webagent.cli.doctor:doctor", "Check that everything needed is there, and say what to do."),
    "install": ("webagent.cli.install:install", "Download a Chromium if this machine has none."),
    "info": ("webagent.cli.info:info", "Print versions and paths, ready to paste into a bug report."),
}
"""Where each verb lives, and its line in ``webagent --help``, which must not import any of them."""

INTERRUPTED = 130  # 128 + SIGINT, as shells have it


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every verb, in the order in which a new user meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the verb's module; ``None`` for an unknown verb."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])
        with formatter.section("Begin with"):
            formatter.write('  webagent demo\n  webagent do "click on Sign in" --url page.html\n')


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Tell your browser what to do, and it does it."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command; the exit code: 0 done, 1 failed, 2 usage, 3 no browser or page, 4 unsure or refused."""
    try:
        code = cli.main(args=list(arguments), prog_name="webagent", standalone_mode=False)
        if sys.stdout is not None:  # None when it was closed before we began
            sys.stdout.flush()
    except BrokenPipeError:
        _silence_stdout()
        return 1
    except (KeyboardInterrupt, click.Abort):
        say("Interrupted.")
        return INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        say(error.format_message())
        return error.exit_code
    except Exception as error:
        return _report(error, as_json="--json" in arguments)
    return code if isinstance(code, int) else 0


def _report(error: Exception, *, as_json: bool) -> int:
    """Say in one line what went wrong; the exit code for it."""
    if os.environ.get("WEBAGENT_DEBUG"):
        traceback.print_exception(error)
    message, code = explain(error)
    say(f"Error: {message}")
    if as_json:
        print_json({"outcome": "failed", "reason": message, "exit_code": code})
    return code


def explain(error: Exception) -> tuple[str, int]:
    """An exception as a line and an exit code."""
    if isinstance(error, click.ClickException):
        return _with_hint(error), error.exit_code
    return explained(error)


def _with_hint(error: click.ClickException) -> str:
    """Click's message in one line, ending with where to look the usage up."""
    message = " ".join(error.format_message().split())
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{message.rstrip('.')}. See `{error.ctx.command_path} --help`."
    return message


def _silence_stdout() -> None:
    """Whoever read stdout is gone: let the interpreter's own last flush go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
