"""The commands of the suite, each with its recorded page and the refs of the elements that are right."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import msgspec

from webagent.errors import DataError
from webagent.evaluate.realpages.select import Selector, find, same_thing
from webagent.evaluate.realpages.snapshots import read_snapshots
from webagent_envs.spaces import Action, Element, Observation, Select, Type

__all__ = ["PAGES", "Case", "WordedCommand", "read_suite"]

_FOLDER = Path(str(files("webagent.evaluate.realpages")))
PAGES = _FOLDER / "pages.json.xz"
"""The recorded pages that come with the package."""


class WordedCommand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of ``commands.jsonl``.

    Attributes:
        app: the application.
        page: which of its recorded pages.
        command: what is asked for.
        wording: how the element is named (text, paraphrase, role, position, row) or what is done (type, choose,
            toggle).
        action: the kind of action that is right.
        targets: the elements that are right; one is enough.
        text: what is to be typed, or the option to be chosen.
    """

    app: str
    page: str
    command: str
    wording: str
    action: str
    targets: tuple[Selector, ...]
    text: str = ""


class Case(msgspec.Struct, frozen=True):
    """A command with what it is about.

    Attributes:
        worded: the command as it stands in the file.
        observation: the page, with the command as its instruction.
        refs: the elements that are right.
    """

    worded: WordedCommand
    observation: Observation
    refs: tuple[int, ...]

    def element_right(self, ref: int) -> bool:
        """Whether acting on this element is right: it is meant, or a part of what is meant, or its label."""
        return any(same_thing(self.observation, ref, wanted) for wanted in self.refs)

    def action_right(self, action: Action) -> bool:
        """Whether the action is right altogether: its kind, its element, and what is typed or chosen."""
        if action.kind != self.worded.action or not self.element_right(getattr(action, "ref", 0)):
            return False
        said = action.text if isinstance(action, Type) else action.option if isinstance(action, Select) else ""
        return " ".join(said.split()).casefold() == self.worded.text.casefold()


def read_suite() -> list[Case]:
    """All commands with their pages, in the order of the file.

    Raises:
        DataError: a file is damaged, or a page does not hold an element that a command is about.
    """
    pages = read_snapshots(PAGES)
    lines = (_FOLDER / "commands.jsonl").read_bytes().splitlines()
    return [_case(msgspec.json.decode(line, type=WordedCommand), pages) for line in lines]


def _case(worded: WordedCommand, pages: dict[str, Observation]) -> Case:
    page = pages.get(f"{worded.app}/{worded.page}")
    if page is None:
        raise DataError(f"{PAGES} has no page {worded.app}/{worded.page}: record it anew (docs/realpages.md)")
    refs = tuple(_only(find(page, selector), worded).ref for selector in worded.targets)
    return Case(worded, msgspec.structs.replace(page, instruction=worded.command), refs)


def _only(found: list[Element], worded: WordedCommand) -> Element:
    if len(found) != 1:
        raise DataError(
            f'"{worded.command}" ({worded.app}/{worded.page}) names {len(found)} elements instead of one: '
            "correct its selector in commands.jsonl"
        )
    return found[0]
