"""Points, lines and colours on a plane."""

import math
import re

from tests.envs.episodes.player import Player, fails, give_up, passes, submit_at_once

fails("bisect-angle", "circle-center", "find-midpoint", "right-angle", "draw-circle", "draw-line")(submit_at_once)
WHOLE = "a real click has whole coordinates, and the exact point seldom is one"
TOP = 50  # the pages take the command to be that high


def best_point(p: Player, score: str) -> None:
    """Click the point x, y of the plane where ``score`` is highest, and submit."""
    left, top, width, height = p.find(tag="svg").box
    search = f"""(() => {{
      let best = [-Infinity];
      for (let x = {math.ceil(left) + 2}; x < {left + width - 2}; x++)
        for (let y = {math.ceil(top) + 2} - {TOP}; y < {top + height - 2} - {TOP}; y++) {{
          const value = {score};
          if (value > best[0]) best = [value, x, y + {TOP}];
        }}
      return best;
    }})()"""
    _, x, y = p.js(search)
    p.click_at(x, y)
    p.submit()


CORNER = "((name) => d3.selectAll(name)[0].map((node) => node.getBBox()))"


@passes("bisect-angle", at_least=0.97, because=WHOLE)
def bisect(p: Player) -> None:
    points = f"{CORNER}('.init-black')[{{}}]"
    angle = f"findAngle({points}, {{{{x: x - 3.5, y: y - 3.5}}}}, {CORNER}('.init-blue')[0])"
    whole = f"findAngle({points.format(0)}, {points.format(1)}, {CORNER}('.init-blue')[0])"
    best_point(p, f"{whole} - Math.max({angle.format(0)}, {angle.format(1)})")


@passes("right-angle", at_least=0.97, because=WHOLE)
def right_angle(p: Player) -> None:
    black, blue = (f"d3.select('#{name}')[0][0].getBBox()" for name in ("init-black", "init-blue"))
    best_point(p, f"-Math.abs(90 - findAngle({black}, {{x: x - 3, y: y - 3}}, {blue}))")


def middle(p: Player) -> tuple[int, int]:
    """The middle of the circles, where the page takes it to be: it forgets that the drawing has a border."""
    places = [[float(circle.attributes[name]) for name in ("cx", "cy")] for circle in p.all(tag="circle")]
    x, y = (sum(parts) / len(places) for parts in zip(*places, strict=True))
    return math.floor(x), math.floor(y) + TOP


@passes("circle-center", at_least=0.96, because="the page compares with a centre that is half a pixel off; " + WHOLE)
def center(p: Player) -> None:
    x, y = middle(p)
    p.click_at(x, y)
    p.submit()


@passes("find-midpoint", at_least=0.97, because=WHOLE)
def midpoint(p: Player) -> None:
    x, y = middle(p)
    p.click_at(x, y)
    p.submit()


@passes("draw-line")
def line(p: Player) -> None:
    dot = p.find(tag="circle")
    p.drag(dot, *((60 if dot.center[0] < 80 else -60, 0) if "horizontal" in p.said else (0, 60)))
    p.submit()


# A drag is straight. An arc far from its centre is nearly so, and the page asks for no more than equal distances.
@passes("draw-circle")
def circle(p: Player) -> None:
    svg, dot = p.find(tag="svg"), p.find(tag="circle").center
    down = 1 if dot[1] < svg.center[1] else -1
    side = 1 if dot[0] < svg.center[0] else -1
    for far in (32, 36, 40, 44):
        start = dot[0] + side * (far - 12), dot[1] + down * (far + 12)
        # the middle of a line drawn first is where the next one can begin
        p.drag(svg, 2 * (start[0] - svg.center[0]), 2 * (start[1] - svg.center[1]))
        p.drag(p.find(tag="path"), side * 24, -down * 24)
        if p.js("findStandardDev(arrayPoints) < 2 && properlySized() === 1"):
            break
    p.submit()


# nothing but a move of the pointer tells how warm a place is, and no action moves it to a place
WARM = """(() => {
  const area = document.getElementById('touch-area'), box = area.getBoundingClientRect();
  for (let y = box.top + 2; y < box.bottom - 1; y += 2)
    for (let x = box.left + 2; x < box.right - 1; x += 2) {
      $(area).trigger($.Event('mousemove', {pageX: x, pageY: y}));
      if (document.querySelector('#signal.hot')) return [x, y];
    }
})()"""


@passes("hot-cold")
def hot(p: Player) -> None:
    x, y = p.js(WARM)
    p.click_at(round(x), round(y))


@fails("hot-cold")
def cold(p: Player) -> None:
    x, _ = p.js(WARM)
    left, top, width, _ = p.find(marked="touch-area").box
    p.click_at(left + (3 if x > left + width / 2 else width - 3), top + 3)


def type_color(p: Player, color: str) -> None:
    p.type(p.find(marked="col"), color.lstrip("#").upper())
    p.press("Tab")
    p.click(marked="subbtn")


@passes("use-colorwheel")
def color(p: Player) -> None:
    name = re.search(r"Select (\w+) with", p.said)[1]
    type_color(p, p.js(f"ui_utils.colorNameToHex('{name}')"))


@passes("use-colorwheel-2")
def shown_color(p: Player) -> None:
    shown = p.js("getComputedStyle(document.querySelector('#query .cc')).backgroundColor")
    type_color(p, "".join(f"{int(part):02x}" for part in re.findall(r"\d+", shown)))


fails("use-colorwheel", "use-colorwheel-2")(give_up)
