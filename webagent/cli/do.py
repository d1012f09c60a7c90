"""`webagent do`: carry out a typed command."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from webagent.cli import options
from webagent.cli.output import Verb, json_option, print_json, say

if TYPE_CHECKING:
    from webagent.live.result import ActionRecord, Result
    from webagent.live.terminal import TerminalPerson

__all__ = ["do"]

GLANCE = 0.2  # seconds for which a person sees what is about to be done
_AS_GIVEN = ("max_steps", "yes", "dry_run")
_FILES = ("screenshot", "trace")


@click.command(
    cls=Verb,
    examples=[
        'webagent do "click on Sign in" --url page.html --headed',
        'webagent do "check Terms and press Continue" --attach chrome --tab Booking',
        'webagent do "search for tea" --cdp http://127.0.0.1:9222',
    ],
)
@click.argument("command")
@options.url
@options.cdp
@options.attach
@options.tab
@click.option("--headed", is_flag=True, help="Show the window (with --url).")
@options.policy
@click.option("--browser", metavar="FILE", type=click.Path(path_type=Path), help="A Chromium; else one is found.")
@click.option("--max-steps", type=click.IntRange(min=1), default=30, show_default=True, help="Give up after so many.")
@click.option("--timeout", type=float, default=20.0, show_default=True, help="Seconds for a page to load (with --url).")
@click.option("--yes", is_flag=True, help="Act even when unsure, and without asking.")
@click.option("--allow", metavar="SITE", multiple=True, help="Ask about nothing on this site; more than once.")
@click.option("--dry-run", is_flag=True, help="Show the first action, do nothing.")
@click.option("--screenshot", metavar="FILE", type=click.Path(path_type=Path), help="A PNG of the page in the end.")
@click.option("--trace", metavar="DIR", type=click.Path(path_type=Path), help="Keep what was seen and weighed.")
@json_option
def do(command: str, url: str | None, cdp: str | None, attach: str | None, as_json: bool, **given: Any) -> int:
    """Carry out COMMAND, typed in your own words, on a page.

    Acts until the policy says that it is done. When it is not sure enough it shows what could be meant, numbered; and
    before it sends, pays, deletes, uploads, types a password or goes to another site, it asks. Where there is no
    terminal to ask on it does nothing (exit 4); --yes lets it act all the same.
    """
    options.one_of(url=url, cdp=cdp, attach=attach)
    from webagent.live.config import read_config

    show = partial(click.echo, err=as_json)
    given["allow"] = (*read_config().allow, *given["allow"])
    given["glance"] = 0.0 if as_json else GLANCE
    if url is None:
        result = _in_session(str(cdp or attach), command, given, show)
    else:
        result = _in_its_own(url, command, given, show)
    _tell(result, show)
    if as_json:
        print_json(result.to_dict())
    return result.exit_code


def _in_its_own(url: str, command: str, given: dict[str, Any], show: Callable[[str], None]) -> Result:
    """Carry it out in a browser that is opened for it."""
    from webagent.live.agent import Agent
    from webagent.live.diary import Diary

    opened = {"load_timeout": given["timeout"], "allow": given["allow"], "diary": Diary()}
    with Agent(given["policy"], given["browser"], given["headed"], **opened) as agent:
        return agent.do(
            command,
            url=url,
            on_action=lambda record: show(_action_line(record)),
            person=_person(),
            glance=given["glance"] if given["headed"] else 0.0,
            **{name: given[name] for name in _AS_GIVEN},
            **{name: given[name] for name in _FILES},
        )


def _person() -> TerminalPerson | None:
    """Whoever sits at the terminal; nobody where there is none."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    from webagent.live.terminal import TerminalPerson

    def ask(prompt: str) -> str:
        return str(click.prompt(prompt, default="", show_default=False, prompt_suffix="", err=True))

    return TerminalPerson(say, ask)


def _absolute(path: Path | None) -> str:
    """A path as it is for the session, which runs in another folder."""
    return str(path.absolute()) if path else ""


def _in_session(browser: str, command: str, given: dict[str, Any], show: Callable[[str], None]) -> Result:
    """Have the session for a browser carry it out; a person's Ctrl-C hangs up, which stops it there."""
    from webagent.live.person import Doubt, Mark, Question
    from webagent.live.session.client import reach
    from webagent.live.session.protocol import Acted, Answer, Approve, Choose, Do, Finished, Note

    person = _person()
    request = {name: given[name] for name in ("tab", "allow", "glance", *_AS_GIVEN)}
    request |= {name: _absolute(given[name]) for name in ("policy", *_FILES)}
    with reach(browser) as client:
        client.tell(Do(command=command, asks=person is not None, **request))
        for message in client.messages():
            match message:
                case Note(text=text):
                    say(text)
                case Acted(record=record):
                    show(_action_line(record))
                case Choose(id=identity, reason=reason, candidates=candidates) if person:
                    client.tell(Answer(id=identity, number=person.choose(Doubt(reason, candidates))))
                case Approve(id=identity, reason=reason, words=words) if person:
                    yes = person.approve(Question(Mark(words, None), reason))
                    client.tell(Answer(id=identity, number=int(yes)))
                case Finished(result=result):
                    return result
        raise client.lost()


def _action_line(record: ActionRecord) -> str:
    """One action in words, with its confidence and what went wrong."""
    from webagent.live.result import percent

    line = f"{record.words} ({percent(record.confidence)})"
    return f"{line} - the page refused: {record.error}" if record.error else line


_WHAT_NEXT = {
    "unsure": "Name it as the page does, or add --yes to try the first.",
    "refused": "Say yes to it in a terminal, add --yes, or trust the site with --allow SITE.",
}


def _tell(result: Result, show: Callable[[str], None]) -> None:
    """The outcome in words: failures on stderr, the rest is a result."""
    from webagent.live.result import percent

    count = f"{len(result.actions)} action{'' if len(result.actions) == 1 else 's'}"
    if result.outcome == "failed":
        say(f"Error: {result.reason}")
    elif result.outcome == "done":
        show(f"{result.outcome}: {result.reason} ({count}, {result.seconds:.1f} s)")
    else:
        say(f"{result.outcome.capitalize()}: {result.reason}. {_WHAT_NEXT[result.outcome]}")
    for number, candidate in enumerate(result.candidates, start=1):
        show(f"{number:3}. {candidate.words} ({percent(candidate.confidence)})")
