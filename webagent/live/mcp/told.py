"""What the tools are asked and what they answer: the protocol's schemas are made from these types."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from webagent.live.result import Result

__all__ = ["Answer", "Do", "Look", "Page", "Question", "Stop", "Stopped", "Taught", "Teach"]

Url = Annotated[str, Meta(description="Address to open first, https://… or http://…; without it the page stays.")]


class Do(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Arguments of `do`."""

    command: Annotated[
        str,
        Meta(
            description="What to do on the page, as a person would say it in a sentence, with the names that the page "
            "uses and the texts to type: “type Ada into First name, tick Active and save”.",
            min_length=1,
        ),
    ]
    url: Url = ""
    question: Annotated[str, Meta(description="Id of the question that this call answers.")] = ""
    choose: Annotated[int, Meta(description="Number of the candidate that is meant; 0: none.", ge=0)] = 0
    approve: Annotated[bool, Meta(description="Whether what was asked about may be done.")] = False


class Look(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Arguments of `look`."""

    url: Url = ""


class Teach(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Arguments of `teach`."""

    folder: Annotated[str, Meta(description="A folder of recordings that `webagent record` made.")] = ""
    command: Annotated[
        str,
        Meta(
            description="In words, what the last commands did together; its names and texts may be other ones next "
            "time. By default the last command itself."
        ),
    ] = ""
    last: Annotated[int, Meta(description="How many of the last commands that acted belong to it.", ge=1)] = 1


class Stop(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Arguments of `stop`."""

    keep_page: Annotated[bool, Meta(description="End the command, but do not let go of the browser.")] = False


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked before anything more is done.

    Attributes:
        id: goes with the answer, so that it answers this question and no later one.
        kind: which of several is meant, or whether something may be done.
        words: what would be done, when that is asked about.
        why: why it is asked.
    """

    id: str
    kind: Literal["choose", "approve"]
    words: str
    why: str


class Answer(Result, frozen=True, kw_only=True):
    """What became of a command, or what is asked in the middle of it: the object of ``webagent do --json`` and more.

    Attributes:
        outcome: done; failed; unsure: nothing (more) was done, see candidates; refused: it was not allowed to act.
        reason: the outcome in a sentence.
        command: what was asked for.
        url: address of the page.
        seconds: since the command began.
        actions: what was done, oldest first.
        candidates: when unsure: what could be meant, best first, numbered from 1.
        page_lost: the page or the browser went away.
        question: what is asked; null for nothing.
        next: how to go on.
    """

    question: Question | None = None
    next: str = ""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows.

    Attributes:
        url: its address.
        title: its title, which is data of the page like the rest.
        notice: what the page is to whoever reads it.
        page: the listing, one line an element: its number, what it is, its name, its value. It stands between two
            lines that no page can know.
        left_out: lines that were left out at the end.
    """

    url: str
    title: str
    notice: str
    page: str
    left_out: int = 0


class Taught(msgspec.Struct, frozen=True, kw_only=True):
    """What was taught.

    Attributes:
        added: ids of the demonstrations; ``webagent memory remove`` takes them back.
        seconds: how long it took.
    """

    added: list[str]
    seconds: float


class Stopped(msgspec.Struct, frozen=True, kw_only=True):
    """What was stopped.

    Attributes:
        stopped: the command that was under way or waited for an answer; "" for none.
        released: the browser was let go of: one of our own is closed, another one stays open.
    """

    stopped: str
    released: bool
