"""Rows that count."""

from __future__ import annotations

import pytest
from comparison_case import linked

from censemble.errors import InputError
from censemble.io.comparison_tables import read_comparison_frames


def test_persons_go_with_their_household() -> None:
    """Households that fail are left out, links and weights follow, orphans stay, and a note says how many."""
    real = linked(households={"OCCUPIED": [1, 0, 1], "WGTP": [5.0, 6.0, 7.0]}, persons={"household_id": [1, 9, 2, 3]})
    schema = {"keep": {"households": "OCCUPIED == 1"}, "weight": {"households": "WGTP"}}
    found = read_comparison_frames(real, {"mine": linked()}, schema=schema)
    assert found.reference.household_weights.tolist() == [5, 7]
    assert found.reference.household_of_person.tolist() == [0, -1, 1]
    assert found.reference.person_weights.tolist() == [5, 6, 7]
    assert found.reference.persons["cars"].tolist() == [0, 1, 1]
    assert found.tables[0].n_rows("households") == 3
    assert "reference (households): 2 of 3 households meet 'OCCUPIED == 1' and were kept." in found.notes


def test_conditions_on_persons() -> None:
    """Persons that fail are left out, their households stay."""
    found = read_comparison_frames(linked(), {}, schema={"keep": {"persons": "cars >= 1"}})
    assert found.reference.household_of_person.tolist() == [0, 1, 2]
    assert found.reference.n_rows("households") == 3


def test_columns_of_rows_that_do_not_count_are_no_attributes() -> None:
    """What only vacant dwellings have is left out with a note, unless it was declared."""
    real = linked(households={"OCCUPIED": [1, 0, 1], "VACANCY": [None, "for rent", None]})
    found = read_comparison_frames(real, {"mine": linked()}, schema={"keep": {"households": "OCCUPIED == 1"}})
    assert [a.name for a in found.schema.of("households")] == ["tenure", "NP", "OCCUPIED"]
    assert "households: column 'VACANCY' is not compared: no row that counts has a value." in found.notes


@pytest.mark.parametrize(("condition", "code"), [("cars == 'x'", "bad-expression"), ("cars > 9", "nothing-to-compare")])
def test_conditions_that_cannot_be_asked_or_leave_nothing(condition: str, code: str) -> None:
    """Text against a number, and a condition that nobody meets, are problems."""
    with pytest.raises(InputError) as caught:
        read_comparison_frames(linked(), {}, schema={"keep": {"persons": condition}})
    assert [p.code for p in caught.value.problems] == [code]
