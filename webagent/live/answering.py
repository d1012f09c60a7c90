"""The dialogs of a page while something is done again: answered as they were when it was recorded, or named."""

from __future__ import annotations

from collections.abc import Sequence

from webagent.live.result import HIDDEN
from webagent_envs.page import Dialog
from webagent_envs.spaces import Answered

__all__ = ["Answering"]


class Answering:
    """Answers the dialogs that were expected, in their order, and no others: those are told no, and remembered.

    Attributes:
        unexpected: what the page asked that it had not asked before, in words; ``""`` for nothing.
    """

    def __init__(self) -> None:
        self.unexpected = ""
        self._expected: list[Answered] = []
        self._begun = False

    def expect(self, dialogs: Sequence[Answered]) -> None:
        """These come of what is done next."""
        self._expected = list(dialogs)
        self._begun = True

    @property
    def awaited(self) -> str:
        """What the page has not said yet; ``""`` for nothing."""
        return f'the page did not say "{_line(self._expected[0].message)}" as it did then' if self._expected else ""

    def answer(self, dialog: Dialog) -> bool | str:
        """What is answered to a dialog: see `webagent_envs.page.PageSettings.on_dialog`."""
        greets = dialog.type == "alert" and not self._begun  # what a page says as it opens comes of no step
        if dialog.type == "beforeunload" or greets:
            return True
        wanted = self._expected[0] if self._expected else None
        if wanted is None or wanted.type != dialog.type or not _says(wanted, dialog):
            self.unexpected = self.unexpected or _named(dialog, wanted)
            return False
        if wanted.type == "prompt" and wanted.accepted and wanted.text == HIDDEN:
            self.unexpected = "what was answered there was not recorded: add --set prompt=… to say what it is"
            return False
        del self._expected[0]
        return wanted.text if wanted.type == "prompt" and wanted.accepted else wanted.accepted


def _says(wanted: Answered, dialog: Dialog) -> bool:
    """An alert only tells something: what it says may differ, as the number of an order does."""
    same = _line(wanted.message) == _line(dialog.message)
    return same or wanted.type == "alert" or wanted.message == HIDDEN


def _named(dialog: Dialog, wanted: Answered | None) -> str:
    then = f'where it had asked "{_line(wanted.message)}"' if wanted else "which it had not when it was recorded"
    told = "it was closed" if dialog.type == "alert" else "it was told no"
    said = "said" if dialog.type == "alert" else "asked"
    return f'the page {said} "{_line(dialog.message)}", {then}: {told}; show it again with `webagent record`'


def _line(message: str) -> str:
    return " ".join(message.split())[:200]
