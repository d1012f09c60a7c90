"""Quantities that things show, how pages write them, and what the least and the greatest are called."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from webagent.data.pages.maker import Maker

__all__ = ["QUANTITIES", "THEMES", "Quantity", "Theme"]

Writer = Callable[[float], str]


class Quantity(NamedTuple):
    """One quantity.

    Attributes:
        labels: what it is called, the first in commands as well.
        low, high: between what it lies.
        step: what it is a multiple of.
        writers: draw how a page writes it.
        least, greatest: what the thing with the least and the one with the greatest is called.
        at_least, at_most: what stands before "price": "lowest", "highest".
    """

    labels: tuple[str, ...]
    low: float
    high: float
    step: float
    writers: tuple[Callable[[Maker], Writer], ...]
    least: tuple[str, ...]
    greatest: tuple[str, ...]
    at_least: tuple[str, ...] = ("lowest", "smallest")
    at_most: tuple[str, ...] = ("highest", "greatest")


class Theme(NamedTuple):
    """Things of one kind.

    Attributes:
        nouns: what one is called, then the same for several.
        names: list of the vocabulary that their names are from.
        verbs: what their buttons say, and a command asks for.
        quantities: those that it may show.
    """

    nouns: tuple[tuple[str, str], ...]
    names: str
    verbs: tuple[str, ...]
    quantities: tuple[str, ...]


def _with(*forms: str) -> Callable[[Maker], Writer]:
    """Writes with one of these forms: "${:,.0f}"."""

    def chosen(m: Maker) -> Writer:
        return m.one(forms).format

    return chosen


def _hours(m: Maker) -> Writer:
    """Of minutes: "7h 12m", "7:12", "95 min"."""
    form = m.one(["{0}h {1}m", "{0}h {1:02}m", "{0} h {1} min", "{0}:{1:02}", "{0} hrs {1} mins", "{0}h{1:02}"])
    return lambda minutes: form.format(int(minutes) // 60, int(minutes) % 60)


def _clock(m: Maker) -> Writer:
    """Of minutes since midnight: "14:05", "2:05 PM"."""
    if m.chance(0.6):
        return lambda minutes: f"{int(minutes) // 60:02}:{int(minutes) % 60:02}"
    half = m.one(["AM PM", "am pm"]).split()
    return lambda minutes: f"{(int(minutes) // 60 + 11) % 12 + 1}:{int(minutes) % 60:02} {half[int(minutes) >= 720]}"


QUANTITIES: dict[str, Quantity] = {
    "price": Quantity(
        ("price", "cost", "fare", "total"), 20, 1500, 1,
        (_with("${:,.0f}", "€{:,.0f}", "£{:,.0f}", "{:,.0f} €", "${:,.0f}", "USD {:.0f}", "{:.0f} EUR", "${:.0f}"),),
        ("cheapest", "cheapest", "least expensive", "most affordable", "lowest priced"),
        ("most expensive", "most expensive", "priciest", "dearest", "highest priced"),
        ("lowest",), ("highest",),
    ),
    "cents": Quantity(
        ("price", "cost"), 1, 90, 0.01, (_with("${:.2f}", "€{:.2f}", "£{:.2f}", "{:.2f} EUR"),),
        ("cheapest", "cheapest", "least expensive", "lowest priced"), ("most expensive", "priciest", "dearest"),
        ("lowest",), ("highest",),
    ),
    "duration": Quantity(
        ("duration", "travel time", "time", "length"), 35, 1300, 1, (_hours, _hours, _with("{:.0f} min",
        "{:.0f} minutes")),
        ("shortest", "shortest", "quickest", "fastest"), ("longest", "longest", "slowest"),
        ("shortest",), ("longest",),
    ),
    "length": Quantity(
        ("length", "duration", "running time"), 2, 180, 1, (_with("{:.0f} min", "{:.0f}m", "{:.0f} minutes"), _hours),
        ("shortest",), ("longest",), ("shortest",), ("longest",),
    ),
    "departure": Quantity(
        ("departure", "departs", "leaves", "start"), 300, 1400, 5, (_clock,),
        ("earliest", "soonest"), ("latest",), ("earliest",), ("latest",),
    ),
    "distance": Quantity(
        ("distance", "away"), 0.1, 90, 0.1, (_with("{:.1f} km", "{:.1f} mi", "{:.1f} miles", "{:.1f}km"),),
        ("nearest", "closest"), ("farthest", "most distant"), ("shortest", "smallest"), ("longest", "greatest"),
    ),
    "rating": Quantity(
        ("rating", "score", "stars"), 1, 5, 0.1, (_with("{:.1f}", "{:.1f} / 5", "★ {:.1f}", "{:.1f} stars",
        "{:.1f}/5"),),
        ("lowest rated", "worst rated"), ("highest rated", "best rated", "top rated"), ("lowest", "worst"),
        ("highest", "best"),
    ),
    "megabytes": Quantity(
        ("size", "file size"), 1, 990, 1, (_with("{:.0f} MB", "{:.0f} KB", "{:.0f}MB", "{:.0f} kB", "{:.0f} GB"),),
        ("smallest",), ("largest", "biggest"), ("smallest",), ("largest", "biggest"),
    ),
    "area": Quantity(
        ("size", "area"), 18, 240, 1, (_with("{:.0f} m²", "{:.0f} sqm", "{:.0f} sq ft", "{:.0f} m2"),),
        ("smallest",), ("largest", "biggest"), ("smallest",), ("largest", "biggest"),
    ),
    "weight": Quantity(
        ("weight",), 0.1, 40, 0.1, (_with("{:.1f} kg", "{:.1f} lb", "{:.1f}kg"),), ("lightest",), ("heaviest",),
    ),
    "age": Quantity(("age",), 18, 95, 1, (_with("{:.0f}", "{:.0f} years", "aged {:.0f}", "{:.0f} y"),),
                    ("youngest",), ("oldest",), ("lowest",), ("highest",)),
    "year": Quantity(("year", "published"), 1950, 2026, 1, (_with("{:.0f}", "({:.0f})"),),
                     ("oldest", "earliest"), ("newest", "latest", "most recent"), ("earliest",), ("latest",)),
    "people": Quantity(
        ("population", "inhabitants"), 1200, 990000, 1, (_with("{:,.0f}", "{:.0f}", "{:,.0f} people"),),
        ("smallest", "least populous"), ("largest", "biggest", "most populous"),
        ("smallest", "lowest"), ("largest", "highest"),
    ),
    "seats": Quantity(("seats", "capacity"), 2, 400, 1, (_with("{:.0f} seats", "{:.0f}", "seats {:.0f}",
    "{:.0f} people"),),
                      ("smallest",), ("largest", "biggest"), ("fewest",), ("most",)),
    "stock": Quantity(("stock", "in stock", "quantity"), 1, 900, 1, (_with("{:.0f}", "{:.0f} left",
    "{:.0f} in stock"),),
                      (), (), ("lowest", "smallest"), ("highest", "largest")),
    "points": Quantity(("points", "score"), 1, 999, 1, (_with("{:.0f}", "{:.0f} pts", "{:.0f} points"),),
                       ("worst", "weakest"), ("best", "strongest"), ("fewest", "lowest"), ("most", "highest")),
    "views": Quantity(("views", "downloads", "likes"), 10, 90000, 1, (_with("{:,.0f}", "{:.0f}", "{:,.0f} views"),),
                      ("least popular",), ("most popular",), ("fewest", "lowest number of"), ("most",
                      "highest number of")),
    "degrees": Quantity(("temperature",), 1, 39, 1, (_with("{:.0f} °C", "{:.0f}°", "{:.0f} C"),),
                        ("coldest", "coolest"), ("warmest", "hottest"), ("lowest",), ("highest",)),
    "stops": Quantity(("stops",), 0, 9, 1, (_with("{:.0f} stops", "{:.0f}"),), (), (), ("fewest",), ("most",)),
    "climb": Quantity(("climb", "ascent"), 20, 2400, 10, (_with("{:.0f} m", "{:,.0f} m", "{:.0f} m up"),),
                      ("flattest",), ("steepest",)),
}  # fmt: skip

THEMES: tuple[Theme, ...] = (
    Theme((("flight", "flights"), ("trip", "trips"), ("connection", "connections")), "cities",
          ("Book", "Choose", "Select", "Reserve", "Book flight"), ("price", "duration", "departure", "stops")),
    Theme((("train", "trains"), ("bus", "buses"), ("ferry", "ferries")), "cities",
          ("Book", "Choose", "Buy ticket", "Select"), ("price", "duration", "departure", "cents")),
    Theme((("hotel", "hotels"), ("room", "rooms"), ("apartment", "apartments")), "companies",
          ("Book", "Reserve", "View", "Choose"), ("price", "rating", "distance", "area")),
    Theme((("product", "products"), ("item", "items"), ("offer", "offers")), "products",
          ("Buy", "Add to cart", "View", "Order", "Choose"), ("cents", "rating", "weight", "stock", "price")),
    Theme((("file", "files"), ("document", "documents"), ("download", "downloads")), "files",
          ("Open", "Download", "Delete", "Share", "Select"), ("megabytes", "views", "year")),
    Theme((("film", "films"), ("video", "videos"), ("song", "songs")), "books",
          ("Play", "Watch", "Open", "Add", "Choose"), ("length", "rating", "views", "year")),
    Theme((("player", "players"), ("person", "people"), ("candidate", "candidates")), "people",
          ("Open", "Select", "Invite", "Message", "View"), ("age", "points")),
    Theme((("city", "cities"), ("town", "towns"), ("place", "places")), "cities",
          ("Open", "Show", "Visit", "Choose"), ("people", "degrees", "distance")),
    Theme((("room", "rooms"), ("hall", "halls"), ("venue", "venues")), "rooms",
          ("Book", "Reserve", "Choose", "Open"), ("seats", "cents", "rating")),
    Theme((("route", "routes"), ("hike", "hikes"), ("walk", "walks")), "topics",
          ("Choose", "Open", "Start", "Show"), ("climb", "duration", "rating")),
    Theme((("shop", "shops"), ("restaurant", "restaurants"), ("garage", "garages")), "companies",
          ("Choose", "Open", "Call", "Show on map", "Order"), ("distance", "rating", "price")),
    Theme((("book", "books"), ("title", "titles")), "books",
          ("Buy", "Borrow", "Open", "Reserve"), ("cents", "year", "rating", "stock")),
    Theme((("plan", "plans"), ("subscription", "subscriptions"), ("package", "packages")), "folders",
          ("Choose", "Select", "Subscribe", "Get started", "Choose plan"), ("cents", "megabytes", "seats")),
)  # fmt: skip
