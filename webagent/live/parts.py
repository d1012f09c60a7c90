"""A command of several parts, done one part after the other."""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Iterable

from msgspec.structs import replace

from webagent.live.acts import Acts
from webagent_envs.spaces import Action, Observation, Stop

__all__ = ["VERB", "InParts", "parts_of"]

_ENOUGH = 0.5  # confidence in a part's first act from which on the command is not taken as a whole
_GO_ON = 0.4  # confidence in the next part's first act that settles whether this part is done

_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|(?<!\w)'[^']*'(?!\w)|‘[^’]*’")
_THEN = r"(?:then|after\s+that|afterwards|finally)"
_JOINT = re.compile(rf"(?:[,;.]\s+|\s+)(?:and\s+)?{_THEN},?\s+|[,;]\s+and\s+|[,;.]\s+|\s+and\s+", re.IGNORECASE)
_FIRST = re.compile(r"^first(?:ly)?,?\s+", re.IGNORECASE)
_POLITE = re.compile(r"^(?:please\s+|also\s+|now\s+)+", re.IGNORECASE)
_PLACE = re.compile(r"(?:at|for|from|in|inside|of|on|to|under|with|within)\b(?![^,]*,)", re.IGNORECASE)
_WORD = re.compile(r"[\w’'-]+")

VERB = re.compile(
    r"(?:activate|add|align|answer|apply|approve|archive|ask|attach|book|browse|buy|call|cancel|"
    r"change|check|choose|clear|click|close|collapse|comment|compare|confirm|connect|continue|"
    r"copy|create|cut|deactivate|decrease|delete|deny|deselect|disable|discard|do|double-click|"
    r"download|drag|drop|duplicate|edit|empty|enable|enter|erase|expand|export|fill|filter|"
    r"find|finish|focus|follow|forward|generate|get|give|go|hide|hit|hold|hover|import|"
    r"increase|insert|install|invite|join|jump|keep|launch|leave|let|load|log|look|lower|"
    r"make|mark|move|mute|navigate|open|order|paste|pause|pay|pick|pin|place|play|post|"
    r"press|preview|print|publish|push|put|raise|read|record|refresh|register|reject|reload|"
    r"remove|rename|repeat|replace|reply|report|reset|restart|restore|retry|return|run|save|"
    r"schedule|scroll|search|select|send|set|share|show|sign|skip|sort|start|stop|submit|"
    r"subscribe|switch|take|tap|test|tick|toggle|try|turn|type|unarchive|uncheck|undo|unfold|"
    r"unmark|unpin|unpublish|unsubscribe|untick|update|upload|use|verify|view|visit|wait|"
    r"watch|write|zoom)\b",
    re.IGNORECASE,
)
"""What a part may begin with after "and" or a comma. Words that are seldom a verb there ("name", "title") are left to
the fields of the page."""


class InParts:
    """Acts as a policy does, but reads "X, then Y" as X until that is done, and as Y from then on.

    People say several things at once far more often than recordings show them, and a policy that knows the first of
    two well is easily unsure about both together.

    Args:
        policy: what decides.

    Attributes:
        policy: the same.
    """

    def __init__(self, policy: Acts) -> None:
        self.policy = policy
        self._command = ""
        self._parts: tuple[str, ...] = ()
        self._place = 0
        self._since = 0  # actions before this part

    def act(self, observation: Observation) -> list[tuple[Action, float]]:
        """Possible next actions with a confidence in [0, 1] each, best first."""
        if observation.instruction != self._command or len(observation.actions) < max(self._since, 1):
            ranked = self._begin(observation)
        else:
            ranked = self.policy.act(self.reads(observation))
        while self._place + 1 < len(self._parts):
            onward = self._next(observation, ranked)
            if onward is None:
                break
            ranked = onward
        return ranked

    def reads(self, observation: Observation) -> Observation:
        """What the policy gets to see: the part that is due, and what was done about it."""
        if len(self._parts) < 2:
            return observation
        return replace(observation, instruction=self._parts[self._place], actions=observation.actions[self._since :])

    def fork(self) -> InParts:
        """One that goes on from here by itself, and leaves this one as it is."""
        return copy.copy(self)

    def _begin(self, observation: Observation) -> list[tuple[Action, float]]:
        """Take a new command apart, unless the policy understands it better as a whole."""
        self._command, self._place, self._since = observation.instruction, 0, 0
        self._parts = parts_of(self._command, fields_of(observation), (e.label for e in observation.elements))
        if len(self._parts) < 2:
            return self.policy.act(observation)
        first = self.policy.act(self.reads(observation))
        if (sure := _sureness(first)) >= _ENOUGH:
            return first
        whole = self.policy.act(observation)
        if sure >= _sureness(whole):
            return first
        self._parts = (self._command,)
        return whole

    def _next(self, observation: Observation, ranked: list[tuple[Action, float]]) -> list[tuple[Action, float]] | None:
        """What the next part asks for, if this one is done; where that is in doubt, the next part settles it."""
        if not ranked:
            return None
        best, confidence = ranked[0]
        acted = len(observation.actions) > self._since
        if not isinstance(best, Stop) and (not acted or confidence >= _GO_ON):
            return None
        before = self._place, self._since
        self._place, self._since = self._place + 1, len(observation.actions)
        onward = self.policy.act(self.reads(observation))
        if (isinstance(best, Stop) and confidence >= _GO_ON) or _sureness(onward) >= _GO_ON:
            return onward
        self._place, self._since = before
        return None


def _sureness(ranked: list[tuple[Action, float]]) -> float:
    """Confidence in the best action; none in doing nothing."""
    return ranked[0][1] if ranked and not isinstance(ranked[0][0], Stop) else 0.0


def fields_of(observation: Observation) -> frozenset[str]:
    """What the fields of a page are called, in lower case."""
    fields = (element for element in observation.elements if element.editable or element.tag == "select")
    return frozenset(name for element in fields if (name := element.label.strip(" :*").lower()))


def parts_of(command: str, fields: Collection[str] = (), labels: Iterable[str] = ()) -> tuple[str, ...]:
    """The parts of a command, in order: one where there is no telling.

    Args:
        command: what was asked for.
        fields: names of fields of the page, in lower case: a part may begin with one.
        labels: what else the page says; what stands there in one is not taken apart ("Save and close").
    """
    command = command.strip()
    told = _FIRST.sub("", command)
    command = told if VERB.match(told) else command
    said = "\n".join(labels).lower()
    quoted = [match.span() for match in _QUOTED.finditer(command)]
    parts, start = [], 0
    for joint in _JOINT.finditer(command):
        if any(first <= joint.start() < last for first, last in quoted):
            continue
        before, rest = command[start : joint.start()], _POLITE.sub("", command[joint.end() :])
        if before and rest and _parts_here(joint[0], before, rest, fields, said):
            parts.append(before)
            start = len(command) - len(rest)
    return (*parts, command[start:])


def _parts_here(joint: str, before: str, rest: str, fields: Collection[str], said: str) -> bool:
    """Whether a new part begins after a joint."""
    words, first = _WORD.findall(before), _WORD.findall(rest)[:1]
    if not words or not first or f"{words[-1]}{joint}{first[0]}".lower() in said:
        return False
    if _PLACE.match(before):  # "in the menu, open it"
        return False
    if len(words) == 1 and not VERB.match(before):  # "yes, delete it"
        return False
    if re.search(_THEN, joint, re.IGNORECASE):
        return True
    lowered = rest.lower()
    return bool(VERB.match(rest)) or any(lowered.startswith(f"{name} ") for name in fields)
