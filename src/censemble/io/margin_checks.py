"""Checks between tables: sums that must agree within a level and between levels.

Two margins whose cells cover the same households (or persons), each once, must add up to the same number wherever they
meet. Which margins those are is read off the seed sample: the cells' counts per record sum to those of the household
total, or to the number of persons. Exact tables that disagree are a problem; soft ones are a note.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from censemble.controls import incidence_columns
from censemble.errors import Problem
from censemble.geography import Geography
from censemble.io.findings import add_rows
from censemble.margins import Margin
from censemble.pool import Pool

TOL_COUNT = 0.5
TOL_SHARE = 0.001


def check_group_totals(
    margins: Sequence[Margin], geography: Geography, pool: Pool | None, problems: list[Problem]
) -> list[str]:
    """Sums of cells agree with the totals, at every level where two tables meet.

    Parameters
    ----------
    margins : sequence of Margin
        Their `source` names the file in messages.
    geography : Geography
        Units that the margins' rows follow.
    pool : Pool or None
        Seed sample that the cells are evaluated on; without one only cells that stand in two tables are compared.
    problems : list of Problem
        Code ``group-total``; disagreements over 0.5 and over 0.1 %.

    Returns
    -------
    list of str
        A note for each soft table that disagrees.
    """
    notes: list[str] = []
    if pool is None:
        return _check_repeated_cells(margins, geography, problems)
    counted = [incidence_columns(pool, m).sum(axis=1) for m in margins]
    for entity, universe in _universes(margins, counted, pool).items():
        group = [m for m, c in zip(margins, counted, strict=True) if m.entity == entity and np.array_equal(c, universe)]
        reference = min(group, key=lambda m: (not m.is_total, -geography.level_index(m.level)), default=None)
        for margin in group:
            if reference is not None and margin is not reference:
                notes += _compare_sums(reference, margin, geography, problems)
    return notes + _check_repeated_cells(margins, geography, problems)


def check_empty_zones(margins: Sequence[Margin], geography: Geography, problems: list[Problem]) -> list[str]:
    """A unit without households has no persons; one where an exact table has some is a problem.

    Where records are persons nothing is checked: their total is one of persons.

    Parameters
    ----------
    margins : sequence of Margin
        Nothing is checked without a household total.
    geography : Geography
        Units that the margins' rows follow.
    problems : list of Problem
        Code ``persons-without-households``.

    Returns
    -------
    list of str
        A note for each soft table with such units (group quarters, often).
    """
    notes = []
    for total in [m for m in margins if m.is_total and m.entity == "households"]:
        for margin in [m for m in margins if m.entity == "persons"]:
            level = _common_level(total, margin, geography)
            households = _sum_to(total, level, geography)
            persons = _sum_to(margin, level, geography)
            at = np.flatnonzero((households == 0) & (persons > 0))
            named = ((f"{level} {_name(geography, level, u)}", f"{persons[u]:,.6g} persons") for u in at)
            if _is_exact(margin):
                expected = f"no persons where margin {total.name!r} has no households"
                action = "Correct one of the two tables."
                code = "persons-without-households"
                add_rows(problems, _label(margin), named, n_rows=len(at), expected=expected, action=action, code=code)
            elif len(at):
                notes.append(f"{_label(margin)}: {len(at):,} units of {level} have persons but no households.")
    return notes


def _universes(
    margins: Sequence[Margin], counted: Sequence[NDArray[np.float64]], pool: Pool
) -> dict[str, NDArray[np.float64]]:
    totals = [c for m, c in zip(margins, counted, strict=True) if m.is_total]
    persons = np.diff(pool.offsets).astype(np.float64)
    if pool.record_entity == "persons":
        return {"persons": persons}
    return {"households": totals[0] if totals else np.ones(pool.n_records), "persons": persons}


def _compare_sums(reference: Margin, margin: Margin, geography: Geography, problems: list[Problem]) -> list[str]:
    level = _common_level(reference, margin, geography)
    expected, found = _sum_to(reference, level, geography), _sum_to(margin, level, geography)
    names = (f"margin {reference.name!r}", f"the cells of {margin.name!r}")
    soft = not (_is_exact(reference) and _is_exact(margin))
    return _report(expected, found, names, problems, place=(margin, level, geography), soft=soft)


def _check_repeated_cells(margins: Sequence[Margin], geography: Geography, problems: list[Problem]) -> list[str]:
    """The same condition at two levels: children sum to their parent."""
    notes: list[str] = []
    seen: dict[tuple[str, object], tuple[Margin, int]] = {}
    for margin in sorted(margins, key=lambda m: -geography.level_index(m.level)):
        for c, cell in enumerate(margin.cells):
            first, column = seen.setdefault((margin.entity, cell.where.root), (margin, c))
            if first.level == margin.level or (first.is_total and margin.is_total):
                continue
            expected = _sum_to(first, margin.level, geography, column)
            found = _sum_to(margin, margin.level, geography, c)
            names = (f"{first.level} cells {first.cells[column].label!r}", f"cell {cell.label!r}")
            soft = not (_is_exact(first) and _is_exact(margin))
            notes += _report(expected, found, names, problems, place=(margin, margin.level, geography), soft=soft)
    return notes


def _report(
    expected: NDArray[np.float64],
    found: NDArray[np.float64],
    names: tuple[str, str],
    problems: list[Problem],
    *,
    place: tuple[Margin, str, Geography],
    soft: bool,
) -> list[str]:
    margin, level, geography = place
    gap = found - expected
    at = np.flatnonzero(np.abs(np.nan_to_num(gap)) > np.maximum(TOL_COUNT, TOL_SHARE * np.nan_to_num(expected)))
    total = float(np.abs(gap[at]).sum())
    if soft:
        text = (
            f"{names[1]} and {names[0]} differ in {len(at):,} units of {level}, by {total:,.6g} {margin.entity} in all"
        )
        return [f"{_label(margin)}: {text}."] if len(at) else []
    rows = ((f"{level} {_name(geography, level, u)}", _gap(found[u], expected[u], names[1])) for u in at)
    wanted = f"the {margin.entity} of {names[0]}"
    extent = f"in all by {total:,.6g} {margin.entity}, in {len(at):,} of {len(gap):,} units of level {level}"
    action = f"Rescale one of the two tables; they differ {extent}."
    add_rows(problems, _label(margin), rows, n_rows=len(at), expected=wanted, action=action, code="group-total")
    return []


def _common_level(a: Margin, b: Margin, geography: Geography) -> str:
    return a.level if geography.level_index(a.level) < geography.level_index(b.level) else b.level


def _sum_to(margin: Margin, level: str, geography: Geography, column: int | None = None) -> NDArray[np.float64]:
    """Sum over cells (or one cell) in every unit of an outer level; NaN where any part has no target."""
    values = margin.targets.sum(axis=1) if column is None else margin.targets[:, column]
    inner, outer = (geography.unit_of_zone[geography.level_index(name)] for name in (margin.level, level))
    pairs = np.unique(np.stack([inner, outer], axis=1), axis=0)  # (n_units of margin.level, 2) where levels nest
    sums = np.zeros(len(geography.units[geography.level_index(level)]))
    if len(pairs) != len(values):
        return np.full_like(sums, np.nan)  # levels that do not nest: nothing can be compared
    np.add.at(sums, pairs[:, 1], values[pairs[:, 0]])
    return sums


def _is_exact(margin: Margin) -> bool:
    return not (margin.sd > 0).any()


def _label(margin: Margin) -> str:
    return f"margin {margin.name!r} ({margin.source})" if margin.source else f"margin {margin.name!r}"


def _name(geography: Geography, level: str, unit: np.intp) -> str:
    return geography.units[geography.level_index(level)][int(unit)]


def _gap(found: float, expected: float, what: str) -> str:
    share = f"{100 * (found - expected) / expected:+.1f} %" if expected else "from nothing"
    return f"{found:,.10g} in {what} against {expected:,.10g} ({found - expected:+,.6g}, {share})"
