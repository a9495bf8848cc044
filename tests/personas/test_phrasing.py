"""Labels as words."""

from __future__ import annotations

import pytest

from censemble.errors import ConfigError
from censemble.personas.phrasing import Wording, counted
from censemble.schema import Attribute

MODE = Attribute("mode", "persons", "categorical", ("car", "public_transport"))


def test_phrases_go_before_patterns_and_rules() -> None:
    """A phrase for one label, a pattern for the rest."""
    wording = Wording({"mode": {"car": "drives"}}, {"mode": "goes by {value}"})
    assert [wording.fact(MODE, label).does for label in MODE.categories] == ["drives", "goes by public transport"]


def test_without_phrases_name_and_value_say_it() -> None:
    """Nothing is done; both are humanised."""
    fact = Wording().fact(MODE, "public_transport")
    assert (fact.does, fact.name, fact.value, fact.topic) == ("", "mode", "public transport", "moving")


def test_a_label_that_holds_the_name_speaks_for_itself() -> None:
    """Not "his hispanic is not Hispanic"."""
    attribute = Attribute("hispanic", "persons", "categorical", ("not Hispanic", "Hispanic"))
    assert Wording().fact(attribute, "not Hispanic").does == "is not Hispanic"


@pytest.mark.parametrize(
    ("label", "does"), [("0", "lives without cars"), ("1", "has one car"), ("3 or more", "has three or more cars")]
)
def test_labels_that_count(label: str, does: str) -> None:
    """Ordinal labels of a plural name are numbers of it."""
    cars = Attribute("cars", "households", "ordinal", ("0", "1", "3 or more"))
    assert Wording().fact(cars, label).does == does


def test_an_empty_phrase_says_nothing() -> None:
    """The label is then not said at all."""
    wording = Wording({"mode": {"car": ""}})
    assert (wording.says(MODE, "car"), wording.says(MODE, "public_transport")) == (False, True)


def test_a_pattern_needs_a_place_for_the_value() -> None:
    """Else every value would read the same."""
    with pytest.raises(ConfigError, match=r"'mode' has no \{value\}"):
        Wording(patterns={"mode": "travels"})


def test_braces_in_labels_are_no_patterns() -> None:
    """A label that looks like a format string is text."""
    attribute = Attribute("mode", "persons", "categorical", ("{0.real}",))
    assert Wording(patterns={"mode": "goes by {value}"}).fact(attribute, "{0.real}").does == "goes by {0.real}"


def test_counts() -> None:
    """One is singular, none is without."""
    assert (counted("trips", "two"), counted("trips", "one")) == ("has two trips", "has one trip")
