"""What the network should have said: demonstrated actions as places in a ``Sample``."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from webagent.policy.actions import CHARACTERS, KEYS, KIND_GROUPS, KINDS, MODES, PAGE_KINDS, TABS
from webagent.policy.command import DIGITS
from webagent.policy.features import Sample
from webagent.policy.places import drag_across, field_of, joined_text, piece_of, scroll_of, shift_of, span_text
from webagent.policy.tree import PageTree
from webagent_envs.spaces import Action, ClickAt, Drag, Goto, Observation, Press, Scroll, Select, Stop, TabSwitch, Type

__all__ = ["NONE", "Label", "label_step"]

NONE = -1
"""Stands where a part of a label does not apply."""

_MOST_CHARACTERS = 40


class Label(NamedTuple):
    """One demonstrated action.

    Attributes:
        element: index of the element, NONE for `Stop` and where none is named.
        kind: index in KINDS + PAGE_KINDS, NONE for `Stop`.
        key: index in KEYS of what is pressed, or NONE.
        mode: index in MODES of where the typed text comes from, or NONE.
        spans: [n, 2] the token spans that hold the typed text; n = 0 when none does.
        source: index of the element whose text is typed, or whose middle is dragged to, or NONE.
        piece: index in PIECES of what is typed of that element's text, or NONE.
        characters: ids of the typed characters, for mode "write".
        place: what goes right and what goes down, of two pairs of choices: indexes in SHIFTS of what is dragged by, or
            the field of the element that is hit; NONE when neither.
        scroll: index in SCROLLS, or NONE.
        tab: index in TABS, or NONE.
    """

    element: int = NONE
    kind: int = NONE
    key: int = NONE
    mode: int = NONE
    spans: NDArray[np.int64] = np.zeros((0, 2), np.int64)
    source: int = NONE
    piece: int = NONE
    characters: tuple[int, ...] = ()
    place: tuple[int, int] = (NONE, NONE)
    scroll: int = NONE
    tab: int = NONE


def label_step(observation: Observation, action: Action, sample: Sample) -> Label | None:
    """Find the demonstrated action in the sample.

    Returns:
        The label; ``None`` when the network has no way to say this action (its element is no candidate, say).
    """
    if isinstance(action, Stop):
        return Label()
    if names_no_element(action) or _is_where_keys_go(observation, action):
        return _label_page(observation, action, sample)
    kind = _drag_kind(action) if isinstance(action, Drag) else action.kind
    if kind not in KINDS:
        return None
    place = _place(observation, _ref(observation, action, sample), sample)
    if place == NONE:
        return None
    label = Label(element=place, kind=KINDS.index(kind))
    if not sample.kinds[place, KIND_GROUPS[label.kind]]:
        return None
    return _label_rest(observation, action, sample, label)


def _drag_kind(action: Drag) -> str:
    return "drag" if action.to else "drag_by" if action.ref else "drag_across"


_PAGE_NAMES = {"press": "press_key", "scroll": "scroll_page"}


def names_no_element(action: Action) -> bool:
    """Whether it is done to the page or the browser, not to an element."""
    return action.kind in PAGE_KINDS or (isinstance(action, Press | Scroll) and not action.ref)


def _is_where_keys_go(observation: Observation, action: Action) -> bool:
    """Whether a key is pressed on what has the focus and takes no text, such as the handle of a slider."""
    element = observation.element(action.ref) if isinstance(action, Press) else None
    return element is not None and element.focused and not element.editable


def _label_page(observation: Observation, action: Action, sample: Sample) -> Label | None:
    """An action that names no element."""
    label = Label(kind=len(KINDS) + PAGE_KINDS.index(_PAGE_NAMES.get(action.kind, action.kind)))
    if isinstance(action, Press):
        return label._replace(key=KEYS.index(action.keys)) if action.keys in KEYS else None
    if isinstance(action, Scroll):
        return label._replace(scroll=scroll_of(observation.viewport[1], action))
    if isinstance(action, TabSwitch):
        return label._replace(tab=TABS.index(action.index)) if action.index in TABS else None
    if isinstance(action, Goto):
        spans = _find_spans(observation.instruction, action.url, sample)
        return label._replace(spans=spans) if len(spans) else None
    return label


def _label_rest(observation: Observation, action: Action, sample: Sample, label: Label) -> Label | None:
    """What an action says besides element and kind."""
    element = observation.element(int(sample.refs[label.element]))
    assert element is not None, "candidates come from the observation"
    if isinstance(action, Press):
        return label._replace(key=KEYS.index(action.keys)) if action.keys in KEYS else None
    if isinstance(action, Drag) and action.to:
        targets = np.flatnonzero(sample.refs == action.to)
        return label._replace(source=int(targets[0])) if len(targets) else None
    if isinstance(action, Drag):
        return label._replace(place=shift_of(action)) if action.ref else label
    if isinstance(action, ClickAt):
        return label._replace(place=field_of(element, action) or (NONE, NONE))
    if isinstance(action, Scroll):
        return label._replace(scroll=scroll_of(element.box[3], action))
    if isinstance(action, Type):
        return _label_text(observation, action.text, sample, label)
    return label


def _ref(observation: Observation, action: Action, sample: Sample) -> int:
    """Ref of the element that an action is about."""
    if isinstance(action, Select):
        return _option_ref(observation, action)
    if isinstance(action, ClickAt):
        return _surface_ref(observation, action, sample)
    if isinstance(action, Drag) and not action.ref:
        return next((e.ref for e in observation.elements if e.visible and drag_across(e) == action), 0)
    return getattr(action, "ref", 0)


def _surface_ref(observation: Observation, action: ClickAt, sample: Sample) -> int:
    """Of what can be clicked at a place of it, the last in the document that holds the point."""
    surfaces = set(sample.refs[sample.kinds[:, KIND_GROUPS[KINDS.index("click_at")]]].tolist())
    held = [e.ref for e in observation.elements if e.ref in surfaces and field_of(e, action) is not None]
    return held[-1] if held else 0


def _place(observation: Observation, ref: int, sample: Sample) -> int:
    """Index of the candidate ``ref``; of a container that is none, of the candidate in it, if it holds one or two."""
    known = np.flatnonzero(sample.refs == ref)
    if len(known):
        return int(known[0])
    inside = {ref}
    for element in observation.elements:
        if element.parent in inside:
            inside.add(element.ref)
    held = [place for place, candidate in enumerate(sample.refs.tolist()) if candidate in inside]
    if not held:
        return _whole_around(observation, ref, sample)
    if len(held) > 2:
        return NONE
    return next((place for place in held if sample.words[place, 0]), held[0])


def _whole_around(observation: Observation, ref: int, sample: Sample) -> int:
    """Index of the button or link that the element ``ref`` is a part of."""
    page = PageTree(observation)
    element = page.by_ref.get(ref)
    while element is not None and page.is_part(element):
        element = page.by_ref.get(element.parent)
        known = np.flatnonzero(sample.refs == (element.ref if element else 0))
        if len(known):
            return int(known[0])
    return NONE


def _option_ref(observation: Observation, action: Select) -> int:
    wanted = _plain(action.option)
    for element in observation.elements:
        if element.parent == action.ref and element.tag == "option" and _plain(element.label) == wanted:
            return element.ref
    return 0


def _label_text(observation: Observation, text: str, sample: Sample, label: Label) -> Label | None:
    spans = _find_spans(observation.instruction, text, sample)
    if len(spans):
        return label._replace(mode=MODES.index(_case(observation.instruction, text, sample, spans)), spans=spans)
    copied = _find_source(observation, text, sample)
    if copied is not None:
        return label._replace(mode=MODES.index("copy"), source=copied[0], piece=copied[1])
    place = _find_joined(observation, text, sample)
    if place is not None:
        return label._replace(mode=MODES.index("joined"), source=place)
    if len(text) > _MOST_CHARACTERS or any(character not in CHARACTERS for character in text):
        return None
    characters = tuple(CHARACTERS.index(character) for character in text)
    return label._replace(mode=MODES.index("write"), characters=characters)


def _case(instruction: str, text: str, sample: Sample, spans: NDArray[np.int64]) -> str:
    """Which of MODES writes the text: that of the command as it stands there, in upper case, or in lower case."""
    said = [span_text(instruction, sample, first, last) for first, last in spans.tolist()]
    if text not in said:
        if any(text == phrase.upper() for phrase in said):
            return "upper"
        if any(text == phrase.lower() for phrase in said):
            return "lower"
    return "span"


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _find_spans(instruction: str, text: str, sample: Sample) -> NDArray[np.int64]:
    """All token spans of the command whose text is the typed text, in any of the ways to write it."""
    wanted = written_forms(text)
    longest = max(len(form) for form in wanted) + 8
    count = len(sample.spans)
    found = [
        (first, last)
        for first in range(count)
        for last in range(first, count)
        if sample.spans[last, 1] - sample.spans[first, 0] <= longest
        and written_forms(instruction[sample.spans[first, 0] : sample.spans[last, 1]]) & wanted
    ]
    if not found:
        found = _find_beginnings(instruction, _plain(text), sample)
    if not found and text in DIGITS:
        found = [(count + DIGITS.index(text),) * 2]
    return np.array(found, np.int64).reshape(-1, 2)


def _find_beginnings(instruction: str, wanted: str, sample: Sample) -> list[tuple[int, int]]:
    """Spans that begin with the typed text: people type "Bull" and take "Bullhead City" from the list that opens.

    The span ends with the word in which the typed text ends.
    """
    if len(wanted) < 2:
        return []
    folded = instruction.casefold()
    if len(folded) != len(instruction):
        return []
    starts = sample.spans[:, 0].tolist()
    return [
        (first, int(np.searchsorted(starts, start + len(wanted))) - 1)
        for first, start in enumerate(starts)
        if folded.startswith(wanted, start)
    ]


_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})\s*([ap]m)?", re.IGNORECASE)


def written_forms(text: str) -> set[str]:
    """The text as a person wrote it, and the one form in which an HTML date or time field holds it."""
    plain = _plain(text)
    forms = {plain}
    if match := _DATE.fullmatch(plain):
        forms.add(f"{int(match[3]):04}-{int(match[1]):02}-{int(match[2]):02}")
    elif match := _ISO_DATE.fullmatch(plain):
        forms.add(match[0])
    elif match := _CLOCK.fullmatch(plain):
        hour = int(match[1])
        if match[3]:
            hour = hour % 12 + (12 if match[3] == "pm" else 0)
        forms.add(f"{hour:02}:{match[2]}")
    return forms


def _find_source(observation: Observation, text: str, sample: Sample) -> tuple[int, int] | None:
    """The first element that says the text, and which piece of what it says that is; whole texts come first."""
    by_ref = {element.ref: element for element in observation.elements}
    found = [
        (piece, place)
        for place, ref in enumerate(sample.refs.tolist())
        for said in (by_ref[ref].text or by_ref[ref].value or by_ref[ref].name,)
        if said and (piece := piece_of(said, text)) is not None
    ]
    whole = [(piece, place) for piece, place in found if piece == 0]
    return next(((place, piece) for piece, place in whole or found), None)


def _find_joined(observation: Observation, text: str, sample: Sample) -> int | None:
    """The first element that, with all beside it in one box, says the text."""
    if len(text) < 2:
        return None
    by_ref = {element.ref: element for element in observation.elements}
    chosen = [by_ref[ref] for ref in sample.refs.tolist()]
    fitting = (
        place
        for place, element in enumerate(chosen)
        if element.text and element.text in text and joined_text(observation, element) == text
    )
    return next(fitting, None)
