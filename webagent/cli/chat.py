"""`webagent chat`: one command after the other, typed here or in the page."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webagent.cli import options
from webagent.cli.output import Verb, json_option, print_json, say

if TYPE_CHECKING:
    from prompt_toolkit import Application

    from webagent.live.agent import Agent
    from webagent.live.chat import Inbox, Writer
    from webagent.live.result import Candidate, Result

__all__ = ["chat"]


@click.command(
    cls=Verb,
    examples=[
        "webagent chat --url page.html --headed",
        "webagent chat --cdp http://127.0.0.1:9222",
        "webagent chat --url page.html --json < commands.txt",
    ],
)
@options.url
@options.cdp
@options.attach
@options.tab
@click.option("--headed", is_flag=True, help="Show the window (with --url).")
@options.policy
@click.option("--allow", metavar="SITE", multiple=True, help="Ask about nothing on this site; more than once.")
@click.option("--bar/--no-bar", default=True, show_default=True, help="The bar in the page.")
@json_option
def chat(
    url: str | None,
    cdp: str | None,
    attach: str | None,
    tab: str,
    headed: bool,
    policy: Path | None,
    allow: tuple[str, ...],
    bar: bool,
    as_json: bool,
) -> int:
    """Talk with your browser: commands, and "undo that", "show numbers", "no, the other one", "what can I say".

    In a terminal Ctrl-C stops what is going on; pressed twice it ends the conversation. Lines on stdin that no person
    types are taken one after the other; with --json each is answered by a line of JSON, and so is each question.
    """
    options.one_of(url=url, cdp=cdp, attach=attach)
    from webagent.live.chat import Inbox
    from webagent.live.config import read_config

    config = read_config()
    allowed = (*config.allow, *allow)
    with options.agent_for(url, cdp or attach, tab=tab, headed=headed, policy=policy, allow=allowed) as agent:
        _talk(agent, Inbox(), _Json() if as_json else _Text(), config.hotkey if bar else "")
    return 0


def _talk(agent: Agent, inbox: Inbox, writer: Writer, hotkey: str) -> None:
    """Hold the conversation."""
    from webagent.live.bar import bar_on
    from webagent.live.chat import ChatFace, read_script, read_typing
    from webagent.live.conversation import Conversation

    typed = sys.stdin.isatty()
    more = None if typed else read_script(inbox, sys.stdin)
    with bar_on(agent, inbox, hotkey) as bar, _terminal(inbox, read_typing if typed else None):
        if typed:
            say(
                "Say what you want done; “what can I say” tells more, “quit” ends."
                + (f" {hotkey}: the bar." * bool(bar))
            )
        Conversation(agent, ChatFace(inbox, writer, more, bar)).run()


@contextmanager
def _terminal(inbox: Inbox, read: Callable[..., threading.Thread] | None) -> Iterator[None]:
    """A prompt at which a person types, given back as it was in the end; nothing where a program writes."""
    if read is None:
        yield
        return
    from prompt_toolkit import PromptSession
    from prompt_toolkit.patch_stdout import patch_stdout

    session: PromptSession[str] = PromptSession("> ")
    with patch_stdout():
        reader = read(inbox, lambda: session.prompt(handle_sigint=False))
        try:
            yield
        finally:
            _end_prompt(session.app, reader)


def _end_prompt(app: Application[str], reader: threading.Thread) -> None:
    """Take the prompt away, whether it waits for a line now or is only about to."""
    ends = time.monotonic() + 2.0
    while reader.is_alive() and time.monotonic() < ends:
        if app.is_running and app.loop is not None:
            with suppress(Exception):  # it has just ended by itself
                app.loop.call_soon_threadsafe(lambda: app.exit(exception=EOFError))
        reader.join(timeout=0.1)


class _Text:
    """Tells a person."""

    def result(self, result: Result) -> None:
        """In a line, or a few."""
        sure = result.outcome in ("done", "refused")
        click.echo(f"{result.reason}" if sure else f"{result.outcome}: {result.reason}")

    def event(self, kind: str, words: str, candidates: Sequence[Candidate] = ()) -> None:
        """What is done, or asked."""
        click.echo({"doing": f"  {words}", "ask": f"{words} [yes/no]"}.get(kind, f"{words}:"))
        for number, candidate in enumerate(candidates, start=1):
            click.echo(f"{number:3}. {candidate.words}")


class _Json:
    """Tells a program."""

    def result(self, result: Result) -> None:
        """As `webagent do --json` does."""
        print_json(result.to_dict())
        sys.stdout.flush()

    def event(self, kind: str, words: str, candidates: Sequence[Candidate] = ()) -> None:
        """What is asked; what is done stands in the result."""
        from webagent.live.chat import event_line

        if kind != "doing":
            print_json(event_line(kind, words, candidates))
            sys.stdout.flush()
