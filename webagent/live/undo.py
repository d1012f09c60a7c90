"""Taking back what was done, as far as a browser can: go back, restore fields, close and open tabs, scroll back."""

from __future__ import annotations

from typing import NamedTuple

from webagent.data.finding import find
from webagent.data.ways import Sight
from webagent.live.words import is_secret, name_of
from webagent_envs.page import Page, TabInfo
from webagent_envs.spaces import Back, Click, Element, Observation, Scroll, Select, TabClose, TabNew, TabSwitch, Type

__all__ = ["Before", "find_again", "note", "take_back"]

_MOST_PAGES_BACK = 10
_BOXES = ("checkbox", "radio", "switch")


class Before(NamedTuple):
    """How things were before an act.

    Attributes:
        seen: the page.
        tabs: those in use.
        history: how many pages this tab had behind it.
    """

    seen: Observation
    tabs: tuple[TabInfo, ...]
    history: int


def note(page: Page) -> Before:
    """How things are now."""
    return Before(_look(page), tuple(page.tabs), page.history())


def _look(page: Page) -> Observation:
    return page.observe("", (Back(),))  # as after any action: what is new stays new for the next look


def take_back(page: Page, before: Before) -> list[str]:
    """Bring back how things were; what was done for it, in words (nothing: it could not be, or need not be).

    Raises:
        BrowserError: the page or the browser went away.
    """
    done = _tabs(page, before) + _pages(page, before)
    return done + _fields(page, before.seen) + _scrolled(page, before.seen)


def _tabs(page: Page, before: Before) -> list[str]:
    done = []
    while len(page.tabs) > max(1, len(before.tabs)):
        page.act(TabClose())
        done.append("closed the tab again")
    for tab in before.tabs[len(page.tabs) :]:
        page.act(TabNew(tab.url))
        done.append("opened the tab again")
    here = next((tab.index for tab in before.tabs if tab.current), 0)
    tabs = page.tabs
    if here < len(tabs) and not tabs[here].current:
        page.act(TabSwitch(here))
        done = done or ["went back to the other tab"]
    return done


def _pages(page: Page, before: Before) -> list[str]:
    """Back in the history of this tab, if it has gone on."""
    steps = page.history() - before.history
    if steps <= 0 or steps > _MOST_PAGES_BACK:
        return []
    for _ in range(steps):
        if page.act(Back()):
            return []
    return ["went back"]


def _fields(page: Page, before: Observation) -> list[str]:
    """Give fields, boxes and lists what they held."""
    done: list[str] = []
    now = _look(page)
    for old in before.elements:
        new = find_again(old, now, before) if _is_field(old) else None
        if new is not None and (new.value, new.checked) != (old.value, old.checked) and _restore(page, old, new):
            done.append(f"restored {name_of(old) or 'a field'}")
            now = _look(page)
    return done


def _is_field(element: Element) -> bool:
    """Whether it holds something that can be given back; what stood in a password field is not known."""
    return (element.editable or element.tag == "select" or element.role in _BOXES) and not is_secret(element)


def _restore(page: Page, old: Element, new: Element) -> bool:
    """Give one field back what it held; whether that was possible."""
    if old.role in _BOXES:  # of radio buttons, the one that was chosen before is chosen again
        return (old.checked or old.role != "radio") and not page.act(Click(new.ref))
    return not page.act(Select(new.ref, old.value) if old.tag == "select" else Type(new.ref, old.value))


def _scrolled(page: Page, before: Observation) -> list[str]:
    now = _look(page)
    dx, dy = before.scroll[0] - now.scroll[0], before.scroll[1] - now.scroll[1]
    if now.url != before.url or (abs(dx) < 1 and abs(dy) < 1):
        return []
    return [] if page.act(Scroll(dx=dx, dy=dy)) else ["scrolled back"]


def find_again(old: Element, now: Observation, before: Observation) -> Element | None:
    """The same element at another time, also after its page was loaded again.

    Args:
        old: as it was.
        now: where to look for it.
        before: where it was seen.
    """
    same = now.element(old.ref)
    if same is not None and _marks(same) == _marks(old) and now.url == before.url:
        return same
    return now.element(find(old.ref, Sight(before), Sight(now)).ref)


def _marks(element: Element) -> tuple[str, str, str, str]:
    """What tells an element from others, and stays when its content changes."""
    return element.tag, element.role, element.name, element.attributes.get("id", "")
