"""`webagent listen`: carry out spoken commands on a page."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from webagent.cli import options
from webagent.cli.output import Verb, json_option, print_json, say

if TYPE_CHECKING:
    from webagent.live.agent import Agent
    from webagent.live.config import Config
    from webagent.live.listen import Turn
    from webagent.live.talk import Talk
    from webagent.voice.hearing import Recognizer
    from webagent.voice.say import Voice

__all__ = ["listen"]


@click.command(
    cls=Verb,
    examples=[
        "webagent listen --url page.html --headed",
        "webagent listen --attach chrome",
        "webagent listen --cdp http://127.0.0.1:9222 --tab Inbox --continuous --say",
        "webagent listen --url page.html --audio-file command.wav --json",
        "arecord -q -t raw -f S16_LE -r 16000 | webagent listen --url page.html --audio-file -",
    ],
)
@options.url
@options.cdp
@options.attach
@options.tab
@click.option("--headed", is_flag=True, help="Show the window (with --url).")
@click.option(
    "--audio-file",
    "audio_files",
    metavar="FILE",
    multiple=True,
    help="Listen to a WAV file; - for raw 16-bit mono PCM at 16 kHz on stdin. May be repeated.",
)
@click.option("--page-mic", is_flag=True, help="Listen through the microphone of the page's browser.")
@click.option("--device", metavar="NAME", help="A microphone, by number or part of its name.")
@click.option("--continuous", is_flag=True, help="Listen all the time, not only when told to.")
@click.option(
    "--engine",
    type=click.Choice(["auto", "sphinx", "whisper"]),
    default="auto",
    show_default=True,
    help="What recognises speech; auto: whisper where it and a model are there.",
)
@click.option("--model", metavar="DIR_OR_SIZE", help="For whisper, e.g. base.en; downloaded the first time.")
@click.option("--say", "aloud", is_flag=True, help="Answer through the system's voice.")
@options.policy
@click.option("--allow", metavar="SITE", multiple=True, help="Ask about nothing on this site; more than once.")
@click.option("--bar/--no-bar", default=True, show_default=True, help="The bar in the page.")
@json_option
def listen(
    url: str | None,
    cdp: str | None,
    attach: str | None,
    tab: str,
    headed: bool,
    policy: Path | None,
    allow: tuple[str, ...],
    **given: Any,
) -> int:
    """Carry out spoken commands on a page, offline.

    Press Enter, speak, and press Enter again. In the page hold Control+Shift+Period instead, or the button in the bar.
    What was heard is shown; it is done when it is sure what is meant, else what could be meant is numbered: say the
    number. “What can I say” tells more. With --json, one object is printed for each utterance. The exit code is that
    of the last one.
    """
    options.one_of(url=url, cdp=cdp, attach=attach)
    from webagent.live.config import read_config
    from webagent.voice.engines import make

    recognizer, config = make(given["engine"], given["model"]), read_config()
    allowed = (*config.allow, *allow)
    with options.agent_for(url, cdp or attach, tab=tab, headed=headed, policy=policy, allow=allowed) as agent:
        return _converse(agent, recognizer, config, given)


def _converse(agent: Agent, recognizer: Recognizer, config: Config, given: dict[str, Any]) -> int:
    """Hold the conversation; the exit code."""
    from webagent.live.bar import bar_on
    from webagent.live.chat import Inbox
    from webagent.live.conversation import Conversation
    from webagent.live.hands_free import Source, read_enter
    from webagent.live.listen import SpokenFace
    from webagent.voice.say import Voice

    voice = Voice() if given["aloud"] else None
    hush = voice.hush if voice else lambda: None
    inbox, codes = Inbox(), [0]
    source = Source(given["audio_files"], given["page_mic"], given["device"], given["continuous"])
    talk = source.talk(hush)
    ear = source.ear(agent, talk, hush)
    with bar_on(agent, inbox, config.hotkey if given["bar"] else "", talk, config.talk_key) as bar, closing(ear):
        if talk is not None:
            typed = not talk.always and (sys.stdin.isatty() or bar is None)
            say(_how(talk, config.talk_key if bar else "", typed=typed))
            if typed:
                read_enter(talk, say)
        face = SpokenFace(agent, recognizer, ear, _teller(codes, given["as_json"], voice), inbox, bar)
        Conversation(agent, face).run()
    if voice is not None:
        voice.finish()
    return codes[-1]


def _how(talk: Talk, key: str, *, typed: bool) -> str:
    """How to speak: all the time, with a key in the page where there is a bar, with Enter where that is read."""
    if talk.always:
        return "Listening; say “go to sleep” for a rest. Ctrl+C ends."
    if not typed:
        return f"Hold {key} in the page while you speak. Ctrl+C ends."
    also = f"; or hold {key} in the page while you speak" if key else ""
    return f"Press Enter and speak, and Enter again when you have said it{also}. Ctrl+D leaves."


def _teller(codes: list[int], as_json: bool, voice: Voice | None) -> Callable[[Turn], None]:
    """Tells what became of each utterance, aloud if wanted, and notes its exit code."""

    def tell(turn: Turn) -> None:
        codes.append(turn.exit_code)
        if as_json:
            print_json(turn.to_dict())
            sys.stdout.flush()
        else:
            _tell(turn)
        if voice is not None:
            done = "; ".join(record.words for record in turn.actions)
            voice.say(done if turn.outcome == "done" and done else turn.reason)

    return tell


def _tell(turn: Turn) -> None:
    """One utterance in words: what was heard, what was done."""
    click.echo(f"“{turn.heard}” → " + ("; ".join(record.words for record in turn.actions) or turn.outcome))
    if turn.outcome != "done" or not turn.actions:
        say(turn.reason)
    for number, candidate in enumerate(turn.candidates, start=1):
        click.echo(f"{number:3}. {candidate.words}")
