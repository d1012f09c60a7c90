"""Search forms of two airlines."""

import re

from tests.envs.episodes.dates import MONTHS
from tests.envs.episodes.player import Player, fails, passes
from webagent_envs.spaces import Select

ALASKA = ("flight.Alaska", "flight.Alaska-auto", "flight.Alaska-auto-medium")


def asked(p: Player) -> dict[str, str]:
    request: dict[str, str] = p.js("core.currentQuestion.request")
    return request


def send(p: Player) -> None:
    p.click(next(e for e in p.seen.elements if e.attributes.get("type") == "submit" and e.visible))


fails("flight.AA", *ALASKA)(send)


@passes("flight.AA")
def american(p: Player) -> None:
    wanted = asked(p)
    for segment, name in ((0, "origin"), (0, "destination")):
        p.type(p.find(marked=f"segments{segment}.{name}"), wanted[f"segments[{segment}].{name}"])
    for segment in (0, 1):
        month, day, _ = (int(part) for part in wanted[f"segments[{segment}].travelDate"].split("/"))
        p.click(marked=f"segments{segment}.travelDate")
        shown = [MONTHS.index(e.text) for e in p.all(marked="ui-datepicker-month")]
        group = p.all(marked="ui-datepicker-group")[shown.index(month)]
        p.click(tag="a", text=str(day), inside=group)
    p.act(Select(p.find(marked="passengerCount").ref, wanted["passengerCount"]))
    send(p)


def pick(p: Player, field: str, date: str) -> None:
    month, day, year = (int(part) for part in date.split("/"))
    p.click(marked=field)
    while p.find(marked="current-month").text != f"{MONTHS[month]} {year}":
        p.click(marked="next-month")
    p.click(marked="cal-day", text=str(day))
    if p.all(marked="btnDone"):
        p.click(marked="btnDone")


@passes(*ALASKA)
def alaska(p: Player) -> None:
    wanted = {name.removeprefix("SearchFields."): value for name, value in asked(p).items()}
    if wanted["SearchType"] == "OneWay":
        p.click(tag="label", text="One-way")
    for field, name in (("geo-from", "DepartureCity"), ("geo-to", "ArrivalCity")):
        p.type(p.find(marked=field), wanted[name])
    pick(p, "departure-date", wanted["DepartureDate"])
    if wanted.get("ReturnDate"):
        pick(p, "return-date", wanted["ReturnDate"])
    for _ in range(int(wanted["NumberOfTravelers"]) - 1):
        p.click(marked="tnum-button", text="+")
    if wanted.get("CabinType", "Coach") != "Coach":
        p.click(marked="drop-head")
        p.click(next(e for e in p.all(tag="label") if re.search(wanted["CabinType"], e.text)))
    send(p)
