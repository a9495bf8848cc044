"""Sums of tract tables over an area, with the margins of error that the Census Bureau advises for derived sums.

A table of a block group is mostly sampling error, and the errors of a hundred small cells do not cancel by themselves:
the sum over the area is known far better than its parts, and says so.
Source: U.S. Census Bureau, "Understanding and using American Community Survey data" (2020), chapter 8.
"""

from __future__ import annotations

from collections.abc import Sequence

import knoxville_tables as tables
import numpy as np
import pandas as pd
from numpy.typing import NDArray


def summed_error(
    estimates: NDArray[np.float64] | NDArray[np.int64], moes: NDArray[np.float64] | NDArray[np.int64]
) -> NDArray[np.float64]:
    """Margin of error of each column's sum: the root of the sum of squares, of zero estimates only the largest.

    Parameters
    ----------
    estimates, moes : ndarray of shape (n_units, n_cells), counts, >= 0
        The summands and their margins of error.

    Returns
    -------
    ndarray of shape (n_cells,), counts
    """
    is_zero = estimates == 0
    squares = (np.where(is_zero, 0, moes).astype(float) ** 2).sum(axis=0)
    largest = np.where(is_zero, moes, 0).max(axis=0, initial=0)
    return np.asarray(np.sqrt(squares + largest.astype(float) ** 2))


def whole_area(
    area: str,
    estimates: pd.DataFrame,
    moes: pd.DataFrame,
    margins: Sequence[tables.Table],
    less: pd.DataFrame | None = None,
    published: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables summed over the units of one area, where asked less residents of group quarters.

    Parameters
    ----------
    area : str
        Id of the area; all units belong to it.
    estimates, moes : pandas.DataFrame
        One row a unit (tract).
    margins : sequence of Table
        Which cells to sum.
    less, published : pandas.DataFrame, optional
        Smaller units (block groups) of the same area, less their residents of group quarters and as published: what
        was subtracted there is subtracted here, and widens the margin of error by the root of its sum of squares.

    Returns
    -------
    estimates, moes : pandas.DataFrame of int, one row
    """
    cells = [c for margin in margins for c in margin.cells]
    columns = [c.column for c in cells]
    total = estimates[columns].to_numpy().sum(axis=0)
    error = summed_error(estimates[columns].to_numpy(), moes[[c.moe for c in cells]].to_numpy())
    if less is not None and published is not None:
        taken = (published[columns] - less[columns]).to_numpy()  # (block groups, cells)
        total = total - taken.sum(axis=0)
        error = np.hypot(error, np.sqrt((taken**2).sum(axis=0)))
    index = pd.Index([area])
    return (
        pd.DataFrame([total], index=index, columns=columns),
        pd.DataFrame([np.round(error).astype(int)], index=index, columns=[c.moe for c in cells]),
    )


def renamed(margins: Sequence[tables.Table]) -> list[tables.Table]:
    """The same margins under the names that they bear for the whole area."""
    return [tables.Table(f"{m.name}, whole area", m.code, m.of, m.cells) for m in margins]
