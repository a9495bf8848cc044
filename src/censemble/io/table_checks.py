"""Structural checks of crosswalks and target tables, shared by every reader.

As in `censemble.io.checks`: problems are appended, notes are returned, nothing is raised. Checks between tables are in
`censemble.io.margin_checks`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from censemble.errors import Problem
from censemble.geography import Geography
from censemble.io.checks import Ids
from censemble.io.findings import add_rows


def check_crosswalk(
    columns: Mapping[str, Ids], levels: Sequence[str], problems: list[Problem], *, source: str
) -> list[str]:
    """Every zone is in one unit of each level, and every unit in one unit of the level above.

    Parameters
    ----------
    columns : mapping of level to ndarray of str, shape (n_rows,)
        The crosswalk.
    levels : sequence of str
        Outermost first, the zone last.
    problems : list of Problem
        Codes ``missing-id`` and ``duplicate-id`` (a zone with two different rows).
    source : str
        The crosswalk file.

    Returns
    -------
    list of str
        A note for each level that does not nest in the one above: allowed, but often a mistake.
    """
    for level in levels:
        blank = np.flatnonzero(columns[level] == "")
        rows = ((f"row {r + 2}", "a blank") for r in blank)
        expected, action = f"a unit in column {level!r}", "Fill it in."
        add_rows(problems, source, rows, n_rows=len(blank), expected=expected, action=action, code="missing-id")
    zone = levels[-1]
    several = _in_several(columns[zone], [columns[level] for level in levels[:-1]])
    rows = ((f"{zone} {z}", f"{n:,} that differ") for z, n in several)
    expected, action = "one row for a zone", "Keep the right row of each zone."
    add_rows(problems, source, rows, n_rows=len(several), expected=expected, action=action, code="duplicate-id")
    notes = []
    for outer, inner in pairwise(levels[:-1]):
        split = _in_several(columns[inner], [columns[outer]])
        if split:
            names = ", ".join(u for u, _ in split[:5])
            notes.append(f"{source}: {len(split):,} units of {inner} lie in more than one {outer} ({names}).")
    return notes


def match_units(
    ids: Ids, units: Sequence[str], problems: list[Problem], *, source: str, column: str, crosswalk: str
) -> NDArray[np.int64]:
    """Find the row of a table for every unit of a level; both ways round, what is missing is a problem.

    Parameters
    ----------
    ids : ndarray of str, shape (n_rows,)
        Units in the table (unique: see `check_ids`).
    units : sequence of str
        Units of the level, sorted, as in `Geography.units`.
    problems : list of Problem
        Codes ``unknown-zone`` (in the table only) and ``missing-zone`` (in the crosswalk only).
    source, column, crosswalk : str
        The table, its column of units, and the crosswalk file.

    Returns
    -------
    ndarray of int64, shape (n_units,); -1 where the table has no row

    Examples
    --------
    >>> ids = np.array(["b", "a"], dtype=object)
    >>> match_units(ids, ["a", "b"], [], source="t.csv", column="zone", crosswalk="c.csv").tolist()
    [1, 0]
    """
    row_of = {u: i for i, u in reversed(list(enumerate(ids.tolist())))}
    known = set(units)
    unknown = [u for u in row_of if u and u not in known]
    named = ((f"{column} {u}", "no such zone") for u in sorted(unknown))
    expected, action = f"a zone of {crosswalk}", "Add it to the crosswalk, or drop its row."
    add_rows(problems, source, named, n_rows=len(unknown), expected=expected, action=action, code="unknown-zone")
    lacking = [u for u in units if u not in row_of]
    named = ((f"{column} {u}", "none") for u in lacking)
    expected, action = f"a row for every zone of {crosswalk}", "Add the row (0 where nobody lives), or drop the zone."
    add_rows(problems, source, named, n_rows=len(lacking), expected=expected, action=action, code="missing-zone")
    return np.array([row_of.get(u, -1) for u in units], dtype=np.int64)


def check_parents(
    ids: Ids, parents: Mapping[str, Ids], geography: Geography, problems: list[Problem], *, source: str, level: str
) -> None:
    """A parent-zone column of a table agrees with the crosswalk; a stale one is a problem.

    Parameters
    ----------
    ids : ndarray of str, shape (n_rows,)
        Units of `level` in the table.
    parents : mapping of outer level to ndarray of str, shape (n_rows,)
        What the table says; blanks are not compared.
    geography : Geography
        What the crosswalk says.
    problems : list of Problem
        Code ``stale-parent``.
    source, level : str
        The table and the level of its rows.
    """
    inner = geography.level_index(level)
    names = [geography.units[inner][u] for u in geography.unit_of_zone[inner].tolist()]
    for outer, said in parents.items():
        k = geography.level_index(outer)
        true: dict[str, set[str]] = {}
        for name, parent in zip(names, geography.unit_of_zone[k].tolist(), strict=True):
            true.setdefault(name, set()).add(geography.units[k][parent])
        pairs = zip(ids.tolist(), said.tolist(), strict=True)
        stale = [(u, s, true[u]) for u, s in pairs if s and s not in true.get(u, {s})]
        rows = ((f"{level} {u}", f"{s!r} where the crosswalk has {_quoted(t)}") for u, s, t in stale)
        expected, action = f"the {outer} of the crosswalk", f"Bring {outer} up to date, or drop the column."
        add_rows(problems, source, rows, n_rows=len(stale), expected=expected, action=action, code="stale-parent")


def check_counts(
    counts: NDArray[np.float64],
    labels: Ids,
    problems: list[Problem],
    *,
    source: str,
    column: str,
    whole: bool = True,
) -> None:
    """Counts are finite, not negative and, where a table is exact, whole.

    Parameters
    ----------
    counts : ndarray of float64, shape (n,)
        NaN (missing, reported when it was read) passes.
    labels : ndarray of str, shape (n,)
        How to name each row: "zone 101".
    problems : list of Problem
        Codes ``negative-count``, ``infinite-count``, ``fractional-count``.
    source, column : str
        File and column.
    whole : bool
        Whether a fraction is a problem: yes for exact tables, no where a margin of error or tolerance is given.
    """
    finite = np.where(np.isfinite(counts), counts, 0)
    cases = [
        ("negative-count", "a count >= 0", "Correct the cell.", counts < 0),
        ("infinite-count", "a finite count", "Correct the cell.", np.isinf(counts) & (counts > 0)),
        (
            "fractional-count",
            "a whole number, because the table is exact",
            "Round the table, or give it a tolerance.",
            (finite > 0) & (np.abs(finite - np.round(finite)) > 1e-6) & whole,
        ),
    ]
    for code, expected, action, bad in cases:
        at = np.flatnonzero(bad)
        named = ((f"{labels[r]}, column {column!r}", f"{counts[r]:g}") for r in at)
        add_rows(problems, source, named, n_rows=len(at), expected=expected, action=action, code=code)


def _in_several(units: Ids, parents: Sequence[Ids]) -> list[tuple[str, int]]:
    """Units that stand in more than one combination of parents, with the number of combinations."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for unit, *above in zip(units.tolist(), *(p.tolist() for p in parents), strict=True):
        if unit:
            found.setdefault(unit, set()).add(tuple(above))
    return sorted((u, len(rows)) for u, rows in found.items() if len(rows) > 1)


def _quoted(names: set[str]) -> str:
    return ", ".join(map(repr, sorted(names)))
