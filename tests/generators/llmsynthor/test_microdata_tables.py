"""Tables derived from records."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from llmsynthor_case import SEX

from censemble.errors import SchemaError
from censemble.generators.llmsynthor.macro_statistics import targets_of
from censemble.generators.llmsynthor.microdata_tables import (
    household_tables_of,
    main_edges,
    sub_edges,
    tables_of,
)
from censemble.pool import Pool
from censemble.schema import Attribute, Schema

PRICE = Attribute("price", "persons", "numeric")


def test_joint_tables_have_six_bins_and_single_ones_forty_eight() -> None:
    """The two levels of the paper."""
    rng = np.random.default_rng(1)
    columns = {"sex": rng.integers(0, 2, 600), "price": rng.random(600) * 50}
    schema, margins = tables_of(columns, Schema((SEX, PRICE)), entity="persons", joints=[("sex", "price")])
    assert [m.name for m in margins] == ["all", "sex", "price", "sex by price"]
    assert [len(m.cells) for m in margins] == [1, 2, 48, 12]
    assert all(m.targets.sum() == 600 for m in margins)
    assert margins[3].targets[0].reshape(2, 6).sum(axis=0).tolist() == [100] * 6
    assert targets_of(schema, margins, "persons").total == 600


def test_whole_numbers_stay_whole() -> None:
    """Bins of counts begin at whole numbers, and there are no more than numbers."""
    edges = main_edges(PRICE, np.repeat(np.arange(12.0), 10))
    assert edges == (0, 2, 4, 6, 8, 10, 12)
    assert sub_edges(edges) == tuple(range(13))


def test_missing_numbers_are_refused() -> None:
    """They have no place in quantiles."""
    with pytest.raises(SchemaError, match="missing values"):
        tables_of({"price": np.array([1.0, np.nan])}, Schema((PRICE,)), entity="persons")


TENURE = Attribute("tenure", "households", "categorical", ("owned", "rented"))
YEARS = Attribute("age", "persons", "numeric")
HOUSEHOLDS = Schema((TENURE, YEARS, SEX))
GROUPS = {"age": (0.0, 5.0, 18.0, 100.0)}


def three_households() -> Pool:
    """One, two and three persons; the second rents. Prior weights say nothing of the tables."""
    none = pa.table({})
    return Pool(
        {"tenure": np.array([0, 1, 0])},
        {"age": np.array([70.0, 30.0, 4.0, 40.0, 17.0, 18.0]), "sex": np.array([0, 0, 1, 1, 0, 0])},
        np.array([0, 1, 3, 6]),
        np.array([9.0, 1.0, 1.0]),
        pa.array(["a", "b", "c"]),
        none,
        none,
        "",
        np.zeros(3, np.int32),
        "survey",
    )


def test_persons_are_counted_with_attributes_of_their_household() -> None:
    """Tenure by age of persons: four live in owned homes, two of them grown up with a child of 17."""
    joints = {"households": [("tenure",)], "persons": [("tenure", "age"), ("sex", "age")]}
    schema, margins = household_tables_of(three_households(), HOUSEHOLDS, joints=joints, groups=GROUPS)
    found = {(m.entity, m.name): m for m in margins}
    assert found["households", "tenure"].targets.tolist() == [[2, 1]]
    assert found["persons", "tenure by age"].targets.tolist() == [[0, 1, 3, 1, 0, 1]]
    assert found["persons", "sex by age"].targets.tolist() == [[0, 1, 3, 1, 0, 1]]
    assert [m.name for m in margins if m.is_total] == ["households"]
    assert [c.label for c in found["persons", "tenure by age"].cells][:2] == [
        "owned, 0 to below 5",
        "owned, 5 to below 18",
    ]
    assert schema.of("households") == (TENURE,)


def test_fine_bins_lie_inside_the_published_groups() -> None:
    """Single years below 5, no more than eight parts of a group, every group's edge among the edges."""
    schema, margins = household_tables_of(three_households(), HOUSEHOLDS, groups=GROUPS)
    bins = schema.find("persons", "age").bins
    assert bins[:6] == (0, 1, 2, 3, 4, 5)
    assert set(GROUPS["age"]) < set(bins)
    assert len(bins) == 5 + 8 + 8 + 1
    assert all(m.targets.sum() == (3 if m.entity == "households" else 6) for m in margins)


def test_values_outside_their_groups_are_refused() -> None:
    """Nobody is left out of a table silently."""
    pool = three_households()
    old = replace(pool, persons={**pool.persons, "age": pool.persons["age"] + 40})
    with pytest.raises(SchemaError, match="outside its groups"):
        household_tables_of(old, HOUSEHOLDS, groups=GROUPS)
    with pytest.raises(SchemaError, match="no attribute 'pets'"):
        household_tables_of(pool, HOUSEHOLDS, joints={"persons": [("pets",)]})
