"""Shapes of an SVG: to tell, to count, to click."""

from tests.envs.episodes.player import Player, fails, passes
from webagent_envs.spaces import Element

COLORS = {
    "red": "#ff0000", "green": "#008000", "blue": "#0000ff", "aqua": "#00ffff", "black": "#000000",
    "magenta": "#ff00ff", "yellow": "#ffff00",
}  # fmt: skip
KINDS = {"circle": "circle", "rect": "rectangle", "polygon": "triangle"}


def figures(p: Player) -> list[Element]:
    return [e for e in p.seen.elements if e.tag in ("text", *KINDS)]


def kinds(shape: Element) -> tuple[str, ...]:
    if shape.tag == "text":
        return ("item", shape.text, "digit" if shape.text.isdigit() else "letter")
    return ("item", "shape", KINDS[shape.tag])


def large(shape: Element) -> bool:
    if shape.tag == "text":
        return float(shape.attributes["font-size"].removesuffix("px")) > 15
    return float(shape.attributes.get("r", shape.box[2] / 2)) > 7


def fits(shape: Element, words: list[str]) -> bool:
    *details, kind = words
    return kind in kinds(shape) and all(
        shape.color == COLORS[word] if word in COLORS else large(shape) == (word == "large") for word in details
    )


def described(p: Player) -> list[str]:
    return p.said.removeprefix("Click on a ").split()


@passes("click-shape")
def shape(p: Player) -> None:
    p.click(next(e for e in figures(p) if fits(e, described(p))))


@fails("click-shape")
def another_shape(p: Player) -> None:
    p.click(next((e for e in figures(p) if not fits(e, described(p))), p.find(tag="svg")))


def counted(p: Player) -> str:
    words = p.said.split("?")[0].removeprefix("How many ").removesuffix(" are there").split()
    words[-1] = words[-1].removesuffix("s") if len(words[-1]) > 1 else words[-1]
    return str(sum(fits(e, words) for e in figures(p)))


@passes("count-shape")
def count(p: Player) -> None:
    p.click(tag="button", text=counted(p))


@fails("count-shape")
def miscount(p: Player) -> None:
    p.click(next(e for e in p.all(tag="button") if e.text != counted(p)))


def figure(p: Player) -> str:
    found = figures(p)[0]
    names = {"letter": "Letter", "digit": "Number"}
    return names[kinds(found)[2]] if found.tag == "text" else kinds(found)[2].capitalize()


@passes("identify-shape")
def identify(p: Player) -> None:
    p.click(tag="button", text=figure(p))


@fails("identify-shape")
def misidentify(p: Player) -> None:
    p.click(next(e for e in p.all(tag="button") if e.text != figure(p)))


# a canvas shows nothing but pixels: the area inside the outline tells the number of sides
SIDES = """(() => {
  const pixels = document.getElementById('c').getContext('2d').getImageData(0, 0, 150, 100).data;
  let area = 0;
  for (let turn = 0; turn < 720; turn++) {
    const [dx, dy] = [Math.cos(turn * Math.PI / 360), Math.sin(turn * Math.PI / 360)];
    let r = 0;
    while (r < 45 && pixels[4 * (Math.round(50 + r * dy) * 150 + Math.round(75 + r * dx)) + 3] < 128) r += 0.25;
    area += r * r * Math.PI / 720;
  }
  const inner = (n) => n * Math.tan(Math.PI / n) * (35 * Math.cos(Math.PI / n) - 1.5) ** 2;
  return [3, 4, 5, 6, 7].reduce((a, b) => Math.abs(inner(a) - area) < Math.abs(inner(b) - area) ? a : b);
})()"""


@passes("count-sides")
def sides(p: Player) -> None:
    p.click(tag="button", text=str(p.js(SIDES)))


@fails("count-sides")
def wrong_sides(p: Player) -> None:
    p.click(next(e for e in p.all(tag="button") if e.text != str(p.js(SIDES))))


def coordinate(p: Player) -> str:
    return p.said.split("coordinate ")[1].rstrip(".")


@passes("grid-coordinate")
def grid_point(p: Player) -> None:
    p.click(marked=coordinate(p))


@fails("grid-coordinate")
def another_point(p: Player) -> None:
    p.click(next(e for e in p.all(tag="circle") if e.attributes["id"] != coordinate(p)))


@passes("ascending-numbers")
def ascending(p: Player) -> None:
    p.click(tag="text", text="1")
    while not p.done:
        p.click(tag="rect")


@fails("ascending-numbers")
def descending(p: Player) -> None:
    p.click(tag="text", text="5")
