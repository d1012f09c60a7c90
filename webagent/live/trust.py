"""What may be done at once, what is shown first, and what is asked about: the tiers, in one table.

Free acts can be taken back by looking away: scrolling, pointing, going somewhere on a site that the person chose.
Shown acts are highlighted, then done: clicks and typing. Asked acts reach beyond the page, or cannot be taken back:
they wait for a yes. An act is asked about for what the page itself says of it (`webagent_envs.page.Facts`): that it
sends a form by POST, takes a file, is a password field, leads to another site, cannot be seen. Only for buttons that
send by script, of which the page says nothing, there is a short list of English words; it never decides what to do,
only whether to ask.

On pages of the person's own (files on this machine) forms, words and passwords are not asked about: nothing that they
do leaves the machine unless it leads to a site, and that is asked about there, too.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from webagent.live.sites import OWN, among, site_of
from webagent_envs.page import Facts
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
)

__all__ = ["TIERS", "WORDS", "Cause", "Ruling", "Tier", "Trust"]


class Tier(enum.IntEnum):
    """How much an act needs; greater is more."""

    FREE = 0
    SHOWN = 1
    ASKED = 2


class Cause(enum.Enum):
    """Why an act is asked about; the value completes "it …"."""

    SUBMIT = "sends a form"
    PAY = "may cost money"
    SEND = "sends or publishes something"
    DELETE = "deletes something"
    UPLOAD = "hands over a file of this machine"
    PASSWORD = "types a password"
    NEW_SITE = "is about another site"
    UNSEEN = "is about something that cannot be seen"
    DISGUISED = "is about something whose name is written in letters that only look like others"


TIERS: dict[type[Any], Tier] = {
    Scroll: Tier.FREE,
    Hover: Tier.FREE,
    Wait: Tier.FREE,
    Say: Tier.FREE,
    Stop: Tier.FREE,
    Goto: Tier.FREE,
    Back: Tier.FREE,
    Forward: Tier.FREE,
    Reload: Tier.FREE,
    TabNew: Tier.FREE,
    TabSwitch: Tier.FREE,
    TabClose: Tier.FREE,
    Click: Tier.SHOWN,
    DoubleClick: Tier.SHOWN,
    ClickAt: Tier.SHOWN,
    Drag: Tier.SHOWN,
    Press: Tier.SHOWN,
    Select: Tier.SHOWN,
    Type: Tier.SHOWN,
}
"""The tier of each kind of action, when there is no cause to ask."""

WORDS: dict[Cause, str] = {
    Cause.PAY: "pay, buy, purchase, checkout, check out, place order, place your order, order now, confirm order,"
    " book now, donate, subscribe, upgrade, transfer, withdraw, bid",
    Cause.SEND: "send, post, publish, submit, tweet, invite",
    Cause.DELETE: "delete, remove, erase, wipe, destroy, discard, uninstall, deactivate, revoke, empty trash,"
    " empty the trash, close account, cancel order, cancel subscription, clear all",
}
"""Words that say of a button what it does, where the page itself does not; matched whole."""

_LONGEST_LABEL = 6  # words; what is longer is a text about sending, and no button that sends
_PRESSING = (Click, DoubleClick, ClickAt)
_HARMLESS_AT_HOME = {Cause.SUBMIT, Cause.PAY, Cause.SEND, Cause.DELETE, Cause.PASSWORD}


class Ruling(NamedTuple):
    """What an act needs.

    Attributes:
        tier: free, shown or asked.
        causes: why it is asked about.
        site: the other site that it is about, if that is a cause.
    """

    tier: Tier
    causes: tuple[Cause, ...] = ()
    site: str = ""

    @property
    def why(self) -> str:
        """The causes in words, after "it"."""
        words = [f"leads to {self.site}" if cause is Cause.NEW_SITE else str(cause.value) for cause in self.causes]
        return " and ".join(words)


class Trust:
    """What a person trusts, for as long as a conversation lasts.

    Args:
        allow: sites on which nothing is asked about, such as ``"example.org"`` or ``"127.0.0.1:8000"``.
    """

    def __init__(self, allow: Iterable[str] = ()) -> None:
        self._allowed = frozenset(site.casefold().removeprefix("www.") for site in allow)
        self._known: set[str] = set()

    def knows(self, url: str) -> None:
        """The person chose to be at this address: its site is none that is new."""
        self._known.add(site_of(url))

    def allows(self, url: str) -> bool:
        """Whether nothing is asked about there."""
        site = site_of(url)
        return site == OWN or among(site, self._allowed)

    def agree(self, ruling: Ruling) -> None:
        """The person said yes: from here on the site that it was about is none that is new."""
        if ruling.site:
            self._known.add(ruling.site)

    def judge(self, action: Action, facts: Facts | None, url: str, command: str) -> Ruling:
        """What an act needs.

        Args:
            action: what is to be done.
            facts: what the page says of the element that it is about; ``None`` when it is about none.
            url: address of the page.
            command: what the person said; sites that it names are none that are new.
        """
        here = site_of(facts.url if facts and facts.url else url)
        if among(here, self._allowed):
            return Ruling(TIERS[type(action)])
        goal = site_of(_goal(action, facts))
        new = next((site for site in (here, goal) if site and self._is_new(site, command)), "")
        if new == here and TIERS[type(action)] is Tier.FREE:
            new = ""  # looking around there does no harm
        causes = dict.fromkeys(_causes(action, facts)) if facts else {}
        if here == OWN:
            causes = {cause: None for cause in causes if cause not in _HARMLESS_AT_HOME}
        if new:
            causes[Cause.NEW_SITE] = None
        return Ruling(Tier.ASKED, tuple(causes), new) if causes else Ruling(TIERS[type(action)])

    def _is_new(self, site: str, command: str) -> bool:
        return not among(site, {*self._known, *self._allowed, OWN}) and not _named(site, command.casefold())


def _named(site: str, command: str) -> bool:
    """Whether a command speaks of a site: ``example.org``, or "Example"."""
    name = site.rpartition(".")[0]
    return site in command or (len(name) > 2 and name in command)


def _goal(action: Action, facts: Facts | None) -> str:
    """The address that an act leads to, as far as is known; ``""`` for none."""
    if isinstance(action, (Goto, TabNew)):
        return action.url
    return facts.leads if facts else ""


def _causes(action: Action, facts: Facts) -> Iterator[Cause]:
    """Why an act on an element is asked about, wherever it is."""
    if facts.upload:
        yield Cause.UPLOAD
    if isinstance(action, Type) and facts.secret:
        yield Cause.PASSWORD
    if not facts.seen and TIERS[type(action)] is not Tier.FREE:
        yield Cause.UNSEEN
    if _disguised(f"{facts.name} {facts.text}"):
        yield Cause.DISGUISED
    if facts.method == "post" and not isinstance(action, Type):
        yield Cause.SUBMIT
    if facts.pays and facts.method and not isinstance(action, Type):
        yield Cause.PAY
    if isinstance(action, _PRESSING):
        labels = [label for label in (facts.name, facts.text) if len(label.split()) <= _LONGEST_LABEL]
        yield from (cause for cause, pattern in _PATTERNS.items() if any(map(pattern.search, labels)))


def _disguised(label: str) -> bool:
    """Whether a word mixes letters of alphabets that share shapes, as no language does."""
    alphabets = ({unicodedata.name(letter, "").partition(" ")[0] for letter in word} for word in label.split())
    return any(len(found & {"LATIN", "CYRILLIC", "GREEK"}) > 1 for found in alphabets)


_PATTERNS = {cause: re.compile(rf"\b({words.replace(', ', '|')})\b", re.IGNORECASE) for cause, words in WORDS.items()}
