"""Four households of seven persons and an orphan, typed by hand, for formulas and rules."""

from __future__ import annotations

from typing import Any

import numpy as np

from censemble.dataset import Dataset
from censemble.formulas import numbers_of, read_formula, truth
from censemble.schema import Attribute, Entity, Schema

NAN = float("nan")
SCHEMA = Schema(
    (
        Attribute("type", "households", "categorical", ("couple", "single")),
        Attribute("tenure", "households", "categorical", ("owned", "rented")),
        Attribute("cars", "households", "ordinal", ("0", "1", "2")),
        Attribute("rooms", "households", "ordinal", ("1", "2", "3 or more")),
        Attribute("rent", "households", "numeric"),
        Attribute("year built", "households", "numeric"),
        Attribute("age", "persons", "numeric"),
        Attribute("income", "persons", "numeric"),
        Attribute("role", "persons", "categorical", ("head", "spouse", "child")),
        Attribute("employment", "persons", "categorical", ("none", "part", "full time")),
    )
)
# household: 0 couple with a child; 1 single with unknown child; 2 couple of one person; 3 nobody
TYPE, TENURE, CARS = [0, 1, 0, -1], [0, 1, -2, 1], [0, 2, 1, -1]
ROOMS, RENT, BUILT = [2, 0, 1, -1], [0.0, 700.0, NAN, 900.0], [1950.0, 2000.0, 1950.0, 1990.0]
LINKS = [1, 0, 0, 0, 1, 2, -1]
AGE = [30.0, 41.0, 39.0, 10.0, NAN, 70.0, 5.0]
INCOME = [2000.0, 3000.0, NAN, NAN, NAN, 500.0, 100.0]
ROLE = [0, 0, 1, 2, 2, 0, 2]
EMPLOYMENT = [2, 2, 1, 1, 0, -1, 0]


def data(**changes: Any) -> Dataset:
    """The table; persons are not in the order of their households."""
    households = {"type": TYPE, "tenure": TENURE, "cars": CARS, "rooms": ROOMS, "rent": RENT, "year built": BUILT}
    persons = {"age": AGE, "income": INCOME, "role": ROLE, "employment": EMPLOYMENT}
    made: dict[str, Any] = {
        "name": "by hand",
        "schema": SCHEMA,
        "households": {k: np.array(v) for k, v in households.items()},
        "persons": {k: np.array(v) for k, v in persons.items()},
        "household_weights": np.array([1.0, 2.0, 1.0, 1.0]),
        "person_weights": np.array([2.0, 1.0, 1.0, 1.0, 2.0, 1.0, 1.0]),
        "household_of_person": np.array(LINKS),
    }
    return Dataset(**(made | changes))


def flat() -> Dataset:
    """The persons of it alone."""
    whole = data()
    none = np.zeros(0)
    return data(households={}, household_weights=none, household_of_person=none.astype(np.int64), persons=whole.persons)


def answers(text: str, *, entity: Entity = "households", table: Dataset | None = None, **groups: str) -> str:
    """Give a condition's answer for every row: T, F, or ? where it is open."""
    is_true, is_false = truth(read_formula(text, SCHEMA, entity=entity, groups=groups), table or data())
    assert not (is_true & is_false).any()
    return "".join("T" if t else "F" if f else "?" for t, f in zip(is_true, is_false, strict=True))


def values(text: str, *, entity: Entity = "households", table: Dataset | None = None) -> list[float | None]:
    """Give a number for every row, None where missing."""
    found = numbers_of(read_formula(text, SCHEMA, entity=entity), table or data())
    return [None if np.isnan(v) else round(float(v), 9) for v in found]
