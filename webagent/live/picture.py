"""A picture of what was done: every step with the element that was acted on outlined, drawn by the browser itself."""

from __future__ import annotations

import base64
import html
import io
import math
from collections.abc import Sequence
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from typing import NamedTuple

from PIL import Image

from webagent_envs.chromium import Browser
from webagent_envs.page import Page, PageSettings

__all__ = ["Frame", "contact_sheet", "photograph"]

_WIDTH = 1280
_MARGIN = 24  # CSS pixels below the last row


class Frame(NamedTuple):
    """One step to show.

    Attributes:
        png: what the page looked like.
        viewport: width, height of the page in CSS pixels.
        shown: width, height of its top left part that is shown, in CSS pixels.
        boxes: what was acted on, in turn: left, top, width, height in CSS pixels; ``None`` where it is not to be seen.
        command: what was asked for.
        words: what was done about it, in turn.
        verdict: what came of it.
        good: whether that is as it should be.
    """

    png: bytes
    viewport: tuple[float, float]
    shown: tuple[float, float]
    boxes: Sequence[tuple[float, float, float, float] | None]
    command: str
    words: Sequence[str]
    verdict: str
    good: bool


def contact_sheet(browser: Browser, frames: Sequence[Frame], out: Path) -> None:
    """Write one PNG that shows all frames."""
    template = Template(files("webagent.live").joinpath("sheet.html").read_text(encoding="utf-8"))
    photograph(browser, template.substitute(figures="".join(map(_figure, frames))), out)


def photograph(browser: Browser, document: str, out: Path) -> None:
    """Write a PNG of a document, down to the end of its last ``<figure>``."""
    with TemporaryDirectory() as folder:
        source = Path(folder) / "sheet.html"
        source.write_text(document, encoding="utf-8")
        address = source.as_uri()
        picture = Image.open(io.BytesIO(_shot(browser, address, _height(browser, address))))
        # a palette is enough for a page, and makes the file three times smaller
        picture.convert("RGB").quantize(256).save(out, format="PNG", optimize=True)


def _height(browser: Browser, address: str) -> int:
    """How high a page is when it is as wide as the sheet, in CSS pixels."""
    with closing(Page.open(browser, PageSettings(size=(_WIDTH, _WIDTH)))) as page:
        page.goto(address)
        boxes = [element.box for element in page.observe("").elements if element.tag == "figure"]
    return math.ceil(max(top + height for _, top, _, height in boxes)) + _MARGIN


def _shot(browser: Browser, address: str, height: int) -> bytes:
    """A PNG of a page of this height."""
    with closing(Page.open(browser, PageSettings(size=(_WIDTH, height)))) as page:
        page.goto(address)
        return page.screenshot()


def _figure(frame: Frame) -> str:
    """One frame as HTML; a page that is higher than wide stands beside its words."""
    picture = base64.b64encode(frame.png).decode("ascii")
    outlines = "".join(_outline(number, box, frame.shown) for number, box in enumerate(frame.boxes, start=1) if box)
    words = "".join(f"<li>{html.escape(text)}</li>" for text in frame.words)
    width, height = frame.shown
    return f"""
<figure class="{"tall" if height > width else "wide"}">
  <div class="shot" style="aspect-ratio: {width} / {height}">
    <img alt="" style="width: {100 * frame.viewport[0] / width:.2f}%" src="data:image/png;base64,{picture}">{outlines}
  </div>
  <figcaption>
    <div class="command">{html.escape(frame.command)}</div>
    <ol>{words}</ol>
    <div class="{"good" if frame.good else "bad"}">{html.escape(frame.verdict)}</div>
  </figcaption>
</figure>"""


def _outline(number: int, box: tuple[float, float, float, float], shown: tuple[float, float]) -> str:
    """A numbered frame around what was acted on, in per cent of the shot so that it scales with it."""
    left, top, width, height = box
    parts = {"left": left / shown[0], "top": top / shown[1], "width": width / shown[0], "height": height / shown[1]}
    style = "; ".join(f"{name}: {100 * share:.2f}%" for name, share in parts.items())
    return f'<div class="box" style="{style}"><span>{number}</span></div>'
