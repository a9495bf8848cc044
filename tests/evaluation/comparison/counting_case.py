"""Small tables typed by hand or drawn at random, as the judge sees them, and counting done the slow way."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from censemble.coding import code_columns, coding_of
from censemble.dataset import Dataset, Dependence, Gap
from censemble.evaluation.comparison.measure import N_GROUPS, Ground, Measure, View
from censemble.schema import Attribute, Schema

LABELS = ("x", "y", "z")
INCOME = Attribute("income", "persons", "numeric", unit="dollars", bins=(0.0, 10.0, 20.0, 100.0))
Cell = tuple[int, ...]


def view(
    columns: Mapping[str, Sequence[float]],
    weights: Sequence[float] | None = None,
    *,
    name: str = "made",
    names: Sequence[str] = (),
    dependence: Mapping[tuple[str, str], Dependence] | None = None,
) -> View:
    """A table of persons; attributes of `names` without a column are absent, `income` is numeric, all others x, y, z.

    Codes -1 and -2 are missing and undeclared. Row i is in group i modulo `N_GROUPS`.
    """
    names = tuple(names) or tuple(columns)
    schema = Schema(tuple(INCOME if n == "income" else Attribute(n, "persons", "categorical", LABELS) for n in names))
    n = len(next(iter(columns.values())))
    raw = {k: np.asarray(v, np.float64 if k == "income" else np.int64) for k, v in columns.items()}
    w = np.ones(n) if weights is None else np.asarray(weights, np.float64)
    gaps = tuple(Gap("persons", a, f"{a} is absent", whole_attribute=True) for a in names if a not in columns)
    data = Dataset(name, schema, {}, raw, np.zeros(0), w, gaps=gaps, dependence=dependence or {})
    coded = code_columns(raw, [coding_of(a) for a in schema.attributes], w)
    return View(data, "persons", coded, np.arange(n) % N_GROUPS)


def random_view(random_seed: int, n: int, names: str = "abcd", *, weighted: bool = False, name: str = "made") -> View:
    """Random codes, missing and undeclared ones among them; attribute a is constant."""
    rng = np.random.default_rng(random_seed)
    columns = {k: rng.choice([-2, -1, 0, 1, 2], n, p=[0.05, 0.1, 0.4, 0.3, 0.15]) for k in names}
    columns["a"] = np.zeros(n, int)
    return view(columns, rng.uniform(0.2, 3.0, n) if weighted else None, name=name)


def without_rows(of: View, dropped: NDArray[np.bool_]) -> View:
    """The same table with some rows gone."""
    columns = {k: v[~dropped] for k, v in of.dataset.persons.items()}
    names = [a.name for a in of.dataset.schema.attributes]
    return view(columns, of.coded.weights[~dropped].tolist(), name=of.name, names=names)


def slow_shares(of: View, lines: Sequence[int]) -> dict[Cell, float]:
    """Share of every cell that occurs, one row at a time."""
    counts: Counter[Cell] = Counter()
    for row, weight in zip(of.coded.codes.T.tolist(), of.coded.weights.tolist(), strict=True):
        counts[tuple(row[i] for i in lines)] += weight
    total = math.fsum(counts.values())
    return {cell: c / total for cell, c in counts.items() if c > 0}


def slow_cells(of: View, lines: Sequence[int]) -> list[Cell]:
    """All cells that could occur: codes of each attribute that occur with weight, crossed."""
    codes = [sorted({cell[0] for cell in slow_shares(of, [i])}) for i in lines]
    return list(product(*codes))


def slow_jackknife(ground: Ground, of: View, figure) -> float:  # type: ignore[no-untyped-def]
    """Standard error by measuring again without each group."""
    groups = sorted(set(of.group.tolist()))
    values = [figure(ground, without_rows(of, of.group == g)) for g in groups]
    mean, n = sum(values) / len(values), len(values)
    return math.sqrt((n - 1) / n * sum((v - mean) ** 2 for v in values))


def by_name(measures: Sequence[Measure]) -> dict[str, Measure]:
    """Measures by name, no name twice."""
    found = {m.metric: m for m in measures}
    assert len(found) == len(measures)
    return found


def value(measures: Sequence[Measure], metric: str) -> float:
    """Value of one measure, which is defined."""
    found = by_name(measures)[metric].value
    assert found is not None
    return found
