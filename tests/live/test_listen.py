"""Spoken conversations: real sound through a real engine, and what the page is like afterwards."""

from __future__ import annotations

import os
import sys
import threading
import time
import wave
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.voice.conftest import speak
from webagent.data.memory import Memory
from webagent.live.agent import Agent
from webagent.live.bar import Bar
from webagent.live.chat import Inbox
from webagent.live.conversation import Conversation
from webagent.live.ear import Ear
from webagent.live.hands_free import Source
from webagent.live.listen import SpokenFace, Turn
from webagent.live.phrases import phrase
from webagent.live.recall import Recalling
from webagent.voice.endpoint import utterances
from webagent.voice.engines import make
from webagent.voice.hearing import RATE, Recognizer, Sound
from webagent_envs.spaces import Action, Click, Observation, Stop

Write = Callable[[str], str]
Ranked = list[tuple[Action, float]]

LETTERS = """<div><b>Travel</b> <button onclick="o.textContent += 'T'">Reply</button></div>
<div><b>Work</b> <button onclick="o.textContent += 'W'">Reply</button></div>
<button onclick="o.textContent += 'R'">Refresh</button><p id=o></p>"""


@pytest.fixture(scope="module")
def engine() -> Recognizer:
    return make("sphinx")


def said(*texts: str) -> list[Sound]:
    return [next(iter(utterances([speak(text)]))) for text in texts]


def listen(agent: Agent, engine: Recognizer, sounds: Iterable[Sound], *, live: bool = False) -> list[Turn]:
    turns: list[Turn] = []
    ear = Ear(live=sounds) if live else Ear(sounds)
    Conversation(agent, SpokenFace(agent, engine, ear, turns.append, Inbox())).run()
    return turns


def means(turn: Turn) -> str:
    """To the conversation: "stop" may be heard as "stop it"."""
    found = phrase(turn.heard)
    return found.meaning if found else ""


def refs(seen: Observation, name: str) -> list[int]:
    return [item.ref for item in seen.elements if item.name == name]


def by_name(seen: Observation) -> Ranked:
    """Click what the command names, then stop."""
    if seen.actions:
        return [(Stop(), 0.95)]
    found = [item for item in seen.elements if item.clickable and item.name.lower() in seen.instruction.lower()]
    return [(Click(item.ref), 0.9 / len(found)) for item in found]


def text_of(agent: Agent, identity: str = "o") -> str:
    assert agent.page is not None
    return str(agent.page.evaluate(f"document.getElementById('{identity}').textContent"))


def test_a_question_is_answered_by_number(told: Any, told_agent: Agent, engine: Recognizer, page: Write) -> None:
    told.decide = by_name
    told_agent.open(page(LETTERS))
    asked, done = listen(told_agent, engine, said("click Reply", "the second one"))
    assert (asked.outcome, len(asked.candidates), asked.actions) == ("unsure", 2, ())
    assert done.outcome == "done" and [item.tier for item in done.actions] == ["shown"]
    assert text_of(told_agent) == "W"


def test_the_other_one_and_undo(told: Any, told_agent: Agent, engine: Recognizer, page: Write) -> None:
    def decide(seen: Observation) -> Ranked:
        if seen.actions:
            return [(Stop(), 0.95)]
        one, other = refs(seen, "Reply")
        return [(Click(one), 0.8), (Click(other), 0.05)]

    told.decide = decide
    told_agent.open(page(LETTERS))
    turns = listen(told_agent, engine, said("click Reply", "not that one", "undo that"))
    assert [turn.heard for turn in turns] == ["click Reply", "not that one", "undo that"]
    assert text_of(told_agent) == "TW" and turns[2].outcome == "failed" and "cannot take that back" in turns[2].reason


@pytest.mark.parametrize(("answer", "sent"), [("yes", "sent"), ("no", ""), ("the shopping cart", "")])
def test_leave_is_given_by_a_spoken_yes_alone(
    told: Any, told_agent: Agent, engine: Recognizer, site: Any, answer: str, sent: str
) -> None:
    told.decide = by_name
    told_agent.open(site.add("/form", "<button onclick=\"o.textContent = 'sent'\">Send letter</button><p id=o></p>"))
    asked, *_, last = listen(told_agent, engine, said("click Send letter", answer))
    assert asked.outcome == "unsure" and asked.reason.startswith("May I click") and asked.reason.endswith("yes or no")
    assert text_of(told_agent) == sent and last.outcome == {"yes": "done", "no": "refused"}.get(answer, "unsure")


def test_why_is_answered_and_the_question_stays(told: Any, told_agent: Agent, engine: Recognizer, site: Any) -> None:
    told.decide = by_name
    told_agent.open(site.add("/form", "<button onclick=\"o.textContent = 'sent'\">Send letter</button><p id=o></p>"))
    _, why, done = listen(told_agent, engine, said("click Send letter", "why", "yes"))
    assert "Send letter" in why.reason and done.outcome == "done" and text_of(told_agent) == "sent"


@pytest.mark.parametrize(
    ("words", "meaning", "reason"),
    [
        (("stop",), "stop", "stopped"),
        (("never mind",), "cancel", "stopped"),
        (("click Travel", "stop"), "stop", "stopped; 1 said before it will not be done"),
    ],
)
def test_stop_while_something_goes_on(
    told: Any,
    told_agent: Agent,
    engine: Recognizer,
    page: Write,
    words: tuple[str, ...],
    meaning: str,
    reason: str,
) -> None:
    going = threading.Event()

    def decide(seen: Observation) -> Ranked:
        if len(seen.actions) == 1:
            going.set()
        return [(Click(refs(seen, "Refresh")[0]), 0.9)]

    def sounds() -> Iterator[Sound]:
        command, *meanwhile = said("click Refresh", *words)
        yield command
        assert going.wait(30)
        yield from meanwhile

    told.decide = decide
    told_agent.open(page(LETTERS.replace("'R'", "o.textContent.length")))
    stopped, command = listen(told_agent, engine, sounds(), live=True)
    assert (means(stopped), stopped.reason, command.heard) == (meaning, reason, "click Refresh")
    assert command.outcome == "refused" and command.reason.startswith("stopped") and len(command.actions) < 30


STEPS = ("Refresh", "Travel", "Work", "Inbox", "Drafts", "Sent", "Archive", "Spam", "Trash", "Log out")
FOLDERS = "".join(f"<button onclick=\"o.textContent += '{place}'\">{name}</button>" for place, name in enumerate(STEPS))


def in_order(seen: Observation) -> Ranked:
    """A task of ten steps, each of which takes a moment to decide on."""
    time.sleep(0.2)
    if len(seen.actions) == len(STEPS):
        return [(Stop(), 0.95)]
    return [(Click(refs(seen, STEPS[len(seen.actions)])[0]), 0.9)]


def listen_to(agent: Agent, engine: Recognizer, *files: str) -> list[Turn]:
    """What becomes of what is said in files, ``-`` for standard input."""
    turns: list[Turn] = []
    source = Source(files)
    assert source.talk(lambda: None) is None
    ear = source.ear(agent, None, lambda: None)
    Conversation(agent, SpokenFace(agent, engine, ear, turns.append, Inbox())).run()
    return turns


@pytest.mark.parametrize("way", ["one stream", "a file before it"])
def test_stop_on_standard_input_ends_what_goes_on(
    told: Any, told_agent: Agent, engine: Recognizer, page: Write, tmp_path: Path, monkeypatch: Any, way: str
) -> None:
    """Sound that comes while the ten steps are being done: the later ones are not."""
    read, write = os.pipe()
    monkeypatch.setattr(sys, "stdin", os.fdopen(read, "r"))
    going = threading.Event()

    def decide(seen: Observation) -> Ranked:
        if len(seen.actions) == 2:
            going.set()
        return in_order(seen)

    def person() -> None:
        with os.fdopen(write, "wb") as stream:
            if way == "one stream":
                stream.write(speak("click Refresh").tobytes())
                stream.flush()
            assert going.wait(60)
            stream.write(speak("stop").tobytes())

    told.decide = decide
    told_agent.open(page(FOLDERS + "<p id=o></p>"))
    threading.Thread(target=person, daemon=True).start()
    before = [str(wav(tmp_path, "click Refresh"))] if way == "a file before it" else []
    stopped, command = listen_to(told_agent, engine, *before, "-")
    sys.stdin.close()
    assert (means(stopped), stopped.reason, command.heard) == ("stop", "stopped", "click Refresh")
    assert command.outcome == "refused" and 2 <= len(command.actions) < len(STEPS) - 1
    assert text_of(told_agent) == "0123456789"[: len(command.actions)]


@pytest.mark.parametrize("way", ["two files", "standard input"])
def test_files_are_heard_one_after_the_other(
    told: Any, told_agent: Agent, engine: Recognizer, page: Write, tmp_path: Path, monkeypatch: Any, way: str
) -> None:
    """A file has no time of its own: "stop" in it comes after what the command before it does."""
    told.decide = in_order
    told_agent.open(page(FOLDERS + "<p id=o></p>"))
    if way == "two files":
        command, stop = listen_to(told_agent, engine, *(str(wav(tmp_path, text)) for text in ("click Refresh", "stop")))
    else:
        (tmp_path / "said.raw").write_bytes(np.concatenate([speak("click Refresh"), speak("stop")]).tobytes())
        with (tmp_path / "said.raw").open() as file:
            monkeypatch.setattr(sys, "stdin", file)
            command, stop = listen_to(told_agent, engine, "-")
    assert (command.outcome, stop.heard, stop.reason) == ("done", "stop", "nothing is going on")
    assert text_of(told_agent) == "0123456789"


def wav(folder: Path, text: str) -> Path:
    """A file in which this is said."""
    path = folder / f"{text}.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(speak(text).tobytes())
    return path


def test_what_is_not_there_and_noise_do_nothing(told: Any, told_agent: Agent, engine: Recognizer, page: Write) -> None:
    told.decide = lambda seen: [(Click(refs(seen, "Refresh")[0]), 0.9)]
    told_agent.open(page(LETTERS))
    noise = (3000 * np.random.default_rng(0).standard_normal(RATE)).astype(np.int16)
    turns = listen(told_agent, engine, [*said("open the shopping cart"), noise])
    assert {turn.outcome for turn in turns} <= {"refused", "unsure"} and text_of(told_agent) == ""


def test_numbers_stand_in_the_page_and_what_is_typed_there_counts(
    told: Any, told_agent: Agent, engine: Recognizer, page: Write
) -> None:
    told.decide = by_name
    told_agent.open(page(LETTERS))
    inbox, turns, shown = Inbox(), list[Turn](), list[int]()
    bar = Bar(told_agent, inbox, "Control+Shift+Space")

    def tell(turn: Turn) -> None:
        turns.append(turn)
        shown.append(len(bar._state.numbers))
        if turn.heard == "2":
            inbox.put("click Refresh")

    try:
        face = SpokenFace(told_agent, engine, Ear(said("show numbers", "two")), tell, inbox, bar)
        Conversation(told_agent, face).run()
    finally:
        bar.close()
    assert shown == [3, 0, 0] and text_of(told_agent) == "WR"
    assert [turn.engine for turn in turns] == ["sphinx", "sphinx", "typed"]


def test_sleep_and_wake_are_typed_as_well(told: Any, told_agent: Agent, engine: Recognizer, page: Write) -> None:
    told.decide = by_name
    told_agent.open(page(LETTERS))
    inbox, turns = Inbox(), list[Turn]()

    def tell(turn: Turn) -> None:
        turns.append(turn)
        if turn.outcome == "refused":
            inbox.put("Wake up!")

    inbox.put("Go to sleep")
    face = SpokenFace(told_agent, engine, Ear(said("click Refresh")), tell, inbox)
    Conversation(told_agent, face).run()
    assert [turn.reason[:6] for turn in turns] == ["asleep", "asleep", "listen"] and text_of(told_agent) == ""


def test_what_was_taught_is_heard_and_done(
    engine: Recognizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: Write
) -> None:
    """A name that the page knows nothing of."""
    monkeypatch.setenv("WEBAGENT_HOME", str(tmp_path / "home"))
    memory = Memory()
    with Agent(Recalling(_Nothing(), memory), viewport=(800, 600)) as agent:
        address = page(LETTERS)
        opened = agent.open(address)
        _teach(memory, tmp_path, opened.observe("do the morning round"))
        (turn,) = listen(agent, engine, said("do the morning round"))
        assert turn.outcome == "done" and text_of(agent) == "R"


class _Nothing:
    """A policy that knows nothing."""

    def act(self, observation: Observation) -> Ranked:
        return [(Click(refs(observation, "Reply")[0]), 0.1)] if not observation.actions else [(Stop(), 0.9)]


def _teach(memory: Memory, folder: Path, seen: Observation) -> None:
    from webagent.data.dataset import write_info, write_shard
    from webagent.data.records import Episode, Step

    steps = (Step(seen, Click(refs(seen, "Refresh")[0])),)
    episode = Episode(id="taught", task="", command=seen.instruction, steps=steps, success=True, source="recorded")
    write_shard(folder / "shown" / "data" / "taught.parquet", [episode])
    write_info(folder / "shown", source="test", licence="none", episodes=1)
    memory.add(folder / "shown")
