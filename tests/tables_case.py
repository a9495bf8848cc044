"""Tables typed by hand for the models of tables."""

from __future__ import annotations

from typing import Any

import numpy as np

from censemble.expressions import Expression, all_of, always, between, is_in
from censemble.margins import Cell, Margin
from censemble.schema import Attribute, Entity, Schema

SCHEMA = Schema(
    (
        Attribute("tenure", "households", "categorical", ("owned", "rented")),
        Attribute("size", "households", "ordinal", ("1", "2", "3 or more")),
        Attribute("rooms", "households", "ordinal", ("few", "many")),
        Attribute("sex", "persons", "categorical", ("female", "male")),
        Attribute("age", "persons", "numeric", bins=(0, 100)),
        Attribute("hours", "persons", "numeric", bins=(1, 100)),
    )
)


def margin(name: str, entity: Entity, cells: dict[str, Expression], targets: Any, **more: Any) -> Margin:
    """A margin over units; `sd` is 0 unless given."""
    values = np.atleast_2d(np.array(targets, dtype=np.float64))
    listed = tuple(Cell(label, where, label) for label, where in cells.items())
    sd = np.broadcast_to(np.asarray(more.pop("sd", 0.0), dtype=np.float64), values.shape).copy()
    return Margin(name, "zone", entity, listed, values, sd, np.ones(len(listed)), **more)


def total(n: Any, entity: Entity = "households") -> Margin:
    """The total of all records."""
    return margin("all", entity, {"all": always()}, np.array(n).reshape(-1, 1), is_total=True)


TENURE = {"owned": is_in("tenure", [0]), "rented": is_in("tenure", [1])}
SIZES = {str(k + 1): is_in("size", [k]) for k in range(3)}
AGES = {"young": between("age", -np.inf, 17), "older": between("age", 18, np.inf)}
SEX_AGE = {
    f"{sex} {age}": all_of(is_in("sex", [k]), where) for k, sex in enumerate(("f", "m")) for age, where in AGES.items()
}


def households() -> list[Margin]:
    """A hundred households: tenure, and size by tenure."""
    both = {f"{t} {s}": all_of(TENURE[t], SIZES[s]) for t in TENURE for s in SIZES}
    return [
        total([60, 40]),
        margin("tenure", "households", TENURE, [[50, 10], [10, 30]]),
        margin("size by tenure", "households", both, [[10, 20, 30, 25, 10, 5]]),
    ]


def persons() -> list[Margin]:
    """Two hundred and thirty persons by sex and age."""
    return [margin("age by sex", "persons", SEX_AGE, [[30, 90, 40, 70]])]
