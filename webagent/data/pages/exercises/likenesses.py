"""Words that mean the same: those like the words of the command are ticked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from html import escape
from importlib.resources import files

from webagent.data.pages.exercises.desk import Desk, Exercise, Goal
from webagent.data.pages.flows import Act

__all__ = ["likenesses"]

_COMMANDS = (
    "tick the words that mean the same as {0}", "select words similar to {0}", "check the words that mean {0}",
    "tick what means the same as {0}", "choose the words that are like {0}", "mark the synonyms of {0}",
    "select all words with the meaning of {0}", "pick the words close in meaning to {0}", "tick the synonyms for {0}",
    "find the words that mean about the same as {0} and tick them", "check every word that could replace {0}",
    "which words mean {0}? tick them",
)  # fmt: skip
_LISTED = 0.25  # share of the groups that are taken from the thesaurus of the policy
_RUDE = frozenset(
    {"gay", "homo", "homosexual", "rape", "assault", "damn", "darn", "ass", "butt", "nigger", "bitch", "slut", "whore",
     "crap", "sex", "sexual", "naked", "nude", "kill", "murder", "negro", "queer", "fag", "bastard", "screw", "fuck"}
)  # fmt: skip


def likenesses(desk: Desk) -> Iterator[Exercise]:
    """Pages with check boxes beside words."""
    while True:
        desk.clear()
        yield _exercise(desk)


def _exercise(desk: Desk) -> Exercise:
    m = desk.m
    most = 6 if desk.narrow else 9
    groups = _apart(desk, m.number(3, most))
    wanted = m.number(1, min(4, len(groups) - 1))
    asked, shown = [], []
    for number, group in enumerate(groups):
        word, other = m.some(group, 2, 2)
        asked += [other] if number < wanted else []
        shown.append((word, number < wanted))
    order = [shown[int(place)] for place in m.random.permutation(len(shown))]
    label, send, button = desk.send()
    rows, acts, values = [], [], {}
    form, name = m.number(0, 5), m.cls("word")
    for word, right in order:
        id, row = _box(desk, word, form, name)
        rows.append(row)
        values[id] = str(right).lower()
        acts += [Act(id)] if right else []
    said = ", ".join(asked[:-1]) + m.one([" and ", ", ", " or "]) + asked[-1] if len(asked) > 1 else asked[0]
    words = desk.said(desk.pressing(m.one(_COMMANDS).format(said), label), keep=said)
    html = desk.page(desk.listed(rows), button)
    return desk.exercise(html, words, (*acts, Act(send)), Goal(send, values))


def _box(desk: Desk, word: str, form: int, name: str) -> tuple[str, str]:
    text = escape(word)
    if form == 5:
        return desk.mark(f'<button aria-pressed="false"{name}>{text}</button>', turns="", v="", now="false")
    id, box = desk.mark('<input type="checkbox">', v="")
    forms = ("<label>{0} {1}</label>", "{0} <label for={2}>{1}</label>", "<label for={2}>{1}</label> {0}",
             "<label>{0}{1}</label>", "{0} <span>{1}</span>")  # fmt: skip
    return id, forms[form].format(box, text, id)


def _apart(desk: Desk, count: int) -> list[list[str]]:
    """Groups of words that mean the same, none of which means what another one does."""
    m = desk.m
    ours, listed = _groups()
    found: list[list[str]] = []
    taken: set[str] = set()
    while len(found) < count:
        source = listed if m.chance(_LISTED) else ours
        group = source[m.number(0, len(source) - 1)]
        near = _near(group)
        if not near & taken:
            found.append(group)
            taken |= near
    return found


def _near(group: list[str]) -> set[str]:
    """The words of a group, and all that the thesaurus holds for like them."""
    known = _thesaurus()
    return {*group, *(other for word in group for other in known.get(word, ()))}


@cache
def _groups() -> tuple[list[list[str]], list[list[str]]]:
    """Groups written for this, and those of the thesaurus."""
    text = (files("webagent.data.pages.exercises") / "synonyms.txt").read_text("utf-8")
    known = _thesaurus()
    groups = ([word, *others] for word, others in sorted(known.items()) if not _RUDE & {word, *others})
    listed = [group for group in groups if len({word[:3] for word in group}) == len(group)]  # not burnt and burned
    return [line.split() for line in text.splitlines()], listed


@cache
def _thesaurus() -> dict[str, list[str]]:
    """Of frequent words others that mean the same; the policy has the file, and is not imported by what makes data."""
    found: dict[str, list[str]] = json.loads((files("webagent.policy") / "words" / "synonyms.json").read_text("utf-8"))
    return found
