"""The one vocabulary: what a page looks like (``Observation``) and what can be done to it (``Action``).

Both are declared here and nowhere else; the environment, the recorder, the datasets, the policy, the live agent
and every log use these types. They are `msgspec` structs: immutable, comparable, picklable, and converted to and
from JSON or plain dictionaries with unknown fields refused.

Letters used for shapes throughout the project: B batch, T time (steps), E elements, L tokens of the command.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, TypeAlias, get_args

import msgspec

from webagent_envs.errors import InvalidAction

__all__ = [
    "ACTION_KINDS",
    "Action",
    "Answered",
    "Back",
    "Click",
    "ClickAt",
    "DoubleClick",
    "Drag",
    "Element",
    "Forward",
    "Goto",
    "Hover",
    "Modifier",
    "Observation",
    "Press",
    "Reload",
    "Say",
    "Scroll",
    "Select",
    "Stop",
    "TabClose",
    "TabNew",
    "TabSwitch",
    "Type",
    "Wait",
    "action_from_dict",
    "to_dict",
]

Modifier = Literal["Alt", "Control", "Meta", "Shift"]


class Element(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One rendered element of a page.

    Listed are the elements that have a box, the options of every ``<select>``, and nothing under ``display: none``.
    Text nodes are no elements: their text is the ``text`` of the element that holds them.

    Attributes:
        ref: identity, an integer > 0 that stays with the node for as long as its document lives.
        parent: ref of the nearest listed ancestor; 0 for none.
        tag: tag name in lower case, e.g. ``"input"``.
        role: ARIA role, stated or implied by the tag (``roles.json``); ``""`` when neither.
        name: accessible name (label, alternative text, title or, where the role allows it, content), <= 200 characters.
        text: the element's own text: its direct text nodes, white space collapsed, <= 500 characters.
        value: current value of a field; of a ``<select>`` the text of the chosen option; of a password field one
            ``"•"`` a character, on live pages.
        placeholder: hint shown in an empty field.
        attributes: attributes that matter, by name: ``id, class, type, href, title, alt, name, for, aria-*, min, max,
            step, multiple, size``, and the geometry of SVG nodes (``x, y, cx, cy, r, rx, ry, width, height, x1, y1,
            x2, y2, points, d, transform, font-size``). ``multiple`` and other switches are ``""`` when present.
        box: left, top, width, height in CSS pixels, relative to the viewport.
        scroll: of a box that scrolls: left, top (how far it is scrolled), then the largest possible left and top, in
            CSS pixels; ``None`` for all others.
        checked: of check boxes, radio buttons and switches.
        selected: of options and tabs.
        focused: has the keyboard focus.
        disabled: cannot be operated.
        visible: a person could see it (not ``visibility: hidden``, not fully transparent).
        editable: takes typed text.
        clickable: reacts to the pointer by its nature (links, buttons, fields, options, labels), a handler
            attribute, ``cursor: pointer`` or ``tabindex``.
        in_viewport: at least part of the box lies inside the viewport and inside every scrolling ancestor.
        new: it was not in the previous observation of this episode.
        color: text colour, or fill of an SVG shape, as ``"#rrggbb"``; ``""`` for none.
        background: background colour as ``"#rrggbb"``; ``""`` when transparent.
    """

    ref: int
    tag: str
    parent: int = 0
    role: str = ""
    name: str = ""
    text: str = ""
    value: str = ""
    placeholder: str = ""
    attributes: dict[str, str] = {}
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    scroll: tuple[float, float, float, float] | None = None
    checked: bool = False
    selected: bool = False
    focused: bool = False
    disabled: bool = False
    visible: bool = True
    editable: bool = False
    clickable: bool = False
    in_viewport: bool = True
    new: bool = False
    color: str = ""
    background: str = ""

    @property
    def center(self) -> tuple[float, float]:
        """Middle of the box: x, y in CSS pixels, relative to the viewport."""
        left, top, width, height = self.box
        return left + width / 2, top + height / 2

    @property
    def label(self) -> str:
        """What a person would call it: name, own text, value, placeholder or tag, whichever comes first."""
        return self.name or self.text or self.value or self.placeholder or self.tag


class Click(msgspec.Struct, frozen=True, tag_field="kind", tag="click", forbid_unknown_fields=True):
    """Click the middle of an element, with modifier keys held down; ``button`` is that of the mouse."""

    kind: ClassVar[str] = "click"
    ref: int
    modifiers: tuple[Modifier, ...] = ()
    button: Literal["left", "right"] = "left"


class DoubleClick(msgspec.Struct, frozen=True, tag_field="kind", tag="double_click", forbid_unknown_fields=True):
    """Double-click the middle of an element, or the point ``x, y`` of the viewport when ``ref`` is 0."""

    kind: ClassVar[str] = "double_click"
    ref: int
    modifiers: tuple[Modifier, ...] = ()
    x: float = 0.0
    y: float = 0.0


class Hover(msgspec.Struct, frozen=True, tag_field="kind", tag="hover", forbid_unknown_fields=True):
    """Move the pointer onto an element, or to the point ``x, y`` of the viewport when ``ref`` is 0; leave it there."""

    kind: ClassVar[str] = "hover"
    ref: int
    x: float = 0.0
    y: float = 0.0


class Type(msgspec.Struct, frozen=True, tag_field="kind", tag="type", forbid_unknown_fields=True):
    """Make ``text`` the whole content of a field: what stood there is replaced.

    Date and time fields take their HTML form (``2026-11-22``, ``21:05``) or what a person would write
    (``11/22/2026``, ``9:05 PM``). A file field, its label, or the button that was just clicked to choose a file takes
    the path of a file on this machine (where several are allowed, one a line).
    """

    kind: ClassVar[str] = "type"
    ref: int
    text: str


class Press(msgspec.Struct, frozen=True, tag_field="kind", tag="press", forbid_unknown_fields=True):
    """Press a key or chord such as ``"Enter"`` or ``"Control+A"``.

    ``ref`` is focused first; when it is 0, the key goes wherever the focus is.
    """

    kind: ClassVar[str] = "press"
    keys: str
    ref: int = 0


class Select(msgspec.Struct, frozen=True, tag_field="kind", tag="select", forbid_unknown_fields=True):
    """Choose an option, by its text, in the ``<select>`` ``ref``. A list with ``multiple`` keeps its other choices."""

    kind: ClassVar[str] = "select"
    ref: int
    option: str


class Drag(msgspec.Struct, frozen=True, tag_field="kind", tag="drag", forbid_unknown_fields=True):
    """Press on the middle of ``ref``, or on the point ``x, y`` of the viewport when it is 0; move in a line; release.

    Released on the middle of ``to``, or ``dx, dy`` CSS pixels further when ``to`` is 0.
    """

    kind: ClassVar[str] = "drag"
    ref: int
    to: int = 0
    dx: float = 0.0
    dy: float = 0.0
    x: float = 0.0
    y: float = 0.0


class Scroll(msgspec.Struct, frozen=True, tag_field="kind", tag="scroll", forbid_unknown_fields=True):
    """Scroll an element, or the page when ``ref`` is 0, by ``dx, dy`` CSS pixels (down and right are positive)."""

    kind: ClassVar[str] = "scroll"
    ref: int = 0
    dx: float = 0.0
    dy: float = 0.0


class ClickAt(msgspec.Struct, frozen=True, tag_field="kind", tag="click_at", forbid_unknown_fields=True):
    """Click a point of the viewport, in CSS pixels, with modifier keys held down."""

    kind: ClassVar[str] = "click_at"
    x: float
    y: float
    modifiers: tuple[Modifier, ...] = ()


class Goto(msgspec.Struct, frozen=True, tag_field="kind", tag="goto", forbid_unknown_fields=True):
    """Open an address in this tab."""

    kind: ClassVar[str] = "goto"
    url: str


class Back(msgspec.Struct, frozen=True, tag_field="kind", tag="back", forbid_unknown_fields=True):
    """Go one page back in this tab's history."""

    kind: ClassVar[str] = "back"


class Forward(msgspec.Struct, frozen=True, tag_field="kind", tag="forward", forbid_unknown_fields=True):
    """Go one page forward in this tab's history."""

    kind: ClassVar[str] = "forward"


class Reload(msgspec.Struct, frozen=True, tag_field="kind", tag="reload", forbid_unknown_fields=True):
    """Load this tab's page again."""

    kind: ClassVar[str] = "reload"


class TabNew(msgspec.Struct, frozen=True, tag_field="kind", tag="tab_new", forbid_unknown_fields=True):
    """Open a tab and make it the one in use."""

    kind: ClassVar[str] = "tab_new"
    url: str = "about:blank"


class TabSwitch(msgspec.Struct, frozen=True, tag_field="kind", tag="tab_switch", forbid_unknown_fields=True):
    """Use another tab: ``index`` counts from 0, in the order in which they were opened."""

    kind: ClassVar[str] = "tab_switch"
    index: int


class TabClose(msgspec.Struct, frozen=True, tag_field="kind", tag="tab_close", forbid_unknown_fields=True):
    """Close this tab; the one opened before it is used next."""

    kind: ClassVar[str] = "tab_close"


class Wait(msgspec.Struct, frozen=True, tag_field="kind", tag="wait", forbid_unknown_fields=True):
    """Let ``seconds`` of the page's time go by."""

    kind: ClassVar[str] = "wait"
    seconds: float = 1.0


class Say(msgspec.Struct, frozen=True, tag_field="kind", tag="say", forbid_unknown_fields=True):
    """Tell the person something; the page is not touched."""

    kind: ClassVar[str] = "say"
    text: str


class Stop(msgspec.Struct, frozen=True, tag_field="kind", tag="stop", forbid_unknown_fields=True):
    """The command is done."""

    kind: ClassVar[str] = "stop"


Action: TypeAlias = (
    Click
    | DoubleClick
    | Hover
    | Type
    | Press
    | Select
    | Drag
    | Scroll
    | ClickAt
    | Goto
    | Back
    | Forward
    | Reload
    | TabNew
    | TabSwitch
    | TabClose
    | Wait
    | Say
    | Stop
)

ACTION_KINDS: dict[str, type[Any]] = {kind.kind: kind for kind in get_args(Action)}
"""Every kind of action by its name, in the order of the union."""


class Answered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A JavaScript dialog that a person has answered.

    Attributes:
        type: ``"alert"``, ``"confirm"`` or ``"prompt"``.
        message: what it said.
        accepted: with yes; an alert is always accepted.
        text: what was written into a prompt.
    """

    type: str
    message: str = ""
    accepted: bool = True
    text: str = ""


class Observation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What there is to see, and what was asked for.

    Attributes:
        instruction: the command, as the person gave it.
        url: address of the page.
        title: title of the page.
        viewport: width, height in CSS pixels.
        scroll: how far the page is scrolled: x, y in CSS pixels.
        elements: E elements in document order; parents stand before their children.
        actions: the actions of this episode so far, oldest first (the last 32).
    """

    instruction: str
    url: str = ""
    title: str = ""
    viewport: tuple[float, float] = (0.0, 0.0)
    scroll: tuple[float, float] = (0.0, 0.0)
    elements: tuple[Element, ...] = ()
    actions: tuple[Action, ...] = ()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Observation:
        """Build one from plain data, with no browser.

        Raises:
            ValueError: naming the field that is missing, unknown or of the wrong type.
        """
        try:
            return msgspec.convert(data, cls)
        except msgspec.ValidationError as error:
            raise ValueError(f"not an observation: {error}") from None

    def element(self, ref: int) -> Element | None:
        """The element with this ref, or ``None``."""
        return next((element for element in self.elements if element.ref == ref), None)


def action_from_dict(data: Mapping[str, Any]) -> Action:
    """Decode ``{"kind": "click", "ref": 12}`` and the like.

    Raises:
        InvalidAction: for an unknown kind, an unknown or missing field, or a wrong type.
    """
    try:
        action: Action = msgspec.convert(data, Action)
    except msgspec.ValidationError as error:
        raise InvalidAction(f"not an action: {error}; the kinds are {', '.join(ACTION_KINDS)}") from None
    return action


def to_dict(value: Element | Action | Observation) -> dict[str, Any]:
    """Plain data (for JSON) of an element, an action or an observation; the inverse of the decoders above."""
    plain: dict[str, Any] = msgspec.to_builtins(value)
    return plain
