"""People correct themselves; what is left here is the way they would have gone had they made no mistake."""

from __future__ import annotations

from typing import Literal

import msgspec

from webagent.data.dom import Key

__all__ = ["Draft", "Write", "without_corrections"]


class Write(msgspec.Struct):
    """A field got another value, and nothing else happened on the page.

    Attributes:
        key: the field.
        old: its value before.
        new: its value after.
        also: the other fields that changed with it (a radio button switches another one off), and their new values.
    """

    key: Key
    old: str | bool
    new: str | bool
    also: dict[Key, str | bool] = {}


class Draft(msgspec.Struct):
    """An action that is not tied to an observation yet.

    Attributes:
        kind: kind of the action.
        at: index of the state that shows what the person saw.
        until: index of the state that shows what came of it.
        key: the node it acts on.
        state: equal for two drafts when the pages before them are alike.
        point: where the mouse was pressed, in CSS pixels of the page.
        text: what is typed, pressed or chosen.
        write: set when it did nothing but change the value of one field.
        patch: values of fields that the observation must show instead of the recorded ones.
        chosen: what is chosen in a list box after it, for the observations that follow.
        hidden: indices of nodes that had not appeared when it was done.
        hovered: the nodes that the pointer was put on just before: they look it rightly.
        effect: it changed something that was recorded.
    """

    kind: Literal["click", "hover", "press", "select", "type"]
    at: int
    until: int
    key: Key
    state: tuple[object, ...]
    point: tuple[float, float] | None = None
    text: str = ""
    write: Write | None = None
    patch: dict[Key, str | bool] = {}
    chosen: dict[Key, str | bool] = {}
    hidden: frozenset[int] = frozenset()
    hovered: frozenset[Key] = frozenset()
    effect: bool = True


def without_corrections(drafts: list[Draft]) -> list[Draft]:
    """Drop detours that came back to where they began, and values that were changed again at once."""
    return _without_rewrites(_without_detours(drafts))


def _without_detours(drafts: list[Draft]) -> list[Draft]:
    kept: list[Draft] = []
    for draft in drafts:
        start = _detour(kept, draft)
        if start is not None:
            del kept[start:]
        kept.append(draft)
    return kept


def _detour(kept: list[Draft], draft: Draft) -> int | None:
    """Where a way began that led back to the state of ``draft``: the nearest such place, with a change in between."""
    left = False
    for index in range(len(kept) - 1, -1, -1):
        if kept[index].state != draft.state:
            left = True
        elif left:
            return index
    return None


def _without_rewrites(drafts: list[Draft]) -> list[Draft]:
    result: list[Draft] = []
    run: list[Draft] = []
    for draft in drafts:
        if draft.write is not None:
            run.append(draft)
        else:
            result += [*_settle(run), draft]
            run = []
    return result + _settle(run)


def _settle(run: list[Draft]) -> list[Draft]:
    """Of a run of field changes keep what lasted: the last change of each field, if the field did not end as it began.

    What the others did must not be seen, so the observations of the kept ones get patches.
    """
    values: dict[Key, str | bool] = {}
    final: dict[Key, str | bool] = {}
    last: dict[Key, Draft] = {}
    for draft in run:
        write = draft.write
        assert write is not None
        values.setdefault(write.key, write.old)
        for key, new in write.also.items():
            values.setdefault(key, not new)
        final |= {write.key: write.new, **write.also}
        last[write.key] = draft
    kept = []
    for draft in run:
        write = draft.write
        assert write is not None
        if last[write.key] is draft and final[write.key] == write.new != values[write.key]:
            kept.append(msgspec.structs.replace(draft, patch=dict(values)))
            values |= {write.key: write.new, **write.also}
    return kept if len(kept) < len(run) else run
