"""Whole records are taken from a table, with their persons and, if asked, their weights."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from test_dataset import SCHEMA, linked

from censemble.dataset import Dataset, dataset_of_pool
from censemble.drawing import draw_records, pool_of_dataset
from censemble.errors import SchemaError


def test_taken_households_bring_their_persons() -> None:
    """A household taken twice brings its persons twice; an orphan is never taken."""
    taken = draw_records(linked([1, 0, 1, -1]), np.array([1, 1, 0]))
    assert taken.persons["age"].tolist() == [0.0, 2.0, 0.0, 2.0, 1.0]
    assert taken.household_of_person.tolist() == [0, 0, 1, 1, 2]
    assert taken.households["tenure"].tolist() == [1, 1, 0]


def test_a_part_of_a_survey_keeps_its_weights() -> None:
    """A sample drawn by weight counts 1 each, a part keeps the design weights."""
    data = Dataset("t", SCHEMA, {}, {"age": np.arange(3.0)}, np.zeros(0), np.array([2.0, 3.0, 4.0]))
    index = np.array([2, 0])
    assert draw_records(data, index).person_weights.tolist() == [1.0, 1.0]
    assert draw_records(data, index, weights=True).person_weights.tolist() == [4.0, 2.0]


def test_households_without_persons_can_be_taken() -> None:
    """A record that holds nobody stays a record."""
    taken = draw_records(linked([0]), np.array([1]))
    assert taken.n_rows("households") == 1 and taken.n_rows("persons") == 0 and not taken.is_linked


def test_a_table_becomes_a_pool_and_a_table_again() -> None:
    """Persons are put together by household, links and values survive; the orphan is gone."""
    pool = pool_of_dataset(linked([1, 0, 1, -1]), generator="t")
    assert pool.offsets.tolist() == [0, 1, 3]
    back = dataset_of_pool(pool, SCHEMA, name="t")
    assert back.persons["age"].tolist() == [1.0, 0.0, 2.0]
    assert back.household_of_person.tolist() == [0, 1, 1]


def test_a_flat_table_becomes_a_pool_of_persons() -> None:
    """One person a record; rows without weight are left out; without any there is no pool."""
    data = Dataset("t", SCHEMA, {}, {"age": np.arange(3.0)}, np.zeros(0), np.array([2.0, 0.0, 4.0]))
    pool = pool_of_dataset(data, generator="t")
    assert pool.record_entity == "persons" and pool.persons["age"].tolist() == [0.0, 2.0]
    assert dataset_of_pool(pool, SCHEMA, name="t").entities == ("persons",)
    with pytest.raises(SchemaError, match="no record has a weight"):
        pool_of_dataset(replace(data, person_weights=np.zeros(3)), generator="t")
