"""The values of a demonstration: what was typed, chosen and looked for in it, and how others take their place."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from webagent.data.records import Episode, Step
from webagent.data.ways import Sight, tidy
from webagent.errors import UsageError
from webagent_envs.spaces import Action, Answered, Select, Type

__all__ = ["Values"]

_SHORTEST = 3  # characters of a value by which elements are looked for; shorter ones stand for too much
_NOT_A_NAME = re.compile(r"[^\w]+")


class Values:
    """Which values an episode gets this time.

    Args:
        episode: what was recorded.
        given: new values, by the name of their field or by the old value.

    Attributes:
        words: old values that elements may be known by, and what they are this time.

    Raises:
        UsageError: a name is that of nothing in the episode.
    """

    def __init__(self, episode: Episode, given: Mapping[str, str]) -> None:
        self._steps = episode.steps
        self._names = [_names(step) for step in episode.steps]
        self._new: dict[int, str] = {}
        self._answers: dict[tuple[int, int], str] = {}
        self.words: dict[str, str] = {}
        for name, value in given.items():
            self._set(name, value)

    def _set(self, name: str, value: str) -> None:
        wanted = _name(name)
        hits = [index for index, names in enumerate(self._names) if wanted in names]
        for index in hits:
            self._new[index] = value
            self._stands_for(self._steps[index], value)
        asked = [
            (index, number)
            for index, step in enumerate(self._steps)
            for number, dialog in enumerate(step.dialogs)
            if wanted in _names_of_prompt(dialog)
        ]
        for index, number in asked:
            self._answers[index, number] = value
        hits += [index for index, _ in asked]
        if not hits and not self._is_word(name):
            prompts = [_names_of_prompt(dialog) for step in self._steps for dialog in step.dialogs]
            there = sorted({names[0] for names in [*self._names, *prompts] if names})
            raise UsageError(
                f"nothing in this recording is called {name!r}; there are: {', '.join(there) or 'no values at all'}"
            )
        if not hits:
            self.words[name] = value

    def _stands_for(self, step: Step, value: str) -> None:
        old = _value(step.action)
        if not step.secret and len(old) >= _SHORTEST and not old.isdigit():
            self.words[old] = value
            for index, other in enumerate(self._steps):
                if not other.secret and _value(other.action) == old:
                    self._new.setdefault(index, value)

    def _is_word(self, name: str) -> bool:
        """Whether some element that was used is known by it."""
        pattern = re.compile(rf"(?<!\w){re.escape(tidy(name))}(?!\w)")
        for step in self._steps:
            ref = getattr(step.action, "ref", 0)
            sight = Sight(step.observation)
            if ref in sight.by_ref:
                ways = sight.known(ref).ways
                if any(pattern.search(ways.get(way, "")) for way in ("role and name", "row")):
                    return True
        return False

    def name_of(self, index: int) -> str:
        """What the value of a step is called."""
        return self._names[index][0] if self._names[index] else "value"

    def missing(self, index: int) -> str:
        """What has to be said of a step that has no value."""
        told = getattr(self._steps[index].action, "text", "").strip("•")
        if told:
            files = " and ".join(told.splitlines())
            return (
                f"where {files} lies was not recorded: add --set {self.name_of(index)}=PATH to say which file to give"
            )
        return f"what was typed there was not recorded: add --set {self.name_of(index)}=… to say what it is"

    def applied(self, index: int, action: Action) -> Action | None:
        """The action of a step with its new value; none when it needs one and has none."""
        if index in self._new:
            if isinstance(action, Type):
                return msgspec.structs.replace(action, text=self._new[index])
            if isinstance(action, Select):
                return msgspec.structs.replace(action, option=self._new[index])
        return None if self._steps[index].secret else action

    def answers(self, index: int) -> tuple[Answered, ...]:
        """What is answered this time to the dialogs of a step."""
        return tuple(self._answered(index, number, one) for number, one in enumerate(self._steps[index].dialogs))

    def _answered(self, index: int, number: int, dialog: Answered) -> Answered:
        message = dialog.message
        for old, new in self.words.items():
            message = new.join(re.split(rf"(?<!\w){re.escape(old)}(?!\w)", message))
        text = self._answers.get((index, number), self.words.get(dialog.text, dialog.text))
        return msgspec.structs.replace(dialog, message=message, text=text)


def _names_of_prompt(dialog: Answered) -> list[str]:
    """What the answer to a prompt may be called; nothing for other dialogs."""
    if dialog.type != "prompt" or not dialog.accepted:
        return []
    return [name for name in map(_name, (dialog.message, "prompt", dialog.text)) if name]


def _value(action: Action) -> str:
    return action.text if isinstance(action, Type) else action.option if isinstance(action, Select) else ""


def _names(step: Step) -> list[str]:
    """What the value of a step may be called, the best name first; nothing when it has no value."""
    if not isinstance(step.action, (Type, Select)):
        return []
    element = step.observation.element(step.action.ref)
    names = []
    if element is not None:
        attributes = element.attributes
        names = [element.name, element.placeholder, attributes.get("name", ""), attributes.get("id", "")]
        if not any(names):
            names = [Sight(step.observation).known(element.ref).ways.get("before", "")]
        if attributes.get("type") == "password":
            names.append("password")
    if not step.secret:
        names.append(_value(step.action))
    return list(dict.fromkeys(name for name in map(_name, names) if name))


def _name(text: str) -> str:
    return _NOT_A_NAME.sub("-", tidy(text)).strip("-")
