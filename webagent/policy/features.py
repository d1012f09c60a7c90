"""Observation -> numbers: which elements can be chosen, and what the network is told about each.

Nothing here knows a task, and nothing reads a command by rule: words become ids, boxes become numbers, and what
belongs together is left to the network. Two things are held back on purpose because they are traces of a person's
pointer in recordings: state classes such as ``ui-state-hover``, and how far a container was scrolled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from webagent.policy.command import DIGITS, step_features, token_features
from webagent.policy.figures import FIGURE_FEATURES, figures, quantity_of, quantity_said
from webagent.policy.looks import how_many, looks, shade_of
from webagent.policy.order import ORDER_FEATURES, among_like, rank
from webagent.policy.roles import INTERACTIVE_ROLES, INTERACTIVE_TAGS, family, input_type
from webagent.policy.saying import id_words, label_of, labels_beside, marks, part_words, target_words
from webagent.policy.tree import PageTree, containers
from webagent.policy.words import WordBook, split, tokenize
from webagent_envs.spaces import Element, Observation, Type

__all__ = [
    "ACTED_ON",
    "COUNTED",
    "ELEMENT_FEATURES",
    "FAMILIES",
    "FOCUSED",
    "KIND_COLUMNS",
    "MAX_ELEMENTS",
    "MAX_TOKENS",
    "ROLES",
    "TAGS",
    "Sample",
    "featurize",
]

MAX_ELEMENTS = 256
"""Largest E: on larger pages the elements that share words with the command, and those in view, go first."""
MAX_TOKENS = 96
"""Largest L, digits included."""
TAGS = 256
"""Buckets for tag names."""
ROLES = 64
"""Buckets for stated roles, 0 for none."""
LABEL_WORDS, VALUE_WORDS, MARK_WORDS, NEAR_WORDS, ID_WORDS, TARGET_WORDS, PART_WORDS = 16, 4, 10, 10, 6, 4, 8
WORD_SLOTS = LABEL_WORDS + VALUE_WORDS + MARK_WORDS + NEAR_WORDS + ID_WORDS + TARGET_WORDS + PART_WORDS
"""W: words kept of an element: of its label, its value, its marks (class, tag, colour), the label beside it, its id,
the address that it leads to, and of the part of the page that it stands in."""
FAMILIES = 64
"""Buckets for families of elements."""
KIND_COLUMNS = 7
_PLACE_FEATURES, _FLAG_FEATURES, _COUNT_FEATURES = 8, 22, 1
ELEMENT_FEATURES = _PLACE_FEATURES + _FLAG_FEATURES + _COUNT_FEATURES + FIGURE_FEATURES + ORDER_FEATURES
FOCUSED, ACTED_ON, COUNTED = _PLACE_FEATURES + 2, _PLACE_FEATURES + 13, _PLACE_FEATURES + _FLAG_FEATURES
"""Which of the ELEMENT_FEATURES say that it has the focus, that it was acted on, and that it says how many things look
as the command says."""

_SURFACE = 40.0  # CSS px; on what is wider and higher it may matter where one clicks
_UNIT = 160.0  # CSS px; lengths are divided by this, the width of a MiniWoB++ page
_IMPLIED = {
    "a": ("link",),
    "area": ("link",),
    "button": ("button",),
    "img": ("img", "image"),
    "li": ("listitem",),
    "td": ("cell",),
    "textarea": ("textbox",),
    "th": ("columnheader", "rowheader", "cell"),
    "tr": ("row",),
    **{f"h{level}": ("heading",) for level in range(1, 7)},
}


class Slots:
    """Where each kind of word stands among the W words of an element."""

    label = slice(0, LABEL_WORDS)
    values = slice(label.stop, label.stop + VALUE_WORDS)
    marks = slice(values.stop, values.stop + MARK_WORDS)
    near = slice(marks.stop, marks.stop + NEAR_WORDS)
    ids = slice(near.stop, near.stop + ID_WORDS)
    target = slice(ids.stop, ids.stop + TARGET_WORDS)
    part = slice(target.stop, WORD_SLOTS)
    all = (label, values, marks, near, ids, target, part)


@dataclass(frozen=True)
class Sample:
    """One observation in numbers. Words are local: an index into ``vocabulary``, 0 for none.

    Attributes:
        refs: [E] ref of each candidate element.
        vocabulary: [U] word-book ids of the distinct words; entry 0 is no word.
        tokens: [L] words of the command, then of ``DIGITS``.
        spans: [L - 10, 2] start and end of each command token in the instruction.
        token_features: [L, TOKEN_FEATURES].
        words: [E, W] words of each element.
        tags: [E] bucket of the tag, with the type of inputs.
        roles: [E] bucket of the role that is stated beside the tag, 0 for none.
        families: [E] bucket of what a person takes it for: the same for a link by tag and one by role.
        numeric: [E, ELEMENT_FEATURES].
        quantities: [E] what it shows in numbers ("$42.90": 42.9), NaN for nothing.
        said_quantities: [L] what the command says in numbers from this token on, NaN for nothing.
        boxes: [E, 4] left, top, right, bottom in units of 160 px, all scrolling undone.
        ancestors: [E, ANCESTORS] containers around it, outermost first, as local numbers > 0; 0 for none.
        container_sizes: [E, ANCESTORS] how many candidates each of them holds.
        kinds: [E, KIND_COLUMNS] whether it can be clicked or hovered, typed into, chosen as an option, dragged, clicked
            at a place of it, scrolled, its text selected.
        step: [STEP_FEATURES] what happened so far.
    """

    refs: NDArray[np.int64]
    vocabulary: NDArray[np.int32]
    tokens: NDArray[np.int16]
    spans: NDArray[np.int32]
    token_features: NDArray[np.float32]
    words: NDArray[np.int16]
    tags: NDArray[np.int16]
    roles: NDArray[np.int16]
    families: NDArray[np.int16]
    numeric: NDArray[np.float32]
    quantities: NDArray[np.float32]
    said_quantities: NDArray[np.float32]
    boxes: NDArray[np.float32]
    ancestors: NDArray[np.int16]
    container_sizes: NDArray[np.int16]
    kinds: NDArray[np.bool_]
    step: NDArray[np.float32]


def featurize(observation: Observation, book: WordBook) -> Sample:
    """Turn an observation into a ``Sample``; words not seen before enter the book."""
    page = PageTree(observation)
    tokens = tokenize(observation.instruction)[: MAX_TOKENS - len(DIGITS)]
    token_ids = [book.id(token.word) for token in tokens] + [book.id(digit) for digit in DIGITS]
    chosen = _candidates(page, {token.word.lower() for token in tokens})
    boxes = np.array([page.box(element) for element in chosen], np.float32).reshape(-1, 4)
    seen_as = looks(chosen)
    word_ids = _word_ids(page, chosen, boxes, seen_as, book)
    counted = how_many([token.word for token in tokens], chosen, seen_as)
    ancestors, sizes = containers(page, chosen)
    vocabulary, inverse = np.unique(np.concatenate([[0], token_ids, word_ids.ravel()]), return_inverse=True)
    local = inverse.ravel().astype(np.int16)
    count = len(token_ids)
    return Sample(
        refs=np.array([element.ref for element in chosen], np.int64),
        vocabulary=vocabulary.astype(np.int32),
        tokens=local[1 : 1 + count],
        spans=np.array([(token.start, token.end) for token in tokens], np.int32).reshape(-1, 2),
        token_features=token_features(observation, [token.word for token in tokens], counted),
        words=local[1 + count :].reshape(word_ids.shape),
        tags=np.array([_tag(element) for element in chosen], np.int16),
        roles=np.array([_role(element) for element in chosen], np.int16),
        families=np.array([_bucket(family(element), FAMILIES) for element in chosen], np.int16),
        numeric=_numeric(page, chosen, boxes, counted),
        quantities=np.array([_shown(element) for element in chosen], np.float32),
        said_quantities=np.array(
            [quantity_said(observation.instruction, token.start, token.word) for token in tokens]
            + [float(digit) for digit in DIGITS],
            np.float32,
        ),
        boxes=boxes / _UNIT,
        ancestors=ancestors,
        container_sizes=sizes,
        kinds=np.array([_kinds(element, page) for element in chosen], np.bool_).reshape(-1, KIND_COLUMNS),
        step=step_features(observation),
    )


def _candidates(page: PageTree, command: set[str]) -> list[Element]:
    """The elements that an action can name: leaves, those with text of their own, and those of an interactive role.

    A container that merely shows a hand cursor is none: a click on what it holds reaches it too, and recordings do
    not say which containers those are. What stands inside a button or a link (a picture, a part of its text) is none
    either, unless it is something to act on itself: it would be a second way to say the same.
    """
    found = [
        element
        for element in page.observation.elements
        if element.visible
        and (
            element.role in INTERACTIVE_ROLES or ((element.text or page.is_leaf(element)) and not page.is_part(element))
        )
    ]
    if len(found) <= MAX_ELEMENTS:
        return found

    def rank(element: Element) -> tuple[int, bool]:
        shared = len(command.intersection(word.lower() for word in split(f"{element.label} {element.value}")))
        return -shared, not element.in_viewport

    kept = {element.ref for element in sorted(found, key=rank)[:MAX_ELEMENTS]}
    return [element for element in found if element.ref in kept]


def _kinds(element: Element, page: PageTree) -> tuple[bool, ...]:
    parent = page.by_ref.get(element.parent)
    option = element.tag == "option" and parent is not None
    return (
        not option and element.tag != "select",
        element.editable and not element.disabled,
        option and not element.disabled,
        not option,
        element.tag not in INTERACTIVE_TAGS and page.is_leaf(element) and min(element.box[2:]) >= _SURFACE,
        element.scroll is not None,
        bool(element.text) and not option and not element.editable,
    )


def _word_ids(
    page: PageTree,
    chosen: Sequence[Element],
    boxes: NDArray[np.float32],
    seen_as: Sequence[list[str]],
    book: WordBook,
) -> NDArray[np.int32]:
    ids = np.zeros((len(chosen), WORD_SLOTS), np.int32)
    labels = [label_of(element) for element in chosen]
    beside = labels_beside(chosen, labels, boxes)
    headings = page.headings()
    for row, element in enumerate(chosen):
        for slot, known in (
            (Slots.label, book.ids(labels[row]) + tuple(map(book.id, seen_as[row]))),
            (Slots.values, book.ids(element.value)),
            (Slots.marks, tuple(map(book.id, marks(element, page.by_ref.get(element.parent))[-MARK_WORDS:]))),
            (Slots.near, book.ids(beside[row])),
            (Slots.ids, tuple(map(book.id, id_words(element)))),
            (Slots.target, tuple(map(book.id, target_words(element)[-TARGET_WORDS:]))),
            (Slots.part, tuple(map(book.id, part_words(page, element, headings.get(element.ref, ""))))),
        ):
            if known:
                kept = known[: slot.stop - slot.start]
                ids[row, slot.start : slot.start + len(kept)] = kept
    return ids


def _bucket(name: str, buckets: int) -> int:
    """From 1; 0 is none."""
    return crc32(name.encode()) % (buckets - 1) + 1


def _role(element: Element) -> int:
    """Bucket of a role that its tag does not imply; recordings of 2017 hold none."""
    if (
        not element.role
        or element.role in _IMPLIED.get(element.tag, ())
        or element.tag in ("input", "select", "option")
    ):
        return 0
    return _bucket(element.role, ROLES)


def _tag(element: Element) -> int:
    """Bucket of the tag, with the type of inputs."""
    tag = f"{element.tag}_{input_type(element)}" if element.tag == "input" else element.tag
    return _bucket(tag, TAGS)


def _acts(page: PageTree) -> dict[int, tuple[int, bool, int]]:
    """By ref: how often it was acted on, whether it was typed into, how many actions ago the last time was (from 1).

    What was typed into a field that is empty now did not arrive (a dialog came in between, say), so it does not count.
    """
    acts: dict[int, tuple[int, bool, int]] = {}
    actions = page.observation.actions
    for ago, action in zip(range(len(actions), 0, -1), actions, strict=True):
        ref = getattr(action, "ref", 0)
        lost = isinstance(action, Type) and ref in page.by_ref and not page.by_ref[ref].value
        if ref and not lost:
            count, typed, _ = acts.get(ref, (0, False, 0))
            acts[ref] = (count + 1, typed or isinstance(action, Type), ago)
    return acts


def _numeric(
    page: PageTree, chosen: Sequence[Element], boxes: NDArray[np.float32], counted: int | None
) -> NDArray[np.float32]:
    """[E, ELEMENT_FEATURES]: place, size, state, history, colour, numbers, order and rank among its like."""
    count = len(chosen)
    if not count:
        return np.zeros((0, ELEMENT_FEATURES), np.float32)
    acts = _acts(page)
    flags = np.array([_flags(element, page, acts) for element in chosen], np.float32)
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    place = np.stack(
        [
            (boxes[:, 0] + boxes[:, 2]) / 2 / _UNIT,
            (boxes[:, 1] + boxes[:, 3]) / 2 / _UNIT,
            width / _UNIT,
            height / _UNIT,
            np.log1p(np.maximum(width, 0)) / 5,
            np.log1p(np.maximum(height, 0)) / 5,
            rank(boxes[:, 0]),
            rank(boxes[:, 1]),
        ],
        axis=1,
    )
    labels = [label_of(element) for element in chosen]
    says_count = np.array([[counted is not None and label == str(counted)] for label in labels], np.float32)
    shown = figures([element.value or label for element, label in zip(chosen, labels, strict=True)])
    order = among_like(page, chosen, labels)
    return np.concatenate([np.clip(place, -4, 4), flags, says_count, shown, order], axis=1).astype(np.float32)


def _shown(element: Element) -> float:
    quantity = quantity_of(element.value or label_of(element))
    return float("nan") if quantity is None else quantity


def _flags(element: Element, page: PageTree, acts: dict[int, tuple[int, bool, int]]) -> list[float]:
    times, typed, ago = acts.get(element.ref, (0, False, 0))
    leaf = page.is_leaf(element)
    # On anything that reacts to the pointer the colour may be a trace of the pointer being there.
    shade = shade_of(element)
    if element.tag in INTERACTIVE_TAGS or (element.text and element.tag != "text"):
        shade = ""
    red, green, blue = (int(shade[i : i + 2], 16) / 255 for i in (1, 3, 5)) if shade else (0.0, 0.0, 0.0)
    return [
        element.checked,
        element.selected,
        element.focused,
        element.disabled,
        element.editable,
        element.tag in INTERACTIVE_TAGS,
        element.new,
        bool(element.value),
        bool(element.name),
        bool(element.text),
        leaf,
        element.scroll is not None,
        min(times, 4) / 2,
        times > 0,
        typed,
        ago == 1,
        ago == 2,
        bool(shade),
        red,
        green,
        blue,
        len(element.text) / 100,
    ]
