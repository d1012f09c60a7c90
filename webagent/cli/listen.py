"""`webagent listen`: carry out spoken commands on a page."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from webagent.cli import options
from webagent.cli.output import Verb, json_option, print_json, say

if TYPE_CHECKING:
    from webagent.live.listen import Turn
    from webagent.voice.engines import Engine
    from webagent.voice.say import Voice

__all__ = ["listen"]


@click.command(
    cls=Verb,
    examples=[
        "webagent listen --url page.html --headed",
        "webagent listen --cdp http://127.0.0.1:9222 --continuous --say",
        "webagent listen --url page.html --audio-file command.wav --json",
        "arecord -q -t raw -f S16_LE -r 16000 | webagent listen --url page.html --audio-file -",
    ],
)
@options.url
@options.cdp
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
@click.option("--continuous", is_flag=True, help="Listen all the time, not only between two presses of Enter.")
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
    headed: bool,
    audio_files: tuple[str, ...],
    page_mic: bool,
    device: str | None,
    continuous: bool,
    engine: Engine,
    model: str | None,
    aloud: bool,
    policy: Path | None,
    allow: tuple[str, ...],
    bar: bool,
    as_json: bool,
) -> int:
    """Carry out spoken commands on a page, offline.

    Press Enter and speak; press Enter again to end. What was heard is shown; it is done when it is sure what is
    meant, else what could be meant is numbered: say the number. “What can I say” tells more. With --json, one object
    is printed for each utterance. The exit code is that of the last one.
    """
    if (url is None) == (cdp is None):
        raise click.UsageError("give exactly one of --url and --cdp", click.get_current_context())
    from webagent.live.agent import Agent
    from webagent.live.bar import bar_on
    from webagent.live.chat import Inbox
    from webagent.live.config import read_config
    from webagent.live.conversation import Conversation
    from webagent.live.diary import Diary
    from webagent.live.hands_free import Source
    from webagent.live.listen import SpokenFace
    from webagent.voice.engines import make
    from webagent.voice.say import Voice

    recognizer, config = make(engine, model), read_config()
    voice = Voice() if aloud else None
    inbox, codes, diary = Inbox(), [0], Diary()
    source = Source(audio_files=audio_files, page_mic=page_mic, device=device, continuous=continuous)
    settings: dict[str, Any] = {"policy": policy, "allow": (*config.allow, *allow), "diary": diary}
    with Agent.attach(cdp, **settings) if cdp else Agent(headed=headed, **settings) as agent:
        if url is not None:
            agent.open(url)
        ear = source.ear(agent, say, voice.hush if voice else lambda: None)
        with bar_on(agent, inbox, config.hotkey if bar else "") as shown:
            face = SpokenFace(agent, recognizer, ear, _teller(codes, as_json, voice), inbox, shown)
            Conversation(agent, face).run()
    if voice is not None:
        voice.finish()
    return codes[-1]


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
