"""Check boxes, radio buttons and lists to choose from."""

import re

from tests.envs.episodes.player import Player, fails, passes, submit_at_once
from webagent_envs.spaces import Select

fails("click-option", "number-checkboxes", "form-sequence-2", "click-scroll-list", "form-sequence-3")(submit_at_once)


def asked(p: Player, pattern: str) -> list[str]:
    found = re.search(pattern, p.said)
    assert found, p.said
    return [] if found[1] == "nothing" else found[1].split(", ")


@passes("click-checkboxes", "click-checkboxes-large", "click-checkboxes-transfer", "click-option")
def boxes(p: Player) -> None:
    for name in asked(p, "Select (.*) and click Submit"):
        p.click(tag="input", name=name)
    p.submit()


@passes("click-checkboxes-soft")
def similar_boxes(p: Player) -> None:
    wanted = set(asked(p, "similar to (.*) and click Submit"))
    groups = [set(group) for group in p.js("SYNONYMS")]
    for box in p.all(tag="input"):
        if any(box.name in group and group & wanted for group in groups):
            p.click(box)
    p.submit()


@fails("click-checkboxes", "click-checkboxes-large", "click-checkboxes-transfer", "click-checkboxes-soft")
def one_box_wrong(p: Player) -> None:
    wanted = set(p.said.replace(",", "").split())
    wrong = [box for box in p.all(tag="input") if box.name not in wanted]
    p.click(wrong[0]) if wrong else None
    p.submit()


@passes("number-checkboxes")
def number(p: Player) -> None:
    pattern = [cell for row in p.js(f"PATTERNS[{p.quoted()[0]}]") for cell in row]
    for box, wanted in zip(p.all(tag="input"), pattern, strict=True):
        if wanted:
            p.click(box)
    p.submit()


@passes("form-sequence-2")
def radio_and_text(p: Player) -> None:
    radio, _, text = re.findall(r"(-?\d+)(?:st|nd|rd|\")", p.said)
    p.click([field for field in p.all(tag="input") if field.attributes.get("type") == "radio"][int(radio) - 1])
    p.type(p.find(marked=f"input-{text}"), p.quoted()[0])
    p.submit()


@passes("choose-list")
def option(p: Player) -> None:
    p.act(Select(p.find(tag="select").ref, asked(p, "Select (.*) from the list")[0]))
    p.submit()


@fails("choose-list")
def another_option(p: Player) -> None:
    wanted = asked(p, "Select (.*) from the list")[0]
    p.act(Select(p.find(tag="select").ref, next(e.text for e in p.all(tag="option") if e.text != wanted)))
    p.submit()


@passes("click-scroll-list")
def options(p: Player) -> None:
    for name in asked(p, "Select (.*) from the scroll list"):
        p.act(Select(p.find(tag="select").ref, name))
    p.submit()


@passes("form-sequence-3")
def dropdown(p: Player) -> None:
    p.click(marked="selectric")
    p.click(tag="li", text=asked(p, "Choose (.*) from the dropdown")[0])
    p.click(tag="button", text=p.quoted()[0])


@passes("order-food")
def order(p: Player) -> None:
    if "one of each" in p.said:
        for name in p.said.split(": ")[1].split(","):
            add_food(p, p.find(marked="item-name", text=name.strip()))
    else:
        kind = p.said.split("that are ")[1].strip()
        for _ in range(p.number()):
            add_food(p, next(image for image in p.all(tag="img") if image.attributes.get("alt") == kind))
    p.submit()


def add_food(p: Player, part: object) -> None:
    item = next(item for item in p.all(marked="food-item") if p.within(part, item))
    p.click(marked="add", inside=item)


fails("order-food")(submit_at_once)


@passes("odd-or-even")
def parity(p: Player) -> None:
    for row in range(3):
        odd = int(p.all(marked="display-number")[row].text) % 2
        p.click(p.all(marked="odd" if odd else "even")[row])
    p.submit()


fails("odd-or-even")(submit_at_once)


@passes("buy-ticket")
def ticket(p: Player) -> None:
    p.click(best_offer(p, "buy-ticket", p.said))


@fails("buy-ticket")
def wrong_ticket(p: Player) -> None:
    right = best_offer(p, "buy-ticket", p.said)
    p.click(next(button for button in p.all(marked="buy-ticket") if button != right))


def best_offer(p: Player, button: str, wanted: str) -> object:
    """The button of the cheapest, dearest, shortest or longest offer."""
    buttons = p.all(marked=button)
    if "cheap" in wanted or "expensive" in wanted:
        ranks = [int(found.text.split("$")[1]) for found in buttons]
    else:
        times = [re.findall(r"\d+", found.text) for found in p.all(marked="time-duration")]
        ranks = [int(hours) * 60 + int(minutes) for hours, minutes in times]
    best = max if "longest" in wanted or "expensive" in wanted else min
    return buttons[ranks.index(best(ranks))]
