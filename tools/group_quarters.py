"""Count the residents of group quarters out of person tables: they live in no household.

The residents of a unit are its population (B01001) less its population for whom poverty status is determined
(C17002), which leaves out dormitories and institutions. They are spread over the cells of a table as the survey's
residents are: as those of dormitories where half the population is 18 to 24, as all others elsewhere. The margin
of error grows by the subtracted count, as if that were a margin of error of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import knoxville_tables as tables
import numpy as np
import pandas as pd
import yaml

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
    cells = [cell for margin in margins for cell in margin.cells]
    dormitory, other = _profiles(persons, cells)
    n_residents = residents(published)
    students = published[list(AGED_18_TO_24)].sum(axis=1) > 0.5 * published["B01001_001E"]
    less, wider = {}, {}
    for cell in cells:
        share = np.where(students, dormitory[cell.column], other[cell.column])
        taken = np.minimum(np.round(n_residents * share), estimates[cell.column])
        less[cell.column] = (estimates[cell.column] - taken).astype(int)
        wider[cell.moe] = np.round(np.hypot(moes[cell.moe], taken)).astype(int)
    return pd.DataFrame(less), pd.DataFrame(wider)


def _profiles(persons: pd.DataFrame, cells: Sequence[tables.Cell]) -> tuple[dict[str, float], dict[str, float]]:
    """Share of each cell among residents of dormitories, and among those of other group quarters."""
    numeric = persons.apply(pd.to_numeric, errors="coerce")
    numeric = numeric[numeric["TYPEHUGQ"] != 1]
    dormitory = (numeric["TYPEHUGQ"] == 3) & (numeric["AGEP"] < 25)
    inside = {cell.column: _in_cell(numeric, cell) for cell in cells}
    weights = [numeric["PWGTP"].where(chosen, 0) for chosen in (dormitory, ~dormitory)]
    first, second = ({c: float(w[kept].sum() / w.sum()) for c, kept in inside.items()} for w in weights)
    return first, second


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
