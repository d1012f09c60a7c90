"""Menus, tabs, sections that open, trees and pies."""

import re

from tests.envs.episodes.player import Player, fails, give_up, passes, submit_at_once

TABS = ("click-tab-2", "click-tab-2-easy", "click-tab-2-medium", "click-tab-2-hard")
SECTIONS = ("click-collapsible-2", "click-collapsible-2-nodelay")


@passes("click-tab")
def tab(p: Player) -> None:
    p.click(tag="a", text=f"Tab #{p.number()}")


@fails("click-tab")
def another_tab(p: Player) -> None:
    p.click(tag="a", text=f"Tab #{p.number() % 3 + 1}")


@passes(*TABS)
def link_in_a_tab(p: Player) -> None:
    wanted = p.quoted()[0]
    for number in range(len(p.all(marked="ui-tabs-anchor"))):
        if number:
            p.click(p.all(marked="ui-tabs-anchor")[number])
        if p.done:
            return None  # of the second tab of -medium the click alone is rewarded
        if p.all(marked="alink", text=wanted):
            return p.click(marked="alink", text=wanted)
    raise LookupError(wanted)


@passes(*SECTIONS)
def link_in_a_section(p: Player) -> None:
    wanted = p.quoted()[0]
    for number in range(3):
        p.click(p.all(tag="h3")[number])
        if p.all(marked="alink", text=wanted):
            return p.click(marked="alink", text=wanted)
    raise LookupError(wanted)


@fails(*TABS)
def another_link_in_a_tab(p: Player) -> None:
    others = [link for link in p.all(marked="alink") if link.text != p.quoted()[0]]
    p.click(others[0]) if others else give_up(p)


@fails(*SECTIONS)
def another_link_in_a_section(p: Player) -> None:
    p.click(p.all(tag="h3")[0])
    another_link_in_a_tab(p)


@passes("click-collapsible", "click-collapsible-nodelay")
def open_section(p: Player) -> None:
    p.click(tag="h3")
    p.submit()


fails("click-collapsible", "click-collapsible-nodelay")(submit_at_once)


@passes("click-menu")
def menu(p: Player) -> None:
    *path, last = re.search(r"Select (.*)", p.said)[1].split(">")
    for name in path:
        p.hover(p.find(text=name))
    p.click(text=last)


@fails("click-menu")
def wrong_item(p: Player) -> None:
    # an item without a menu of its own: no other item shares its place in the tree
    right = re.search(r"Select (.*)", p.said)[1].split(">")
    leaves = [e for e in p.all(marked="ui-menu-item-wrapper") if "aria-haspopup" not in e.attributes]
    others = [e for e in leaves if e.text not in right]
    p.click(others[0]) if others else give_up(p)


def menu_2(p: Player, wanted: str) -> None:
    p.click(tag="button", text="Menu")
    if wanted in ("Prev", "Stop", "Play", "Next"):
        p.hover(p.find(text="Playback"))
    p.click(text=wanted, marked="ui-menu-item-wrapper")


def asked_item(p: Player) -> str:
    names = p.quoted()[1:]  # an icon stands in the page only, not in the text of the command
    icon = "document.querySelector('#query .ui-icon').className.split(' ')[1]"
    return names[0] if names else p.js(f"Object.keys(PROBLEM_SET).find((key) => PROBLEM_SET[key] === {icon})")


@passes("click-menu-2")
def item(p: Player) -> None:
    menu_2(p, asked_item(p))


@fails("click-menu-2")
def another_item(p: Player) -> None:
    menu_2(p, "Save" if asked_item(p) != "Save" else "Zoom In")


@passes("navigate-tree")
def tree(p: Player) -> None:
    wanted, opened = p.quoted()[0], set()
    while not p.all(tag="span", text=wanted):
        folder = next(e for e in p.all(tag="span", marked="folder") if e.ref not in opened)
        opened.add(folder.ref)
        p.click(folder)
    p.click(tag="span", text=wanted)


@fails("navigate-tree")
def wrong_file(p: Player) -> None:
    files = [e for e in p.all(tag="span", marked="file") if e.text != p.quoted()[0]]
    p.click(files[0]) if files else give_up(p)


def pie(p: Player, *, right: bool) -> None:
    wanted = p.quoted()[0]
    p.click(next(e for e in p.seen.elements if e.text == "+"))
    labels = [e for e in p.seen.elements if len(e.text) == 1 and e.text.isalnum() and e.visible]
    p.click(next(e for e in labels if (e.text == wanted) is right))


fails("click-pie-nodelay")(give_up)
REDRAWN = "the slice chosen at first is drawn anew under a real pointer, at once, so that no click reaches it"


@passes("click-pie")
@passes("click-pie-nodelay", inputs=("dom",), inputs_because=REDRAWN)
def slice_of_pie(p: Player) -> None:
    pie(p, right=True)


@fails("click-pie")
def another_slice(p: Player) -> None:
    pie(p, right=False)
