"""Ages and positions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from household_case import dataset, without_roles

from censemble.evaluation.comparison.household_members import ages_of, plays
from censemble.schema import Attribute, Roles, Schema


def test_numeric_ages_are_finite_or_unknown() -> None:
    """What was no number in the table is an unknown age, not an old one."""
    data = replace(dataset(), persons={"age": np.append(np.inf, np.arange(10.0))})
    ages, why = ages_of(data)
    assert why == ""
    assert np.isnan(ages[0])
    assert ages[1:].tolist() == list(range(10))


def test_labels_that_are_numbers_serve_as_ages() -> None:
    """An ordinal attribute of single years is read by its labels; missing and undeclared are unknown."""
    schema = Schema((Attribute("years", "persons", "ordinal", ("3", "40")),), Roles(age="years"))
    data = replace(dataset(), schema=schema, persons={"years": np.array([0, 1, -1, -2] + [0] * 7)})
    np.testing.assert_array_equal(ages_of(data)[0][:4], [3, 40, np.nan, np.nan])


def test_no_age_has_its_reason() -> None:
    """Neither a schema without an age nor a table without the column passes in silence."""
    assert "No attribute is declared as the age" in ages_of(without_roles(dataset()))[1]
    assert ages_of(replace(dataset(), persons={}))[1] == "The table has no 'age'."


def test_positions_are_labels_of_the_relationship() -> None:
    """Several labels may mean one role; nobody plays one that the table does not tell."""
    assert int(plays(dataset(), ("partner", "child")).sum()) == 5
    assert not plays(replace(dataset(), persons={}), ("head",)).any()
