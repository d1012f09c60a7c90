from __future__ import annotations

import msgspec
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from webagent.learn.labels import NONE, label_step, written_forms
from webagent.learn.losses import choice_of
from webagent.learn.weights import weights_of
from webagent.policy.actions import CHARACTERS, KEYS, KINDS, MODES, PAGE_KINDS, PIECES
from webagent.policy.checkpoint import FORMAT_VERSION, CheckpointConfig
from webagent.policy.features import featurize
from webagent.policy.model import Network
from webagent.policy.places import joined_text, piece_of, piece_text
from webagent.policy.policy import Lot, Policy
from webagent.policy.sizes import ModelConfig
from webagent.policy.words import WordBook
from webagent_envs.spaces import (
    Action,
    Back,
    Click,
    ClickAt,
    Drag,
    Element,
    Goto,
    Observation,
    Press,
    Reload,
    Scroll,
    Select,
    Stop,
    TabClose,
    TabNew,
    TabSwitch,
    Type,
    Wait,
)

PAGE = Observation(
    instruction='Enter "Ada Lovelace" and then Ada again, born 12/10/1815 at 9:05 PM',
    elements=(
        Element(ref=1, tag="body"),
        Element(ref=2, parent=1, tag="input", role="textbox", editable=True),
        Element(ref=3, parent=1, tag="p", text="Shown code: 77XY"),
        Element(ref=4, parent=1, tag="p", text="77XY"),
        Element(ref=5, parent=1, tag="select", role="combobox"),
        Element(ref=6, parent=5, tag="option", role="option", name="Red", text="Red"),
        Element(ref=7, parent=5, tag="option", role="option", name="Blue", text="Blue"),
        Element(ref=8, parent=1, tag="svg", role="img"),
        Element(ref=9, parent=8, tag="g"),
        Element(ref=10, parent=9, tag="tspan", text="b"),
    ),
)

SURFACES = Observation(
    instruction="Put it there",
    viewport=(500, 300),
    elements=(
        Element(ref=1, tag="body", box=(0, 0, 500, 300)),
        Element(ref=2, parent=1, tag="canvas", box=(10, 20, 160, 120)),
        Element(ref=3, parent=1, tag="textarea", editable=True, box=(10, 150, 100, 50), scroll=(0, 0, 0, 200)),
        Element(ref=4, parent=1, tag="select", role="combobox", box=(10, 210, 60, 20)),
        Element(ref=5, parent=4, tag="option", role="option", text="Red"),
        Element(ref=6, parent=1, tag="p", text="Some words", box=(200, 20, 100, 40)),
    ),
)


SMALL = ModelConfig(width=16, layers=1)


@pytest.fixture
def book() -> WordBook:
    return WordBook()


def typed_texts(action: Action, book: WordBook) -> list[str]:
    sample = featurize(PAGE, book)
    label = label_step(PAGE, action, sample)
    assert label is not None
    assert label.mode == MODES.index("span")
    return [PAGE.instruction[sample.spans[a, 0] : sample.spans[b, 1]] for a, b in label.spans]


def test_every_place_of_a_typed_text_counts(book: WordBook) -> None:
    assert typed_texts(Type(2, "Ada"), book) == ["Ada", "Ada"]
    assert typed_texts(Type(2, "Ada Lovelace"), book) == ["Ada Lovelace"]


@pytest.mark.parametrize(("text", "mode"), [("ada", "lower"), ("ADA LOVELACE", "upper"), ("aDA", "span")])
def test_letters_may_be_of_another_case_than_in_the_command(text: str, mode: str, book: WordBook) -> None:
    label = label_step(PAGE, Type(2, text), featurize(PAGE, book))
    assert label is not None
    assert MODES[label.mode] == mode
    assert len(label.spans)


def test_dates_and_times_are_found_in_the_form_of_their_fields(book: WordBook) -> None:
    assert typed_texts(Type(2, "1815-12-10"), book) == ["12/10/1815"]
    assert typed_texts(Type(2, "21:05"), book) == ["9:05 PM"]
    assert "00:30" in written_forms("12:30 am")


def test_text_of_the_page_and_text_of_our_own(book: WordBook) -> None:
    sample = featurize(PAGE, book)
    copied = label_step(PAGE, Type(2, "77XY"), sample)
    assert copied is not None
    assert (MODES[copied.mode], sample.refs[copied.source]) == ("copy", 4)
    assert copied.piece == 0
    part = label_step(PAGE, Type(2, "code"), sample)
    assert part is not None
    assert (MODES[part.mode], sample.refs[part.source], PIECES[part.piece]) == ("copy", 3, 1)
    written = label_step(PAGE, Type(2, "zzz"), sample)
    assert written is not None
    assert MODES[written.mode] == "write"
    assert "".join(CHARACTERS[id] for id in written.characters) == "zzz"
    assert label_step(PAGE, Type(2, "é" * 5), sample) is None


def test_letters_set_one_by_one_are_read_as_one_word(book: WordBook) -> None:
    letters = tuple(Element(ref=3 + place, parent=2, tag="span", text=letter) for place, letter in enumerate("x7Q"))
    field = Element(ref=9, parent=1, tag="input", role="textbox", editable=True)
    page = Observation(
        instruction="Type it",
        elements=(Element(ref=1, tag="body"), Element(ref=2, parent=1, tag="div"), *letters, field),
    )
    label = label_step(page, Type(9, "x7Q"), featurize(page, book))
    assert label is not None
    assert MODES[label.mode] == "joined"
    assert joined_text(page, letters[label.source]) == "x7Q"


def test_a_digit_that_the_command_does_not_hold_is_written(book: WordBook) -> None:
    page = Observation(instruction="Guess", elements=PAGE.elements)
    label = label_step(page, Type(2, "7"), featurize(page, book))
    assert label is not None
    assert label.spans.tolist() == [[1 + 7, 1 + 7]]


def test_options_are_pointed_at(book: WordBook) -> None:
    sample = featurize(PAGE, book)
    label = label_step(PAGE, Select(5, "blue"), sample)
    assert label is not None
    assert (KINDS[label.kind], sample.refs[label.element]) == ("select", 7)


def test_a_click_on_a_container_goes_to_what_it_holds(book: WordBook) -> None:
    sample = featurize(PAGE, book)
    label = label_step(PAGE, Click(8), sample)
    assert label is not None
    assert sample.refs[label.element] == 10
    assert label_step(PAGE, Click(1), sample) is None


def test_keys_drags_and_the_end(book: WordBook) -> None:
    sample = featurize(PAGE, book)
    press = label_step(PAGE, Press("Enter", 2), sample)
    assert press is not None
    assert KEYS[press.key] == "Enter"
    drag = label_step(PAGE, Drag(3, 4), sample)
    assert drag is not None
    assert sample.refs[drag.source] == 4
    stop = label_step(PAGE, Stop(), sample)
    assert stop is not None
    assert stop.element == NONE


def test_a_key_for_what_has_the_focus_needs_no_element(book: WordBook) -> None:
    handle = Element(ref=1, tag="span", role="slider", focused=True, box=(0, 0, 9, 9))
    for focused in (True, False):
        page = Observation(instruction="Set it to 5", elements=(msgspec.structs.replace(handle, focused=focused),))
        label = label_step(page, Press("ArrowRight", 1), featurize(page, book))
        assert (label is not None) == focused
        if label is not None:
            assert (label.element, (KINDS + PAGE_KINDS)[label.kind]) == (NONE, "press_key")


def test_every_action_that_can_be_drawn_has_a_label_that_draws_it(book: WordBook) -> None:
    torch.manual_seed(0)
    policy = Policy(weights_of(Network(SMALL)), CheckpointConfig(format_version=FORMAT_VERSION, model=SMALL))
    random = np.random.default_rng(0)
    kinds = set()
    for _ in range(300):
        draws = []

        def draw(what: str, shares: NDArray[np.float32], draws: list[int] = draws) -> int:
            draws.append(int(random.choice(len(shares), p=shares.astype(float) / shares.astype(float).sum())))
            return draws[-1]

        action = policy.sample_batch(policy.read_batch([SURFACES]), [Lot(draw)])[0]
        label = label_step(SURFACES, action, featurize(SURFACES, book))
        assert label is not None, action
        if not isinstance(action, Type):  # a text may be had in several ways
            assert choice_of(label, len(featurize(SURFACES, book).refs)) == draws[0], action
        if isinstance(action, ClickAt) or (isinstance(action, Drag) and action.ref and not action.to):
            assert label.place == tuple(draws[1:]), action
        if isinstance(action, Scroll):
            assert label.scroll == draws[1], action
        kinds.add("drag_across" if isinstance(action, Drag) and not action.ref else action.kind)
    assert kinds == {
        "drag_across",
        "click",
        "double_click",
        "hover",
        "type",
        "press",
        "drag",
        "click_at",
        "scroll",
        "wait",
        "select",
    }


def test_pieces_of_a_text_and_their_way_back() -> None:
    text = "Ada, Grace and so on: Edith."
    assert piece_text("", -1) == ""
    assert [piece_text(text, number) for number in (0, 1, 6, 7, PIECES.index(-1))] == [
        text,
        "Ada",
        "Edith",
        "",
        "Edith",
    ]
    assert [piece_of(text, wanted) for wanted in (text, "ada", "Edith", "Joan")] == [0, 1, 6, None]


@pytest.mark.parametrize("action", [Scroll(9, 0, 10), Click(12345), Type(3, "Ada"), Press("F5", 2), Select(5, "Green")])
def test_what_cannot_be_said_is_left_out(action: Action, book: WordBook) -> None:
    assert label_step(PAGE, action, featurize(PAGE, book)) is None


@pytest.mark.parametrize(
    "action",
    [
        Wait(),
        Press("Escape"),
        Scroll(dy=1e5),
        Scroll(dy=-240),
        Back(),
        Reload(),
        Goto("docs.example.org"),
        TabNew(),
        TabSwitch(3),
        TabSwitch(-1),
        TabClose(),
    ],
)
def test_what_is_done_to_the_page_or_the_browser_can_be_said_again(action: Action, book: WordBook) -> None:
    """Label -> logits that say just that -> the same action."""
    page = Observation(
        instruction="Go to docs.example.org", viewport=(500, 300), elements=(Element(ref=1, tag="p", text="x"),)
    )
    sample = featurize(page, book)
    label = label_step(page, action, sample)
    assert label is not None
    assert label.element == NONE
    policy = Policy(weights_of(Network(SMALL)), CheckpointConfig(format_version=FORMAT_VERSION, model=SMALL))
    spans = label.spans[0][0] * len(sample.tokens) + label.spans[0][1] if len(label.spans) else 0
    wanted = {"key": label.key, "amount": label.scroll, "tab": label.tab, "span": int(spans)}
    seen = policy._read([page])[0]
    done = policy._decode(seen, choice_of(label, len(sample.refs)), lambda what, _: wanted[what])[0]
    assert done == action


def test_a_click_on_a_part_of_a_link_is_one_on_the_link(book: WordBook) -> None:
    page = Observation(
        instruction="x",
        elements=(
            Element(ref=1, tag="body"),
            Element(ref=2, parent=1, tag="a", role="link", name="Read on"),
            Element(ref=3, parent=2, tag="b", text="Read"),
        ),
    )
    sample = featurize(page, book)
    label = label_step(page, Click(3), sample)
    assert label is not None
    assert sample.refs[label.element] == 2
