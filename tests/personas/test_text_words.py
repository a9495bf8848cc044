"""Texts as comparable words."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.personas.text_words import is_denied, places_of, stem, words_of


def test_sentences_start_with_a_marked_word() -> None:
    """The first word and those after a full stop are marked, words after a comma are not."""
    assert [w.text for w in words_of("He drives, she walks. They rest!") if w.starts] == ["He", "They"]


def test_numbers_in_digits_and_words() -> None:
    """Thousands, decimals and number words are read; "forty two" is one number, "two forty" are two."""
    numbers = [w.number for w in words_of("Forty-two of 25,000 or 1.5, two forty") if w.number is not None]
    assert numbers == [42, 25000, 1.5, 2, 40]


def test_phrases_are_found_in_other_forms() -> None:
    """A phrase is found where the verb has another ending, and only where all its words stand together."""
    words = words_of("He was cycling every week and walked.")
    assert list(places_of([stem(w) for w in ("cycles", "every", "week")], words)) == [2]
    assert list(places_of([stem(w) for w in ("cycles", "week")], words)) == []
    assert list(places_of([], words)) == []


def test_negations_reach_three_words_back_within_a_sentence() -> None:
    """ "no", "does not" and "doesn't" deny what follows, not what stands far behind or in the next sentence."""
    assert is_denied(words_of("She doesn't own a car"), 4)
    assert not is_denied(words_of("No garden lies behind the house and car"), 7)
    assert not is_denied(words_of("Never. Cars pass"), 1)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    """Whatever a model writes gives words, each of them in the text."""
    for word in words_of(text):
        assert word.text.split(" ")[0] in text
