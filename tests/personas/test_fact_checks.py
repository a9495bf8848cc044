"""Contradictions between a text and its record."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from traveller_case import GOOD, TOPICS, WORDING, sheet_of

from censemble.personas.fact_checks import contradictions
from censemble.personas.fact_sheet import FactSheet, fact_sheet
from censemble.pool import Pool
from censemble.schema import Attribute, Schema

SHE = sheet_of(39, 0, 0, 1, 0, 1)  # a woman of 39 without children, one car, alone, cycles now and then


def _kinds(text: str, sheet: FactSheet = SHE, **restated: str) -> list[str]:
    return [fault.kind for fault in contradictions(text, restated, sheet, wording=WORDING, topics=TOPICS)]


def test_a_text_that_fits_has_no_fault() -> None:
    """What agrees with the record is left in peace."""
    assert _kinds(GOOD, vehicles="1") == []


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("She is a 39-year-old woman", "He is a 39-year-old man", "sex"),
        ("woman", "man", "sex"),
        ("39-year-old", "29-year-old", "age"),
        ("39-year-old woman", "woman in her fifties", "age"),
        ("one car", "two cars", "count"),
        ("one car", "three family cars", "count"),
        ("the sun is out", "her children are at school", "absent"),
        ("the sun is out", "her two kids are at school", "absent"),
        ("lives on her own terms", "lives with her husband", "household"),
        ("lives on her own terms", "lives in a household of four", "household"),
        ("on her own terms", "with two other adults", "household"),
        ("her own terms", "a houseboat", "other category"),
        ("cycles now and then", "cycles most days", "other category"),
        ("a home with one car", "a car-free home", "other category"),
        ("out.", "out and", "cut"),
    ],
)
def test_what_is_false_is_found(old: str, new: str, kind: str) -> None:
    """Sex, age, numbers of cars, invented children, company, other categories, and a text that breaks off."""
    assert kind in _kinds(GOOD.replace("She is a 39-year-old woman", old).replace(old, new))


@pytest.mark.parametrize(
    "new",
    [
        "there are no children to wait for",
        "the thirty-nine steps are free",
        "his sister is not there",
        "the fourth of two roads is free",
    ],
)
def test_what_is_true_or_only_invented_is_not_refused(new: str) -> None:
    """Denied children, other numbers and other people are no contradictions."""
    assert _kinds(GOOD.replace("the sun is out", new)) == []


def test_what_the_record_has_none_of_must_not_be_claimed() -> None:
    """Who never cycles must not be given a bicycle; who has no car no own one."""
    sheet = sheet_of(39, 0, 0, 0, 0, 0)
    text = "She is a woman of the town who takes {} to the shops, and who has a quiet life by the river with her books."
    assert _kinds(text.format("a bicycle"), sheet) == ["absent"]
    assert _kinds(text.format("her car"), sheet) == ["absent"]
    assert _kinds(text.format("the bus"), sheet) == []


def test_alone_is_false_of_larger_households() -> None:
    """Nobody lives alone in a household of two."""
    sheet = sheet_of(39, 0, 0, 1, 1, 1)
    assert "household" in _kinds(GOOD.replace("lives on her own terms", "lives alone"), sheet)
    assert "household" in _kinds(GOOD.replace("lives on her own terms", "is living alone"), sheet)


def test_restated_facts_are_compared() -> None:
    """A fact restated as another category is a fault that says both."""
    [fault] = contradictions(GOOD, {"vehicles": "2"}, SHE, wording=WORDING, topics=TOPICS)
    assert (fault.kind, fault.path) == ("restated", ("facts", "vehicles"))
    assert "'1' and not '2'" in fault.words


@pytest.mark.parametrize(
    "text",
    [
        "",
        "HACKED",
        "Sie ist eine Frau von 39 Jahren, wohnt allein, besitzt ein Auto und fährt damit jeden Tag zur Arbeit.",
        "Elle a trente-neuf ans, vit seule avec une voiture et prend parfois son vélo quand il fait beau temps.",
    ],
)
def test_other_languages_and_empty_texts(text: str) -> None:
    """What is no English paragraph is refused."""
    assert "language" in _kinds(text)


def test_members_of_a_household_may_be_of_any_sex_and_age() -> None:
    """With several members only what none of them has is false."""
    schema = Schema(
        (
            Attribute("vehicles", "households", "ordinal", ("0", "1", "2", "3 or more")),
            Attribute("age", "persons", "numeric"),
            Attribute("cycling", "persons", "ordinal", ("never", "now and then", "most days")),
        )
    )
    none = pa.table({})
    pool = Pool(
        {"vehicles": np.array([1])}, {"age": np.array([40.0, 50.0]), "cycling": np.array([0, 2])}, np.array([0, 2]),
        np.ones(1), pa.array(["h"]), none, none, "", np.zeros(1, np.int32), "survey",
    )  # fmt: skip
    sheet = fact_sheet(schema, pool, 0, WORDING)
    text = "In this household with {} lives a man of fifty who cycles {}, and he shares the home with his wife."
    assert _kinds(text.format("one car", "most days"), sheet) == []
    assert _kinds(text.format("two cars", "now and then"), sheet) == ["count", "other category", "other category"]
