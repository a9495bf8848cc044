"""Rows that a formula is computed on: columns of one entity, the members of households, statistics of groups.

Missing values are left out of statistics, as in SQL; a statistic of nothing is missing, except a sum, which is 0 where
nothing was selected and missing where everything selected is missing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.dataset import Dataset
from censemble.errors import SchemaError
from censemble.schema import Entity

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Rows:
    """Rows of one entity of a table, for as long as formulas are computed on it.

    Parameters
    ----------
    data : Dataset
        Its columns are read, never changed.
    entity : {"households", "persons"}

    Examples
    --------
    >>> from censemble.schema import Schema
    >>> data = Dataset("mine", Schema(()), {"size": np.array([2.0, 1.0])}, {}, np.ones(2), np.ones(2), np.array([1, 0]))
    >>> Rows(data, "persons").column("size").tolist()
    [1.0, 2.0]
    """

    def __init__(self, data: Dataset, entity: Entity) -> None:
        self.data, self.entity = data, entity
        self.n = data.n_rows(entity)
        self._columns: dict[str, NDArray[Any]] = {}
        self._other: Rows | None = None

    @property
    def weights(self) -> Floats:
        """Design weights, shape (n,)."""
        return self.data.household_weights if self.entity == "households" else self.data.person_weights

    def of(self, entity: Entity) -> Rows:
        """Rows of the given entity of the same table."""
        if entity == self.entity:
            return self
        if self._other is None:
            self._other = Rows(self.data, entity)
            self._other._other = self
        return self._other

    def column(self, name: str) -> NDArray[Any]:
        """Values of an attribute; persons also see those of their household. Infinite is as good as missing."""
        if name not in self._columns:
            values = self._read(name)
            if values.dtype.kind == "f" and np.isinf(values).any():
                values = np.where(np.isinf(values), np.nan, values)
            self._columns[name] = values
        return self._columns[name]

    def _read(self, name: str) -> NDArray[Any]:
        own = self.data.households if self.entity == "households" else self.data.persons
        if name in own:
            return own[name]
        if self.entity == "persons" and self.data.is_linked and name in self.data.households:
            return self.spread(self.data.households[name])
        raise SchemaError(
            f"table {self.data.name!r}: {self.entity} have no attribute {name!r} to compute a formula with"
        )

    @property
    def household(self) -> Ints:
        """Household row of every person, -1 for orphans, shape (n_persons,)."""
        if not self.data.is_linked:
            raise SchemaError(f"table {self.data.name!r}: no persons in households for a formula")
        return self.data.household_of_person

    def spread(self, values: NDArray[Any]) -> NDArray[Any]:
        """Give every person what its household has; orphans have it missing (conditions: neither true nor false)."""
        taken = values[self.household]
        taken[self.household < 0] = {"f": np.nan, "b": False}.get(values.dtype.kind, -1)
        return taken

    def gather(self, household_values: NDArray[Any]) -> NDArray[Any]:
        """Bring a value of every household to the rows of this entity."""
        return household_values if self.entity == "households" else self.spread(household_values)

    def groups_by(self, names: tuple[str, ...]) -> tuple[Ints, int]:
        """Number the groups of equal values; rows with a missing value are in group -1."""
        index, n, known = np.zeros(self.n, np.int64), 1, np.ones(self.n, dtype=bool)
        for name in names:
            values = self.column(name)
            known &= ~np.isnan(values) if values.dtype.kind == "f" else values != -1
            _, codes = np.unique(values, return_inverse=True)
            _, index = np.unique(index * self.n + codes.reshape(-1), return_inverse=True)
            index = index.reshape(-1)
            n = int(index.max()) + 1 if self.n else 0
        return np.where(known, index, -1), n


def grouped(function: str, values: Floats, weights: Floats, group: Ints, n_groups: int) -> Floats:
    """Compute a weighted statistic of every group.

    Parameters
    ----------
    function : {"sum", "mean", "sd", "median", "min", "max"}
        The standard deviation divides by the sum of the weights. The median is the mean of the lowest and the highest
        value that halve the weight, which is the usual one where weights are equal.
    values : ndarray of shape (n,)
        NaN is left out.
    weights : ndarray of shape (n,), >= 0
        Rows of weight 0 are left out.
    group : ndarray of int64, shape (n,)
        Rows of group -1 are left out.
    n_groups : int
        Groups are 0..n_groups-1.

    Returns
    -------
    ndarray of shape (n_groups,); NaN where no value is left

    Examples
    --------
    >>> group = np.array([0, 0, 1, -1])
    >>> grouped("mean", np.array([1.0, 3.0, np.nan, 9.0]), np.array([3.0, 1.0, 1.0, 1.0]), group, 2).tolist()
    [1.5, nan]
    """
    kept = ~np.isnan(values) & (group >= 0) & (weights > 0)
    if not kept.all():
        values, weights, group = values[kept], weights[kept], group[kept]
    with np.errstate(all="ignore"):  # 0 / 0 in groups without a value, and infinite values, give NaN
        if function in ("min", "max"):
            return _extreme(function, values, group, n_groups)
        if function == "median":
            return _median(values, weights, group, n_groups)
        return _moment(function, values, weights, group, n_groups)


def _moment(function: str, values: Floats, weights: Floats, group: Ints, n_groups: int) -> Floats:
    total = np.bincount(group, weights=weights, minlength=n_groups)
    added = np.bincount(group, weights=weights * values, minlength=n_groups)
    if function == "sum":
        return np.where(total > 0, added, np.nan)
    mean = added / total
    if function == "mean":
        return mean
    squares = np.bincount(group, weights=weights * (values - mean[group]) ** 2, minlength=n_groups)
    return np.asarray(np.sqrt(squares / total))


def _extreme(function: str, values: Floats, group: Ints, n_groups: int) -> Floats:
    found = np.full(n_groups, np.nan)
    (np.fmin if function == "min" else np.fmax).at(found, group, values)
    return found


def _median(values: Floats, weights: Floats, group: Ints, n_groups: int) -> Floats:
    found = np.full(n_groups, np.nan)
    if not len(values):
        return found
    order = np.lexsort((values, group))
    values, group = values[order], group[order]
    before = np.concatenate([[0.0], np.cumsum(weights[order])])
    start = np.searchsorted(group, np.arange(n_groups + 1))
    filled = np.diff(start) > 0
    low, high = before[start[:-1]], before[start[1:]]
    half, slack = (low + high) / 2, 1e-9 * (high - low)  # weights that halve exactly must do so after rounding too
    last = np.maximum(start[1:] - 1, start[:-1])
    lower = np.clip(np.searchsorted(before[1:], half - slack, side="left"), start[:-1], last)
    upper = np.clip(np.searchsorted(before[1:], half + slack, side="left"), start[:-1], last)
    found[filled] = (values[lower[filled]] + values[upper[filled]]) / 2
    return found
