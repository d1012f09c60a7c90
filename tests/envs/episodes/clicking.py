"""Buttons, links, dialogs, colours."""

import colorsys
import re

from tests.envs.episodes.player import Player, fails, give_up, passes, submit_at_once

NAMED_COLORS = {
    "red": "#ff0000", "blue": "#0000ff", "olive": "#808000", "lime": "#00ff00", "black": "#000000",
    "white": "#ffffff", "grey": "#808080", "purple": "#800080", "orange": "#ffa500", "yellow": "#ffff00",
    "cyan": "#00ffff", "pink": "#ffc0cb", "magenta": "#ff00ff",
}  # fmt: skip

fails("click-test", "click-dialog", "focus-text")(give_up)
fails("click-shades")(submit_at_once)


@passes("click-test", "click-test-2", "click-test-transfer")
def one(p: Player) -> None:
    p.click(marked="subbtn")


@fails("click-test-2", "click-test-transfer")
def two(p: Player) -> None:
    p.click(marked="subbtn2")


@passes("click-button", "unicode-test")
def named_button(p: Player) -> None:
    p.click(tag="button", text=p.quoted()[0])


@fails("click-button", "unicode-test")
def another_button(p: Player) -> None:
    others = [button for button in p.all(tag="button") if button.text != p.quoted()[0]]
    p.click(others[0]) if others else give_up(p)


@passes("click-button-sequence")
def sequence(p: Player) -> None:
    p.click(marked="subbtn")
    p.click(marked="subbtn2")


@fails("click-button-sequence")
def reversed_sequence(p: Player) -> None:
    p.click(marked="subbtn2")
    p.click(marked="subbtn")


@passes("click-link")
def link(p: Player) -> None:
    p.click(marked="alink", text=p.quoted()[0])


@fails("click-link")
def another_link(p: Player) -> None:
    others = [link for link in p.all(marked="alink") if link.text != p.quoted()[0]]
    p.click(others[0]) if others else give_up(p)


@passes("click-dialog")
def close_dialog(p: Player) -> None:
    p.click(marked="ui-dialog-titlebar-close")


def dialog_button(p: Player, label: str) -> None:
    if label == "x":
        p.click(marked="ui-dialog-titlebar-close")
    else:
        p.click(tag="button", text=label)


@passes("click-dialog-2")
def asked_dialog_button(p: Player) -> None:
    dialog_button(p, p.quoted()[0])


@fails("click-dialog-2")
def other_dialog_button(p: Player) -> None:
    dialog_button(p, "OK" if p.quoted()[0] != "OK" else "Cancel")


def asked_color(p: Player) -> str:
    found = re.search(r"Click on the (\w+) colored", p.said)
    assert found, p.said
    return NAMED_COLORS[found[1]]


@passes("click-color")
def color(p: Player) -> None:
    p.click(marked="color", background=asked_color(p))


@fails("click-color")
def another_color(p: Player) -> None:
    p.click(next(box for box in p.all(marked="color") if box.background != asked_color(p)))


@passes("click-shades")
def shades(p: Player) -> None:
    channel = ("red", "green", "blue").index(p.said.split("shades of ")[1].split()[0])
    for box in [box for box in p.all(tag="span") if box.background]:
        parts = [int(box.background[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        if round(colorsys.rgb_to_hls(*parts)[0] * 3) % 3 == channel:
            p.click(box)
    p.submit()


def widgets(p: Player, kind: str) -> list:
    if kind in ("textarea", "button"):
        return p.all(tag=kind)
    kinds = {"text": ("text", "input")}.get(kind, (kind,))
    return [field for field in p.all(tag="input") if field.attributes.get("type") in kinds]


@passes("click-widget")
def widget(p: Player) -> None:
    p.click(widgets(p, p.quoted()[0])[0])


@fails("click-widget")
def another_widget(p: Player) -> None:
    kinds = ("radio", "checkbox", "text", "textarea", "button")
    others = [found for kind in kinds if kind != p.quoted()[0] for found in widgets(p, kind)]
    p.click(others[0]) if others else give_up(p)


@passes("focus-text")
def only_field(p: Player) -> None:
    p.click(tag="input")


@passes("focus-text-2")
def nth_field(p: Player) -> None:
    p.click(p.all(tag="input")[p.number() - 1])


@fails("focus-text-2")
def another_field(p: Player) -> None:
    p.click(p.all(tag="input")[p.number() % 3])
