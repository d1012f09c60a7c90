"""Dates and times: native fields, a calendar to leaf through, a day to fill, a trip to book."""

import calendar
import re

from tests.envs.episodes.checkboxes import best_offer
from tests.envs.episodes.player import Player, fails, passes, submit_at_once

MONTHS = list(calendar.month_name)
CHOOSE = ("choose-date", "choose-date-easy", "choose-date-medium", "choose-date-nodelay")

fails(*CHOOSE, "enter-date", "enter-time")(submit_at_once)


@passes("enter-date")
def native_date(p: Player) -> None:
    p.type(p.find(tag="input"), re.search(r"[\d/]{10}", p.said)[0])
    p.submit()


@passes("enter-time")
def native_time(p: Player) -> None:
    p.type(p.find(tag="input"), re.search(r"\d+:\d\d [AP]M", p.said)[0])
    p.submit()


def pick(p: Player) -> None:
    """Choose the date of the command in the calendar that is open."""
    month, day, _ = (int(part) for part in re.search(r"[\d/]{10}", p.said)[0].split("/"))
    while (shown := MONTHS.index(p.find(marked="ui-datepicker-month").text)) != month:
        p.click(marked="ui-datepicker-next" if shown < month else "ui-datepicker-prev")
    p.click(tag="a", text=str(day))


@passes(*CHOOSE)
def from_calendar(p: Player) -> None:
    p.click(tag="input")
    pick(p)
    p.submit()


def trip(p: Player) -> tuple[str, str]:
    start, end = re.search(r"from: (.*?) to: (.*?) on ", p.said).groups()
    return start, end


def search_flights(p: Player) -> None:
    for mark, place in zip(("flight-from", "flight-to"), trip(p), strict=True):
        p.type(p.find(marked=mark), place)
        p.click(next(e for e in p.all(marked="ui-menu-item-wrapper") if place in e.text))
    p.click(marked="datepicker")
    pick(p)
    p.click(marked="search")


@passes("book-flight", "book-flight-nodelay")
def book(p: Player) -> None:
    search_flights(p)
    p.click(best_offer(p, "flight-price", p.said))


@fails("book-flight", "book-flight-nodelay")
def book_another(p: Player) -> None:
    search_flights(p)
    right = best_offer(p, "flight-price", p.said)
    p.click(next(button for button in p.all(marked="flight-price") if button != right))


def create_event(p: Player, name: str) -> None:
    amount, unit = re.search(r"Create a ([\d.]+) (hour|min)", p.said).groups()
    length = int(float(amount) * 2) if unit == "hour" else int(amount) // 30
    first = {"8AM": 16, "12PM": 24, "4PM": 32}[re.search(r"between (\w+)", p.said)[1]]
    slots = p.all(marked="half-hour")[first : first + 8]
    taken = [event.box for event in p.all(marked="event")]
    free = [not any(top < slot.center[1] < top + height for _, top, _, height in taken) for slot in slots]
    start = next(at for at in range(9 - length) if all(free[at : at + length]))
    p.drag(slots[start], 2, 3 + slots[start + length - 1].center[1] - slots[start].center[1])
    p.type(p.find(marked="event-name"), name)
    p.click(marked="create")


@passes("daily-calendar")
def event(p: Player) -> None:
    create_event(p, p.quoted()[0])


@fails("daily-calendar")
def misnamed_event(p: Player) -> None:
    create_event(p, "Nothing")
