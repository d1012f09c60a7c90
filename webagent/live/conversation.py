"""A conversation: commands and the few words about them, one after the other, typed, in the bar, or spoken.

`Conversation` knows no device. It hears and speaks through a `Face`: a terminal, the bar in the page, a microphone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from webagent.live.agent import Agent
from webagent.live.doubt import candidate_of, offers
from webagent.live.lessons import keep_lesson
from webagent.live.loop import Command, Decision, First, secrets_of
from webagent.live.person import Doubt, Mark, Question
from webagent.live.phrases import Phrase, phrase
from webagent.live.recall import Recalling
from webagent.live.result import Candidate, Outcome, Result, hide
from webagent.live.said import Said
from webagent.live.undo import Before, find_again, note, take_back
from webagent_envs.errors import BrowserError
from webagent_envs.page import Page
from webagent_envs.spaces import Action, Click, Element, Observation

__all__ = ["HELP", "Conversation", "Face"]

HELP = """Say what you want done on this page, in your own words: “click on Sign in”, “type Ada into Name, then Save”.
stop: end what is going on (so do Escape and Ctrl-C). undo that: take the last command back, as far as a browser can.
show numbers: number what can be clicked; then a number clicks it. hide numbers. no, the other one: the second best.
When I ask: a number or “the second”, yes, no, cancel. why: what I go by, and what I expect to do next.
go back, go forward, reload, scroll down, press Enter, open a new tab, close this tab, go to example.org.
quit: end the conversation."""

_MOST_NUMBERS = 99


class Face(Protocol):
    """Where a conversation takes place."""

    def listen(self) -> Said | None:
        """Wait for the next utterance; ``None`` when there will be none."""
        ...

    def tell(self, result: Result) -> None:
        """Tell what became of an utterance."""
        ...

    def mark(self, mark: Mark | None) -> None:
        """Show what is about to be done; ``None``: it is done."""
        ...

    def question(self, question: Question) -> None:
        """Ask whether this may be done; the answer is listened for."""
        ...

    def number(self, reason: str, candidates: Sequence[Candidate]) -> None:
        """Show numbers from 1 on these; with no candidates: take the numbers away."""
        ...

    def hear_out(self) -> None:
        """Wait while the person is saying something, which may be "stop"; called before every act."""
        ...

    def stopped(self) -> bool:
        """Whether the person has said stop, or pressed the stop key, since the last `listen`."""
        ...


class Conversation:
    """Hears one utterance after the other, and does what it says.

    Args:
        agent: acts; its page is the one that is spoken about.
        face: hears and speaks.
    """

    def __init__(self, agent: Agent, face: Face) -> None:
        self._agent = agent
        self._face = face
        self._next: Said | None = None  # said instead of an answer
        self._numbered: list[Action] = []
        self._befores: list[Before] = []
        self._undoable: list[list[Before]] = []
        self._last: tuple[str, Command] | None = None

    def run(self) -> None:
        """Listen until there is nothing more to hear, or the person says quit."""
        while (said := self._hear_next()) is not None:
            if not said.text.strip():
                continue
            found = phrase(said.text)
            if found is not None and found.meaning == "quit":
                return
            result = self.hear(said)
            self._face.mark(None)
            self._face.tell(result)

    def hear(self, utterance: Said) -> Result:
        """Do what an utterance says; what became of it."""
        said = utterance.text
        found = phrase(said)
        numbered, self._numbered = self._numbered, []
        if numbered:
            self._face.number("", ())
        try:
            if found is None or (found.meaning == "number" and not numbered):
                return self._command(said, First(readings=utterance.readings))
            return self._phrase(said, found, numbered)
        except BrowserError as error:
            return self._reply(said, "failed", str(error))

    def _hear_next(self) -> Said | None:
        said, self._next = self._next, None
        return self._face.listen() if said is None else said

    # -- commands

    def _command(self, said: str, first: First | None = None, before: Sequence[Decision] = ()) -> Result:
        """Carry out a command; keep what was corrected on the way."""
        self._befores = []
        result = self._agent.do(said, person=self, first=first)
        command = self._agent.last
        if self._befores:
            self._undoable.append(self._befores)
        if command is not None and not (first and first.only):
            self._last = command.text, command
            decisions = [*before, *command.decisions]
            if result.outcome == "done" and any(decision.chosen for decision in decisions):
                keep_lesson(command.text, decisions, command.secrets)
        return result

    def _phrase(self, said: str, found: Phrase, numbered: list[Action]) -> Result:
        """Do what a phrase of the conversation asks for."""
        match found.meaning:
            case "number":
                return self._choose_shown(said, found.number, numbered)
            case "show numbers":
                return self._show_numbers(said)
            case "undo":
                return self._undo(said)
            case "other":
                return self._other(said)
            case "help":
                return self._reply(said, "done", HELP)
            case "why":
                return self._why(said)
        idle = {"hide numbers": "no numbers are shown", "yes": "nothing was asked", "no": "nothing was asked"}
        return self._reply(said, "done", idle.get(found.meaning, "nothing is going on"))

    def _choose_shown(self, said: str, number: int, numbered: list[Action]) -> Result:
        if number > len(numbered):
            return self._reply(said, "failed", f"the numbers go from 1 to {len(numbered)}; say show numbers again")
        return self._command(said, First(numbered[number - 1], only=True))

    def _show_numbers(self, said: str) -> Result:
        """Number everything that can be clicked in the viewport."""
        page = self._page()
        seen = page.observe("")
        usable = _usable(seen)[:_MOST_NUMBERS]
        self._numbered = [Click(item.ref) for item in usable]
        candidates = tuple(candidate_of(Click(item.ref), 1.0, seen) for item in usable)
        if not candidates:
            return self._reply(said, "failed", "there is nothing to click here")
        self._face.number("say a number", candidates)
        return self._reply(said, "done", f"numbered {len(candidates)}; say one of them", candidates)

    def _other(self, said: str) -> Result:
        """Take the last act back, and do instead what seemed second best then."""
        if self._last is None or not self._last[1].decisions:
            return self._reply(said, "failed", "nothing was done that could be exchanged; say what you want")
        text, command = self._last
        *earlier, wrong = command.decisions
        others = [action for action, _ in offers(wrong.ranked) if _ref(action) not in (0, _ref(wrong.action))]
        taken = self._take_back(self._undoable[-1][-1:]) if self._undoable else []
        page = self._page()
        now = page.observe("")
        for action in others:
            old = wrong.observation.element(_ref(action))
            new = find_again(old, now, wrong.observation) if old else None
            if new is not None:
                past = tuple((decision.action, decision.observation) for decision in earlier)
                return self._command(text, First(_moved(action, new.ref), past=past), earlier)
        undone = f"I took it back ({', '.join(taken)}), but" if taken else "but"
        return self._reply(said, "failed", f"{undone} there is no other one that I would know of; name it")

    def _why(self, said: str, *, asked: bool = False) -> Result:
        """Explain what is being asked about, or what was done last."""
        command = self._agent.last if asked else self._last[1] if self._last else None
        decision = None
        if command is not None:
            decision = command.pending if asked or not command.decisions else command.decisions[-1]
        if command is None or decision is None or not decision.ranked:
            return self._reply(said, "failed", "nothing was done yet that could be explained")
        from webagent.live.explain import explain, in_words

        policy = self._agent.policy
        episodes = policy.memory.episodes() if isinstance(policy, Recalling) else ()
        explanation = explain(policy, decision.observation, decided=decision, episodes=episodes, ahead=asked)
        secrets = command.secrets | secrets_of(decision.ranked, decision.observation)
        return self._reply(said, "done", hide(in_words(explanation), secrets))

    # -- taking back

    def _undo(self, said: str) -> Result:
        """Take the last command back."""
        if not self._undoable:
            return self._reply(said, "failed", "there is nothing to undo")
        befores = self._undoable.pop()
        command = self._last[1] if self._last else None
        done = self._take_back(befores[:1])
        sent = command is not None and any(record.tier == "asked" for record in command.records)
        if not done:
            return self._reply(said, "failed", "a browser cannot take that back; look for a way in the page itself")
        stays = "; what was sent stays sent" if sent else ""
        return self._reply(said, "done", f"I {', '.join(dict.fromkeys(done))}{stays}")

    def _take_back(self, befores: Sequence[Before]) -> list[str]:
        page = self._page()
        return [words for before in befores for words in take_back(page, before)]

    # -- as the person of a command

    def show(self, mark: Mark) -> None:
        """Note how things are, and show what is about to be done."""
        self._befores.append(note(self._page()))
        if not mark.free:
            self._face.mark(mark)
        self._face.hear_out()

    def approve(self, question: Question) -> bool:
        """Ask, and listen for a yes; anything else is a no, and a new command when it is one."""
        return self._answer(("yes",), lambda: self._face.question(question)) is not None

    def choose(self, doubt: Doubt) -> int:
        """Ask, and listen for a number."""
        answer = self._answer(("number", "other", "yes"), lambda: self._face.number(doubt.reason, doubt.candidates))
        self._face.number("", ())
        if answer is None:
            return 0
        if answer.meaning != "number":
            return 2 if answer.meaning == "other" else 1
        number = answer.number if answer.number > 0 else len(doubt.candidates)
        return number if number <= len(doubt.candidates) else 0

    def _answer(self, wanted: Sequence[str], ask: Callable[[], None]) -> Phrase | None:
        """Ask; the next utterance if it is such an answer; a command instead of an answer is heard afterwards."""
        ask()
        said = self._face.listen()
        found = phrase(said.text) if said else None
        if said and found is not None and found.meaning == "why":
            self._face.tell(self._why(said.text, asked=True))
            return self._answer(wanted, ask)
        if found is not None and found.meaning in wanted:
            return found
        if said and found is None:
            self._next = said
        return None

    def stopped(self) -> bool:
        """Whether the person wants the command to end."""
        return self._face.stopped()

    # -- parts

    def _page(self) -> Page:
        page = self._agent.page
        if page is None:
            raise BrowserError("no page is open: open one with --url, --cdp or --attach")
        return page

    def _reply(self, said: str, outcome: Outcome, reason: str, candidates: tuple[Candidate, ...] = ()) -> Result:
        """The result of an utterance that was no command."""
        return Result(outcome=outcome, reason=reason, command=said, url="", seconds=0.0, candidates=candidates)


def _usable(seen: Observation) -> list[Element]:
    """What a person could click in the viewport: the outermost of what lies in each other, but no label of a field."""
    found = [item for item in seen.elements if item.clickable and item.in_viewport and item.visible]
    ids = {item.attributes.get("id") for item in found}
    inside = {item.parent for item in found}
    plain = [
        item
        for item in found
        if not item.disabled
        and not (item.tag == "label" and (item.ref in inside or item.attributes.get("for", "") in ids))
    ]
    refs = {item.ref for item in plain}
    parents = {item.ref: item.parent for item in seen.elements}
    return [item for item in plain if not _within(item.ref, refs, parents)]


def _within(ref: int, refs: set[int], parents: dict[int, int]) -> bool:
    """Whether one of these holds the element."""
    above = parents.get(ref, 0)
    while above and above not in refs:
        above = parents.get(above, 0)
    return above != 0


def _ref(action: Action) -> int:
    return int(getattr(action, "ref", 0))


def _moved(action: Action, ref: int) -> Action:
    """The same action on the element that has this ref now."""
    return msgspec.structs.replace(action, ref=ref)
