"""Pools drawn from models of tables."""

from __future__ import annotations

import numpy as np
import pytest
import tables_case as case

from censemble.errors import SchemaError
from censemble.generators.conditions import read_conditions
from censemble.generators.maximum_entropy import MaximumEntropy
from censemble.generators.tables_draw import Models, draw_pool


def models(*, size: str = "size") -> Models:
    """Fitted to the tables of the case."""
    found = MaximumEntropy(size=size).fit(case.SCHEMA, margins=[*case.households(), *case.persons()]).models_
    assert found is not None
    return found


def test_columns_are_those_of_a_seed_sample() -> None:
    """All declared attributes, persons with those of their household; what no table names is missing."""
    pool = draw_pool(models(), 200, np.random.default_rng(1), allowed=(), generator="me")
    assert list(pool.households) == ["tenure", "size", "rooms"]
    assert list(pool.persons) == ["tenure", "size", "rooms", "sex", "age", "hours"]
    assert (pool.households["rooms"] == -1).all()
    assert np.isnan(pool.persons["hours"]).all()
    np.testing.assert_array_equal(pool.persons["tenure"], pool.households["tenure"][pool.record_of_person])
    assert pool.household_ids[0].as_py() == "me-1"
    assert pool.prior_weights.sum() == pytest.approx(100)


def test_sizes_are_the_persons_that_are_there() -> None:
    """Households of one and two have so many persons; the last class has those that the tables ask for."""
    pool = draw_pool(models(), 20_000, np.random.default_rng(1), allowed=(), generator="me")
    persons = np.diff(pool.offsets)
    for label, n in ((0, 1), (1, 2)):
        assert (persons[pool.households["size"] == label] == n).all()
    assert persons.mean() == pytest.approx(2.3, abs=0.03)


def test_conditions_are_exact() -> None:
    """All records meet them, and the other attributes follow: renters have the sizes of renters."""
    allowed = read_conditions({"tenure": "rented"}, case.SCHEMA, "households")
    pool = draw_pool(models(), 20_000, np.random.default_rng(1), allowed=allowed, generator="me")
    assert (pool.households["tenure"] == 1).all()
    shares = np.bincount(pool.households["size"]) / 20_000
    np.testing.assert_allclose(shares, [0.625, 0.25, 0.125], atol=0.015)


def test_conditions_that_no_table_speaks_of_are_refused() -> None:
    """An attribute that is not drawn, and a condition that nobody meets."""
    rooms = read_conditions({"rooms": "few"}, case.SCHEMA, "households")
    with pytest.raises(SchemaError, match="no table names rooms; tables name tenure, size"):
        draw_pool(models(), 5, np.random.default_rng(1), allowed=rooms, generator="me")


def test_nobody_for_a_household_is_said() -> None:
    """Tables of persons without any renter, tables of households with some: refused, naming the attribute."""
    by_tenure = case.margin("persons by tenure", "persons", case.TENURE, [[230, 0]])
    fitted = MaximumEntropy(size="size").fit(case.SCHEMA, margins=[*case.households(), *case.persons(), by_tenure])
    with pytest.raises(SchemaError, match="leave nobody for some households by tenure"):
        fitted.sample(50, np.random.default_rng(1))
