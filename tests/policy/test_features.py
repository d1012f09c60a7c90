"""What the network is told, and what is kept from it: each trap here once spoiled a policy."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import msgspec
import numpy as np
import pytest

from webagent.policy.command import DIGITS
from webagent.policy.features import COUNTED, MAX_ELEMENTS, Sample, Slots, featurize
from webagent.policy.figures import figures, measure_of, quantity_of
from webagent.policy.looks import color_names, how_many, looks
from webagent.policy.padding import pad
from webagent.policy.places import unbroken
from webagent.policy.relations import match_elements, pair_elements
from webagent.policy.words import WordBook, tokenize
from webagent_envs.spaces import Click, Element, Observation, Type


def page(*elements: Element, instruction: str = 'Click "Reply" by Ada', **more: Any) -> Observation:
    return Observation(instruction=instruction, elements=(Element(ref=1, tag="body"), *elements), **more)


def words(sample: Sample, book: WordBook, ref: int, slot: slice) -> list[str]:
    row = int(np.flatnonzero(sample.refs == ref)[0])
    return [book.word(int(sample.vocabulary[local])) for local in sample.words[row, slot] if local]


def same(one: Sample, other: Sample) -> bool:
    parts = ((getattr(one, field.name), getattr(other, field.name)) for field in fields(Sample))
    return all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in parts)


@pytest.fixture
def book() -> WordBook:
    return WordBook()


def test_hover_styles_do_not_show(book: WordBook) -> None:
    """At the moment of a recorded click the target already looks hovered."""
    plain = Element(ref=2, parent=1, tag="a", role="link", text="5", attributes={"class": "ui-state-default day"})
    hovered = msgspec.structs.replace(
        plain, attributes={"class": "ui-state-default day ui-state-hover"}, background="#ff0000", color="#ffffff"
    )
    assert same(featurize(page(plain), book), featurize(page(hovered), book))


def test_scrolling_does_not_show(book: WordBook) -> None:
    """People scroll their target into view, so raw positions would point at it."""

    def scrolled(by: float) -> Observation:
        area = Element(ref=2, parent=1, tag="div", box=(0, 50, 100, 50), scroll=(0, by, 0, 200))
        rows = [
            Element(ref=3 + i, parent=2, tag="p", text=f"row {i}", box=(0, 50 + 20 * i - by, 100, 20)) for i in range(5)
        ]
        return page(area, *rows)

    still, moved = featurize(scrolled(0), book), featurize(scrolled(60), book)
    assert np.allclose(still.boxes, moved.boxes)
    assert np.allclose(still.numeric, moved.numeric)


def test_scrolling_the_page_does_not_show(book: WordBook) -> None:
    here = page(Element(ref=2, parent=1, tag="p", text="a", box=(0, 300, 10, 10)))
    there = page(Element(ref=2, parent=1, tag="p", text="a", box=(0, 100, 10, 10)), scroll=(0.0, 200.0))
    assert np.allclose(featurize(here, book).boxes[-1], featurize(there, book).boxes[-1])


def test_icons_are_candidates_and_carry_their_class(book: WordBook) -> None:
    sample = featurize(page(Element(ref=2, parent=1, tag="span", attributes={"class": "emailStar"})), book)
    assert words(sample, book, 2, Slots.marks) == ["email", "star", "span"]


def test_a_colour_is_named_where_nothing_is_written(book: WordBook) -> None:
    sample = featurize(page(Element(ref=2, parent=1, tag="div", background="#0000ff")), book)
    assert "blue" in words(sample, book, 2, Slots.marks)


@pytest.mark.parametrize(
    ("color", "names"),
    [
        ("#ff0000", ("red",)),
        ("#008000", ("green",)),
        ("#800080", ("purple",)),
        ("#010101", ("black",)),
        ("#00ffff", ("cyan", "aqua")),
        ("#fe02fd", ("purple", "magenta", "fuchsia")),
        ("#808080", ("grey", "gray")),
    ],
)
def test_colour_names(color: str, names: tuple[str, ...]) -> None:
    assert color_names(color) == names


def test_what_is_drawn_is_called_by_its_look(book: WordBook) -> None:
    sample = featurize(
        page(
            Element(
                ref=2, parent=1, tag="polygon", attributes={"points": "0,9 9,9 5,0"}, color="#ffff00", box=(0, 0, 9, 9)
            ),
            Element(ref=3, parent=1, tag="rect", color="#ff0000", box=(20, 0, 20, 20)),
            Element(ref=4, parent=1, tag="text", text="7", box=(40, 0, 6, 22)),
            Element(ref=5, parent=1, tag="text", text="q", color="#000000", box=(60, 0, 6, 11)),
        ),
        book,
    )
    assert words(sample, book, 2, Slots.label) == ["small", "yellow", "triangle", "shape"]
    assert words(sample, book, 3, Slots.label) == ["large", "red", "rectangle", "square", "shape"]
    assert words(sample, book, 4, Slots.label) == ["7", "large", "digit", "number"]
    assert words(sample, book, 5, Slots.label) == ["q", "small", "black", "letter"]


def test_things_of_one_size_are_neither_large_nor_small(book: WordBook) -> None:
    alike = [Element(ref=ref, parent=1, tag="circle", box=(0, 0, 10 + ref, 10 + ref)) for ref in (2, 3)]
    sample = featurize(page(*alike), book)
    assert words(sample, book, 2, Slots.label) == ["circle", "shape"]


def test_the_box_around_a_field_says_nothing_of_it(book: WordBook) -> None:
    box = Element(ref=2, parent=1, tag="div", attributes={"class": "widget"})
    field = Element(ref=3, parent=2, tag="textarea", role="textbox", editable=True)
    assert words(featurize(page(box, field), book), book, 3, Slots.marks) == ["textarea"]


def test_an_input_of_unknown_type_is_one_for_text(book: WordBook) -> None:
    sample = featurize(
        page(
            Element(ref=2, parent=1, tag="input", role="textbox", editable=True, attributes={"type": "input"}),
            Element(ref=3, parent=1, tag="input", role="textbox", editable=True),
        ),
        book,
    )
    assert words(sample, book, 2, Slots.marks) == ["text", "input"]
    assert sample.tags[list(sample.refs).index(2)] == sample.tags[list(sample.refs).index(3)]


def test_a_field_knows_the_label_beside_it(book: WordBook) -> None:
    sample = featurize(
        page(
            Element(ref=2, parent=1, tag="p", text="Username", box=(0, 0, 60, 10)),
            Element(ref=3, parent=1, tag="input", role="textbox", editable=True, box=(0, 12, 60, 10)),
            Element(ref=4, parent=1, tag="p", text="Password", box=(0, 40, 60, 10)),
            Element(ref=5, parent=1, tag="input", role="textbox", editable=True, box=(0, 52, 60, 10)),
            Element(ref=6, parent=1, tag="input", role="textbox", name="E-mail", editable=True, box=(0, 90, 60, 10)),
        ),
        book,
    )
    assert words(sample, book, 3, Slots.near) == ["username"]
    assert words(sample, book, 5, Slots.near) == ["password"]
    assert words(sample, book, 6, Slots.near) == ["e", "-", "mail"]


def test_containers_and_hidden_elements_are_no_candidates(book: WordBook) -> None:
    sample = featurize(
        page(
            Element(ref=2, parent=1, tag="div", clickable=True),
            Element(ref=3, parent=2, tag="p", text="inside"),
            Element(ref=4, parent=1, tag="p", text="hidden", visible=False),
        ),
        book,
    )
    assert sample.refs.tolist() == [3]


def test_history_shows(book: WordBook) -> None:
    button = Element(ref=2, parent=1, tag="button", role="button", text="Next")
    before, after = (featurize(page(button, actions=actions), book) for actions in ((), (Click(2),)))
    assert not np.array_equal(before.numeric, after.numeric)
    typed = featurize(page(button, actions=(Type(2, "Ada"),)), book)
    tokens = [book.word(int(typed.vocabulary[local])) for local in typed.tokens]
    assert [word for word, done in zip(tokens, typed.token_features[:, 5], strict=True) if done] == ["ada"]


def test_how_often_something_was_done_is_compared_with_the_command(book: WordBook) -> None:
    button = Element(ref=2, parent=1, tag="button", role="button", text="Next")
    seen = Observation(instruction="Press Next 2 times", elements=(button,))
    for done, (equal, more) in enumerate([(0, 1), (0, 1), (1, 0), (0, 0)]):
        sample = featurize(msgspec.structs.replace(seen, actions=(Click(2),) * done), book)
        assert sample.token_features[2, 7:9].tolist() == [equal, more]
        assert not sample.token_features[-10:, 7:9].any()


def test_the_digits_stand_behind_the_command(book: WordBook) -> None:
    sample = featurize(page(), book)
    assert [book.word(int(sample.vocabulary[local])) for local in sample.tokens[-10:]] == list(DIGITS)
    assert len(sample.spans) == len(sample.tokens) - 10


def test_large_pages_keep_what_the_command_names(book: WordBook) -> None:
    many = [Element(ref=2 + i, parent=1, tag="p", text=f"line {i}") for i in range(MAX_ELEMENTS * 3)]
    target = Element(ref=9999, parent=1, tag="a", role="link", text="Ada", in_viewport=False)
    sample = featurize(page(*many, target), book)
    assert len(sample.refs) == MAX_ELEMENTS
    assert 9999 in sample.refs


def test_an_empty_page_gives_empty_arrays(book: WordBook) -> None:
    sample = featurize(Observation(instruction="Click OK"), book)
    assert sample.numeric.shape[0] == sample.words.shape[0] == sample.boxes.shape[0] == 0
    assert replace(sample).kinds.shape == (0, 7)


def test_what_stands_in_a_button_is_no_second_button(book: WordBook) -> None:
    button = Element(ref=2, parent=1, tag="button", role="button", name="Save")
    picture = Element(ref=3, parent=2, tag="svg")
    words = Element(ref=4, parent=2, tag="span", text="Save")
    box = Element(ref=5, parent=2, tag="input", role="checkbox", attributes={"type": "checkbox"})
    assert featurize(page(button, picture, words, box), book).refs.tolist() == [1, 2, 5][1:]


def test_links_tell_where_they_lead(book: WordBook) -> None:
    link = Element(
        ref=2, parent=1, tag="a", role="link", attributes={"href": "/admin/auth/userGroup/add/index.html?x=1"}
    )
    assert words(featurize(page(link), book), book, 2, Slots.target) == ["auth", "user", "group", "add"]
    bare = msgspec.structs.replace(link, attributes={"href": "#"})
    assert words(featurize(page(bare), book), book, 2, Slots.target) == []


def test_only_roles_that_the_tag_does_not_imply_are_told(book: WordBook) -> None:
    plain = Element(ref=2, parent=1, tag="a", role="link", text="x")
    tab = msgspec.structs.replace(plain, role="tab")
    box = Element(ref=3, parent=1, tag="input", role="checkbox")
    sample = featurize(page(plain, box), book)
    assert sample.roles.tolist() == [0, 0]
    assert featurize(page(tab, box), book).roles[0] > 0


def test_an_element_knows_the_part_of_the_page_and_the_heading_above(book: WordBook) -> None:
    observation = page(
        Element(ref=2, parent=1, tag="aside", role="complementary", attributes={"aria-label": "Filter"}),
        Element(ref=3, parent=2, tag="div"),
        Element(ref=4, parent=3, tag="h3", role="heading", text="By status"),
        Element(ref=5, parent=3, tag="div", attributes={"class": "nav-list"}),
        Element(ref=6, parent=5, tag="a", role="link", text="Active"),
        Element(ref=7, parent=1, tag="a", role="link", text="Home"),
    )
    sample = featurize(observation, book)
    assert words(sample, book, 6, Slots.part) == ["nav", "complementary", "filter", "by", "status"]
    assert words(sample, book, 7, Slots.part) == []


@pytest.mark.parametrize(
    ("command", "text", "allowed"),
    [
        ("set my email to ada@lovelace.org", "ada@lovelace.org", True),
        ("set my email to ada@lovelace.org", "lovelace.org", False),
        ("meet me at 10:30, not later", "10:30", True),
        ("meet me at 10:30, not later", "10", False),
        ('Enter "Ada", then press Save.', "Ada", True),
        ("change Ada's name", "Ada", True),
        ('{"From":"Oslo","To":"Rome"}', "Oslo", True),
        ("type 1,000", "1", False),
        ("last name O'Brien", "Brien", False),
        ("last name O'Brien", "O'Brien", True),
        ("type 'Ada Lovelace' there", "Ada Lovelace", True),
        ("ask Cats or dogs?", "Cats or dogs?", True),
        ("ask Cats or dogs?", "Cats or dogs", True),
    ],
)
def test_what_is_typed_begins_and_ends_with_a_word(command: str, text: str, allowed: bool) -> None:
    sample = featurize(Observation(instruction=command, elements=page().elements), WordBook())
    start = command.index(text)
    first = sample.spans[:, 0].tolist().index(start)
    last = sample.spans[:, 1].tolist().index(start + len(text))
    spans = unbroken(command, sample, len(sample.tokens))
    assert spans[first, last] == allowed
    extra = len(sample.spans)
    assert spans[extra, extra] and spans.shape == (len(sample.tokens),) * 2


@pytest.mark.parametrize(
    ("command", "count"),
    [
        ("How many large red circles are there?", 1),
        ("How many circles are there?", 2),
        ("Count the small shapes", 2),
        ("How many items are there?", 4),
        ("How many green triangles are there?", 0),
        ("How many Bs are there?", 1),
        ("Is there a B?", 4),
    ],
)
def test_things_that_look_as_the_command_says_are_counted(command: str, count: int) -> None:
    things = [
        Element(ref=2, parent=1, tag="circle", color="#ff0000", box=(0, 0, 20, 20)),
        Element(ref=3, parent=1, tag="circle", color="#ff0000", box=(20, 0, 9, 9)),
        Element(ref=4, parent=1, tag="rect", color="#0000ff", box=(40, 0, 9, 9)),
        Element(ref=5, parent=1, tag="text", text="B", color="#0000ff", box=(60, 0, 9, 9)),
        Element(ref=6, parent=1, tag="button", name="3", text="3"),
    ]
    assert how_many([token.word for token in tokenize(command)], things, looks(things)) == count


def test_where_there_are_no_things_none_are_counted(book: WordBook) -> None:
    buttons = [Element(ref=ref, parent=1, tag="button", name=str(ref), text=str(ref)) for ref in range(2, 5)]
    assert how_many(["how", "many"], buttons, looks(buttons)) is None
    assert not featurize(page(*buttons, instruction="How many?"), book).numeric[:, COUNTED].any()


def test_what_says_the_count_is_told_so(book: WordBook) -> None:
    circles = [Element(ref=ref, parent=1, tag="circle", color="#ff0000", box=(0, 0, 9, 9)) for ref in (2, 3)]
    buttons = [Element(ref=ref, parent=1, tag="button", name=str(ref - 3), text=str(ref - 3)) for ref in (4, 5, 6)]
    sample = featurize(page(*circles, *buttons, instruction="How many circles?"), book)
    assert sample.refs[sample.numeric[:, COUNTED] > 0].tolist() == [5]
    digits = sample.token_features[-len(DIGITS) :, 9]
    assert np.flatnonzero(digits).tolist() == [2]


def test_numbers_are_told_so_that_adding_is_turning() -> None:
    seven, eight, fifteen, none = figures(["7 apples", "8", "15", "no number"])
    turn = complex(*seven[3:5]) * complex(*eight[3:5])
    assert np.allclose([turn.real, turn.imag], fifteen[3:5], atol=1e-6)
    assert seven[2] == -1
    assert eight[2] == 1
    assert not none.any()
    both = figures(["23 - 4 ="])[0]
    assert both[1] == pytest.approx(0.23)
    assert both[8] == pytest.approx(0.04)


@pytest.mark.parametrize(
    ("text", "quantity"),
    [("$472.50", 472.5), ("7h 12m", 7.2), ("-75", -75), ("1,085", 1085), ("2016-10", 2016 + 10 / 60), ("Ada", None)],
)
def test_quantities(text: str, quantity: float | None) -> None:
    assert quantity_of(text) == (pytest.approx(quantity) if quantity is not None else None)


@pytest.mark.parametrize(
    "ascending",
    [
        ("45m", "1h 20m", "7h", "7h 12m"),
        ("95 min", "2 h", "3 hours"),
        ("650 KB", "12 MB", "1.5 GB"),
        ("$88", "$382", "$1,085"),
        ("Book for $88", "Take it for $382"),
        ("900 m", "3.2 km"),
        ("-75", "-3", "11"),
    ],
)
def test_quantities_of_a_kind_are_ranked_whatever_their_unit(ascending: tuple[str, ...]) -> None:
    measured = [measure_of(text) for text in ascending]
    assert len({one.of for one in measured if one}) == 1
    values = [one.value for one in measured if one]
    assert values == sorted(values)
    assert len(values) == len(ascending)


def test_quantities_of_another_kind_are_not_ranked_together(book: WordBook) -> None:
    cards = [("$88", "5h 59m"), ("$382", "3h 52m"), ("$604", "8h")]
    elements = [
        Element(ref=2 + 2 * row + place, parent=1, tag="div", text=text)
        for row, card in enumerate(cards)
        for place, text in enumerate(card)
    ]
    least = featurize(page(*elements), book).numeric[:, -5]
    assert least.tolist() == [1, 0, 0, 1, 0, 0]


def test_quantities_of_the_page_are_compared_with_those_of_the_command(book: WordBook) -> None:
    price = Element(ref=2, parent=1, tag="span", text="$42.50")
    samples = [featurize(page(price, instruction=f"Buy below ${limit}"), book) for limit in ("42.90", "41")]
    pages = [pad([sample], book) for sample in samples]
    signs = [match_elements(one, pair_elements(one))[0, -3, 0] for one in pages]
    assert [signs[0][3], signs[1][3]] == [-1, 1]
    assert not signs[0][:3].any()


def test_elements_that_say_the_same_are_related(book: WordBook) -> None:
    elements = [
        Element(ref=2, parent=1, tag="td", text="Colour", box=(0, 0, 50, 10)),
        Element(ref=3, parent=1, tag="td", text="white", box=(60, 0, 50, 10)),
        Element(ref=4, parent=1, tag="td", text="Country", box=(0, 20, 50, 10)),
        Element(ref=5, parent=1, tag="label", text="Colour:", box=(0, 60, 50, 10)),
        Element(ref=6, parent=1, tag="input", role="textbox", editable=True, box=(60, 60, 50, 10)),
    ]
    own, beside = pair_elements(pad([featurize(page(*elements), book)], book))[0, -2:]
    assert own[0, 3] > 0.5
    assert not own[0, [0, 1, 2]].any()
    assert beside[4, 0] > 0.5
    assert not beside[4, [1, 2]].any()
