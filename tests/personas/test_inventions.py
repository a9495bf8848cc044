"""What texts invent."""

from __future__ import annotations

from traveller_case import GOOD, sheet_of

from censemble.personas.inventions import inventions

SHE = sheet_of(39, 0, 0, 1, 0, 1)


def test_nothing_invented() -> None:
    """A text of the record's own facts has no invention of a kind."""
    assert inventions(GOOD, SHE).found == ()


def test_kinds() -> None:
    """Names at the start and inside, numbers, family, jobs, feelings and things are told apart, each counted once."""
    text = "Mary is a nurse. She enjoys Boston with her dog, her dog and her husband, 20 minutes away. The car is one."
    assert inventions(text, SHE).found == (
        ("name", "Mary"),
        ("occupation", "nurse"),
        ("attitude", "enjoys"),
        ("name", "Boston"),
        ("possession", "dog"),
        ("family", "husband"),
        ("number", "20"),
    )


def test_what_the_record_says_is_not_invented() -> None:
    """Numbers and words of the record's facts may stand."""
    assert inventions("At 39 she has children and one car.", SHE).found == ()


def test_own_words_are_counted() -> None:
    """Words that are neither common nor the record's are counted, every time."""
    found = inventions("She has a splendid car and a splendid orchard.", SHE)
    assert (found.own_words, found.n_words) == (3, 9)
