"""The network that acts says what the network that learns says, on recorded pages of real applications."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from threadpoolctl import threadpool_info

from webagent.evaluate.realpages.suite import read_suite
from webagent.learn.weights import load_network, weights_of
from webagent.policy import inference
from webagent.policy.actions import CHARACTERS, END, KINDS
from webagent.policy.batch import Batch, Scores, collate
from webagent.policy.checkpoint import read_checkpoint, shipped_weights
from webagent.policy.features import featurize
from webagent.policy.model import Network, choices, states
from webagent.policy.numerics import gelu, one_thread, sigmoid
from webagent.policy.sizes import ModelConfig, shapes
from webagent.policy.words import WordBook
from webagent_envs.spaces import Observation

CLOSE = 1e-3
HEADS = ("key", "mode", "piece", "scroll", "shift", "spot", "tab")
EMPTY = Observation(instruction="Wait for it")


@pytest.fixture(scope="module")
def acting() -> inference.Network:
    weights, config = read_checkpoint(shipped_weights())
    return inference.Network(config.model, weights)


@pytest.fixture(scope="module")
def learning() -> Network:
    return load_network(shipped_weights())[0]


@pytest.fixture(scope="module")
def pages() -> list[Observation]:
    """Two of each application, and nothing."""
    return [*(case.observation for case in read_suite()[::31]), EMPTY]


def read(pages: Sequence[Observation]) -> Batch[np.ndarray]:  # type: ignore[type-arg]
    book = WordBook()
    return collate([featurize(page, book) for page in pages], book)


@pytest.mark.parametrize("together", [1, 6])  # pages of unlike size: the smaller ones are padded
@torch.inference_mode()
def test_both_networks_say_the_same(
    acting: inference.Network, learning: Network, pages: list[Observation], together: int
) -> None:
    for start in range(0, len(pages), together):
        batch = read(pages[start : start + together])
        mine, known = acting(batch), learning(batch.map(torch.from_numpy))
        for name, part in vars(known).items():
            np.testing.assert_allclose(getattr(mine, name), part.numpy(), atol=CLOSE, err_msg=name)
        best = choices(known).argmax(1).tolist()
        assert [int(np.append(a, p).argmax()) for a, p in zip(mine.actions, mine.page, strict=True)] == best
        elements = mine.actions.shape[1]
        chosen = torch.tensor([place // len(KINDS) if place < elements * len(KINDS) else -1 for place in best])
        compare_heads(acting, learning, known, states(known, chosen))


def compare_heads(
    acting: inference.Network, learning: Network, known: Scores[torch.Tensor], state: torch.Tensor
) -> None:
    """What an action says besides, for one element of each page."""
    heads = {name: getattr(learning, name)(state) for name in HEADS}
    heads["spans"] = learning.spans(known, state)
    heads["copy"], heads["target"] = learning.points(known, state)
    for row, own in enumerate(state.numpy()):
        page = known.map(lambda part, row=row: part[row].numpy())  # type: ignore[misc]
        mine = {name: acting.head(name, own) for name in HEADS}
        mine["spans"] = acting.spans(page, own)
        mine["copy"], mine["target"] = acting.points(page, own)
        for name, logits in heads.items():
            np.testing.assert_allclose(mine[name], logits[row].numpy(), atol=CLOSE, err_msg=name)
        assert written(acting, page, own) == written_by_torch(learning, known, state, row)


def written(network: inference.Network, page: Scores[np.ndarray], state: np.ndarray) -> str:  # type: ignore[type-arg]
    text, previous = "", END
    while len(text) < 12:
        logits, state = network.write(previous, state, page)
        previous = int(logits.argmax())
        text += "." if previous == END else CHARACTERS[previous]
    return text


def written_by_torch(network: Network, known: Scores[torch.Tensor], states: torch.Tensor, row: int) -> str:
    text, previous, state = "", torch.tensor([END]), states[row : row + 1]
    tokens, mask = known.tokens[row : row + 1], known.token_mask[row : row + 1]
    while len(text) < 12:
        logits, state = network.writer.step(previous, state, tokens, mask)
        previous = logits.argmax(1)
        text += "." if int(previous) == END else CHARACTERS[int(previous)]
    return text


@pytest.mark.parametrize("config", [ModelConfig(), ModelConfig(width=48, layers=3, heads=4, ngram_width=20)])
def test_sizes_are_those_of_the_network_that_learns(config: ModelConfig) -> None:
    assert shapes(config) == {name: part.shape for name, part in weights_of(Network(config)).items()}


def test_one_thread_is_enough_and_others_get_theirs_back() -> None:
    before = threadpool_info()
    with one_thread():
        assert {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"} == {1}
    assert threadpool_info() == before


def test_functions_agree_with_those_of_torch() -> None:
    x = np.linspace(-12, 12, 2001, dtype=np.float32)
    np.testing.assert_allclose(gelu(x), torch.nn.functional.gelu(torch.from_numpy(x)).numpy(), atol=1e-5)
    wide = np.array([-1e4, -100.0, 0.0, 100.0, 1e4], np.float32)
    np.testing.assert_allclose(sigmoid(wide), [0, 0, 0.5, 1, 1])
