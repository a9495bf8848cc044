"""Small made-up tables as the families of the judge take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.coding import code_columns, coding_of
from censemble.dataset import Dataset, Gap
from censemble.evaluation.comparison.measure import N_GROUPS, Measure, View
from censemble.schema import Attribute, Schema

Columns = Mapping[str, NDArray[Any]]


def letters(n: int) -> tuple[str, ...]:
    """Labels a, b, c, ..."""
    return tuple(chr(ord("a") + i) for i in range(n))


def persons_schema(n_categories: Sequence[int] = (3, 3, 4), *, numeric: Sequence[str] = ()) -> Schema:
    """Categorical attributes x0, x1, ... and numeric ones with four bins."""
    codes = [Attribute(f"x{i}", "persons", "categorical", letters(n)) for i, n in enumerate(n_categories)]
    numbers = [Attribute(name, "persons", "numeric", bins=(-np.inf, -0.7, 0.0, 0.7, np.inf)) for name in numeric]
    return Schema((*codes, *numbers))


def persons_view(
    schema: Schema, columns: Columns, *, weights: NDArray[np.float64] | None = None, name: str = "table"
) -> View:
    """Flat persons; an attribute of the schema that is not among the columns is a gap."""
    n = len(next(iter(columns.values())))
    held = np.ones(n) if weights is None else weights
    gaps = tuple(
        Gap("persons", a.name, f"no column {a.name}", whole_attribute=True)
        for a in schema.attributes
        if a.name not in columns
    )
    data = Dataset(name, schema, {}, dict(columns), np.zeros(0), held, gaps=gaps)
    return view_of(data)


def linked_view(schema: Schema, households: Columns, persons: Columns, links: NDArray[np.int64]) -> View:
    """Persons in households, seen as persons."""
    n_households = len(next(iter(households.values())))
    data = Dataset("table", schema, households, persons, np.ones(n_households), np.ones(len(links)), links)
    return view_of(data)


def view_of(data: Dataset) -> View:
    """See a table as its persons (as its households where it has no persons), in groups by household."""
    entity = "persons" if "persons" in data.entities else "households"
    columns = data.columns(entity)
    codings = [coding_of(a) for a in data.schema.attributes if entity == "persons" or a.entity == "households"]
    weights = data.person_weights if entity == "persons" else data.household_weights
    units = data.household_of_person if len(data.household_of_person) else np.arange(len(weights))
    return View(data, entity, code_columns(columns, codings, weights), units % N_GROUPS)


def by_name(measures: Sequence[Measure]) -> dict[str, Measure]:
    """Figures by metric name."""
    return {m.metric: m for m in measures}


def check_every_gap_is_explained(measures: Sequence[Measure]) -> None:
    """A figure without a value says why; one with a value is a finite number."""
    for measure in measures:
        if measure.value is None:
            assert measure.note, measure.metric
        else:
            assert np.isfinite(measure.value), measure.metric
