"""Pools from columns, and records taken again."""

from __future__ import annotations

import generator_case
import numpy as np
import pyarrow as pa
import pytest

from censemble.errors import SchemaError
from censemble.generators import proposals
from censemble.schema import Schema


def test_household_columns_are_repeated_for_persons_unless_they_have_their_own() -> None:
    """A person attribute hides the household attribute of the same name."""
    pool = proposals.household_pool(
        {"a": np.array([1, 2]), "b": np.array([3, 4])},
        {"b": np.array([7, 8, 9])},
        np.array([1, 2]),
        ids=proposals.numbered("x", 2),
        total_weight=10.0,
        generator="g",
    )
    assert pool.persons["a"].tolist() == [1, 2, 2]
    assert pool.persons["b"].tolist() == [7, 8, 9]
    assert pool.prior_weights.tolist() == [5.0, 5.0]
    assert pool.person_extra["per_num"].to_pylist() == [1, 1, 2]
    assert pool.household_extra.num_rows == 2


def test_pools_without_attributes_still_have_a_column() -> None:
    """A condition needs a column to count rows by."""
    pool = proposals.household_pool({}, {}, np.array([0, 2]), ids=pa.array(["a", "b"]), total_weight=1.0, generator="g")
    assert len(pool.households["record"]) == 2
    assert len(pool.persons["person"]) == 2


def test_taken_records_bring_their_persons_and_leave_their_area() -> None:
    """Any record any number of times, in the order given."""
    survey = generator_case.households(20)
    pool = proposals.taken_again(
        survey, np.array([3, 0, 3]), weights=np.ones(3), ids=pa.array(["a", "b", "c"]), generator="g"
    )
    sizes = np.diff(survey.offsets)
    assert np.diff(pool.offsets).tolist() == [sizes[3], sizes[0], sizes[3]]
    mine = survey.persons["age"][survey.offsets[3] : survey.offsets[4]]
    assert pool.persons["age"][: sizes[3]].tolist() == mine.tolist()
    assert pool.area_level == ""
    assert pool.household_extra["puma"].to_pylist() == ["x", "x", "x"]


@pytest.mark.parametrize("n", [0, -1])
def test_less_than_one_record_is_refused(n: int) -> None:
    """Nothing can be drawn of it."""
    with pytest.raises(SchemaError, match="1 or more"):
        proposals.count_of(n)


def test_a_schema_without_attributes_cannot_be_learnt_from() -> None:
    """The message names the generators that need none."""
    with pytest.raises(SchemaError, match="'bootstrap'"):
        proposals.need_attributes(Schema(), "persons", "bayesian_network")


def test_attributes_that_the_sample_lacks_are_named() -> None:
    """All of them."""
    schema = Schema((generator_case.SEX, generator_case.AGE))
    with pytest.raises(SchemaError, match="no column for sex, age"):
        proposals.learnable(schema, "persons", {"other": np.zeros(1)}, "g")
