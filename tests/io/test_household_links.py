"""Persons and their households."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from comparison_case import linked

from censemble.errors import InputError
from censemble.io.comparison_tables import read_comparison_frames

SURVEY = {"keys": {"household": "SERIALNO"}}


def survey() -> tuple[pa.Table, pa.Table]:
    """Households and persons with another id column than ours."""
    households, persons = linked()
    return households.rename_columns(["SERIALNO", "tenure", "NP"]), persons.rename_columns(
        ["SERIALNO", "sex", "cars", "income"]
    )


def problems_of(table: Any, **options: Any) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as caught:
        read_comparison_frames(linked(), {"mine": table}, **options)
    return [(p.source, p.code) for p in caught.value.problems]


def test_our_own_ids_serve_where_the_named_ones_are_not_there() -> None:
    """A survey has its ids, our outputs have theirs."""
    found = read_comparison_frames(survey(), {"mine": linked()}, schema=SURVEY)
    assert found.reference.household_of_person.tolist() == found.tables[0].household_of_person.tolist() == [0, 0, 1, 2]
    assert "mine: persons and households are linked by 'household_id'." in found.notes


def test_carried_ids_that_repeat_give_way_to_our_own() -> None:
    """A synthetic table that carries the survey's ids has each of them many times."""
    carried = linked(households={"SERIALNO": ["s", "s", "s"]}, persons={"SERIALNO": ["s"] * 4})
    found = read_comparison_frames(survey(), {"mine": carried}, schema=SURVEY)
    assert found.tables[0].household_of_person.tolist() == [0, 0, 1, 2]


def test_the_persons_file_may_name_the_id_otherwise() -> None:
    """`in_persons` names it there."""
    households, persons = survey()
    pair = (households, persons.rename_columns(["HH", "sex", "cars", "income"]))
    found = read_comparison_frames(pair, {}, schema={"keys": {"household": "SERIALNO", "in_persons": "HH"}})
    assert found.reference.household_of_person.tolist() == [0, 0, 1, 2]


def test_ids_of_other_types_meet_as_texts(tmp_path: Path) -> None:
    """Whole floats, integers and the texts of a CSV file are the same ids."""
    households, persons = linked(persons={"household_id": [1.0, 1.0, 2.0, 3.0]})
    (tmp_path / "h.csv").write_text("household_id,tenure,NP\n1,own,2\n2,rent,1\n3,own,1\n")
    found = read_comparison_frames((households, persons), {"mine": (str(tmp_path / "h.csv"), persons)})
    assert found.reference.household_of_person.tolist() == found.tables[0].household_of_person.tolist() == [0, 0, 1, 2]


def test_missing_and_blank_ids_are_problems() -> None:
    """A column that is not there in either file, and a household without an id."""
    households, persons = linked()
    bare = (households.drop_columns(["household_id"]), persons.drop_columns(["household_id"]))
    assert problems_of(bare) == [("mine (households)", "missing-column"), ("mine (persons)", "missing-column")]
    blank = linked(households={"household_id": [1, None, 3]})
    assert problems_of(blank) == [("mine (households)", "missing-id")]


def test_households_and_persons_in_the_wrong_order() -> None:
    """Persons given as households repeat their household's id."""
    households, persons = linked()
    assert ("mine (households)", "duplicate-id") in problems_of((persons, households))
