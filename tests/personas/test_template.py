"""Personas from a template."""

from __future__ import annotations

import numpy as np
import pytest
from persona_case import HOUSEHOLDS, TRAVELLERS, flat, households, travellers

from censemble.personas.forgotten import all_facts, forgotten
from censemble.personas.phrasing import Fact, Wording
from censemble.personas.spoken_values import shown_pool
from censemble.personas.template import TemplateWriter, household_text, noun_of, person_text

PHRASES = Wording({"mode": {"bicycle": "cycles to work on {their} own bike"}}, {"cars": "has {value} cars"})


def test_a_paragraph_of_facts() -> None:
    """Who it is, then what is done, grouped; the verb is said once, {their} fits the sex."""
    (text,) = TemplateWriter(PHRASES).write(TRAVELLERS, travellers(), np.array([0]))
    assert text == ("A woman in her late thirties. She cycles to work on her own bike and has zero cars and licence.")


def test_the_order_asked_for_is_kept() -> None:
    """Records that show the same have the same text, any number of times."""
    texts = TemplateWriter().write(TRAVELLERS, travellers(), np.array([3, 0, 1, 3]))
    assert texts[0] == texts[2] == texts[3] != texts[1]


def test_every_attribute_is_in_the_text() -> None:
    """Nothing that is known is forgotten."""
    pool = travellers()
    shown = shown_pool(TRAVELLERS, pool, Wording())
    for record, text in enumerate(TemplateWriter().write(TRAVELLERS, pool, np.arange(4))):
        assert forgotten(text, all_facts(shown, pool, record)) == ()


def test_a_household_and_its_members() -> None:
    """The household first; where no member is known, it alone."""
    assert TemplateWriter().write(HOUSEHOLDS, households(), np.array([0, 1])) == [
        "A household of two persons. Its tenure is rented. There is a woman in her mid-thirties. There is a man in his "
        "mid-thirties.",
        "A household. Its tenure is owned.",
    ]


def test_nothing_known_is_still_a_text() -> None:
    """All values missing: a person."""
    assert TemplateWriter().write(TRAVELLERS, flat({"sex": np.array([-1])}), np.array([0])) == ["A person."]
    assert household_text([], [], Wording()) == "A household."


def test_rows_that_are_no_persons() -> None:
    """Trips have no sex and no age."""
    wording = Wording(member="trip")
    facts = [Fact("purpose", "moving", "leads to school"), Fact("length", "other", "", "length", "short")]
    assert person_text(facts, wording) == "A trip. It leads to school. Its length is short."


@pytest.mark.parametrize(
    ("age", "sex", "noun"),
    [
        ("baby", "male", "a baby boy"),
        ("8-year-old", "female", "an 8-year-old girl"),
        ("18-year-old", "", "an 18-year-old person"),
        ("aged 10-19", "female", "a girl aged 10-19"),
        ("in {their} early fifties", "", "a person in their early fifties"),
        ("", "male", "a man"),
    ],
)
def test_nouns(age: str, sex: str, noun: str) -> None:
    """Age and sex make one noun."""
    facts = [Fact("age", "age", "", "age", age)] if age else []
    facts += [Fact("sex", "sex", "", "sex", sex)] if sex else []
    assert noun_of(facts, Wording()) == noun
