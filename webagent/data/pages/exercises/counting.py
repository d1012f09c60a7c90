"""Counting: what is drawn, boxes in groups, entries of a list, boxes that are ticked."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from webagent.data.pages.exercises.answers import Answer, choosing, typing
from webagent.data.pages.exercises.desk import Desk, Exercise
from webagent.data.pages.exercises.drawings import COLORS, Drawn, drawn, named, picture
from webagent.data.pages.values import vocabulary

__all__ = ["counts"]

_TYPED = 0.3
_COMMANDS = (
    "how many {0} are there?", "how many {0} are there", "count the {0}", "how many {0} do you see?",
    "tell me how many {0} there are",
    "what is the number of {0}?", "how many {0} are on the page?", "count all the {0} and give the number",
    "number of {0}?",
    "find out how many {0} there are", "how many {0} can you count?", "say how many {0} there are",
    "count how many {0} are shown",
    "how many {0} in all?",
)  # fmt: skip
_CHOOSING = ("", "", "", "", "choose the right number", "pick the number", "click the answer", "select the answer")
_TYPING = ("type the number", "enter it", "fill in the number", "type your answer", "")
_JOINTS = (" and ", ", ", ", then ", ": ")
_ASKED = ("answer the question", "answer the question on the page", "give the right answer", "count and answer",
          "answer what is asked", "choose the right answer", "find the right answer", "solve the question")  # fmt: skip
_TICKABLE = ("box", "boxes"), ("check box", "check boxes"), ("item", "items"), ("option", "options")
_ENTRIES = ("entry", "entries"), ("item", "items"), ("line", "lines"), ("name", "names"), ("row", "rows")

Shown = tuple[str, str, int, str]
"""What one and what several are called, how many there are, and the page's part that shows them."""


def counts(desk: Desk) -> Iterator[Exercise]:
    """Pages on which something is counted."""
    while True:
        desk.clear()
        made = _exercise(desk)
        if made is not None:
            yield made


def _exercise(desk: Desk) -> Exercise | None:
    m = desk.m
    way = (_of_drawing, _of_drawing, _of_drawing, _of_boxes, _of_groups, _of_list, _of_ticks)[m.number(0, 6)]
    _, many, count, shown = way(desk)
    typed = m.chance(_TYPED)
    answer = (typing if typed else choosing)(desk, count)
    question = m.one(_COMMANDS).format(many)
    asked = m.chance(0.15)
    words = m.one(_ASKED) if asked else _joined(desk, question, m.one(_TYPING if typed else _CHOOSING))
    if answer.label and m.chance(0.6):
        words = desk.pressing(words, answer.label)
    on_page = [desk.heading(question[:1].upper() + question[1:])] if asked or m.chance(0.2) else []
    html = desk.page(*on_page, *_ordered(desk, shown, answer))
    words = desk.said(words)
    if count > 9 and typed and any(str(count) in text for text in (words, *desk.texts)):
        return None
    return desk.exercise(html, words, answer.acts, answer.goal)


def _joined(desk: Desk, question: str, answering: str) -> str:
    if not answering:
        return question
    if question.endswith("?"):
        return f"{question} {answering.capitalize() if desk.m.chance(0.5) else answering}"
    return question + desk.m.one(_JOINTS) + answering


def _ordered(desk: Desk, shown: str, answer: Answer) -> list[str]:
    return [shown, answer.html] if desk.m.chance(0.85) else [answer.html, shown]


def _of_drawing(desk: Desk) -> Shown:
    return _pictured(desk, *drawn(desk))


def _of_boxes(desk: Desk) -> Shown:
    return _pictured(desk, *drawn(desk, boxes=True))


def _pictured(desk: Desk, things: list[Drawn], sized: bool) -> Shown:
    one, many, meant = named(desk, things, sized)
    return one, many, sum(meant), picture(desk, things)


def _of_groups(desk: Desk) -> Shown:
    """Blocks in two groups, counted together, or one group only."""
    m = desk.m
    color, tag, side = m.one(COLORS[m.one(list(COLORS))]), m.one(["div", "span", "td"]), m.number(6, 14)
    name = m.cls("cell")
    noun = m.one(["block", "cube", "square", "tile"])
    numbers = [m.number(1, 9), m.number(1, 9)]
    style = f"display:inline-block;width:{side}px;height:{side}px;margin:1px;background:{color};border:1px solid #333"
    part = f'<{tag}{name} style="{style}"></{tag}>'
    groups = [part * number for number in numbers]
    if tag == "td":
        groups = [f"<table><tr>{group}</tr></table>" for group in groups]
    titles = m.one(["Left Right", "First Second", "A B", "One Two", "Before After"]).split()
    which = m.number(0, 3)
    shown_titles = which < 2 or m.chance(0.4)
    shown = "".join(
        f"<div{m.cls('group')}>{escape(title) if shown_titles else ''}<div>{group}</div></div>"
        for title, group in zip(titles, groups, strict=True)
    )
    if which < 2 and m.chance(0.4):
        return noun, f"{noun}s under {titles[which]}", numbers[which], shown
    together = m.one(["{0}s", "{0}s in both groups together", "{0}s altogether", "{0}s in total"]).format(noun)
    return noun, together, sum(numbers), f"<div>{shown}</div>"


def _of_list(desk: Desk) -> Shown:
    """Entries of a list."""
    m = desk.m
    entries = m.words(m.one(["people", "cities", "products", "words", "files"]), 1, 12)
    one, many = _ENTRIES[m.number(0, len(_ENTRIES) - 1)]
    tag = m.one(["li", "li", "div", "p", "span"])
    rows = "".join(f"<{tag}{m.cls('entry')}>{escape(entry)}</{tag}>" for entry in entries)
    desk.texts += entries
    around = {"li": m.one(["ul", "ol"]), "span": "p"}.get(tag, "div")
    where = m.one([" in the list", " in the list", " listed"])
    return one, many + where, len(entries), f"<{around}>{rows}</{around}>"


def _of_ticks(desk: Desk) -> Shown:
    """Boxes that are ticked, or not."""
    m = desk.m
    labels = m.some(list(vocabulary()["settings"]), 2, 9)
    ticked = [m.chance(0.5) for _ in labels]
    rows = []
    for label, on in zip(labels, ticked, strict=True):
        box = f"<input type=checkbox{' checked' if on else ''}>"
        rows.append(f"<label>{box} {escape(label)}</label>")
    wanted = m.chance(0.7)
    one, many = _TICKABLE[m.number(0, len(_TICKABLE) - 1)]
    state = m.one(["ticked", "checked", "selected"]) if wanted else m.one(["not ticked", "unticked", "not checked"])
    return (
        one,
        m.one([f"{many} that are {state}", f"{state} {many}"]),
        sum(on == wanted for on in ticked),
        desk.listed(rows),
    )
