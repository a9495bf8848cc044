"""Counts and errors of a table, unit by unit, made into a margin.

The standard deviation of a target is MOE / 1.645 for a 90 % margin of error, or the tolerance, in counts; 0 is exact
(U.S. Census Bureau, *Understanding and Using American Community Survey Data*, 2020, chapter 7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.errors import MarginError, Problem
from censemble.expressions import Expression
from censemble.io.cells import cell_label
from censemble.io.findings import add, add_rows
from censemble.io.project_model import CellDeclaration, MarginDeclaration, Tolerance
from censemble.io.scalars import parse_number
from censemble.io.table_checks import check_counts
from censemble.margins import Z90, Cell, Margin

CONTROLLED = -555555555.0  # the Census Bureau's margin of error of an estimate held to a known count: no error
MIN_PERCENT_SD = 0.5  # counts


@dataclass(frozen=True, eq=False)
class Targets:
    """Counts and 90 % margins of error in the order of units and cells.

    Parameters
    ----------
    counts, moe : ndarray of shape (n_units, n_cells), counts; NaN where there is none
        As they stand in the table.
    """

    counts: NDArray[np.float64]
    moe: NDArray[np.float64]


def make_margin(
    declared: MarginDeclaration,
    cells: Sequence[CellDeclaration],
    expressions: Sequence[Expression],
    targets: Targets,
    *,
    units: Sequence[str],
    problems: list[Problem],
) -> Margin | None:
    """Put a margin together from arrays.

    Parameters
    ----------
    declared : MarginDeclaration
        The table as declared.
    cells : sequence of CellDeclaration
        One for each column of `targets`.
    expressions : sequence of Expression
        What each cell counts.
    targets : Targets
        Counts and margins of error.
    units : sequence of str
        Unit ids, for messages.
    problems : list of Problem
        Grows by counts that are negative, or fractional in an exact table, and by margins of error that are needed
        and missing.

    Returns
    -------
    Margin or None
        None where something was refused.
    """
    n_before = len(problems)
    moe = np.where(targets.moe == CONTROLLED, 0.0, targets.moe)
    sd = np.stack([_sd(declared, cell, targets.counts[:, k], moe[:, k]) for k, cell in enumerate(cells)], axis=1)
    labels = np.array([f"{declared.level} {unit}" for unit in units], dtype=object)
    for k, cell in enumerate(cells):
        whole = not (sd[:, k] > 0).any()
        check_counts(
            targets.counts[:, k], labels, problems, source=declared.table.file, column=cell.column, whole=whole
        )
    _check_errors(declared, cells, moe, np.argwhere(~np.isnan(targets.counts) & ~(sd >= 0)), labels, problems)
    if len(problems) > n_before:
        return None
    try:
        return _margin(declared, cells, expressions, Targets(targets.counts, moe), np.nan_to_num(sd))
    except MarginError as error:
        action = "Correct the table or its declaration."
        add(problems, declared.table.file, "", expected="a margin", found=str(error), action=action, code="bad-margin")
        return None


def _margin(
    declared: MarginDeclaration,
    cells: Sequence[CellDeclaration],
    expressions: Sequence[Expression],
    targets: Targets,
    sd: NDArray[np.float64],
) -> Margin:
    return Margin(
        name=declared.name,
        level=declared.level,
        entity=declared.of,
        cells=tuple(
            Cell(cell.label or cell_label(cell.where), expression, cell.column)
            for cell, expression in zip(cells, expressions, strict=True)
        ),
        targets=targets.counts,
        sd=sd,
        importance=np.array([cell.importance or declared.importance for cell in cells]),
        moe=None if np.isnan(targets.moe).all() else targets.moe,
        is_total=declared.total,
        source=declared.table.source or declared.table.file,
        date=declared.table.date,
        attributes=tuple(dict.fromkeys(name for cell in cells for name in cell.where)),
    )


def _sd(
    declared: MarginDeclaration, cell: CellDeclaration, counts: NDArray[np.float64], moe: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Standard deviation of the targets of one cell, counts; NaN or negative where it is not known."""
    uncertainty = cell.uncertainty or declared.uncertainty
    if isinstance(uncertainty, Tolerance):
        number = parse_number(uncertainty.tolerance.removesuffix("%")) or 0.0
        if not uncertainty.tolerance.endswith("%"):
            return np.full(len(counts), number)
        return np.maximum(np.abs(counts) * number / 100, MIN_PERCENT_SD)
    return moe / Z90 if uncertainty == "moe" else np.zeros(len(counts))


def _check_errors(
    declared: MarginDeclaration,
    cells: Sequence[CellDeclaration],
    moe: NDArray[np.float64],
    unknown: NDArray[np.int64],
    labels: NDArray[np.object_],
    problems: list[Problem],
) -> None:
    named = (
        (f"{labels[u]}, column {cells[k].moe!r}", "nothing" if np.isnan(moe[u, k]) else f"{moe[u, k]:g}")
        for u, k in unknown
    )
    add_rows(
        problems,
        declared.table.moe_file or declared.table.file,
        named,
        n_rows=len(unknown),
        expected="a margin of error >= 0",
        action="Complete the margins of error, or give the cell a tolerance.",
        code="bad-moe",
    )
