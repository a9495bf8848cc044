"""Advice about words that are not known."""

from __future__ import annotations

from censemble.io.suggestions import advice


def test_nearest_word_first_and_all_listed() -> None:
    """The nearest word is asked for and every accepted one is listed."""
    assert advice("importnace", ["importance", "level"]) == "Did you mean 'importance'? Known here: importance, level."


def test_nothing_near_nothing_known() -> None:
    """Without a near word nothing is suggested; without any word that is said."""
    assert advice("xyz", ["level"]) == "Known here: level."
    assert advice("xyz", []) == "Known here: none."


def test_long_lists_are_cut() -> None:
    """Of a hundred words thirty are listed and the rest counted."""
    assert advice("q", [f"a{i:03}" for i in range(100)]).endswith("a029 and 70 more.")
