"""Command-line options made from the fields of a configuration."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_type_hints

import click

from webagent.cli.output import say
from webagent.live.browsers import BROWSERS

if TYPE_CHECKING:
    from webagent.live.agent import Agent

__all__ = [
    "agent_for",
    "at_most_one_of",
    "attach",
    "cdp",
    "conditions",
    "episodes",
    "one_of",
    "open_agent",
    "options_of",
    "policy",
    "seed",
    "tab",
    "url",
    "workers",
]

episodes = click.option("--episodes", type=click.IntRange(min=1), default=20, show_default=True, help="Of each task.")
seed = click.option("--seed", type=int, default=0, show_default=True, help="Decides on every episode's seed.")
workers = click.option(
    "--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes, a browser each."
)
url = click.option("--url", metavar="URL_OR_FILE", help="Open this page, in a browser of its own.")
cdp = click.option("--cdp", metavar="ENDPOINT", help="In a running browser, e.g. http://127.0.0.1:9222; it stays open.")
attach = click.option("--attach", type=click.Choice(BROWSERS), help="In your own running browser.")
tab = click.option("--tab", metavar="NAME", default="", help="Number of a tab, or part of its title or address.")
policy = click.option(
    "--policy", metavar="DIR", type=click.Path(path_type=Path), help="A checkpoint; else the shipped weights."
)
_CONDITIONS = (
    ("--input", ("trusted", "dom"), "Real mouse and keys, or events made in the page."),
    ("--time-limit", ("steps", "original"), "When an episode ends."),
    ("--data-mode", ("train", "test"), "Which of the pages' own distributions."),
)

_PATH = click.Path(path_type=Path)
_TYPES: dict[Any, dict[str, Any]] = {
    bool: {},
    float: {"type": float},
    int: {"type": int},
    str: {"type": str},
    Literal["trusted", "dom"]: {"type": click.Choice(["trusted", "dom"])},
    Path: {"type": _PATH, "metavar": "DIR"},
    Path | None: {"type": _PATH, "metavar": "DIR"},
    tuple[Path, ...]: {"type": _PATH, "metavar": "DIR", "multiple": True},
}
"""How each type of field is read from the command line."""


def one_of(**given: str | None) -> None:
    """See to it that exactly one of these options is given.

    Raises:
        UsageError: it is not so.
    """
    if sum(value is not None for value in given.values()) != 1:
        raise _not_so("exactly", given)


def at_most_one_of(**given: str | None) -> None:
    """See to it that not several of these options are given.

    Raises:
        UsageError: it is not so.
    """
    if sum(value is not None for value in given.values()) > 1:
        raise _not_so("at most", given)


def _not_so(many: str, given: dict[str, str | None]) -> click.UsageError:
    *names, last = (f"--{name}" for name in given)
    return click.UsageError(f"give {many} one of {', '.join(names)} and {last}", click.get_current_context())


@contextmanager
def agent_for(url: str | None, running: str | None, **given: Any) -> Iterator[Agent]:
    """An agent with its page open, and a diary: takes what `open_agent` takes."""
    with open_agent(url, running, **given) as agent:
        yield agent


def open_agent(url: str | None, running: str | None, *, tab: str, headed: bool, **given: Any) -> Agent:
    """An agent with its page open, and a diary, for whoever closes it.

    Args:
        url: an address or file.
        running: DevTools address or name of a browser, where there is no ``url``.
        tab: which tab of that.
        headed: show the window of one of its own.
        given: ``policy`` and ``allow`` of `Agent`.
    """
    from webagent.live.agent import Agent
    from webagent.live.attach.routes import connect
    from webagent.live.diary import Diary

    given["diary"] = Diary()
    if url is None:
        return Agent.join(connect(str(running), say), tab=tab, **given)
    agent = Agent(headed=headed, **given)
    try:
        agent.open(url)
    except BaseException:
        agent.close()
        raise
    return agent


def conditions(function: Callable[..., int]) -> Callable[..., int]:
    """A decorator that adds the options that say under which conditions episodes are played."""
    for flag, choices, text in reversed(_CONDITIONS):
        kind = click.Choice(choices)
        function = click.option(flag, type=kind, default=choices[0], show_default=True, help=text)(function)
    return function


def options_of(config: type[Any]) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """A decorator that adds an option for each field of a configuration."""

    def decorate(function: Callable[..., int]) -> Callable[..., int]:
        hints = get_type_hints(config)
        for field in reversed(dataclasses.fields(config)):
            function = _option(field, hints[field.name])(function)
        return function

    return decorate


def _option(field: dataclasses.Field[Any], hint: Any) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """The option for one field; one without a default must be given."""
    flag = f"--{field.name.replace('_', '-')}"
    given = field.default is not dataclasses.MISSING
    default: dict[str, Any] = {"default": field.default, "show_default": True} if given else {"required": True}
    name = f"{flag}/--no-{flag[2:]}" if hint is bool else flag
    text = field.metadata["help"]
    return click.option(name, field.name, help=f"{text[0].upper()}{text[1:]}.", **default, **_TYPES[hint])
