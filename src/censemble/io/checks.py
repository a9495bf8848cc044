"""Structural checks of households and persons, shared by every reader.

Each function takes plain arrays, appends what it finds to `problems`, and raises nothing: the reader raises once, at
the end. What stops a run is a problem; what a user should merely know is returned as a note (a sentence). Checks of
crosswalks and tables are in `censemble.io.table_checks` and `margin_checks`; feasibility is calibration's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.errors import Problem
from censemble.io.findings import add, add_rows

Ids = NDArray[Any]  # object array of str, "" where missing


def check_ids(ids: Ids, problems: list[Problem], *, source: str, column: str, entity: str) -> None:
    """Every id is there, and there once.

    Parameters
    ----------
    ids : ndarray of str, shape (n,)
        "" where missing.
    problems : list of Problem
        Grows by what is found; codes ``missing-id`` and ``duplicate-id``.
    source, column : str
        File and column, for messages.
    entity : str
        "household", "zone"...

    Examples
    --------
    >>> problems = []
    >>> check_ids(np.array(["a", "b", "a"], dtype=object), problems, source="h.csv", column="id", entity="household")
    >>> print(problems[0])
    h.csv: household a: expected 1 row with this 'id', found rows 2, 4. Make the ids unique.
    """
    blank = np.flatnonzero(ids == "")
    rows = ((f"row {r + 2}", "a blank") for r in blank)
    expected = f"the id of the {entity} in column {column!r}"
    add_rows(problems, source, rows, n_rows=len(blank), expected=expected, action="Fill it in.", code="missing-id")
    unique, first, counts = np.unique(ids.astype(str), return_index=True, return_counts=True)
    repeated = [(f, str(u)) for u, f, c in zip(unique, first, counts, strict=True) if c > 1 and u]
    named = ((f"{entity} {u}", "rows " + _numbers_of(np.flatnonzero(ids == u) + 2)) for _, u in sorted(repeated))
    expected, action = f"1 row with this {column!r}", "Make the ids unique."
    add_rows(problems, source, named, n_rows=len(repeated), expected=expected, action=action, code="duplicate-id")


def link_persons(
    household_ids: Ids, person_households: Ids, problems: list[Problem], *, source: str, column: str
) -> NDArray[np.int64]:
    """Find the household row of every person; a person without one is a problem.

    Parameters
    ----------
    household_ids : ndarray of str, shape (n_households,)
        Unique.
    person_households : ndarray of str, shape (n_persons,)
        The household id in each person row.
    problems : list of Problem
        Code ``person-without-household``.
    source, column : str
        The persons file and its column.

    Returns
    -------
    ndarray of int64, shape (n_persons,); -1 where there is no such household

    Examples
    --------
    >>> ids, keys = np.array(["a", "b"], dtype=object), np.array(["b", "a", "b"], dtype=object)
    >>> link_persons(ids, keys, [], source="p.csv", column="hh").tolist()
    [1, 0, 1]
    """
    row_of = {u: i for i, u in enumerate(household_ids.tolist())}
    rows = np.array([row_of.get(u, -1) for u in person_households.tolist()], dtype=np.int64)
    alone = np.flatnonzero(rows < 0)
    named = ((f"row {r + 2}", repr(person_households[r]) if person_households[r] else "a blank") for r in alone)
    expected = f"the id of a household in column {column!r}"
    action = "Add the household, or drop the person."
    code = "person-without-household"
    add_rows(problems, source, named, n_rows=len(alone), expected=expected, action=action, code=code)
    return rows


def check_sizes(
    household_ids: Ids,
    sizes: NDArray[np.float64],
    n_persons: NDArray[np.int64],
    problems: list[Problem],
    *,
    source: str,
    column: str,
) -> None:
    """The size column says how many persons there are; a household of size 0 may have none.

    Parameters
    ----------
    household_ids : ndarray of str, shape (n,)
        For messages.
    sizes : ndarray of float64, shape (n,), persons
        What the household says; NaN is not compared.
    n_persons : ndarray of int64, shape (n,), persons
        What the persons file holds.
    problems : list of Problem
        Codes ``household-without-persons`` and ``household-size``.
    source, column : str
        The households file and its size column.
    """
    differ = (sizes != n_persons) & ~np.isnan(sizes)
    cases = [("household-without-persons", differ & (n_persons == 0)), ("household-size", differ & (n_persons > 0))]
    for code, bad in cases:
        at = np.flatnonzero(bad)
        named = ((f"household {household_ids[r]}", f"{n_persons[r]:,} where {column} says {sizes[r]:g}") for r in at)
        expected = "as many persons as the household's size"
        action = f"Complete the persons file, or correct {column}."
        add_rows(problems, source, named, n_rows=len(at), expected=expected, action=action, code=code)


def check_design_weights(
    weights: NDArray[np.float64],
    ids: Ids,
    problems: list[Problem],
    *,
    source: str,
    column: str,
    drop_zero: bool = False,
    entity: str = "household",
) -> tuple[NDArray[np.bool_], list[str]]:
    """Design weights are finite and > 0; zero may be allowed, and then the record is left out with a note.

    Parameters
    ----------
    weights : ndarray of float64, shape (n,)
        NaN where missing or not a number.
    ids : ndarray of str, shape (n,)
        For messages.
    problems : list of Problem
        Code ``design-weight``.
    source, column : str
        The households file and its column.
    drop_zero : bool
        Whether zero means "not part of the sample", as in PopulationSim folders and group quarters of PUMS.
    entity : str
        "household" or "person", for messages.

    Returns
    -------
    keep : ndarray of bool, shape (n,)
        Records with a usable weight.
    notes : list of str
        At most one sentence.
    """
    usable = np.isfinite(weights) & (weights > 0)
    zero = weights == 0
    bad = np.flatnonzero(~usable & ~zero) if drop_zero else np.flatnonzero(~usable)
    named = ((f"{entity} {ids[r]}", "nothing" if np.isnan(weights[r]) else f"{weights[r]:g}") for r in bad)
    expected, action = f"a design weight > 0 in {column!r}", f"Correct the weight, or drop the {entity}."
    add_rows(problems, source, named, n_rows=len(bad), expected=expected, action=action, code="design-weight")
    if drop_zero and zero.any():
        return usable, [f"{source}: left out {int(zero.sum()):,} of {len(zero):,} {entity}s: design weight 0."]
    return usable, []


def check_areas(
    areas: Ids, units: Sequence[str], *, source: str, column: str, entity: str = "household"
) -> tuple[NDArray[np.int32], list[str]]:
    """Find the unit that each survey record comes from; those of other places are left out with a note.

    Parameters
    ----------
    areas : ndarray of str, shape (n,)
        The unit's id in each row.
    units : sequence of str
        Units of that level.
    source, column : str
        The file and its column.
    entity : str
        "household" or "person", for messages.

    Returns
    -------
    area : ndarray of int32, shape (n,)
        Index into `units`; -1 for other places.
    notes : list of str
        At most one sentence.
    """
    index = {u: i for i, u in enumerate(units)}
    area = np.array([index.get(a, -1) for a in areas.tolist()], dtype=np.int32)
    n_outside = int((area < 0).sum())
    note = f"{source}: left out {n_outside:,} of {len(area):,} {entity}s: their {column} is not in the crosswalk."
    return area, [note] if n_outside else []


def check_pool_is_populated(n_records: int, problems: list[Problem], *, source: str, entity: str = "household") -> None:
    """At least one household is left after all records were dropped that had to be (code ``no-households``)."""
    if n_records == 0:
        action = "Check the weights, the areas and what is kept."
        add(
            problems,
            source,
            "",
            expected=f"at least one usable {entity}",
            found="none",
            action=action,
            code="no-households",
        )


def _numbers_of(values: NDArray[np.int64]) -> str:
    shown = ", ".join(str(v) for v in values[:5])
    return shown + (f" and {len(values) - 5:,} more" if len(values) > 5 else "")
