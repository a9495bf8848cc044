"""Rows as small integers: numeric attributes in bins, missing and undeclared values in codes of their own.

Everything that counts (the judge, the Bayesian network, log-linear models) works on these codes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.schema import Attribute

MISSING_LABEL, OTHER_LABEL = "(missing)", "(not declared)"
Codes = NDArray[np.int16]


@dataclass(frozen=True)
class Coding:
    """How one attribute becomes codes 0..n_codes-1.

    The first `len(labels) - 2` codes are categories or bins; the last two are "(missing)" and "(not declared)": a
    label that the schema does not have, or a number outside all bins.

    Parameters
    ----------
    name : str
    labels : tuple of str
        Of all codes.
    edges : tuple of float
        Numeric attributes: increasing edges, bin i is [edge i, edge i+1); empty for the others.
    """

    name: str
    labels: tuple[str, ...]
    edges: tuple[float, ...] = ()

    @property
    def n_codes(self) -> int:
        """Number of codes, with the two for missing and undeclared values."""
        return len(self.labels)

    @property
    def missing(self) -> int:
        """Code of missing values."""
        return len(self.labels) - 2

    @property
    def other(self) -> int:
        """Code of labels that are not declared and of numbers outside all bins."""
        return len(self.labels) - 1

    def codes(self, values: NDArray[Any]) -> Codes:
        """Code a column.

        Examples
        --------
        >>> import numpy as np
        >>> age = Attribute("age", "persons", "numeric", bins=(0, 18, 65, 120))
        >>> coding_of(age).codes(np.array([17.0, 18.0, 120.0, np.nan])).tolist()
        [0, 1, 4, 3]
        """
        if self.edges:
            bins = np.searchsorted(np.array(self.edges), values, side="right") - 1
            outside = (bins < 0) | (bins >= self.missing) | np.isinf(values)  # open bins hold finite numbers only
            coded = np.where(np.isnan(values), self.missing, np.where(outside, self.other, bins))
        else:
            whole = np.asarray(values).astype(np.int64)
            coded = np.where(
                whole == -1, self.missing, np.where((whole < 0) | (whole >= self.missing), self.other, whole)
            )
        return coded.astype(np.int16)


def coding_of(attribute: Attribute, edges: Sequence[float] = ()) -> Coding:
    """Codes of one attribute: its categories, or the bins given, or its own bins.

    Parameters
    ----------
    attribute : Attribute
        Of any kind.
    edges : sequence of float
        Bins of a numeric attribute that declares none; they win over declared ones.

    Raises
    ------
    ValueError
        A numeric attribute without bins and no edges given.

    Examples
    --------
    >>> coding_of(Attribute("sex", "persons", "categorical", ("female", "male"))).labels
    ('female', 'male', '(missing)', '(not declared)')
    """
    if attribute.kind != "numeric":
        return Coding(attribute.name, (*attribute.categories, MISSING_LABEL, OTHER_LABEL))
    chosen = tuple(float(e) for e in (edges or attribute.bins))
    if len(chosen) < 2:
        raise ValueError(f"attribute {attribute.name!r} has no bins: give its edges")
    bins = tuple(f"{low:g} to below {high:g}" for low, high in pairwise(chosen))
    return Coding(attribute.name, (*bins, MISSING_LABEL, OTHER_LABEL), chosen)


def quantile_edges(values: NDArray[np.float64], weights: NDArray[np.float64], n_bins: int) -> tuple[float, ...]:
    """Edges of at most `n_bins` bins that hold about equal weight; the outer bins are open.

    Heaps (many equal values) get a bin of their own where they fill one; there are then fewer bins.

    Examples
    --------
    >>> quantile_edges(np.arange(8.0), np.ones(8), 4)
    (-inf, 2.0, 4.0, 6.0, inf)
    >>> quantile_edges(np.repeat([0.0, 1.0, 2.0, 3.0], [6, 1, 1, 2]), np.ones(10), 4)
    (-inf, 1.0, 2.0, inf)
    """
    known = np.isfinite(values)
    values, weights = values[known], weights[known]
    if not len(values) or weights.sum() <= 0:
        return (-np.inf, np.inf)
    order = np.argsort(values, kind="stable")
    ranked, cumulated = values[order], np.cumsum(weights[order])
    at = np.searchsorted(cumulated, cumulated[-1] * np.arange(1, n_bins) / n_bins, side="right")
    inner, n_times = np.unique(ranked[np.minimum(at, len(ranked) - 1)], return_counts=True)
    heaps = inner[(n_times > 1) | (inner == ranked[0])]
    after = np.searchsorted(ranked, heaps, side="right")
    inner = np.union1d(inner, ranked[after[after < len(ranked)]])
    return (-np.inf, *(float(v) for v in inner[inner > ranked[0]]), np.inf)


@dataclass(frozen=True, eq=False)
class CodedTable:
    """Rows of one entity as codes.

    Parameters
    ----------
    codings : tuple of Coding
    codes : ndarray of int16, shape (n_attributes, n_rows)
        One contiguous line an attribute, so that counting reads it in order.
    weights : ndarray of float64, shape (n_rows,), >= 0
    """

    codings: tuple[Coding, ...]
    codes: Codes
    weights: NDArray[np.float64]

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.weights)

    @property
    def names(self) -> tuple[str, ...]:
        """Attribute names, in the order of the lines."""
        return tuple(c.name for c in self.codings)


def code_columns(
    columns: Mapping[str, NDArray[Any]], codings: Sequence[Coding], weights: NDArray[np.float64]
) -> CodedTable:
    """Code the columns that `codings` name; a column that is absent is missing in every row.

    Examples
    --------
    >>> sex = coding_of(Attribute("sex", "persons", "categorical", ("female", "male")))
    >>> code_columns({"sex": np.array([1, -1, -2])}, [sex], np.ones(3)).codes.tolist()
    [[1, 2, 3]]
    """
    codes = np.empty((len(codings), len(weights)), dtype=np.int16)
    for line, coding in zip(codes, codings, strict=True):
        line[:] = coding.codes(columns[coding.name]) if coding.name in columns else coding.missing
    return CodedTable(tuple(codings), codes, weights)
