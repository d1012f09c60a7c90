"""A picture of what was done: every step with the element that was acted on outlined, drawn by the browser itself."""

from __future__ import annotations

import base64
import html
import math
from collections.abc import Sequence
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from typing import NamedTuple

from webagent_envs.chromium import Browser
from webagent_envs.page import Page, PageSettings

__all__ = ["Frame", "contact_sheet"]

_WIDTH = 1280


class Frame(NamedTuple):
    """One step to show.

    Attributes:
        png: what the page looked like.
        size: width, height of the page in CSS pixels.
        boxes: what was acted on, in turn: left, top, width, height in CSS pixels.
        command: what was asked for.
        words: what was done about it, in turn.
        verdict: what came of it.
        good: whether that is as it should be.
        span: columns of twelve that it takes up.
    """

    png: bytes
    size: tuple[float, float]
    boxes: Sequence[tuple[float, float, float, float]]
    command: str
    words: Sequence[str]
    verdict: str
    good: bool
    span: int = 4


def contact_sheet(browser: Browser, frames: Sequence[Frame], out: Path) -> None:
    """Write one PNG that shows all frames."""
    template = Template(files("webagent.live").joinpath("sheet.html").read_text(encoding="utf-8"))
    with TemporaryDirectory() as folder:
        source = Path(folder) / "sheet.html"
        source.write_text(template.substitute(figures="".join(map(_figure, frames))), encoding="utf-8")
        address = source.as_uri()
        out.write_bytes(_shot(browser, address, _height(browser, address)))


def _height(browser: Browser, address: str) -> int:
    """How high a page is when it is as wide as the sheet, in CSS pixels."""
    with closing(Page.open(browser, PageSettings(size=(_WIDTH, _WIDTH)))) as page:
        page.goto(address)
        bottoms = [element.box[1] + element.box[3] for element in page.observe("", ()).elements]
    return math.ceil(max(bottoms))


def _shot(browser: Browser, address: str, height: int) -> bytes:
    """A PNG of a page of this height."""
    with closing(Page.open(browser, PageSettings(size=(_WIDTH, height)))) as page:
        page.goto(address)
        return page.screenshot()


def _figure(frame: Frame) -> str:
    """One frame as HTML."""
    picture = base64.b64encode(frame.png).decode("ascii")
    outlines = "".join(_outline(number, box, frame.size) for number, box in enumerate(frame.boxes, start=1))
    words = "".join(f"<li>{html.escape(text)}</li>" for text in frame.words)
    return f"""
<figure style="grid-column: span {frame.span}">
  <div class="shot"><img alt="" src="data:image/png;base64,{picture}">{outlines}</div>
  <figcaption>
    <div class="command">{html.escape(frame.command)}</div>
    <ol>{words}</ol>
    <div class="{"good" if frame.good else "bad"}">{html.escape(frame.verdict)}</div>
  </figcaption>
</figure>"""


def _outline(number: int, box: tuple[float, float, float, float], size: tuple[float, float]) -> str:
    """A numbered frame around what was acted on, in per cent of the shot so that it scales with it."""
    left, top, width, height = box
    parts = {"left": left / size[0], "top": top / size[1], "width": width / size[0], "height": height / size[1]}
    style = "; ".join(f"{name}: {100 * share:.2f}%" for name, share in parts.items())
    return f'<div class="box" style="{style}"><span>{number}</span></div>'
