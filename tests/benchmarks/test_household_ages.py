"""Gaps of ages are taken between the right persons, and weighed."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pyarrow as pa

from censemble.pool import Pool
from censemble.schema import Attribute, Schema

Script = Callable[[str], ModuleType]
LABELS = ("reference person", "spouse", "unmarried partner", "child")


def test_gaps_are_to_the_first_person_of_the_household(script: Script) -> None:
    """Two households, of weights 3 and 1: partners' gaps have a sign, children's are years that the head is older."""
    schema = Schema(
        (Attribute("relationship", "persons", "categorical", LABELS), Attribute("age", "persons", "numeric"))
    )
    persons = {"relationship": np.array([0, 1, 3, 0, 3]), "age": np.array([40.0, 38.0, 10.0, 30.0, 20.0])}
    none = pa.table({})
    weights, offsets = np.array([3.0, 1.0]), np.array([0, 3, 5])
    pool = Pool({}, persons, offsets, weights, pa.array(["a", "b"]), none, none, "", np.zeros(2, np.int32), "made")
    ages = script("household_ages")
    partner, child = ages.gaps_of(pool, schema, ages.ROLES.partner, 1), ages.gaps_of(pool, schema, ages.ROLES.child, -1)
    assert [v.tolist() for v in partner] == [[-2.0], [3.0]]
    assert [v.tolist() for v in child] == [[30.0, 10.0], [3.0, 1.0]]
    assert ages.points_of(*child) == "10, 10, 30, 30, 30"
    assert ages.row("made", pool, schema) == "| made | -2, -2, -2, -2, -2 | 10, 10, 30, 30, 30 | 25.0% |"
