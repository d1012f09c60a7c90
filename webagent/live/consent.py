"""Between a decision and the act: judge it, show it, ask about it, make sure that it still is what was agreed to."""

from __future__ import annotations

import time

from webagent.live.person import Mark, Person, Question
from webagent.live.trust import TIERS, Ruling, Tier, Trust
from webagent.live.words import describe
from webagent_envs.page import Dialog, Facts, Page
from webagent_envs.spaces import Action, ClickAt, Observation, Press

__all__ = ["Consent", "decline"]

_QUESTIONS = 3  # about one act, when what it is about changes while the person thinks


class Consent:
    """Gets leave for each act of one command.

    Args:
        page: where it is to be done.
        trust: what needs no leave.
        person: who gives it.
        yes: it was given beforehand.
        glance: seconds for which what is about to be done is highlighted.
    """

    def __init__(self, page: Page, trust: Trust, person: Person, *, yes: bool, glance: float = 0.0) -> None:
        self._page = page
        self._trust = trust
        self._person = person
        self._yes = yes
        self._glance = glance
        self._agreed = yes  # to the act that is under way
        self._declined: list[str] = []
        page.on_dialog = self._answer

    def judge(self, action: Action, seen: Observation) -> tuple[Ruling, Facts | None]:
        """What an act needs, and what the page says now of what it is about."""
        ref, keys = _about(action, seen), action.keys if isinstance(action, Press) else ""
        asks_page = TIERS[type(action)] is not Tier.FREE and (ref or keys)
        facts = self._page.facts(ref, keys) if asks_page else None
        known = facts if facts and facts.there else None
        return self._trust.judge(action, known, seen.url, seen.instruction), facts

    def get(self, action: Action, seen: Observation) -> tuple[Ruling, str]:
        """Show the act, or ask; what it needed, and why it may not be done (``""``: it may)."""
        words = describe(action, seen)
        ruling, facts = self.judge(action, seen)
        for _ in range(_QUESTIONS):
            box = facts.box if facts and facts.there else None
            mark = Mark(words, box, ruling.tier is Tier.FREE, action.keys if isinstance(action, Press) else "")
            if ruling.tier is not Tier.ASKED or self._yes:
                self._agreed = self._yes or self._trust.allows(seen.url)
                self._show(mark)
                return ruling, ""
            if not self._person.approve(Question(mark, f"it {ruling.why}")):
                return ruling, f"I was not allowed to {words}: it {ruling.why}"
            self._show(mark)
            asked, (ruling, facts) = (ruling, facts), self.judge(action, seen)
            if (ruling, facts) == asked:
                self._trust.agree(ruling)
                self._agreed = True
                return ruling, ""
        return ruling, f"I did not {words}: it kept changing while you were asked"

    def declined(self) -> str:
        """What the page asked in dialogs since the last time, and was told no; ``""`` for nothing."""
        declined, self._declined = self._declined, []
        return "; ".join(declined)

    def _answer(self, dialog: Dialog) -> bool:
        """Say yes to what a page asks only when the person has agreed to the act that made it ask."""
        if self._agreed or decline(dialog):
            return True
        self._declined.append(f"the page asked “{dialog.message[:200]}” and was told no, as nobody had agreed to that")
        return False

    def _show(self, mark: Mark) -> None:
        self._person.show(mark)
        if self._glance and mark.box and not mark.free:
            self._page.highlight(mark.box)
            time.sleep(self._glance)
            self._page.highlight(None)


def decline(dialog: Dialog) -> bool:
    """How dialogs are answered while nothing was agreed to: those that ask something, with no."""
    return dialog.type not in ("confirm", "prompt")


def _about(action: Action, seen: Observation) -> int:
    """Ref of the element that an act is about; 0 for none, or for what has the focus."""
    if isinstance(action, ClickAt):
        under = [element for element in seen.elements if _covers(element.box, action.x, action.y)]
        return under[-1].ref if under else 0
    return int(getattr(action, "ref", 0))


def _covers(box: tuple[float, float, float, float], x: float, y: float) -> bool:
    left, top, width, height = box
    return left <= x < left + width and top <= y < top + height
