"""What is invented: any amount of it, the same for the same seed, and in one line."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from webagent.data.pages import inventing
from webagent.data.pages.inventing import INVENTED, anything, invented
from webagent.data.pages.values import vocabulary
from webagent.errors import UsageError


@pytest.mark.parametrize("kind", sorted(INVENTED))
def test_each_kind_is_decided_by_its_seed_and_stands_in_one_line(kind: str) -> None:
    made = [invented(kind, np.random.default_rng(seed)) for seed in range(30)]
    assert made == [invented(kind, np.random.default_rng(seed)) for seed in range(30)]
    assert all(text and text == " ".join(text.split()) for text in made)
    assert len(set(made)) >= 20


def test_texts_are_seldom_the_same() -> None:
    random = np.random.default_rng(0)
    made = [anything(random) for _ in range(300)]
    assert len(set(made)) > 280
    assert any("@" in text for text in made) and any(text.isdigit() for text in made)


def test_names_of_things_that_sites_list_can_be_invented() -> None:
    assert {about["list"] for about in vocabulary()["kinds"].values()} <= set(INVENTED)


def test_without_faker_there_is_a_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "faker", None)
    inventing._fakers.cache_clear()
    with pytest.raises(UsageError, match=r"pip install 'webagent\[learn\]'"):
        anything(np.random.default_rng(0))
    inventing._fakers.cache_clear()
