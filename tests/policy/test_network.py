from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from webagent.policy.actions import KINDS
from webagent.policy.batch import Scores, collate
from webagent.policy.features import Sample, featurize
from webagent.policy.model import Network, states
from webagent.policy.relations import MATCHES, PAIRS
from webagent.policy.sizes import ModelConfig
from webagent.policy.words import WordBook
from webagent_envs.spaces import Element, Observation


def form(instruction: str, labels: list[str]) -> Observation:
    elements = [Element(ref=1, tag="form")]
    for place, label in enumerate(labels):
        box = (0.0, 20.0 * place, 80.0, 18.0)
        elements.append(Element(ref=2 + place, parent=1, tag="button", role="button", text=label, box=box))
    elements.append(Element(ref=99, parent=1, tag="input", role="textbox", editable=True, box=(90.0, 0.0, 50.0, 18.0)))
    return Observation(instruction=instruction, elements=tuple(elements))


@pytest.fixture(scope="module")
def book() -> WordBook:
    return WordBook()


@pytest.fixture(scope="module")
def network() -> Network:
    torch.manual_seed(0)
    return Network(ModelConfig(width=32, layers=2, heads=4)).eval()


def relate(sample: Sample, book: WordBook) -> NDArray[np.float32]:
    """[1, E, L, MATCHES]."""
    return np.moveaxis(collate([sample], book).matches, 1, -1)


def read(network: Network, samples: list[Sample], book: WordBook) -> Scores[torch.Tensor]:
    return network(collate(samples, book).map(torch.from_numpy))


@torch.inference_mode()
def test_padding_changes_nothing(network: Network, book: WordBook) -> None:
    small = featurize(form("Click Save", ["Save", "Cancel"]), book)
    large = featurize(form("Please press the 3rd of these buttons", [f"Button {i}" for i in range(9)]), book)
    alone, together = read(network, [small], book), read(network, [small, large], book)
    e, t = len(small.refs), len(small.tokens)
    assert torch.allclose(alone.actions[0], together.actions[0, :e], atol=1e-4)
    assert torch.allclose(alone.tokens[0], together.tokens[0, :t], atol=1e-4)
    assert torch.allclose(alone.stop[0], together.stop[0], atol=1e-4)


@torch.inference_mode()
def test_only_possible_actions_have_a_chance(network: Network, book: WordBook) -> None:
    sample = featurize(form("Click Save", ["Save"]), book)
    chances = read(network, [sample], book).actions[0].flatten().softmax(0).view(-1, len(KINDS))
    button, field = (sample.refs.tolist().index(ref) for ref in (2, 99))
    assert chances[button, KINDS.index("type")] == 0
    assert chances[button, KINDS.index("click")] > 0
    assert chances[field, KINDS.index("type")] > 0
    assert chances[:, KINDS.index("select")].sum() == 0


def test_matches_tell_which_words_meet(book: WordBook) -> None:
    sample = featurize(form("Click the Save as button", ["Save as", "Save", "Delete"]), book)
    matches = relate(sample, book)
    assert matches.shape == (1, len(sample.refs), len(sample.tokens), MATCHES)
    save, as_ = 2, 3
    equal, phrase = matches[0, :, :, 0], matches[0, :, :, 21]
    assert equal[0, save] == equal[0, as_] == equal[1, save] == 1
    assert equal[2].sum() == 0
    assert np.flatnonzero(phrase[0]).tolist() == [save, as_]
    assert np.flatnonzero(phrase[1]).tolist() == [save]
    longest = matches[0, :, save, 23]
    assert longest[:3].tolist() == [1, 0, 0]  # "Save as" is more of the command than "Save"


def test_order_counts_among_those_of_a_label_and_of_a_kind(book: WordBook) -> None:
    """ "The second Add" is the one in another row, and so is "the second box"."""
    rows = [Element(ref=1, tag="body")]
    for place in range(3):
        row = 10 * (place + 1)
        rows.append(Element(ref=row, parent=1, tag="div"))
        rows.append(Element(ref=row + 1, parent=row, tag="button", role="button", name="Add", text="Add"))
        rows.append(Element(ref=row + 2, parent=row, tag="input", role="checkbox"))
    sample = featurize(Observation(instruction="the second one", elements=tuple(rows)), book)
    matches = relate(sample, book)[0]
    second = 1
    of = {ref: row for row, ref in enumerate(sample.refs.tolist())}
    assert [matches[of[ref], second, 30].item() for ref in (11, 21, 31)] == [0, 1, 0]
    assert [matches[of[ref], second, 31].item() for ref in (12, 22, 32)] == [0, 1, 0]


def test_numbers_and_order_meet(book: WordBook) -> None:
    sample = featurize(form("Choose the 2nd, or 07", ["7", "9", "x"]), book)
    matches = relate(sample, book)[0]
    tokens = [book.word(int(sample.vocabulary[local])) for local in sample.tokens]
    second, seven = tokens.index("2nd"), tokens.index("07")
    assert matches[0, seven, 25] == 1
    assert matches[1, seven, 26] == 1
    assert matches[:3, second, 28].tolist() == [0, 1, 0]


def test_what_stands_beside_is_related_to_the_command_too(book: WordBook) -> None:
    """ "The bin of Ada" is an icon without a name, in the row where Ada stands."""
    rows = [Element(ref=1, tag="body")]
    for place, name in enumerate(("Ada", "Grace", "Linus", "Alan")):
        row, top = 10 * (place + 1), 20.0 * place
        rows.append(Element(ref=row, parent=1, tag="div", box=(0, top, 100, 20)))
        rows.append(Element(ref=row + 1, parent=row, tag="span", text=name, box=(0, top, 40, 18)))
        rows.append(Element(ref=row + 2, parent=row, tag="span", box=(60, top, 18, 18), attributes={"class": "bin"}))
    sample = featurize(Observation(instruction="Empty the bin of Grace", elements=tuple(rows)), book)
    matches = relate(sample, book)[0]
    icons = [sample.refs.tolist().index(ref) for ref in (12, 22, 32, 42)]
    grace = 4
    assert matches[icons, grace, 35].tolist() == [0, 1, 0, 0]
    assert matches[icons, grace, 37].tolist() == [0, 1, 0, 0]


def test_a_number_beside_is_compared_with_those_of_the_command(book: WordBook) -> None:
    """ "Previous" is told what the month beside it is to the wanted one; a day of the month is not beside it."""
    elements = [Element(ref=1, tag="body"), Element(ref=2, parent=1, tag="div")]
    elements.append(Element(ref=3, parent=2, tag="a", role="link", text="Previous"))
    elements.append(Element(ref=4, parent=2, tag="span", text="May"))
    elements += [Element(ref=5 + day, parent=1, tag="a", role="link", text=str(10 + day)) for day in range(8)]
    for wanted, expected in (("05", [1, 0, 0]), ("03", [0, 1, 0]), ("09", [0, 0, 1])):
        sample = featurize(Observation(instruction=f"Select {wanted}", elements=tuple(elements)), book)
        matches = relate(sample, book)[0]
        rows = [sample.refs.tolist().index(ref) for ref in (3, 6)]
        assert matches[rows[0], 1, 42:45].tolist() == expected
        assert matches[rows[1], 1, 42:45].tolist() == [0, 0, 0]


def test_what_few_elements_say_tells_more(book: WordBook) -> None:
    sample = featurize(form("Now press Save", ["Cancel", "Save", "Now", "Not now"]), book)
    matches = relate(sample, book)[0]
    now, _, save = range(3)
    assert matches[:4, save, 38].tolist() == [0, 1, 0, 0]
    assert matches[:4, now, 38].tolist() == [0, 0, 0.5, 0.5]


def test_the_nearest_in_meaning_stands_out(book: WordBook) -> None:
    sample = featurize(form("Throw it into the trash", ["bin", "reply", "star"]), book)
    matches = relate(sample, book)[0]
    trash = 4
    like = matches[:3, trash, 1]
    assert like[0] > like[1:].max()
    assert matches[:3, trash, 40].tolist() == [like[0].item(), 0, 0]
    assert matches[0, :, 41].argmax() == trash


def test_pairs_know_containers_and_places(book: WordBook) -> None:
    observation = Observation(
        instruction="x",
        elements=(
            Element(ref=1, tag="body", box=(0, 0, 200, 200)),
            Element(ref=2, parent=1, tag="div"),
            Element(ref=3, parent=2, tag="p", text="a", box=(0, 0, 20, 20)),
            Element(ref=4, parent=2, tag="p", text="b", box=(40, 0, 20, 20)),
            *(Element(ref=5 + i, parent=1, tag="p", text="c", box=(0, 40.0 + 30 * i, 20, 20)) for i in range(4)),
        ),
    )
    pairs = np.moveaxis(collate([featurize(observation, book)], book).pairs, 1, -1)
    assert pairs.shape == (1, 6, 6, PAIRS)
    a, b, c = 0, 1, 2
    assert pairs[0, a, b, 0] == 1  # they share a container of at most 3
    assert pairs[0, a, c, 0] == 0
    assert pairs[0, a, b, 4] == 1  # same row
    assert pairs[0, a, c, 5] == 1  # same column
    assert pairs[0, a, b, 6] == 1  # left of


def test_the_next_of_a_family_is_known_in_each_direction(book: WordBook) -> None:
    """ "The button below Name" is not the next button of the document, and a field is no button."""
    observation = Observation(
        instruction="x",
        elements=(
            Element(ref=1, tag="body", box=(0, 0, 200, 200)),
            Element(ref=2, parent=1, tag="p", text="Name", box=(0, 0, 60, 20)),
            Element(ref=3, parent=1, tag="button", role="button", text="Help", box=(100, 0, 60, 20)),
            Element(ref=4, parent=1, tag="input", role="textbox", editable=True, box=(0, 30, 60, 20)),
            Element(ref=5, parent=1, tag="a", role="button", text="Save", box=(0, 60, 60, 20)),
            Element(ref=6, parent=1, tag="button", role="button", text="Close", box=(0, 90, 60, 20)),
        ),
    )
    sample = featurize(observation, book)
    pairs = collate([sample], book).pairs[0, 14:]
    name, help, _, _, close = range(5)
    after, before, right, left, below, above = range(6)
    assert pairs[after, :, name].tolist() == [0, 1, 1, 0, 0]
    assert pairs[below, :, name].tolist() == [0, 0, 1, 1, 0]
    assert pairs[right, :, name].tolist() == [0, 1, 0, 0, 0]
    assert pairs[left, :, help].tolist() == [1, 0, 0, 0, 0]
    assert pairs[above, :, close].tolist() == [1, 0, 1, 1, 0]
    assert pairs[before, :, close].tolist() == [1, 0, 1, 1, 0]


def test_order_counts_within_a_part_of_the_page_and_within_a_list(book: WordBook) -> None:
    """ "The second link of the menu" is the third of the page, and each of two lists has a second entry."""
    elements = [Element(ref=1, tag="body"), Element(ref=2, parent=1, tag="a", role="link", text="Top")]
    elements.append(Element(ref=3, parent=1, tag="nav", role="navigation"))
    for place in range(4):
        column = 10 + place // 2
        if not place % 2:
            elements.append(Element(ref=column, parent=3, tag="div"))
        item = 20 + 2 * place
        elements.append(Element(ref=item, parent=column, tag="div"))
        elements.append(Element(ref=item + 1, parent=item, tag="a", role="link", text=f"Page {place}"))
    sample = featurize(Observation(instruction="the second one", elements=tuple(elements)), book)
    matches, second = relate(sample, book)[0], 1
    rows = [sample.refs.tolist().index(ref) for ref in (2, 21, 23, 25, 27)]
    assert matches[rows, second, 31].tolist() == [0, 1, 0, 0, 0]  # of the page
    assert matches[rows, second, 32].tolist() == [0, 0, 1, 0, 0]  # of the navigation
    assert matches[rows, second, 33].tolist() == [0, 0, 1, 0, 1]  # of its list


def test_spans_run_forward_and_digits_stand_alone(network: Network, book: WordBook) -> None:
    sample = featurize(form("Type Ada Lovelace", []), book)
    with torch.inference_mode():
        scores = read(network, [sample], book)
        chances = network.spans(scores, states(scores, torch.tensor([0])))[0].flatten().softmax(0)
    size = len(sample.tokens)
    possible = {divmod(place, size) for place in chances.nonzero().squeeze(1).tolist()}
    assert possible == {(i, j) for i in range(3) for j in range(i, 3)} | {(i, i) for i in range(3, size)}


def test_it_stays_small() -> None:
    assert sum(parameter.numel() for parameter in Network(ModelConfig()).parameters()) < 25_000_000
