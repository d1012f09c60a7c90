"""From a step that was shown to the action that does the same for another command."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from webagent.data.finding import find
from webagent.data.records import Step
from webagent.data.ways import Known, Sight, kind_of, refs_of
from webagent.live.recall.likeness import Pair, row_words, telling
from webagent.live.recall.meaning import MEANS
from webagent.live.recall.wording import place_of, tokens_of, words_of
from webagent_envs.spaces import Action, Select, Type

__all__ = ["Aim"]

_ENDS = "?!."
_EDGES = "\"'“”‘’.,;:!?()"


class Aim:
    """Finds what each step of a demonstration is about this time.

    Args:
        pair: the demonstration and the command.
    """

    def __init__(self, pair: Pair) -> None:
        self._pair = pair

    def action(self, step: Step, now: Sight, used: Collection[int] = ()) -> Action | None:
        """The action for the page as it is now; none when it cannot be told.

        Args:
            step: what was shown.
            now: the page.
            used: elements that other steps of this kind were about already.
        """
        then = Sight(step.observation)
        refs = []
        for ref in refs_of(step.action):
            if ref not in then.by_ref:
                return None
            found = self._element(then.known(ref), then, now, used)
            if not found:
                return None
            refs.append(found)
        names = [name for name in ("ref", "to") if getattr(step.action, name, 0)]
        action: Action = msgspec.structs.replace(step.action, **dict(zip(names, refs, strict=True)))
        if isinstance(action, Type):
            text = self.text(step)
            return None if text is None else msgspec.structs.replace(action, text=text)
        if isinstance(action, Select):
            option = self._option(action, now)
            return None if option is None else msgspec.structs.replace(action, option=option)
        return action

    def varies(self, step: Step) -> bool:
        """Whether the element depends on words of the command that are others this time."""
        sight = Sight(step.observation)
        return any(self._lost(telling(sight, ref, self._pair.by_row)) for ref in refs_of(step.action))

    def chooses(self, step: Step) -> bool:
        """Whether what is used or chosen is another thing this time, which only the page can tell."""
        option = step.action.option if isinstance(step.action, Select) else ""
        return self.varies(step) or bool(self._pair.lost & set(words_of(option)))

    # -- elements

    def _element(self, wanted: Known, then: Sight, now: Sight, used: Collection[int]) -> int:
        told = telling(then, wanted.element.ref, self._pair.by_row)
        lost = self._lost(told)
        if not lost or (lost == "says" and self._is_reworded(told["says"], wanted, then, now)):
            return find(wanted.element.ref, then, now).ref
        pool = []
        for other in now.alike(wanted.element):
            if other.ref not in used and other.visible:
                known = now.known(other.ref)
                score = self._fits(told, known)
                if score is not None:
                    same = wanted.ways.get("tags", "") == known.ways.get("tags", "")
                    pool.append(((score[0], same, score[1]), other.ref))
        pool.sort(reverse=True)
        if not pool or (len(pool) > 1 and pool[0][0] == pool[1][0]):
            return 0
        return pool[0][1]

    def _is_reworded(self, says: set[str], wanted: Known, then: Sight, now: Sight) -> bool:
        """Whether the command says it in another way, and no other element that could be meant says it as well."""
        said = min(self._pair.said(word) for word in says & self._pair.lost)
        around = next((one for one in then.chain(wanted.element)[1:] if len(then.inside(one)) > 1), None)
        beside = [one for one in (then.inside(around) if around else []) if kind_of(one) == kind_of(wanted.element)]
        here = [now.known(one.ref) for one in now.alike(wanted.element) if one.visible]
        others = [then.known(one.ref) for one in beside if one.ref != wanted.element.ref] + here
        theirs = {word for other in others for word in _says(other) - says}
        return said >= MEANS and all(self._pair.said(word) < said for word in theirs - self._pair.kept)

    def _lost(self, told: dict[str, set[str]]) -> str:
        """The way in which an element was told by words that the new command does not say; ``""``: in none."""
        return next((way for way, words in told.items() if self._pair.lost & words), "")

    def _fits(self, told: dict[str, set[str]], other: Known) -> tuple[float, float] | None:
        """How well an element stands to the new command as another one stood to the old; none: not at all.

        Of several that the command names, the one named first.
        """
        theirs = {
            "says": _says(other),
            "row": row_words(other),
        }
        lost = self._lost(told)
        for way, words in told.items():
            if way == lost:
                continue
            wanted = words if way == "says" else words & self._pair.kept
            if not wanted <= theirs[way] or (way == "says" and wanted != theirs[way]):
                return None
        new = self._pair.new
        hits = [index for index, word in enumerate(new) if word in theirs[lost]]
        if not hits:
            return None
        said = set(words_of(self._pair.command))
        beside = theirs[lost] - said if lost == "says" else set()
        return len(hits) / (len(hits) + len(beside)), float(-hits[0])

    # -- texts

    def _option(self, action: Select, now: Sight) -> str | None:
        lost = self._pair.lost & set(words_of(action.option))
        if not lost:
            return action.option
        said = f" {' '.join(words_of(self._pair.command))} "
        options = [one.name or one.text for one in now.observation.elements if one.parent == action.ref]
        named = [option for option in options if words_of(option) and f" {' '.join(words_of(option))} " in said]
        if named:
            return max(named, key=len)
        others = {word for option in options for word in words_of(option)} - set(words_of(action.option))
        is_reworded = all(self._pair.said(word) >= MEANS for word in lost) and not others & set(self._pair.new)
        return action.option if is_reworded and action.option in options else None

    def text(self, step: Step) -> str | None:
        """What is typed this time in a step that types; none when it cannot be told. It does not need the page."""
        if not isinstance(step.action, Type):
            return None
        text = step.action.text
        shown = tokens_of(text)
        span = place_of(shown, self._pair.old)
        if span is None:
            return None if step.secret else text
        if not step.secret and place_of(shown, self._pair.now) is not None:
            return text
        taken = self._pair.typed(span)
        if taken is None:
            return None
        words = _clause(taken) if not any(token.ends for token in shown[:-1]) else taken
        return _joined(words, text, within=words[-1] != self._pair.now[-1].text)


def _says(known: Known) -> set[str]:
    """Words that an element says."""
    return set(words_of(known.ways.get("role and name", "").partition(": ")[2]))


def _clause(words: list[str]) -> list[str]:
    """Words up to the first that a comma or the like follows, with it."""
    stop = next((index for index, word in enumerate(words) if word[-1] in ",;:"), len(words))
    return words[: stop + 1]


def _joined(words: list[str], like: str, *, within: bool) -> str | None:
    """A text of these words; marks around it belong to it where they did to the one that was typed.

    So does one that ends a sentence ``within`` a command, where the command itself does not end.
    """
    text = " ".join(words)
    bare = text.strip(_EDGES)
    if text[-1:] in _ENDS and (text[-1:] == like[-1:] or (within and text[-1:] != ".")):
        bare += text[-1]
    return bare or None
