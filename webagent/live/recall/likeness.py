"""How like a new command is to one that was shown, and which of their words stand for each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from webagent.data.records import Episode, Step
from webagent.data.ways import Known, Sight, kind_of, refs_of
from webagent.live.recall.binding import Slot, Span, bound
from webagent.live.recall.meaning import ASKING, FILLING, FUNCTION, MEANS, PICKING, USING, is_negation, meaning
from webagent.live.recall.wording import Token, is_among, place_of, said_by, stem, tokens_of, words_of
from webagent.live.result import HIDDEN
from webagent_envs.spaces import Action, Click, Select, Type

__all__ = ["Pair", "row_words", "telling"]

_SMALL_ROW = 6  # texts
_LIKE = 0.6  # likeness from which on a demonstration is followed
_BY_LABEL = 0.7  # of a word that is not said, where the field that it is about is named instead
_FOR_EACH_MORE = 0.1  # that is said besides
_SEVERAL = frozenset({"checkbox", "switch", "label", "option", "menuitemcheckbox", "treeitem", "gridcell", "row"})
_QUESTIONS = frozenset(
    {"is", "are", "was", "were", "does", "did", "has", "have", "who", "what", "when", "where", "why", "which", "how"}
)  # where a command begins with them
_NOUNS = {"@": ("mail", "email", "e-mail", "address"), "/": ("address", "link", "url", "path", "page")}
_DIGITS = "number"


class Pair:
    """A demonstration and a new command.

    Args:
        episode: what was shown.
        command: what is asked for now.

    Attributes:
        old: the words of the command that was shown, with their marks.
        now: those of the new one.
        kept: words of both commands.
        lost: words of the old one alone that stand for something in the steps: other ones stand there now.
        new: words of the new one alone that stand for nothing of the old one.
        open: those of them that nothing explains but, perhaps, the page.
        by_row: words that are lost and stand only in the row of what was used: "edit Ideas" is about the thing that is
            shown, and on a page that shows Bread the only button to edit it says the same.
        spans: where in the new command stands what stood in the old one for what is typed, chosen and used.
        likeness: in [0, 1]; 0 where the new command asks for something else.
    """

    def __init__(self, episode: Episode, command: str) -> None:
        self.episode = episode
        self.command = command
        self._seen = [(step, Sight(step.observation)) for step in episode.steps]
        self.old, self.now = tokens_of(episode.command), tokens_of(command)
        old, now = _words(self.old), _words(self.now)
        stems, ours = {stem(word) for word in now}, {stem(word) for word in old}
        self.kept = {word for word in old if stem(word) in stems}
        fresh = [word for word in now if stem(word) not in ours and word not in FUNCTION]
        gone = [word for word in old if word not in self.kept and word not in FUNCTION]
        used = _used(self._seen)
        self.by_row = {word for word in gone if word not in used} & _in_rows(self._seen) if fresh else set()
        self.lost = {word for word in gone if word in used | self.by_row}
        frame = [word for word in gone if word not in self.lost]
        meant = _meant(frame, fresh)
        self.new = [word for word in fresh if word not in meant]
        unsaid = [word for word in self.new if not self._is_explained(word)]
        slots = list(self._slots())
        self.spans: dict[Slot, Span] = bound(self.old, self.now, slots, set(unsaid))
        bare = self._outside(self.spans.values())
        self.open = [word for word in unsaid if word in self._outside(self._typed)]
        self._short = set[str]()
        bound_words = _span_words(self.old, (slot.span for slot in self.spans))
        if all(word not in bare for word in self.open):
            self._short = self._shortened()
            self.lost -= self._short if self._fewer() else self._short | (self.lost - bound_words)
        self.likeness = self._likeness(frame)

    @property
    def is_like(self) -> bool:
        """Whether the new command may be carried out as the old one was."""
        return self.likeness >= _LIKE

    def said(self, word: str) -> float:
        """How well the new command says a word in another way, in [0, 1]."""
        return max((meaning(word, other) for other in self.new), default=0.0)

    def typed(self, span: Span) -> list[str] | None:
        """What is to be typed now for words of the old command; none where it cannot be told."""
        place = next((now for slot, now in self.spans.items() if slot.typed and slot.span == span), None)
        return None if place is None else [token.text for token in self.now[slice(*place)]]

    @property
    def unsure(self) -> int:
        """How much stands for what was used or chosen and was not to be seen where that was shown, or for nothing."""
        names = ((slot, self.now[slice(*span)]) for slot, span in self.spans.items() if not slot.typed)
        unseen = sum(said_by(name) not in slot.others for slot, name in names)
        return unseen + len(set(self.open) - _span_words(self.now, self.spans.values()))

    @property
    def unsaid(self) -> int:
        """How many words of the old wording, little ones too, are not said now."""
        named = _span_words(self.old, (slot.span for slot in self.spans))
        return sum(word not in self.kept and word not in named for word in _words(self.old))

    # -- what the words are for

    @property
    def _typed(self) -> list[Span]:
        return [span for slot, span in self.spans.items() if slot.typed]

    def _outside(self, spans: Iterable[Span]) -> set[str]:
        places = {place for span in spans for place in range(*span)}
        return {word for place, token in enumerate(self.now) if place not in places for word in token.words}

    def _slots(self) -> Iterator[Slot]:
        """Parts of the old command that were typed, chosen, or said by what was used."""
        seen = list[Span]()
        for slot in (*self._texts(), *self._names()):
            if not any(a < slot.span[1] and slot.span[0] < b for a, b in seen):
                seen.append(slot.span)
                yield slot

    def _texts(self) -> Iterator[Slot]:
        for step, sight in self._seen:
            action = step.action
            if isinstance(action, Type | Select):
                span = place_of(tokens_of(action.text if isinstance(action, Type) else action.option), self.old)
                if span is not None:
                    options = (one for one in step.observation.elements if one.parent == action.ref)
                    others = frozenset(" ".join(words_of(one.name or one.text)) for one in options)
                    labels = frozenset(_content(_says(sight, action.ref)) | _nouns(action))
                    yield Slot(span, labels, isinstance(action, Type), others)

    def _names(self) -> Iterator[Slot]:
        """Runs of words that are said no more, nor in other words."""
        start: int | None = None
        for place, token in enumerate((*self.old, None)):
            if token is not None and any(word in self.lost and self.said(word) < MEANS for word in token.words):
                start = place if start is None else start
            elif start is not None:
                words = {word for one in self.old[start:place] for word in one.words}
                yield Slot((start, place), frozenset(), False, self._beside(words))
                start = None

    def _beside(self, words: set[str]) -> frozenset[str]:
        """What else could have been used where something was that said some words."""
        found = set[str]()
        for step, sight in self._seen:
            for ref in refs_of(step.action):
                for way, said in telling(sight, ref, self.by_row).items():
                    if words & said:
                        known = (sight.known(one.ref) for one in sight.alike(sight.by_ref[ref]))
                        found.update(*(_texts_of(one, way) for one in known))
        return frozenset(found)

    def _is_explained(self, word: str) -> bool:
        """Whether a word asks for something whatever it is, or says what the steps do and to what."""
        first, second = [*_words(self.now), "", ""][:2]
        if word == first and (word in _QUESTIONS or (word, second) == ("do", "you")):
            return False
        if word in ("on", "off"):
            return self._is_link(word)
        if is_among(word, ASKING) or is_among(word, self._doing):
            return True
        named = self._labels | {lost for lost in self.lost if lost not in self._filled}
        return is_among(word, self._labels) or any(meaning(word, label) >= MEANS for label in named)

    def _is_link(self, word: str) -> bool:
        """Whether "on" leads to what follows ("on loan"), and turns nothing on."""
        place = next(index for index, token in enumerate(self.now) if word in token.words)
        before = self.now[place - 1].words if place else ()
        return word == "on" and place + 1 < len(self.now) and not set(before) & (ASKING | FILLING | {"switch"})

    @cached_property
    def _filled(self) -> set[str]:
        """Words of the old command that were typed or chosen as they stand there."""
        return _span_words(self.old, (slot.span for slot in self._texts()))

    @cached_property
    def _labels(self) -> set[str]:
        """What the fields, buttons and links are called that were used, but for what they were used for."""
        found = set[str]()
        for step, sight in self._seen:
            for ref in refs_of(step.action):
                found |= _content(_says(sight, ref))
            found |= _nouns(step.action)
        return found - self.lost

    @cached_property
    def _doing(self) -> set[str]:
        """Words for what was done, whatever it was done to."""
        kinds = {type(step.action) for step in self.episode.steps}
        verbs = ((Click, USING), (Type, FILLING), (Select, PICKING | FILLING))
        return set().union(*(words for kind, words in verbs if kind in kinds))

    def _shortened(self) -> set[str]:
        """Words that are left out of what is said for the rest: "email" for the field "Email address"."""
        found = set[str]()
        for step, sight in self._seen:
            said = [_says(sight, ref) for ref in refs_of(step.action)]
            said += [set(words_of(step.action.option))] if isinstance(step.action, Select) else []
            for words in map(_content, said):
                if words & self.kept or any(self.said(word) >= MEANS for word in words & self.lost):
                    found |= words & self.lost
        return found

    # -- how like they are

    def _likeness(self, frame: Collection[str]) -> float:
        """How much of the old wording is said now; 0 where the new one says something else."""
        hidden = HIDDEN in self.episode.command
        if (self.open and not self.lost and not hidden) or (self.lost and not self.new and not self._fewer()):
            return 0.0
        if any(is_negation(word) for word in (*frame, *self.open)):
            return 0.0
        outside = {
            word
            for place, token in enumerate(self.old)
            if all(not slot.span[0] <= place < slot.span[1] for slot in self.spans)
            and not (place and token.is_capital)  # a name
            for word in token.words
        }
        short = {word for word in self._short if self.said_by_any(word) < MEANS}
        left_out = short | FUNCTION | (self.lost if not self.open and self._fewer() else set())
        weighed = [word for word in _words(self.old) if word in outside - left_out]
        weighed = [word for word in weighed if word not in ASKING] or weighed
        told = [word for word in weighed if self._share(word) or not is_among(word, FILLING | PICKING)]
        weighed = told if self.spans and told else weighed  # "change the phone", "the phone is"
        shares = [self._share(word) for word in weighed]
        if not shares:
            return float(not self.lost and not self.open)
        fields = set[str]().union(*(slot.labels for slot in self.spans))
        named = {word for word in self.new if is_among(word, fields)} if any(shares) else set[str]()
        unsaid = shares.count(0.0)
        if spare := set(self.open) - _span_words(self.now, self.spans.values()):
            about = [word for word in _words(self.now) if word not in FUNCTION | ASKING]
            most = _LIKE - 0.01 if about[0] in spare else 1.0  # what is to be done was not shown
            return min(most, max(0.0, sum(shares) / len(shares) - _FOR_EACH_MORE * (len(spare) - 1)))
        share = (sum(shares) + _BY_LABEL * min(unsaid, len(named))) / len(shares)
        weak = is_among(weighed[0], FILLING | PICKING | USING)
        leads = shares[0] > 0 or weak or bool(named)
        least = _LIKE if self._typed else 0.5  # what is typed can take in anything
        return (share + 1) / 2 if share >= least and leads else min(share, _LIKE - 0.01)

    def _share(self, word: str) -> float:
        """How far a word of the old command is said now."""
        value = 1.0 if word in self.kept else self.said_by_any(word)
        return min(1.0, value + 0.3) if value >= MEANS else 0.0

    def said_by_any(self, word: str) -> float:
        """How well any word of the new command says one of the old, in [0, 1]."""
        return max((meaning(word, other) for other in _words(self.now)), default=0.0)

    def _fewer(self) -> bool:
        """Whether the new command names some of several like things that the old one named, and nothing else."""
        lost, kept = set[str](), set[str]()
        for step, sight in self._seen:
            for ref in refs_of(step.action):
                told = telling(sight, ref, self.by_row)
                element = sight.by_ref.get(ref)
                if element is not None and ("row" in told or kind_of(element) in _SEVERAL):
                    said = set().union(*told.values())
                    (lost if said & self.lost else kept).add(kind_of(element))
        return bool(lost) and lost <= kept


def _span_words(tokens: list[Token], spans: Iterable[Span]) -> set[str]:
    return {word for span in spans for token in tokens[slice(*span)] for word in token.words}


def _words(tokens: Iterable[Token]) -> list[str]:
    return list(dict.fromkeys(word for token in tokens for word in token.words))


def _content(words: Iterable[str]) -> set[str]:
    return {word for word in words if word not in FUNCTION}


def _meant(gone: Iterable[str], fresh: Collection[str]) -> set[str]:
    """New words that say what old ones said."""
    found = set[str]()
    for word in gone:
        best = max(fresh, key=lambda other, word=word: meaning(word, other), default="")  # type: ignore[misc]
        if best and meaning(word, best) >= MEANS:
            found.add(best)
    return found


def _says(sight: Sight, ref: int) -> set[str]:
    return telling(sight, ref).get("says", set())


def _nouns(action: Action) -> set[str]:
    """What people call a text that is typed by its form, whatever the field is called."""
    text = action.text if isinstance(action, Type) else ""
    found = {noun for mark, nouns in _NOUNS.items() if mark in text for noun in nouns}
    return found | {_DIGITS} if any(letter.isdigit() for letter in text) else found


def _texts_of(known: Known, way: str) -> list[str]:
    """What an element says, or the texts of its row."""
    if way == "says":
        return [" ".join(words_of(known.ways.get("role and name", "").partition(": ")[2]))]
    return [" ".join(words_of(text)) for text in known.ways.get("row", "").split("\n")]


def _used(seen: Iterable[tuple[Step, Sight]]) -> set[str]:
    """Words by which the steps go: typed, chosen, or said by what was used and by its row."""
    found: set[str] = set()
    for step, sight in seen:
        action = step.action
        found.update(words_of(action.text if isinstance(action, Type) else ""))
        found.update(words_of(action.option if isinstance(action, Select) else ""))
        for ref in refs_of(action):
            found.update(*telling(sight, ref).values())
    return found


def _in_rows(seen: Iterable[tuple[Step, Sight]]) -> set[str]:
    """Words of the rows of what was used."""
    found: set[str] = set()
    for step, sight in seen:
        found.update(*(row_words(sight.known(ref)) for ref in refs_of(step.action) if ref in sight.by_ref))
    return found


def telling(sight: Sight, ref: int, by_row: Collection[str] = ()) -> dict[str, set[str]]:
    """Words by which an element is told from others: what it says, and where others say the same, its row.

    So is an only one whose row says one of ``by_row``.
    """
    if ref not in sight.by_ref:
        return {}
    known = sight.known(ref)
    says = known.ways.get("role and name", "")
    found = {"says": set(words_of(says.partition(": ")[2]))}
    same = [one for one in sight.alike(known.element) if sight.known(one.ref).ways.get("role and name", "") == says]
    row = row_words(known)
    if len(same) > 1 or row.intersection(by_row):
        found["row"] = row
    return {way: words for way, words in found.items() if words}


def row_words(known: Known) -> set[str]:
    """Words of the row of an element; none where that is a large part of the page."""
    row = known.ways.get("row", "")
    return set(words_of(row)) if row.count("\n") < _SMALL_ROW else set()
