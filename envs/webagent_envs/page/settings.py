"""How a page is shown and used, and each of its tabs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

__all__ = ["Dialog", "DialogHandler", "PageSettings", "TabSettings"]


class Dialog(msgspec.Struct, frozen=True):
    """A JavaScript dialog that a page opened: ``alert``, ``confirm``, ``prompt`` or ``beforeunload``."""

    type: str
    message: str = ""
    default: str = ""


DialogHandler = Callable[[Dialog], bool | str | None]
"""Answers a dialog: accept or not, or the text for a prompt; ``None`` leaves the answer to the person."""


def accept_all(dialog: Dialog) -> bool:
    """Answer every dialog with yes; a prompt keeps its default."""
    return True


class PageSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a page is shown and used.

    Attributes:
        size: width and height of the viewport in CSS pixels; ``None`` leaves an attached page as it is.
        clock: ``"real"`` for live pages; ``"virtual"``: the page's time stands still between steps and is wound on
            during them, so that delays cost nothing and the same actions give the same episode.
        input: ``"trusted"``: real mouse and keys; ``"dom"``: events made in the page (key chords stay real).
        ignore: ids of elements that are not listed in observations.
        probe: JavaScript expression whose value comes with every observation, as `Page.probe`.
        step_ms: time that an action takes at least, in milliseconds of the page's clock (virtual clock only).
        timeout: seconds for one answer of the page.
        load_timeout: seconds for a page to load.
        on_dialog: answers JavaScript dialogs; that of a page which asks to stay (``beforeunload``) is always left.
        downloads: folder for what the page downloads; ``""``: one that goes with the page.
        listen: the command that a person is about to carry out: what they do is told by `Page.hear` (real clock
            only); ``None``: nobody listens.
        private: CSS selector of fields whose content is told to nobody, besides those for passwords (real clock).
        open_secrets: even the content of password fields is told (real clock): for toys, such as task pages.
    """

    size: tuple[int, int] | None = (1280, 720)
    clock: Literal["virtual", "real"] = "real"
    input: Literal["trusted", "dom"] = "trusted"
    ignore: tuple[str, ...] = ()
    probe: str = "null"
    step_ms: float = 50.0
    timeout: float = 10.0
    load_timeout: float = 20.0
    on_dialog: DialogHandler = accept_all
    downloads: str = ""
    listen: str | None = None
    private: str = ""
    open_secrets: bool = False


class TabSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a tab needs to know. Lengths are CSS pixels, times are seconds.

    Attributes:
        source: the in-page script.
        clock: ``"virtual"``: the script runs among the page's own scripts and owns their time; ``"real"``: it runs in
            a world of its own, which the page can neither see nor disturb.
        size: width and height of the viewport; ``None`` leaves it as it is.
        timeout: for one answer of the page.
        load_timeout: for a page to load.
        on_dialog: answers JavaScript dialogs.
        own: the page is ours, and not that of a person.
        listens: the script tells what a person does.
    """

    source: str
    clock: Literal["virtual", "real"]
    size: tuple[int, int] | None
    timeout: float
    load_timeout: float
    on_dialog: DialogHandler
    own: bool
    listens: bool = False

    @property
    def world(self) -> str:
        """Name of the world that the script of a live page runs in.

        Chromium gives all sessions that name a world the same one. Whoever listens has one apart: where the script of
        somebody else is already, theirs would not start.
        """
        return "webagent-ears" if self.listens else "webagent"
