"""Agreement of associations: Cramer's V of every pair of attributes, in the reference and in a table.

    phi^2 = sum p_ij^2 / (p_i p_j) - 1      phi~^2 = max(0, phi^2 - (r - 1)(c - 1) / (n - 1))
    V = sqrt(phi~^2 / min(r~ - 1, c~ - 1))  r~ = r - (r - 1)^2 / (n - 1), c~ likewise

with the bias correction of Bergsma (2013), "A bias-correction for Cramer's V and Tschuprow's T", so that pairs
without association are near 0 whatever the number of rows; r and c count the codes that occur in that table, n is
Kish's effective number of rows (sum w)^2 / sum w^2. Missing and undeclared values are codes of their own: who has no
value is part of how attributes hang together.

A pair is *really associated* in the reference if its chi-square n phi^2 is significant at 1 % after Bonferroni's
correction for the number of pairs, and V is at least 0.05. Only such pairs enter the agreement: the many pairs near
0 would make any table look right. The other pairs have a figure of their own, for associations that were invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from censemble.evaluation.comparison.compared import (
    Float,
    compared_attributes,
    deletion_groups,
    joined,
    undefined,
    with_error,
)
from censemble.evaluation.comparison.contingency import JointTable, Lines, joint_tables
from censemble.evaluation.comparison.measure import Ground, Measure, MetricFacts, View

SIGNIFICANCE = 0.01
SMALLEST_V = 0.05
CRITERION = f"chi-square p < {SIGNIFICANCE:g} after Bonferroni and V >= {SMALLEST_V:g}"
ROUNDING = 1e-9  # shares below are what subtracting a group leaves of nothing

FACTS: tuple[MetricFacts, ...] = (
    MetricFacts(
        "cramers_v_mae",
        "Association error",
        "lower",
        "Mean absolute difference of Cramer's V (bias-corrected, Bergsma 2013) over the pairs of attributes that are "
        f"really associated in the reference ({CRITERION}).",
    ),
    MetricFacts(
        "cramers_v_bias",
        "Association bias",
        "zero",
        "Mean difference of Cramer's V, table minus reference, over the really associated pairs: below 0 associations "
        "are too weak, above 0 too strong.",
    ),
    MetricFacts(
        "cramers_v_correlation",
        "Association correlation",
        "one",
        "Pearson correlation of Cramer's V in the table and in the reference over the really associated pairs.",
    ),
    MetricFacts(
        "cramers_v_invented",
        "Invented association",
        "lower",
        "Mean Cramer's V in the table over the pairs that are not really associated in the reference.",
    ),
)
METRICS = tuple(f.name for f in FACTS)


@dataclass(frozen=True, eq=False)
class Associations:
    """Cramer's V of pairs of attributes.

    Parameters
    ----------
    pairs : sequence of (int, int)
        Lines of the coded rows.
    reference : ndarray of shape (n_pairs,)
    table : ndarray of shape (n_pairs, 1 + n_groups)
        With all rows, then without each group.
    real : ndarray of bool, shape (n_pairs,)
        Whether the pair is really associated in the reference.
    """

    pairs: tuple[Lines, ...]
    reference: Float
    table: Float
    real: NDArray[np.bool_]


def effective_rows(weights: Float, group: NDArray[np.int64], n_groups: int) -> Float:
    """Kish's effective number of rows with all rows, then without each group.

    Examples
    --------
    >>> effective_rows(np.array([1.0, 1.0, 2.0]), np.array([0, 0, 1]), 2).round(3).tolist()
    [2.667, 1.0, 2.0]
    """
    first = np.bincount(group, weights=weights, minlength=n_groups)
    second = np.bincount(group, weights=weights**2, minlength=n_groups)
    sums = np.concatenate([[first.sum()], first.sum() - first])
    squares = np.concatenate([[second.sum()], second.sum() - second])
    return np.asarray(np.divide(sums**2, squares, out=np.zeros_like(sums), where=squares > 0))


def cramers_v(cells: NDArray[np.int64], counts: Float, n_rows: Float) -> tuple[Float, Float]:
    """Bias-corrected Cramer's V of a two-way table, and the p value of its chi-square.

    Parameters
    ----------
    cells : ndarray of int64, shape (n_cells, 2)
        Codes of the cells.
    counts : ndarray of shape (n_cells, n_tables), counts
        Any number of tables over the same cells.
    n_rows : ndarray of shape (n_tables,)
        Effective number of rows of each table.

    Returns
    -------
    v, p_value : ndarray of shape (n_tables,)
        V is 0 where an attribute has one value only.

    Examples
    --------
    >>> cells = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    >>> v, p = cramers_v(cells, np.array([[40.0], [10.0], [10.0], [40.0]]), np.array([100.0]))
    >>> round(float(v[0]), 4), bool(p[0] < 1e-8)
    (0.5945, True)
    """
    total = counts.sum(axis=0)
    shares = np.divide(counts, total, out=np.zeros_like(counts), where=total > 0)
    rows, columns = (_margin(cells[:, axis], shares) for axis in (0, 1))
    expected = rows[cells[:, 0]] * columns[cells[:, 1]]
    phi2 = np.divide(shares**2, expected, out=np.zeros_like(shares), where=shares > ROUNDING).sum(axis=0) - 1.0
    r, c = (np.count_nonzero(m > ROUNDING, axis=0).astype(np.float64) for m in (rows, columns))
    df, fewer = np.maximum((r - 1) * (c - 1), 0.0), np.maximum(n_rows - 1, 1.0)
    corrected = np.maximum(phi2 - df / fewer, 0.0)
    size = np.minimum(r - 1 - (r - 1) ** 2 / fewer, c - 1 - (c - 1) ** 2 / fewer)
    v = np.sqrt(np.divide(corrected, size, out=np.zeros_like(corrected), where=(size > 0) & (df > 0)))
    p_value = np.where(df > 0, chi2.sf(n_rows * np.maximum(phi2, 0.0), np.maximum(df, 1.0)), 1.0)
    return np.minimum(v, 1.0), p_value


def _margin(codes: NDArray[np.int64], shares: Float) -> Float:
    sums = np.zeros((int(codes.max()) + 1, shares.shape[1]))
    np.add.at(sums, codes, shares)
    return sums


def associations_of(ground: Ground, view: View, pairs: tuple[Lines, ...]) -> Associations:
    """Cramer's V of some pairs of attributes in the reference and in a table.

    Parameters
    ----------
    ground, view
        Both with weight.
    pairs : tuple of (int, int)
        At least one; lines that both can be compared in.
    """
    reference = ground.reference.coded
    group, n_groups = deletion_groups(view)
    n_rows = effective_rows(view.coded.weights, group, n_groups)
    n_reference = effective_rows(reference.weights, np.zeros(reference.n_rows, np.int64), 1)[:1]

    def both(table: JointTable) -> tuple[float, float, Float]:
        v, p = cramers_v(table.cells, table.reference[:, None], n_reference)
        return float(v[0]), float(p[0]), cramers_v(table.cells, table.counts, n_rows)[0]

    tables = joint_tables(reference, view.coded, pairs, group=group, n_groups=n_groups)
    v, p, of_table = (np.array(column) for column in zip(*map(both, tables), strict=True))
    return Associations(pairs, v, of_table, (p < SIGNIFICANCE / len(pairs)) & (v >= SMALLEST_V))


def measure_associations(ground: Ground, view: View) -> list[Measure]:
    """Compare Cramer's V over all pairs of attributes; not for fewer than two attributes."""
    compared = compared_attributes(ground, view)
    if compared.lacks(2):
        return undefined(METRICS, compared.lacks(2))
    found = associations_of(ground, view, tuple(combinations(compared.lines, 2)))
    return [*_agreement(found, compared.note), _invented(found, compared.note)]


def _agreement(found: Associations, note: str) -> list[Measure]:
    real, n = found.real, int(found.real.sum())
    says = joined(f"{n} of {len(real)} pairs are really associated: {CRITERION}", note)
    if n == 0:
        return undefined(METRICS[:3], joined("no pair of attributes is associated in the reference", note))
    reference, table = found.reference[real, None], found.table[real]
    worst = int(np.abs(table[:, 0] - reference[:, 0]).argmax())
    gap = table - reference
    return [
        with_error("cramers_v_mae", np.abs(gap).mean(axis=0), joined(says, f"largest {gap[worst, 0]:+.3f}")),
        with_error("cramers_v_bias", gap.mean(axis=0), says),
        _correlation(reference[:, 0], table, says),
    ]


def _correlation(reference: Float, table: Float, note: str) -> Measure:
    if len(reference) < 3:
        return undefined(("cramers_v_correlation",), joined("needs three associated pairs", note))[0]
    if min(np.ptp(reference), np.ptp(table[:, 0])) < ROUNDING:
        return undefined(("cramers_v_correlation",), joined("all associations are equally strong", note))[0]
    x, y = reference - reference.mean(), table - table.mean(axis=0)
    norm = np.sqrt((x**2).sum() * (y**2).sum(axis=0))
    values = np.divide(x @ y, norm, out=np.full_like(norm, np.nan), where=norm > 0)
    return with_error("cramers_v_correlation", values, note)


def _invented(found: Associations, note: str) -> Measure:
    other = ~found.real
    if not other.any():
        return undefined(("cramers_v_invented",), joined("every pair is associated in the reference", note))[0]
    says = f"{int(other.sum())} pairs, where the reference has {found.reference[other].mean():.3f} on average"
    return with_error("cramers_v_invented", found.table[other].mean(axis=0), joined(says, note))
