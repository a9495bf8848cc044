"""Count the residents of group quarters out of person tables: they live in no household.

The residents of a unit are its population (B01001) less its population for whom poverty status is determined
(C17002), which leaves out dormitories and institutions. They are spread over the cells of a table as the survey's
residents are: as those of dormitories where half the population is 18 to 24, as all others elsewhere. No cell gives
more than it has; what it cannot give, the other cells of the table give in proportion. The margin of error grows by the
subtracted count, as if that were a margin of error of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import knoxville_tables as tables
import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray

AGED_18_TO_24 = tuple(f"B01001_{n:03}E" for n in (7, 8, 9, 10, 31, 32, 33, 34))


def residents(estimates: pd.DataFrame) -> pd.Series:
    """Residents of group quarters in each unit; 0 where poverty status is determined for all."""
    return (estimates["B01001_001E"] - estimates.filter(like="C17002").sum(axis=1)).clip(lower=0)


def counted_out(
    persons: pd.DataFrame,
    estimates: pd.DataFrame,
    moes: pd.DataFrame,
    published: pd.DataFrame,
    margins: Sequence[tables.Table],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Estimates and margins of error of person tables, less the residents of group quarters.

    Parameters
    ----------
    persons : pandas.DataFrame
        All survey persons, those in group quarters with TYPEHUGQ 2 (institution) or 3.
    estimates, moes : pandas.DataFrame
        The tables to change, one row a unit.
    published : pandas.DataFrame
        B01001 and C17002 of the same units.
    margins : sequence of Table
        Which cells to change.

    Returns
    -------
    estimates, moes : pandas.DataFrame of int
    """
    n_residents = residents(published).to_numpy()
    students = (published[list(AGED_18_TO_24)].sum(axis=1) > 0.5 * published["B01001_001E"]).to_numpy()
    less, wider = {}, {}
    for margin in margins:
        dormitory, other = _profiles(persons, margin.cells)
        wanted = n_residents[:, None] * np.where(students[:, None], dormitory, other)  # (units, cells)
        taken = _taken(wanted, estimates[[c.column for c in margin.cells]].to_numpy())
        for i, cell in enumerate(margin.cells):
            less[cell.column] = estimates[cell.column] - taken[:, i]
            wider[cell.moe] = np.round(np.hypot(moes[cell.moe], taken[:, i])).astype(int)
    return pd.DataFrame(less), pd.DataFrame(wider)


def _taken(wanted: NDArray[np.float64], available: NDArray[np.int64]) -> NDArray[np.int64]:
    """Whole counts near `wanted`, at most `available`, rows summing to the rows of `wanted` where that can be."""
    factor = np.ones(len(wanted))
    for _ in range(100):  # each step fills more cells to the brim and raises the others
        given = np.minimum(wanted * factor[:, None], available).sum(axis=1)
        factor *= np.divide(wanted.sum(axis=1), given, out=np.ones_like(given), where=given > 0)
    exact = np.minimum(wanted * factor[:, None], available)
    steps = np.round(np.cumsum(exact, axis=1)).astype(np.int64)  # rounded sums, so that rows keep their total
    return np.minimum(np.diff(steps, axis=1, prepend=0), available)


def _profiles(persons: pd.DataFrame, cells: Sequence[tables.Cell]) -> list[NDArray[np.float64]]:
    """Share of each cell among residents of dormitories, and among those of other group quarters."""
    numeric = persons.apply(pd.to_numeric, errors="coerce")
    numeric = numeric[numeric["TYPEHUGQ"] != 1]
    dormitory = (numeric["TYPEHUGQ"] == 3) & (numeric["AGEP"] < 25)
    inside = np.stack([_in_cell(numeric, cell) for cell in cells], axis=1)  # (persons, cells)
    weights = [numeric["PWGTP"].where(chosen, 0).to_numpy() for chosen in (dormitory, ~dormitory)]
    return [w @ inside / w.sum() for w in weights]


def _in_cell(persons: pd.DataFrame, cell: tables.Cell) -> pd.Series:
    """Which survey persons a cell counts, read from the same attributes as the project file's."""
    declared = yaml.safe_load(tables.attributes())["attributes"]["persons"]
    kept = pd.Series(True, index=persons.index)
    for name, asked in cell.where.items():
        values, attribute = persons[declared[name]["column"]], declared[name]
        if attribute.get("kind") == "numeric":
            kept &= values.between(*_bounds(str(asked)))
        else:
            labels = [asked] if isinstance(asked, str) else asked
            kept &= pd.concat([_has_code(values, attribute["categories"][label]) for label in labels], axis=1).any(
                axis=1
            )
    return kept


def _has_code(values: pd.Series, codes: object) -> pd.Series:
    if isinstance(codes, str):
        return values.between(*_bounds(codes))
    return values.isin(codes if isinstance(codes, list) else [codes])


def _bounds(text: str) -> tuple[float, float]:
    """Both ends, included, of "5..9", "20" or ">=85"."""
    if text.startswith(">="):
        return float(text[2:]), np.inf
    low, _, high = text.partition("..")
    return float(low), float(high or low)
