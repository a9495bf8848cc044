"""Numbers, ranges and labels that a text states."""

from __future__ import annotations

import pytest

from censemble.generators.llmsynthor.scenario_words import names_label, stated_numbers, stated_ranges


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("From 20 to 24, 2,000 more.", {20, 24, 2000}),
        ("1 500 people, 12'000 trips and 3.5 % more", {1500, 12000}),
        ("Nothing.", set()),
        ("zone 470930012", {470930012}),
    ],
)
def test_stated_numbers(text: str, numbers: set[int]) -> None:
    """Thousands however they are set apart; fractions are none."""
    assert stated_numbers(text) == numbers


def test_stated_ranges() -> None:
    """Written in several ways; none that ends before it begins, none of two numbers side by side."""
    assert stated_ranges("From 20 to 24, between 6 and 9, aged 18-64") == [(20, 24), (18, 64), (6, 9)]
    assert stated_ranges("24 to 20; 300 and 5 flats; 20 to 24 and 20 to 24") == [(20, 24)]


def test_labels_are_words_of_their_own() -> None:
    """With signs as they stand."""
    assert names_label("5 or more persons", "5 or more")
    assert names_label("by car (alone)", "car (alone)")
    assert not names_label("scarce", "car")
