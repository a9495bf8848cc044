"""Writing a population out from zones and records."""

from __future__ import annotations

import dataclasses

import numpy as np
import small_case
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.population import expand
from censemble.schema import Attribute, Schema

SCHEMA = Schema(
    (
        Attribute("tenure", "households", "categorical", ("owned", "rented")),
        Attribute("sex", "persons", "categorical", ("male", "female")),
    )
)


def test_a_population_by_hand() -> None:
    """Ids count from 1, levels and labels are texts, persons follow their household, provenance is kept."""
    made = expand(
        small_case.pool(), SCHEMA, small_case.geography(), zone=np.array([0, 0, 2]), record=np.array([1, 3, 2])
    )
    assert made.households.to_pydict() == {
        "household_id": [1, 2, 3],
        "tract": ["A", "A", "B"],
        "zone": ["1", "1", "3"],
        "tenure": ["rented", "owned", "rented"],
        "size": [2, 0, 2],
        "source_household": ["b", "d", "c"],
        "generator": ["seed sample"] * 3,
    }
    assert made.persons.to_pydict() == {
        "person_id": [1, 2, 3, 4],
        "household_id": [1, 1, 3, 3],
        "per_num": [1, 2, 1, 2],
        "sex": ["male", "female", "female", "female"],
        "source_household": ["b", "b", "c", "c"],
    }


def test_missing_is_null() -> None:
    """A missing category is null, as is a missing number."""
    schema = Schema((*SCHEMA.attributes[:1], Attribute("income", "households", "numeric")))
    columns = {"tenure": np.array([0, -1, 1, 0]), "income": np.array([1.5, np.nan, 3.0, 4.0])}
    pool = dataclasses.replace(small_case.pool(), households=columns)
    made = expand(pool, schema, small_case.geography(), zone=np.array([0, 1]), record=np.array([0, 1]))
    assert made.households["tenure"].to_pylist() == ["owned", None]
    assert made.households["income"].to_pylist() == [1.5, None]


def test_nobody() -> None:
    """No household gives two empty tables with all columns."""
    none = np.zeros(0, dtype=np.int64)
    made = expand(small_case.pool(), SCHEMA, small_case.geography(), zone=none, record=none)
    assert (made.households.num_rows, made.persons.num_rows) == (0, 0)
    assert made.persons.column_names == ["person_id", "household_id", "per_num", "sex", "source_household"]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), max_size=20))
@settings(max_examples=30, deadline=None)
def test_every_household_has_the_persons_of_its_record(pairs: list[tuple[int, int]]) -> None:
    """As many persons, numbered from 1, with the source that their household has."""
    pairs.sort()
    zone, record = (np.array([p[k] for p in pairs], dtype=np.int64) for k in (0, 1))
    made = expand(small_case.pool(), SCHEMA, small_case.geography(), zone=zone, record=record)
    assert made.households["household_id"].to_pylist() == list(range(1, len(pairs) + 1))
    sizes = [small_case.SIZES[r] for r in record]
    assert made.persons["household_id"].to_pylist() == [h + 1 for h, n in enumerate(sizes) for _ in range(n)]
    assert made.persons["per_num"].to_pylist() == [k + 1 for n in sizes for k in range(n)]
    source = dict(zip(*(made.households[c].to_pylist() for c in ("household_id", "source_household")), strict=True))
    assert [source[h] for h in made.persons["household_id"].to_pylist()] == made.persons["source_household"].to_pylist()
