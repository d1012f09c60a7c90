import math

import numpy as np
import pytest

from webagent.policy.words import PAD, WordBook, ngrams_of, number_of, split, tokenize, word_table


def test_tokens_know_where_they_stand() -> None:
    text = 'Enter "Ada L." at 9:05'
    assert [token.word for token in tokenize(text)] == ["Enter", '"', "Ada", "L", ".", '"', "at", "9", ":", "05"]
    assert all(text[token.start : token.end] == token.word for token in tokenize(text))


def test_identifiers_fall_into_words() -> None:
    assert split("emailSubject-2 ui_menu", identifier=True) == ["email", "Subject", "2", "ui", "menu"]


@pytest.mark.parametrize(
    ("word", "number", "ordinal"),
    [("05", 5, False), ("3rd", 3, True), ("third", 3, True), ("three", 3, False), ("may", 5, False), ("sep", 9, False)],
)
def test_numbers_are_understood(word: str, number: float, ordinal: bool) -> None:
    assert number_of(word) == (number, ordinal)


def test_plain_words_are_no_numbers() -> None:
    assert math.isnan(number_of("submit")[0])


def test_ids_ignore_case_and_survive_growth() -> None:
    book = WordBook()
    first = book.id("Submit")
    for number in range(3000):
        book.id(f"word{number}")
    assert book.id("submit") == first != PAD
    assert book.word(first) == "submit"
    assert book.number[book.id("12")] == 12
    assert set(book.ngrams[first].tolist()) - {0} == set(ngrams_of("submit"))


def test_the_word_vectors_know_meanings() -> None:
    rows, vectors = word_table()

    def likeness(one: str, other: str) -> float:
        return float(vectors[rows[one]] @ vectors[rows[other]])

    assert np.allclose(np.linalg.norm(vectors[1:], axis=1), 1, atol=1e-5)
    assert likeness("trash", "garbage") > 0.5 > 0.3 > likeness("trash", "monday")
    assert likeness("reply", "respond") > likeness("reply", "delete")


def test_a_book_remembers_the_words_of_a_text_as_it_would_find_them_again() -> None:
    book, other = WordBook(), WordBook()
    for text in ("Save all 3rd drafts", "", "save ALL (1,-2)", "Save all 3rd drafts"):
        assert book.ids(text) == tuple(other.id(word) for word in split(text)) == book.ids(text)
