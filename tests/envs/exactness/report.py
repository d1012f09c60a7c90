"""Writes docs/exactness.md: what is promised, how often it holds, and every exception with its reason."""

from collections.abc import Iterator
from typing import Any

from tests.envs.episodes.every_script import PASSING
from tests.envs.episodes.player import UNSCRIPTED

CHECKS = {
    ("original", "train"): 'the task is that of MiniWoB++\'s package, `data_mode="train"`',
    ("original", "test"): 'the task is that of MiniWoB++\'s package, `data_mode="test"`',
    ("trusted", "again"): "again in the same process, real input",
    ("dom", "again"): "again in the same process, `dom` input",
    ("trusted", "process"): "in another process, real input",
    ("dom", "process"): "in another process, `dom` input",
    ("trusted", "vector"): "in a vector, neighbours at work, real input",
    ("dom", "vector"): "in a vector, neighbours at work, `dom` input",
    ("trusted", "fast"): '`reset_mode="fast"` after another episode, real input',
    ("dom", "fast"): '`reset_mode="fast"` after another episode, `dom` input',
    ("outcomes", "passing"): "both kinds of input pass alike",
    ("outcomes", "failing"): "both kinds of input fail alike",
}
MOVES = "it is in motion from the start, and that package lets real time go by: the command is the same"
# by task and by what is checked (its group, or one check of it)
REASONS: dict[tuple[str, str], str] = {
    ("chase-circle", "original"): MOVES,
    ("click-pie", "original"): MOVES,
    ("drag-cube", "original"): MOVES,
    ("moving-items", "original"): MOVES,
    ("stock-market", "original"): MOVES,
    ("terminal", "original"): "it shows the date of today, and here it is always 1 January 2026",
}
TEXT = """# Exactness

What is promised, for all {count} tasks of MiniWoB++, with both kinds of input:

1. **The same task.** A seed gives the command and the document that MiniWoB++'s own package makes of it, in both data
   modes.
2. **The same episode.** A seed and the actions give the same observations, rewards, flags and `info`, bit for bit:
   twice in a row, in another process, in a vector of environments, and whether the page is loaded anew or put back.
3. **The same outcome.** What is done with a real mouse and keyboard, and what is done with events made in the page
   (`input="dom"`), ends alike.

All of it for one version of the browser on one machine: another has other fonts, and text then takes other places.
Apart are `info["step_ms"]`, which is what the clock on the wall says, and the port in the address of the flight tasks,
which the system chooses. Live pages (`webagent/Page-v1` with `url=`) keep real time and promise nothing.

`scripts/prove` tries it, and writes this page. For each task, {seeds} episodes in each data mode are begun here and in
Farama's package (pages loaded anew, documents compared as text); {seeds} episodes of up to {actions} random actions
of all kinds are played with each input, in each of these ways, with other episodes before and beside them; and the
scripts of `tests/envs/episodes` that pass and fail each task are played with both. Browser: {browser}.

| what | holds | of |
|---|--:|--:|
{summary}

## Exceptions

{exceptions}
"""


def failures(known: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Task, group, check and what was found, of everything that does not hold."""
    for task, found in known["tasks"].items():
        for group, check in CHECKS:
            if found[group][check]:
                yield task, group, check, found[group][check]


def reason(task: str, group: str, check: str) -> str:
    """Why that does not hold; ``""``: nobody knows."""
    if group == "outcomes" and task in UNSCRIPTED and check == "passing":
        return f"no script passes it: {UNSCRIPTED[task]}"
    if group == "outcomes" and task in PASSING and PASSING[task].inputs_because and check == "passing":
        return PASSING[task].inputs_because
    return REASONS.get((task, check), REASONS.get((task, group), ""))


def page(known: dict[str, Any]) -> str:
    """The document."""
    failed = list(failures(known))
    count = len(known["tasks"])
    rows = [
        f"| {text} | {count - sum((g, c) == key for _, g, c, _ in failed)} | {count} |" for key, text in CHECKS.items()
    ]
    return TEXT.format(
        count=count,
        seeds=known["seeds"],
        actions=known["actions"],
        browser=known["browser"],
        summary="\n".join(rows),
        exceptions="\n".join(_lines(failed)) or "None.",
    )


def _lines(failed: list[tuple[str, str, str, str]]) -> Iterator[str]:
    """One line for each task and reason."""
    together: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for task, group, check, found in failed:
        together.setdefault((task, reason(task, group, check)), []).append((group, check, found))
    for (task, why), cases in together.items():
        what = "; ".join(CHECKS[group, check] for group, check, _ in cases)
        yield f"- `{task}` ({what}): {why or f'not explained yet: {cases[0][2]}'}"
