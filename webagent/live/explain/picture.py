"""An explanation as a picture of the page: what would be acted on, what came second, and what spoke for it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from webagent.live.explain.explanation import Explanation
from webagent.live.explain.telling import in_words
from webagent.live.explain.weighing import Box, Part
from webagent.live.picture import photograph
from webagent_envs.chromium import Browser

__all__ = ["draw"]

_MOST_MARKED = 6  # elements that are shaded
_LIGHTEST = 0.15  # how strongly the least of them is


def draw(browser: Browser, explanation: Explanation, png: bytes, viewport: tuple[float, float], out: Path) -> None:
    """Write the picture: as HTML when ``out`` ends so, else as PNG.

    Args:
        browser: draws it.
        explanation: what to show.
        png: what the page looked like.
        viewport: width, height of the page in CSS pixels.
        out: file to write.
    """
    template = Template(files("webagent.live.explain").joinpath("picture.html").read_text(encoding="utf-8"))
    document = template.substitute(
        words=" ".join(map(_word, explanation.words)) or escape(explanation.command),
        width=viewport[0],
        height=viewport[1],
        png=base64.b64encode(png).decode("ascii"),
        boxes="".join(_boxes(explanation, viewport)),
        lines="".join(f"<p>{escape(line)}</p>" for line in in_words(explanation).splitlines()),
    )
    if out.suffix in (".html", ".htm"):
        out.write_text(document, encoding="utf-8")
    else:
        photograph(browser, document, out)


def _word(part: Part) -> str:
    return f'<span style="background: {_shade(part.weight)}">{escape(part.text)}</span>'


def _shade(weight: float) -> str:
    """Green for what spoke for the choice, red for what spoke against it."""
    colour = "29, 122, 70" if weight > 0 else "179, 38, 30"
    strength = _LIGHTEST + (0.6 - _LIGHTEST) * min(1.0, abs(weight)) if weight else 0.0
    return f"rgba({colour}, {strength:.2f})"


def _boxes(explanation: Explanation, viewport: tuple[float, float]) -> Iterator[str]:
    for part in explanation.elements[:_MOST_MARKED]:
        if part.box is not None:
            yield _box(part.box, viewport, "spoke", f"background: {_shade(part.weight)}; ")
    for kind, number, candidate in (("second", 2, explanation.runner_up), ("choice", 1, explanation.choice)):
        if candidate is not None and candidate.box is not None:
            yield _box(candidate.box, viewport, kind, "", f"<b>{number}</b>")


def _box(box: Box, viewport: tuple[float, float], kind: str, style: str, inner: str = "") -> str:
    """A frame around an element, in per cent of the picture so that it scales with it."""
    names = ("left", "top", "width", "height")
    places = zip(names, box, (*viewport, *viewport), strict=True)
    style += "; ".join(f"{name}: {100 * value / whole:.2f}%" for name, value, whole in places)
    return f'<div class="{kind}" style="{style}">{inner}</div>'
