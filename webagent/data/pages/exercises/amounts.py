"""Setting a number: a slider step by step with the arrow keys, a spinner with its buttons."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from webagent.data.pages.exercises.desk import Desk, Exercise, Goal
from webagent.data.pages.flows import Act

__all__ = ["amounts"]

_LABELS = (
    "Volume", "Brightness", "Contrast", "Speed", "Zoom", "Temperature", "Age", "Width", "Height", "Opacity", "Budget",
    "Rooms", "Guests", "Nights", "Quantity", "Seats", "Bass", "Treble", "Rating", "Weight", "Distance", "Delay",
)  # fmt: skip
_SLIDE = (
    "set the {0} to {1}", "move the {0} to {1}", "put the {0} at {1}", "drag the {0} to {1}", "change the {0} to {1}",
    "make the {0} {1}", "adjust the {0} until it shows {1}", "bring the {0} to {1}", "I want the {0} at {1}",
    "the {0} should be {1}", "turn the {0} to {1}",
)  # fmt: skip
_PICK = ("select {0} with the slider", "pick {0} with the slider", "choose {0} using the slider", "slide to {0}")
_SPIN = ("use the arrows to set it to {0}", "count to {0} with the buttons", "set the number to {0}", "select {0}")
_SEVERAL = (
    "set the sliders to {0}", "move the sliders to {0}", "set the values to {0}", "put the sliders at {0}",
    "adjust the sliders to {0}", "make the sliders show {0}", "bring the sliders to {0}", "the sliders should be {0}",
)  # fmt: skip
_STEPS = (1, 1, 1, 1, 2, 5, 10)
_MOST, _FEW = 20, 8  # presses in all, and mostly


class Setter(NamedTuple):
    """Something that a number is set with.

    Attributes:
        label: what it is called; ``""`` for nothing.
        html: its markup.
        id: of what holds the number.
        wanted: what it shall be.
        acts: what sets it.
    """

    label: str
    html: str
    id: str
    wanted: int
    acts: tuple[Act, ...]


def amounts(desk: Desk) -> Iterator[Exercise]:
    """Pages with one to three sliders, or with a spinner."""
    while True:
        desk.clear()
        yield _exercise(desk)


def _exercise(desk: Desk) -> Exercise:
    m = desk.m
    count = m.number(2, 3) if m.chance(0.2) else 1
    spins = m.chance(0.3)
    kind = m.one(["native", "handle", "handle"])
    named = m.chance(0.6 if count == 1 else 0.4)
    labels = m.some(list(_LABELS), count, count) if named else [""] * count
    most = (_MOST if m.chance(0.25) else _FEW) // count
    setters = [_spinner(desk, label, most) if spins else _slider(desk, label, kind, most) for label in labels]
    label, send, button = desk.send()
    words = desk.said(desk.pressing(_words(desk, setters, spins), label))
    html = desk.page(*(f"<div{m.cls('row')}>{one.html}</div>" for one in setters), button)
    acts = [act for one in setters for act in one.acts]
    values = {one.id: str(one.wanted) for one in setters}
    return desk.exercise(html, words, (*acts, Act(send)), Goal(send, values))


def _words(desk: Desk, setters: list[Setter], spins: bool) -> str:
    m = desk.m
    if len(setters) == 1:
        one = setters[0]
        if one.label:
            return m.one(_SLIDE).format(one.label.lower() if m.chance(0.7) else one.label, one.wanted)
        if m.chance(0.5):
            return m.one(_SPIN if spins else _PICK).format(one.wanted)
        return m.one(_SLIDE).format("spinner" if spins else "slider", one.wanted)
    if setters[0].label:
        parts = [f"{one.label.lower()} {m.one(['to', 'at'])} {one.wanted}" for one in setters]
        return "set " + ", ".join(parts[:-1]) + m.one([" and ", ", and ", ", "]) + parts[-1]
    numbers = [str(one.wanted) for one in setters]
    joined = ", ".join(numbers[:-1]) + m.one([" and ", ", "]) + numbers[-1]
    joined = m.one([joined, joined, f"[{','.join(numbers)}]", f"({', '.join(numbers)})"])
    form = m.one(_SEVERAL).replace("sliders", "spinners" if spins else "sliders")
    return form.format(joined)


def _numbers(
    desk: Desk, most: int, steps: tuple[int, ...], *, native: bool = False
) -> tuple[int, int, int, int, int, int]:
    """The least, the greatest, the step, where it stands, where that is moved from, and where it shall go.

    A native slider that is clicked in its middle goes there; with more steps than that it may end up beside it.
    """
    m = desk.m
    step = int(m.one([str(one) for one in steps]))
    count = m.number(5, 12) if m.chance(0.3) else m.number(10, 100)
    low = m.number(-20, 20) * step if m.chance(0.3) else 0
    count = min(count + count % 2, 40 if native else 100)
    start = m.number(0, count) if m.chance(0.7) else 0
    origin = count // 2 if native else start
    moves = [move for move in range(-most, most + 1) if move and 0 <= origin + move <= count]
    end = origin + moves[m.number(0, len(moves) - 1)]
    return low, low + count * step, step, low + start * step, low + origin * step, low + end * step


def _slider(desk: Desk, label: str, kind: str, most: int) -> Setter:
    m = desk.m
    low, high, step, now, origin, wanted = _numbers(desk, most, _STEPS, native=kind == "native")
    shown = desk.id()
    if kind == "native":
        html = f'<input type="range" min="{low}" max="{high}" step="{step}" value="{now}"{m.cls("range")}>'
        id, html = desk.mark(html, v="", shows=shown)
    else:
        id, html = _handle(desk, (low, high, step, now), shown)
    form = m.one(["#", "#", "#", "Value: #", f"# / {high}"])
    tag = m.one(["span", "div", "b", "output", "label"])
    text = f'<{tag} id="{shown}" data-form="{form}"{m.cls("shown")}>{form.replace("#", str(now))}</{tag}>'
    parts = [html, text] if m.chance(0.6) else [text, html]
    said = desk.piece(label, m.one(["label", "span", "b", "div"])) if label else ""
    presses = abs(wanted - origin) // step
    keys = ("ArrowRight", "ArrowLeft") if kind == "handle" or m.chance(0.9) else ("ArrowUp", "ArrowDown")
    acts = (Act(id), *(Act("", "key", keys[0] if wanted > origin else keys[1]),) * presses)
    return Setter(label, f"{said} {' '.join(parts)}", id, wanted, acts)


def _handle(desk: Desk, numbers: tuple[int, int, int, int], shown: str) -> tuple[str, str]:
    """A track with a handle in it, as libraries of components make them."""
    m = desk.m
    low, high, step, now = numbers
    width, side = m.number(90, max(100, min(300, desk.width - 40))), m.number(10, 18)
    role = f' role="slider" aria-valuemin="{low}" aria-valuemax="{high}" aria-valuenow="{now}"' if m.chance(0.5) else ""
    left = 100 * (now - low) / (high - low)
    style = f"position:absolute;left:{left:.2f}%;top:-4px;width:{side}px;height:{side}px;margin-left:-{side // 2}px;"
    style += f"background:{m.one(['#666', '#0d6efd', '#ddd', '#c62828'])};border:1px solid #333;"
    style += m.one(["border-radius:50%", "border-radius:3px", ""])
    tag = m.one(["span", "div", "a", "button"])
    handle = f'<{tag} tabindex="0"{role}{m.cls("handle")} style="{style}"></{tag}>'
    id, html = desk.mark(
        handle, v="", along="left", min=str(low), max=str(high), step=str(step), now=str(now), shows=shown
    )
    track = f"position:relative;width:{width}px;height:{m.number(5, 10)}px;margin:10px;background:#ccc"
    return id, f'<div{m.cls("track")} style="{track}">{html}</div>'


def _spinner(desk: Desk, label: str, most: int) -> Setter:
    m = desk.m
    low, high, step, now, _, wanted = _numbers(desk, min(most, 12), (1, 1, 1, 5))
    tag = m.one(["span", "div", "b", "output", "td"])
    data = {"v": "", "min": str(low), "max": str(high), "step": str(step), "now": str(now)}
    if m.chance(0.4):
        id, shown = desk.mark(f'<input readonly size="4" value="{now}"{m.cls("count")}>', **data)
    else:
        id, shown = desk.mark(
            f"<{tag if tag != 'td' else 'b'}{m.cls('count')}>{now}</{tag if tag != 'td' else 'b'}>", **data
        )
    up, down = m.one(["+ -", "+ −", "▲ ▼", "↑ ↓", "Up Down", "Increase Decrease", "More Less", "＋ −"]).split()
    button = m.one(["button", "button", "a", "span"])
    name = m.cls("step")
    link = ' href="#"' if button == "a" else ""
    more, first = desk.mark(f"<{button}{link}{name}>{escape(up)}</{button}>", by="1", **{"for": id})
    less, second = desk.mark(f"<{button}{link}{name}>{escape(down)}</{button}>", by="-1", **{"for": id})
    parts = [second, shown, first] if m.chance(0.5) else [shown, first, second]
    said = desk.piece(label, m.one(["label", "span", "b"])) if label else ""
    acts = (Act(more if wanted > now else less),) * (abs(wanted - now) // step)
    return Setter(label, f"{said} {' '.join(parts)}", id, wanted, acts)
