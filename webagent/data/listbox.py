"""Choices in list boxes: the recordings show the options and the clicks, but never which options are chosen."""

from __future__ import annotations

from webagent.data.corrections import Draft
from webagent.data.dom import Key, Snapshot
from webagent.data.recording import RecordingError

__all__ = ["Choices", "option_by_keys"]

_UP, _DOWN, _HOME, _END = 38, 40, 36, 35


class Choices:
    """What is chosen in each list box so far, as the drafts that chose it."""

    def __init__(self) -> None:
        self._chosen: dict[Key, dict[Key, Draft]] = {}

    def choose(self, box: Key, option: Key, draft: Draft, *, add: bool) -> list[Draft]:
        """Note a choice; returns the drafts that it undoes (a plain click ends all earlier choices)."""
        chosen = self._chosen.setdefault(box, {})
        if add:
            undone = [chosen.pop(option), draft] if option in chosen else []
        else:
            undone = list(chosen.values())
            chosen.clear()
        if draft not in undone:
            chosen[option] = draft
        return undone

    def current(self, box: Key) -> Key | None:
        """The option chosen last."""
        return next(reversed(self._chosen.get(box, {})), None)

    def shown(self, box: Key, page: Snapshot) -> dict[Key, str | bool]:
        """How the list box looks with these choices: its value, and which options are chosen."""
        chosen = self._chosen.get(box, {})
        inside = [page.items[i] for i in page.subtree(page.index[box]) if page.items[i].tag == "option"]
        look: dict[Key, str | bool] = {option.key: option.key in chosen for option in inside}
        look[box] = ", ".join(option.text for option in inside if option.key in chosen)
        return look

    @property
    def state(self) -> tuple[object, ...]:
        """All choices, for comparing pages."""
        return tuple(option for chosen in self._chosen.values() for option in chosen)


def option_by_keys(page: Snapshot, box: int, current: Key | None, codes: list[int]) -> int:
    """Index of the option that letters and arrow keys lead to in a list box.

    Raises:
        RecordingError: the keys fit no option, or more than one.
    """
    options = [i for i in page.subtree(box) if page.items[i].tag == "option"]
    place = options.index(page.index[current]) if current in page.index else -1
    letters = ""
    for code in codes:
        if code in {_UP, _DOWN, _HOME, _END}:
            place = {_UP: place - 1, _DOWN: place + 1, _HOME: 0, _END: len(options) - 1}[code]
        else:
            letters += chr(code).lower()
    if letters:
        fitting = [n for n, i in enumerate(options) if page.items[i].text.lower().startswith(letters)]
        if len(fitting) != 1:
            raise RecordingError("a choice made with keys in a list cannot be told")
        place = fitting[0]
    return options[max(0, min(place, len(options) - 1))]
