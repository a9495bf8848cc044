"""Names as a reader would say them."""

from __future__ import annotations

import pytest

from censemble.personas.plain_names import answered, humanised, is_plural, singular, topic_of, with_article


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("hh_size", "household size"),
        ("maritalStatus", "marital status"),
        ("class-of-worker", "class of worker"),
        ("n_trips", "number of trips"),
        ("_", "_"),
    ],
)
def test_column_names_become_words(name: str, words: str) -> None:
    """Underscores, hyphens, capitals and common short forms are read; a name without a letter stays."""
    assert humanised(name) == words


@pytest.mark.parametrize(
    ("name", "topic"),
    [("commute minutes", "moving"), ("workers", "work"), ("heating fuel", "home"), ("race", "who"), ("carer", "other")],
)
def test_names_have_a_topic(name: str, topic: str) -> None:
    """The first word that is known decides; short stems are whole words, so that a carer is no car."""
    assert topic_of(name) == topic


@pytest.mark.parametrize(
    ("name", "yes", "no"),
    [
        ("is employed", "is employed", "is not employed"),
        ("uses transit", "uses transit", "does not use transit"),
        ("owns bicycle", "owns bicycle", "lives without bicycle"),
        ("driver", "is a driver", "is not a driver"),
        ("internet", "has internet", "lives without internet"),
    ],
)
def test_answers_of_yes_and_no(name: str, yes: str, no: str) -> None:
    """Verbs are negated, persons are or are not, all else one has or lives without."""
    assert (answered(name, yes=True), answered(name, yes=False)) == (yes, no)


def test_plurals() -> None:
    """What counts something ends in a plural s; one of it loses it."""
    assert [is_plural(n) for n in ("trips", "class", "bus", "hours per week")] == [True, False, False, True]
    assert (singular("bodies"), singular("trips")) == ("body", "trip")
    assert (with_article("age"), with_article("size")) == ("an age", "a size")
