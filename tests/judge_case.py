"""Made-up tables for the judge: three attributes of persons, a dependence, and any number of rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from censemble.dataset import Dataset
from censemble.evaluation.comparison.measure import Ground, View
from censemble.evaluation.comparison.views import codings_of, view_of
from censemble.schema import Attribute, Schema

SCHEMA = Schema(
    (
        Attribute("sex", "persons", "categorical", ("female", "male")),
        Attribute("work", "persons", "categorical", ("none", "part", "full")),
        Attribute("age", "persons", "numeric", unit="years", bins=(0, 16, 40, 65, 100)),
    )
)


def table(n: int, *, random_seed: int = 0, name: str = "made", dependent: bool = True, **changes: Any) -> Dataset:
    """Persons whose work depends on age and sex; `dependent=False` breaks it and keeps the margins."""
    rng = np.random.default_rng(random_seed)
    sex, age = rng.integers(0, 2, n), rng.uniform(0, 100, n).round()
    working = (age >= 16) & (age < 65) & (rng.uniform(size=n) < np.where(sex == 1, 0.8, 0.6))
    work = np.where(working, 1 + (rng.uniform(size=n) < 0.7), 0)
    if not dependent:
        work = rng.permutation(work)
    persons = {"sex": sex, "work": work, "age": np.minimum(age, 99.0)}
    made = {"name": name, "schema": SCHEMA, "households": {}, "persons": persons, "household_weights": np.zeros(0)}
    return Dataset(**(made | {"person_weights": np.ones(n)} | changes))


def view(data: Dataset, reference: Dataset | None = None) -> View:
    """See persons of a table, coded as the reference would have it."""
    return view_of(data, "persons", codings_of(reference or table(200), "persons"), random_seed=0)


def ground(n: int = 2000, **changes: Any) -> Ground:
    """A reference of n persons, without training sample and holdout unless given."""
    return Ground(**({"reference": view(table(n, random_seed=1, name="reference"))} | changes))
