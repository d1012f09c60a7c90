"""A game, and tasks in which time goes by."""

import random
import re

from tests.envs.episodes.player import Player, fails, give_up, passes
from webagent_envs.spaces import Element

LINES = ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6))
TICK = 0.1

fails("chase-circle", "moving-items", "stock-market", "hover-shape")(give_up)


def board(p: Player) -> list[str]:
    cells = [p.find(marked=f"ttt-{at}").attributes.get("class", "") for at in range(9)]
    return ["x" if "mark-x" in cell else "o" if "mark-o" in cell else "" for cell in cells]


def move(cells: list[str], luck: random.Random) -> int:
    for mark in "xo":  # win, else hinder
        for line in LINES:
            marks = [cells[at] for at in line]
            if marks.count(mark) == 2 and "" in marks:
                return line[marks.index("")]
    return luck.choice([at for at in range(9) if not cells[at]])


# the opponent draws lots by the seed too: the same moves meet the same answers, so that play can be tried again
@passes("tic-tac-toe")
def tic_tac_toe(p: Player) -> None:
    for attempt in range(60):
        luck = random.Random(attempt)
        while not p.done:
            p.click(marked=f"ttt-{move(board(p), luck)}")
        if p.success:
            return
        p.restart()


@fails("tic-tac-toe")
def lose(p: Player) -> None:
    for attempt in range(60):
        luck = random.Random(attempt)
        while not p.done:
            cells = board(p)
            p.click(marked=f"ttt-{luck.choice([at for at in range(9) if not cells[at]])}")
        if not p.success:
            return
        p.restart()


def delayed(p: Player, seconds: float) -> None:
    p.click(marked="subbtn")
    p.wait(seconds)
    p.click(marked="subbtn2")


@passes("button-delay")
def in_time(p: Player) -> None:
    delayed(p, p.number())


@fails("button-delay")
def too_late(p: Player) -> None:
    delayed(p, 3 * p.number())


def shown_sequence(p: Player) -> list[int]:
    shown, before, quiet = [], None, 0.0
    while quiet < 1.5:
        lit = next((at for at in range(1, 5) if p.all(marked=f"button-{at}") and pushed(p, at)), None)
        if lit and lit != before:
            shown.append(lit)
        quiet = 0.0 if lit else quiet + TICK
        before = lit
        p.wait(TICK)
    return shown


def pushed(p: Player, at: int) -> bool:
    return "push" in p.find(marked=f"button-{at}").attributes.get("class", "").split()


@passes("simon-says")
def simon(p: Player) -> None:
    for at in shown_sequence(p):
        p.click(marked=f"button-{at}")


@fails("simon-says")
def not_simon(p: Player) -> None:
    first, *others = shown_sequence(p)
    for at in (first % 4 + 1, *others):
        p.click(marked=f"button-{at}")


@passes("stock-market")
def buy(p: Player) -> None:
    limit = float(re.search(r"less than \$([\d.]+\d)", p.said)[1])
    while not (price := p.all(marked="stock-price")) or float(price[0].text.lstrip("$")) > limit:
        p.wait(TICK)
    p.click(marked="buy")


@passes("chase-circle", at_least=0.9, because="the time until the pointer is on the circle for the first time is lost")
def chase(p: Player) -> None:
    while not p.done:
        p.hover(p.find(tag="circle"))
        if not p.done:
            p.wait(TICK / 2)


@passes("moving-items", at_least=0.99, because="ten times 0.2 less 1 is not 1 in floating-point numbers")
def catch(p: Player) -> None:
    def caught(circle: Element) -> bool:
        left, top, width, height = p.find(tag="svg").box
        x, y = circle.center
        return left + 2 < x < left + width - 2 and top + 2 < y < top + height - 2

    while not p.done:
        inside = [circle for circle in p.all(tag="circle") if caught(circle)]
        p.click_at(*(round(part) for part in inside[0].center)) if inside else p.wait(TICK)
