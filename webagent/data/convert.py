"""From one recording to the steps of a demonstration."""

from __future__ import annotations

import re

import msgspec

from webagent.data.corrections import Draft, without_corrections
from webagent.data.dom import Key
from webagent.data.drafting import NATIVE, Drafting
from webagent.data.elements import TableBuilder
from webagent.data.gestures import Pages
from webagent.data.recording import Recording, RecordingError
from webagent.data.records import Step
from webagent_envs.spaces import Action, Click, Hover, Observation, Press, Select, Type

__all__ = ["Conversion", "convert"]

_LOST_PART = re.compile(r"\S  +\S")
_HISTORY = 32


class Conversion(msgspec.Struct):
    """What became of a recording.

    Attributes:
        steps: what was seen and done.
        drafts: where each step comes from in the recording.
        pages: the recording's states.
    """

    steps: tuple[Step, ...]
    drafts: list[Draft]
    pages: Pages


def convert(recording: Recording) -> Conversion:
    """Turn one successful recording into steps.

    Raises:
        RecordingError: with the reason, when it cannot be done faithfully.
    """
    if _LOST_PART.search(recording.utterance):
        raise RecordingError("the instruction lost a part that the page drew")
    if not recording.states:
        raise RecordingError("the file has no states")
    try:
        return _converted(recording)
    except RecursionError:
        raise RecordingError("the page is nested too deeply") from None


def _converted(recording: Recording) -> Conversion:
    pages = Pages(recording)
    first = pages[0]
    if any(item.tag == "select" and not item.children for item in first.items):
        raise RecordingError(NATIVE)
    drafts = without_corrections(Drafting(pages).run())
    if not drafts:
        raise RecordingError("no action was recorded")
    return Conversion(_steps(recording.utterance, pages, drafts), drafts, pages)


def _steps(instruction: str, pages: Pages, drafts: list[Draft]) -> tuple[Step, ...]:
    builder = TableBuilder(_scrollers(pages))
    builder.note(pages[0])
    steps: list[Step] = []
    chosen: dict[Key, str | bool] = {}
    history: tuple[Action, ...] = ()
    for draft in drafts:
        before = pages[max(draft.at - 1, 0)]
        elements = builder.table(pages[draft.at], before, draft, chosen)
        root = pages[draft.at].items[0].node
        action = _action(draft, builder.ref(draft.key) if draft.key else 0)
        observation = Observation(
            instruction=instruction,
            viewport=(root.width, root.height),
            elements=elements,
            actions=history[-_HISTORY:],
        )
        steps.append(Step(observation, action))
        history = (*history, action)
        chosen.update(draft.chosen)
    return tuple(steps)


def _scrollers(pages: Pages) -> set[Key]:
    found = set()
    for index, state in enumerate(pages.states[: pages.over]):
        if state.action is not None and state.action.type == "scroll" and pages[index].target >= 0:
            found.add(pages[index].items[pages[index].target].key)
    return found


def _action(draft: Draft, ref: int) -> Action:
    if draft.kind == "click":
        return Click(ref)
    if draft.kind == "hover":
        return Hover(ref)
    if draft.kind == "type":
        return Type(ref, draft.text)
    if draft.kind == "press":
        return Press(draft.text, ref)
    return Select(ref, draft.text)
