"""Doing what an action says, by real mouse and keys or by events made in the page."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from webagent_envs.cdp import Command
from webagent_envs.errors import InvalidAction
from webagent_envs.page.dates import NATIVE_FIELDS, native_value
from webagent_envs.page.downloads import chosen_files
from webagent_envs.page.eyes import Eyes
from webagent_envs.page.frames import BLOCK, Spot
from webagent_envs.page.gestures import Point, drag_points, known_point, mouse_event, mouse_events, mouse_move
from webagent_envs.page.keys import press_events, type_events
from webagent_envs.page.settings import PageSettings
from webagent_envs.page.source import HANDLE
from webagent_envs.page.tabs import Tabs
from webagent_envs.page.view import Prepared, View, decode_prepared
from webagent_envs.spaces import (
    Action,
    Back,
    Click,
    ClickAt,
    DoubleClick,
    Drag,
    Forward,
    Goto,
    Hover,
    Press,
    Reload,
    Say,
    Scroll,
    Select,
    Stop,
    TabClose,
    TabNew,
    TabSwitch,
    Type,
    Wait,
    to_dict,
)

__all__ = ["Hands"]

AIMS = 4  # at an element that moves away from the pointer
CARRY_TIMEOUT = 2.0  # seconds for the browser to hand over what HTML's own dragging carries


class Hands:
    """Acts on the current tab.

    Args:
        tabs: of the page.
        eyes: of the page.
        settings: of the page.
    """

    def __init__(self, tabs: Tabs, eyes: Eyes, settings: PageSettings) -> None:
        self._tabs = tabs
        self._eyes = eyes
        self._settings = settings
        self._dom = settings.input == "dom"
        self._own = bool(tabs.context_id)
        self._clicked = 0

    def do(self, action: Action) -> View:
        """Do something, let the page come to rest, and look.

        Raises:
            InvalidAction: it does not fit the page.
        """
        match action:
            case Say() | Stop():
                return self._eyes.look()
            case Wait():
                return self._eyes.wait(action.seconds)
            case Goto() | Back() | Forward() | Reload():
                self._navigate(action)
            case TabNew() | TabSwitch() | TabClose():
                self._change_tab(action)
            case Press():
                self._press(action)
            case Type():
                return self._type(action)
            case Select() | Scroll():
                return self._eyes.rest(to_dict(action))
            case _ if self._dom:
                return self._in_page(action)
            case Drag():
                self._drag(action)
            case _:
                self._point(action)
                view = self._eyes.rest()
                self._release_chooser()
                return view
        return self._eyes.rest()

    def _navigate(self, action: Goto | Back | Forward | Reload) -> None:
        tab = self._tabs.current
        if isinstance(action, Goto):
            return tab.navigate(action.url)
        if isinstance(action, Reload):
            tab.loading, tab.readable = True, False
            tab.call("Page.reload")
            return None
        history = tab.call("Page.getNavigationHistory")
        index = history["currentIndex"] + (1 if isinstance(action, Forward) else -1)
        if not 0 <= index < len(history["entries"]):
            raise InvalidAction(f"there is no page to go {action.kind} to")
        tab.call("Page.navigateToHistoryEntry", entryId=history["entries"][index]["id"])
        tab.call("Page.getLayoutMetrics")  # its answer comes after the news that loading has begun
        return None

    def _change_tab(self, action: TabNew | TabSwitch | TabClose) -> None:
        self._eyes.elements = {}
        if isinstance(action, TabNew):
            self._tabs.new(action.url)
        elif isinstance(action, TabSwitch):
            self._tabs.switch(action.index)
        else:
            self._tabs.close_current()

    # -- keys

    def _type(self, action: Type) -> View:
        order = to_dict(action)
        element = self._eyes.elements.get(action.ref)
        kind = element.attributes.get("type", "") if element is not None and element.tag == "input" else ""
        if kind in NATIVE_FIELDS:
            order["value"] = native_value(kind, action.text)
        takes_text = "value" in order or element is None or element.editable
        if takes_text and (self._dom or "value" in order):
            return self._eyes.rest(order)
        if takes_text and not self._prepare(order).keys:  # it was put in from within
            return self._eyes.rest()
        if takes_text or not self._files(action):
            self._keys(type_events(action.text) if action.text else press_events("Backspace"))
        return self._eyes.rest()

    def _press(self, action: Press) -> None:
        keys = press_events(action.keys)
        if action.ref or self._settings.clock == "real":
            self._prepare(to_dict(action))
        if self._own and any("paste" in event.get("commands", ()) for event in keys):
            focused = next((element.ref for element in self._eyes.elements.values() if element.focused), 0)
            self._eyes.evaluate(action.ref or focused, f"{HANDLE}.paste({json.dumps(self._eyes.clipboard)})")
        self._keys(keys)

    # -- files

    def _files(self, action: Type) -> bool:
        """Give files to the field that is meant, if one is; whether it was so."""
        tab = self._tabs.current
        if tab.chooser is not None and self._clicked == action.ref:  # the click has made the page ask for files
            session, node = tab.chooser
            where: dict[str, Any] = {"backendNodeId": node}
            several = True
        else:
            prepared = self._prepare(to_dict(action))
            if not prepared.files:
                return False
            session, found = self._eyes.node(prepared.files)
            where, several = {"objectId": found}, prepared.several
        files = {"files": chosen_files(action.text, several), **where}
        if "backendNodeId" in where:  # it has its answer
            tab.chooser = None
        tab.request([Command("DOM.setFileInputFiles", files, session)])[0].get()
        return True

    # -- mouse

    def _in_page(self, action: Action) -> View:
        order = to_dict(action)
        if order.get("ref", 0) >= BLOCK:
            self._located(Hover(order["ref"]))  # the documents around a frame apart are scrolled from outside
        return self._eyes.rest(order)

    def _point(self, action: Click | DoubleClick | Hover | ClickAt) -> None:
        tab = self._tabs.current
        tab.chooser, self._clicked = None, getattr(action, "ref", 0)
        if not self._own:  # a person's file dialog must not open now, and must open when they click themselves
            tab.request([Command("Page.setInterceptFileChooserDialog", {"enabled": True})])
        if isinstance(action, ClickAt) or (not isinstance(action, Click) and not action.ref):
            return self._mouse(mouse_events(action, (action.x, action.y)))
        spot = self._located(action)
        if spot is not None and self._settings.clock == "real" and not isinstance(action, Hover):
            spot = self._steady(action, spot)
        if spot is not None:
            self._mouse(mouse_events(action, spot.own), spot.session)
        return None

    def _steady(self, action: Click | DoubleClick, spot: Spot) -> Spot | None:
        """Bring the pointer there; where the element is then, as pages may move it away, or put something over it."""
        for _ in range(AIMS):
            self._mouse(mouse_move(spot.own), spot.session)
            again = self._located(action)
            if again is None or again == spot:
                return again
            spot = again
        return spot

    def _release_chooser(self) -> None:
        if not self._own:
            leave = Command("Page.setInterceptFileChooserDialog", {"enabled": False}, self._tabs.current.session)
            self._tabs.browser.connection.tell(leave)

    def _located(self, action: Click | DoubleClick | Hover) -> Spot | None:
        """Where an action goes, scrolled there if need be; none when all of it is done already.

        The last observation tells it, but only time that stands still makes that certain.
        """
        if self._settings.clock == "virtual":
            size = self._settings.size or (0, 0)
            known = known_point(action.ref, self._eyes.elements, self._eyes.points, size)
            if known is not None:
                return self._eyes.spot(action.ref, known)
        point = self._prepare(to_dict(action)).point
        return None if point is None else self._eyes.lift(action.ref, point)

    def _prepare(self, order: dict[str, Any]) -> Prepared:
        """Let the page do what it can of an action.

        Raises:
            InvalidAction: the page says that it is not possible.
        """
        found = self._eyes.evaluate(order["ref"], f"{HANDLE}.act({json.dumps(order)}, true)")
        prepared = decode_prepared(found)
        if prepared.error:
            raise InvalidAction(prepared.error)
        return prepared

    def _drag(self, action: Drag) -> None:
        over = self._located(Hover(action.to)) if action.to else None
        held = self._located(Hover(action.ref)) if action.ref else None
        start = held.page if held else (action.x, action.y)
        end = over.page if over else (start[0] + action.dx, start[1] + action.dy)
        self._tabs.current.carried = None
        self._send([Command("Input.setInterceptDrags", {"enabled": True})])
        self._mouse([mouse_event("mouseMoved", start), mouse_event("mousePressed", start, button="left", clickCount=1)])
        carrying = False
        for point in drag_points(start, end):
            carrying = self._drag_on(action.ref, point, carrying)
        if carrying:
            self._carry("drop", end)
        else:
            self._mouse([mouse_event("mouseReleased", end, button="left", clickCount=1)])
        self._send([Command("Input.setInterceptDrags", {"enabled": False})])

    def _drag_on(self, ref: int, point: Point, carrying: bool) -> bool:
        """Move on with the button held; whether the page lets something be carried, as HTML's own dragging does."""
        if carrying:
            self._carry("dragOver", point)
        else:
            self._mouse(mouse_move(point, button="left", buttons=1))
        began = self._eyes.evaluate(ref, f"{HANDLE}.dragged()")
        if carrying or not began:
            return carrying
        tab = self._tabs.current
        deadline = time.monotonic() + CARRY_TIMEOUT
        if not tab.browser.connection.listen_until(lambda: tab.carried is not None, tab.session, deadline):
            return False
        self._carry("dragEnter", point)
        self._carry("dragOver", point)
        return True

    def _carry(self, kind: str, point: Point) -> None:
        event = {"type": kind, "x": point[0], "y": point[1], "data": self._tabs.current.carried}
        self._send([Command("Input.dispatchDragEvent", event)])

    # -- the browser's side

    def _mouse(self, events: Sequence[dict[str, Any]], session: str = "") -> None:
        self._send([Command("Input.dispatchMouseEvent", event, session) for event in events])

    def _keys(self, events: Sequence[dict[str, Any]]) -> None:
        self._send([Command("Input.dispatchKeyEvent", event) for event in events])

    def _send(self, commands: Sequence[Command]) -> None:
        self._tabs.current.send_input(commands)
