"""Tables of counts over tuples of attributes, of the reference and one table at once, and their distances.

Only cells that occur are held: the reference and the table number the cells that they meet as they are read, so
that time and memory follow the rows and not the product of the categories. Counting by group of rows gives all
values of a delete-a-group jackknife from one reading.

    p, q: shares of the cells in the reference and in the table       total variation = sum |p - q| / 2
    Jensen-Shannon divergence = (sum p log2(2p / (p + q)) + sum q log2(2q / (p + q))) / 2, between 0 and 1

The reference is counted anew for every table: for one table of two that is as quick as reading stored counts back,
and it needs no memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from censemble.coding import CodedTable, Codes

Float = NDArray[np.float64]
Lines = tuple[int, ...]
DENSE_CELLS = 1 << 24  # above so many possible cells, 64 MB of numbers, the cells are numbered by sorting


@dataclass(frozen=True, eq=False)
class JointTable:
    """Weighted counts over the cells of one tuple of attributes that occur in the reference or the table.

    Parameters
    ----------
    lines : tuple of int
        Lines of the coded rows that the table crosses.
    cells : ndarray of int64, shape (n_cells, n_lines)
        Code of each attribute in each cell.
    reference : ndarray of shape (n_cells,), counts
    by_group : ndarray of shape (n_cells, n_groups), counts
        Of the other table, by group of its rows.
    """

    lines: Lines
    cells: NDArray[np.int64]
    reference: Float
    by_group: Float

    @property
    def counts(self) -> Float:
        """Counts of the table with all rows, then without each group, shape (n_cells, 1 + n_groups)."""
        total = self.by_group.sum(axis=1, keepdims=True)
        return np.hstack([total, np.maximum(total - self.by_group, 0.0)])


@numba.njit(cache=True, nogil=True)
def _extend(numbers, n_codes, line):  # type: ignore[no-untyped-def]
    """Numbers of the cells when one more attribute is crossed, in place."""
    for i in range(numbers.shape[0]):
        numbers[i] = numbers[i] * n_codes + line[i]


@numba.njit(cache=True, nogil=True)
def _count_cells(numbers, weights, group, place, met, n_met, counts):  # type: ignore[no-untyped-def]
    """Add weights to the places of cells; a cell met for the first time gets the next place."""
    for i in range(numbers.shape[0]):
        at = place[numbers[i]]
        if at < 0:
            at = n_met
            place[numbers[i]] = at
            met[at] = numbers[i]
            n_met += 1
        counts[at, group[i]] += weights[i]
    return n_met


@numba.njit(cache=True, nogil=True)
def _distances(reference, by_group):  # type: ignore[no-untyped-def]
    """Sum of squared gaps, total variation, Jensen-Shannon divergence: with all rows, then without each group."""
    n_cells, n_groups = by_group.shape
    group_total = np.zeros(n_groups)
    cell_total = np.zeros(n_cells)
    for c in range(n_cells):
        for g in range(n_groups):
            group_total[g] += by_group[c, g]
            cell_total[c] += by_group[c, g]
    of_reference, of_rows = reference.sum(), group_total.sum()
    out = np.zeros((3, 1 + n_groups))
    for c in range(n_cells):
        p = reference[c] / of_reference
        for d in range(1 + n_groups):
            if d == 0:
                q = cell_total[c] / of_rows
            elif of_rows > group_total[d - 1]:
                q = max(cell_total[c] - by_group[c, d - 1], 0.0) / (of_rows - group_total[d - 1])
            else:
                q = np.nan
            out[0, d] += (p - q) * (p - q)
            out[1, d] += abs(p - q) / 2.0
            if p > 0.0:
                out[2, d] += p * np.log2(2.0 * p / (p + q)) / 2.0
            if q > 0.0:
                out[2, d] += q * np.log2(2.0 * q / (p + q)) / 2.0
    for d in range(1 + n_groups):
        out[2, d] = max(out[2, d], 0.0)  # rounding may leave -1e-17
    return out


def distances(table: JointTable) -> Float:
    """Distances of the table from the reference, as shares of all rows.

    Parameters
    ----------
    table : JointTable
        With weight in the reference and in the table.

    Returns
    -------
    ndarray of shape (3, 1 + n_groups)
        Sum of squared gaps, total variation, Jensen-Shannon divergence (base 2); first with all rows, then with
        one group of rows left out at a time.

    Examples
    --------
    >>> table = JointTable((0,), np.array([[0], [1]]), np.array([1.0, 1.0]), np.array([[2.0], [0.0]]))
    >>> [round(float(v), 4) for v in distances(table)[:, 0]]
    [0.5, 0.5, 0.3113]
    """
    found: Float = _distances(table.reference, table.by_group)
    return found


def joint_tables(
    reference: CodedTable, rows: CodedTable, tuples: Sequence[Lines], *, group: NDArray[np.int64], n_groups: int
) -> Iterator[JointTable]:
    """Count the cells of each tuple of attributes in both tables.

    Parameters
    ----------
    reference, rows : CodedTable
        With the same codings.
    tuples : sequence of tuple of int
        Lines to cross; one line gives a one-way table.
    group : ndarray of int64, shape (n_rows,)
        0..n_groups-1, of `rows`.
    n_groups : int
        >= 1.

    Examples
    --------
    >>> from censemble.coding import Coding
    >>> sex = (Coding("sex", ("f", "m", "(missing)", "(not declared)")),)
    >>> a = CodedTable(sex, np.array([[0, 1, 1]], np.int16), np.ones(3))
    >>> b = CodedTable(sex, np.array([[1, 2]], np.int16), np.ones(2))
    >>> table = next(joint_tables(a, b, [(0,)], group=np.array([0, 0]), n_groups=1))
    >>> table.cells.ravel().tolist(), table.reference.tolist(), table.by_group.ravel().tolist()
    ([0, 1, 2], [1.0, 2.0, 0.0], [0.0, 1.0, 1.0])
    """
    sizes = [_possible_cells(reference, lines) for lines in tuples]
    place = np.full(max((n for n in sizes if n <= DENSE_CELLS), default=0), -1, np.int32)
    alone = np.zeros(reference.n_rows, np.int64)
    for lines, size in zip(tuples, sizes, strict=True):
        if size > DENSE_CELLS:
            yield _by_sorting(reference, rows, lines, group, n_groups)
            continue
        radix = _radix(reference, lines)
        n = min(size, reference.n_rows + rows.n_rows)
        met = np.empty(n, np.int32)
        first, second = np.zeros((n, 1)), np.zeros((n, n_groups))
        numbers = _cell_numbers(reference, lines)
        n_met = _count_cells(numbers, reference.weights, alone, place, met, 0, first)
        numbers = _cell_numbers(rows, lines)
        n_met = _count_cells(numbers, rows.weights, group, place, met, n_met, second)
        met = met[:n_met]
        place[met] = -1  # ready for the next tuple without touching the cells that nobody met
        cells = np.stack(np.unravel_index(met, tuple(radix)), axis=1).astype(np.int64)
        yield JointTable(lines, cells, first[:n_met, 0], second[:n_met])


def _cell_numbers(coded: CodedTable, lines: Lines) -> NDArray[np.int32]:
    """Mixed-radix number of the cell of every row."""
    numbers: NDArray[np.int32] = coded.codes[lines[0]].astype(np.int32)
    for i in lines[1:]:
        _extend(numbers, np.int32(coded.codings[i].n_codes), np.ascontiguousarray(coded.codes[i]))
    return numbers


def _radix(coded: CodedTable, lines: Lines) -> NDArray[np.int64]:
    return np.array([coded.codings[i].n_codes for i in lines], np.int64)


def _possible_cells(coded: CodedTable, lines: Lines) -> int:
    """Product of the numbers of codes, exact however large."""
    product = 1
    for n in _radix(coded, lines):
        product *= int(n)
    return product


def _by_sorting(
    reference: CodedTable, rows: CodedTable, lines: Lines, group: NDArray[np.int64], n_groups: int
) -> JointTable:
    """Same as `joint_tables` where the possible cells are too many to number them all."""
    both: Codes = np.hstack([reference.codes[list(lines)], rows.codes[list(lines)]])
    cells, of_row = np.unique(both, axis=1, return_inverse=True)
    of_row, n = of_row.ravel(), cells.shape[1]
    first: Float = np.bincount(of_row[: reference.n_rows], weights=reference.weights, minlength=n).astype(np.float64)
    flat = of_row[reference.n_rows :] * n_groups + group
    second: Float = np.bincount(flat, weights=rows.weights, minlength=n * n_groups).astype(np.float64)
    return JointTable(lines, cells.T.astype(np.int64), first, second.reshape(n, n_groups))
