"""Five households by hand, with every fault that the judge looks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from censemble.coding import CodedTable
from censemble.dataset import Dataset
from censemble.evaluation.comparison.measure import N_GROUPS, Ground, View
from censemble.schema import Attribute, Roles, Schema

LABELS = ("head", "partner", "child", "lodger")
AGE = Attribute("age", "persons", "numeric", bins=(0, 18, 65, 120))
ROLE = Attribute("role", "persons", "categorical", LABELS)
SCHEMA = Schema((AGE, ROLE), Roles("age", "role", ("head",), ("partner",), ("child",)))

# household, age, role; -1 is an orphan
PERSONS: tuple[tuple[int, float, str], ...] = (
    (0, 40, "head"),
    (0, 38, "partner"),
    (0, 10, "child"),  # 30 years younger
    (1, 70, "head"),
    (1, 30, "partner"),  # 40 apart: odd
    (1, 60, "child"),  # head only 10 older: odd
    (2, 12, "head"),  # nobody adult
    (2, 9, "lodger"),
    (3, np.nan, "head"),  # age not known
    (3, 5, "child"),
    (-1, 20, "head"),  # orphan
)


def dataset(
    persons: Sequence[tuple[int, float, str]] = PERSONS, *, n_households: int = 5, schema: Schema = SCHEMA
) -> Dataset:
    """Make a linked dataset; household 4 has no persons."""
    households, ages, roles = zip(*persons, strict=True)
    codes = np.array([LABELS.index(role) for role in roles])
    return Dataset(
        name="mine",
        schema=schema,
        households={},
        persons={"age": np.array(ages, dtype=float), "role": codes},
        household_weights=np.ones(n_households),
        person_weights=np.ones(len(persons)),
        household_of_person=np.array(households, dtype=np.int64),
    )


def view(data: Dataset, entity: str = "households") -> View:
    """See a dataset as rows; persons of a household share their group."""
    households = np.arange(data.n_rows("households")) % N_GROUPS
    of_person = np.where(data.household_of_person < 0, 0, households[data.household_of_person])
    group = households if entity == "households" else of_person
    weights = data.household_weights if entity == "households" else data.person_weights
    return View(data, entity, CodedTable((), np.zeros((0, len(weights)), np.int16), weights), group)  # type: ignore[arg-type]


def ground(data: Dataset) -> Ground:
    """Take a dataset as the reference."""
    return Ground(view(data))


def without_roles(data: Dataset) -> Dataset:
    """The same with nobody declared as anything."""
    return replace(data, schema=Schema(data.schema.attributes))
