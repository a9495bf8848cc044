"""Datasets carry tables as they are: linked or flat, with orphans, gaps and weights."""

from __future__ import annotations

import numpy as np
import pytest
import small_case

from censemble.dataset import Dataset, dataset_of_pool
from censemble.errors import SchemaError
from censemble.schema import Attribute, Schema

SCHEMA = Schema(
    (
        Attribute("tenure", "households", "categorical", ("owned", "rented")),
        Attribute("income", "households", "numeric"),
        Attribute("age", "persons", "numeric"),
    )
)


def linked(links: list[int]) -> Dataset:
    """Two households and as many persons as there are links."""
    households = {"tenure": np.array([0, 1]), "income": np.array([10.0, 20.0])}
    persons = {"age": np.arange(float(len(links)))}
    return Dataset("t", SCHEMA, households, persons, np.ones(2), np.ones(len(links)), np.array(links))


def test_persons_have_what_their_household_has() -> None:
    """Household attributes are repeated for persons and missing for orphans, the households' own are untouched."""
    data = linked([1, 0, 1, -1])
    columns = data.columns("persons")
    assert columns["tenure"].tolist() == [1, 0, 1, -1]
    assert np.isnan(columns["income"][3]) and columns["income"][:3].tolist() == [20.0, 10.0, 20.0]
    assert data.households["tenure"].tolist() == [0, 1]


def test_a_person_attribute_hides_its_household_s() -> None:
    """Where both have an attribute of one name, persons keep their own."""
    data = Dataset(
        "t",
        SCHEMA,
        {"age": np.array([1.0])},
        {"age": np.array([2.0])},
        np.ones(1),
        np.ones(1),
        np.zeros(1, np.int64),
    )
    assert data.columns("persons")["age"].tolist() == [2.0]


def test_flat_tables_have_one_entity() -> None:
    """Rows without households are not linked and have only their own columns."""
    data = Dataset("t", SCHEMA, {}, {"age": np.array([1.0])}, np.zeros(0), np.ones(1))
    assert data.entities == ("persons",) and not data.is_linked
    assert list(data.columns("persons")) == ["age"]


@pytest.mark.parametrize(
    ("links", "n_ages", "message"),
    [([0, 1], 3, "age do not have 2 rows"), ([0, 5], 2, "a household that is not there"), ([0], 1, None)],
)
def test_lengths_that_disagree_are_refused(links: list[int], n_ages: int, message: str | None) -> None:
    """Columns and links must fit the rows."""
    made = {"households": {"tenure": np.array([0, 1])}, "persons": {"age": np.zeros(n_ages)}}

    def build() -> Dataset:
        return Dataset("t", SCHEMA, **made, household_weights=np.ones(2), person_weights=np.ones(len(links)),
                       household_of_person=np.array(links))  # fmt: skip

    if message is None:
        assert build().n_rows("persons") == 1
    else:
        with pytest.raises(SchemaError, match=message):
            build()


def test_links_are_needed_where_there_are_both() -> None:
    """Households and persons without a link between them cannot be a table."""
    with pytest.raises(SchemaError, match="0 links for 1 persons"):
        Dataset("t", SCHEMA, {}, {}, np.ones(2), np.ones(1))


def test_a_pool_is_a_table() -> None:
    """Persons of a pool weigh what their household weighs and belong to its row."""
    pool = small_case.pool()
    data = dataset_of_pool(pool, Schema(()), name="survey")
    assert data.household_of_person.tolist() == pool.record_of_person.tolist()
    assert data.person_weights.tolist() == pool.prior_weights[pool.record_of_person].tolist()
