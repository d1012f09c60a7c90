"""Text to select, copy, style, scroll; a terminal."""

import re

from tests.envs.episodes.player import Player, fails, give_up, passes, submit_at_once
from webagent_envs.spaces import Click, Element, Scroll

fails("highlight-text", "highlight-text-2", "copy-paste", "copy-paste-2", "scroll-text-2")(submit_at_once)
FAR = 100_000


def highlight(p: Player, element: Element, paragraph: str) -> None:
    """Put the caret before the first letter, stretch the selection by a click with Shift, and then by keys."""
    rect = f"(() => {{ const range = document.createRange(); range.selectNodeContents({paragraph}); return range; }})()"
    left, top = p.js(f"((rects) => [rects[0].left, rects[0].top + rects[0].height / 2])({rect}.getClientRects())")
    p.click_at(round(left) + 1, round(top))
    p.act(Click(element.ref, ("Shift",)))
    lacking = (
        f"{paragraph}.textContent.replace(/\\s/g, '').length - getSelection().toString().replace(/\\s/g, '').length"
    )
    while lack := p.js(lacking):
        p.press("Shift+ArrowRight" if lack > 0 else "Shift+ArrowLeft")
    p.click(marked="subbtn")


NO_SELECTION = "events that are made in a page select no text"


@passes("highlight-text", inputs=("trusted",), inputs_because=NO_SELECTION)
def highlight_all(p: Player) -> None:
    highlight(p, p.find(marked="randomText"), "document.getElementById('randomText')")


@passes("highlight-text-2", inputs=("trusted",), inputs_because=NO_SELECTION)
def highlight_one(p: Player) -> None:
    wanted = p.all(tag="p")[p.number() - 1]
    highlight(p, wanted, f"document.querySelectorAll('#randomText p')[{p.number() - 1}]")


def copy(p: Player, source: str) -> None:
    p.press("Control+A", p.find(marked=source))
    p.press("Control+C")
    p.press("Control+V", p.find(marked="answer-input"))
    p.submit()


@passes("copy-paste")
def copy_only(p: Player) -> None:
    copy(p, "to-copy")


@passes("copy-paste-2")
def copy_one(p: Player) -> None:
    copy(p, f"text-{p.number()}")


@passes("scroll-text-2")
def scroll(p: Player) -> None:
    p.act(Scroll(p.find(marked="text-area").ref, dy=FAR if "bottom" in p.said else -FAR))
    p.submit()


@passes("sign-agreement")
def sign(p: Player) -> None:
    if p.quoted():
        p.act(Scroll(p.find(marked="text-area").ref, dy=FAR))
        while p.find(marked="name").disabled:  # the browser tells of scrolling with its next frame, in real time
            p.wait(0.1)
        p.type(p.find(marked="name"), p.quoted()[0])
    p.click(marked="agree" if '"Agree"' in p.said else "cancel")


@fails("sign-agreement")
def refuse(p: Player) -> None:
    p.click(marked="cancel") if "ancel" not in p.said else give_up(p)


COLORS = {
    "red": "#e60000", "orange": "#ff9900", "yellow": "#ffff00", "green": "#008a00", "blue": "#0066cc",
    "purple": "#9933ff",
}  # fmt: skip


@passes("text-editor")
def style(p: Player) -> None:
    editor = p.find(marked="ql-editor")
    wanted = re.search(r"give the text (\S+) the", p.said)
    if wanted:
        text = p.find(tag="p", inside=editor).text
        at = [found.start() for found in re.finditer(r"\S+", text) if found[0] == wanted[1]][-1]
        p.press("Control+Home", editor)
        for keys in ["ArrowRight"] * at + ["Shift+ArrowRight"] * len(wanted[1]):
            p.press(keys)
    else:
        p.press("Control+A", editor)
    color = re.search(r"the color (\w+)", p.said)
    if color:
        p.click(marked="ql-picker-label")
        p.click(marked="ql-picker-item", background=COLORS[color[1]])
    else:
        marks = {"bold": "ql-bold", "italics": "ql-italic", "underlined": "ql-underline"}
        p.click(marked=marks[re.search("style (.*?) and", p.said)[1]])
    p.click(marked="subbtn")


@fails("text-editor")
def wrong_style(p: Player) -> None:
    p.press("Control+A", p.find(marked="ql-editor"))
    p.click(marked="ql-bold" if "bold" not in p.said else "ql-italic")
    p.click(marked="subbtn")


def command(p: Player, line: str) -> None:
    for key in [*line, "Enter"]:
        p.press("Space" if key == " " else key)


def remove(p: Player, *, right: bool) -> None:
    p.click(marked="terminal")
    command(p, "ls")
    files = p.all(marked="output")[-1].text.split()
    ending = re.search(r"extension (\.\S+)$", p.said)
    fits = [name.endswith(ending[1]) if ending else "." not in name for name in files]
    command(p, f"rm {files[fits.index(right)]}" if right in fits else "exit")


@passes("terminal")
def remove_file(p: Player) -> None:
    remove(p, right=True)


@fails("terminal")
def remove_another(p: Player) -> None:
    remove(p, right=False)
