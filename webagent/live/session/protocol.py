"""What a client and the session say to each other: typed messages, one JSON object a line, told apart by ``type``.

    client                              session
    Hello                          ->
                                   <-   Welcome
    Do                             ->
                                   <-   Note, Acted, … as they happen
                                   <-   Choose or Approve (only if `Do.asks`)
    Answer                         ->
                                   <-   Settled
    Halt (or just hang up)         ->
                                   <-   Finished or Fault

Instead of `Do` a client may send `ListTabs` (answered by `TabList`), `AskState` (`State`) or `EndSession` (`Ended`).
A connection carries one request. Clients import this module, so it imports next to nothing.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from webagent.live.result import ActionRecord, Candidate, Result

__all__ = [
    "Acted",
    "Answer",
    "Approve",
    "AskState",
    "Choose",
    "Do",
    "EndSession",
    "Ended",
    "Fault",
    "Finished",
    "FromClient",
    "FromSession",
    "Halt",
    "Hello",
    "ListTabs",
    "Note",
    "Question",
    "Settled",
    "State",
    "TabList",
    "TabNote",
    "Welcome",
    "decode_client",
    "decode_session",
    "encode",
]


class Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=str.lower):
    """What all messages have in common. Unknown fields are let pass: the other side may be newer."""


# -- from the client


class Hello(Message, frozen=True):
    """The first thing that a client says.

    Attributes:
        version: of webagent, on the client's side.
        token: what the session's file holds; proves that the client may read it.
    """

    version: str
    token: str = ""


class Do(Message, frozen=True):
    """Carry out a command.

    Attributes:
        command: what to do, in words.
        tab: which tab: its number in `TabList`, or a part of its title or address; ``""`` for the one in use.
        policy: absolute path of a checkpoint; ``""`` for the weights that ship.
        max_steps: actions after which the command counts as failed.
        yes: act even when unsure, and without asking.
        allow: sites on which nothing is asked about.
        dry_run: decide on the first action, but do nothing.
        screenshot: absolute path of a PNG of the page in the end; ``""`` for none.
        trace: absolute path of a folder for what was seen, weighed and done; ``""`` for none.
        glance: seconds for which what is about to be done is highlighted; 0 for not at all.
        asks: the client can put questions to a person; without it a doubt ends the command.
    """

    command: str
    tab: str = ""
    policy: str = ""
    max_steps: int = 30
    yes: bool = False
    allow: tuple[str, ...] = ()
    dry_run: bool = False
    screenshot: str = ""
    trace: str = ""
    glance: float = 0.0
    asks: bool = False


class Answer(Message, frozen=True):
    """A person's answer to a `Choose` or an `Approve`.

    Attributes:
        id: of the question.
        number: of the candidate, from 1; to an `Approve` 1 is yes; 0 is none of them, or no.
    """

    id: int
    number: int


class Halt(Message, frozen=True):
    """Stop the command now; what was done stays done. A client that hangs up means the same."""


class ListTabs(Message, frozen=True):
    """Which tabs are open?"""


class AskState(Message, frozen=True):
    """How is the session?"""


class EndSession(Message, frozen=True):
    """Stop what is going on, let go of the browser, and end."""


FromClient: TypeAlias = Hello | Do | Answer | Halt | ListTabs | AskState | EndSession


# -- from the session


class Welcome(Message, frozen=True):
    """The answer to `Hello`; when the versions differ the client should end this session and start another.

    Attributes:
        version: of webagent, on the session's side.
        pid: of its process.
    """

    version: str
    pid: int


class Note(Message, frozen=True):
    """Talk for a person, such as what is waited for."""

    text: str


class Acted(Message, frozen=True):
    """One action was carried out."""

    record: ActionRecord


class Choose(Message, frozen=True):
    """Which of these is meant? The command waits.

    Attributes:
        id: to be named in the `Answer`.
        reason: why it is asked.
        candidates: what could be meant; the first has number 1.
    """

    id: int
    reason: str
    candidates: tuple[Candidate, ...]


class Approve(Message, frozen=True):
    """May this be done? The command waits.

    Attributes:
        id: to be named in the `Answer`.
        reason: why it is asked.
        words: the action in words.
    """

    id: int
    reason: str
    words: str


class Settled(Message, frozen=True):
    """A question needs no answer any more: somebody answered it here or in the page, or the command was stopped.

    Attributes:
        id: of the question.
        number: of the answer, as in `Answer`.
    """

    id: int
    number: int


class Finished(Message, frozen=True):
    """The end of a command."""

    result: Result


class TabNote(msgspec.Struct, frozen=True, kw_only=True):
    """An open tab.

    Attributes:
        number: from 1, for ``--tab``.
        title: of its page.
        url: of its page.
        in_use: the next command acts on it unless another one is named.
        asleep: it did not answer: the browser has put it to sleep, or it is stuck.
    """

    number: int
    title: str
    url: str
    in_use: bool = False
    asleep: bool = False


class TabList(Message, frozen=True):
    """The open tabs."""

    tabs: tuple[TabNote, ...]


class State(Message, frozen=True):
    """How the session is.

    Attributes:
        pid: of its process.
        browser: what it is attached to, as it was named.
        attached: the connection to the browser is there.
        seconds: since it began.
        idle_seconds: since the last command ended.
        ends_after: idle seconds after which it ends by itself.
        commands: carried out so far.
        command: being carried out just now; ``""`` for none.
    """

    pid: int
    browser: str
    attached: bool
    seconds: float
    idle_seconds: float
    ends_after: float
    commands: int
    command: str = ""


class Ended(Message, frozen=True):
    """The session is about to end."""


class Fault(Message, frozen=True):
    """The request cannot be met.

    Attributes:
        reason: why, and what to do next.
        exit_code: as of the command line.
    """

    reason: str
    exit_code: int


Question: TypeAlias = Choose | Approve
FromSession: TypeAlias = (
    Welcome | Note | Acted | Choose | Approve | Settled | Finished | TabList | State | Ended | Fault
)

_encode = msgspec.json.Encoder().encode
decode_client = msgspec.json.Decoder(FromClient).decode
decode_session = msgspec.json.Decoder(FromSession).decode


def encode(message: Message) -> bytes:
    """A message as one line."""
    return _encode(message) + b"\n"
