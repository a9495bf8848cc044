"""Which household a person of any table belongs to; orphans are kept and counted."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from censemble.dataset import Gap
from censemble.errors import Problem
from censemble.io.checks import check_ids
from censemble.io.comparison_files import RawTable
from censemble.io.comparison_schema import SchemaFile
from censemble.io.findings import add, nearest
from censemble.io.sources import texts

OUR_KEY = "household_id"  # in every population that this program writes


def link_households(
    raw: RawTable, file: SchemaFile, *, problems: list[Problem], notes: list[str], gaps: list[Gap]
) -> NDArray[np.int64] | None:
    """Link the persons of a table to its households.

    Parameters
    ----------
    raw : RawTable
        With both.
    file : SchemaFile
        Names the id columns; ``household_id`` serves where a table has that instead, or where the named one is not
        unique, as in synthetic tables that carry the ids of the survey.
    problems, notes, gaps : list
        Grow by what is found.

    Returns
    -------
    ndarray of int64, shape (n_persons,), or None
        Row of the household, -1 for an orphan. None where the ids are missing or not unique.
    """
    of_households, of_persons = raw.tables["households"], raw.tables["persons"]
    named = [(file.keys.household, file.keys.in_persons or file.keys.household), (OUR_KEY, OUR_KEY)]
    usable = [(h, p) for h, p in named if h in of_households.column_names and p in of_persons.column_names]
    if not usable:
        _no_key(raw, file, problems)
        return None
    unique = [pair for pair in usable if _is_unique(of_households, pair[0])]
    column, person_column = (unique or usable)[0]
    if (column, person_column) != named[0]:
        notes.append(f"{raw.name}: persons and households are linked by {OUR_KEY!r}.")
    ids, label = texts(of_households, column), raw.given.label("households")
    if not unique:
        check_ids(ids, problems, source=label, column=column, entity="household")
        return None
    keys = pa.array(texts(of_persons, person_column), pa.string())
    rows = pc.fill_null(pc.index_in(keys, value_set=pa.array(ids, pa.string())), -1)
    household: NDArray[np.int64] = rows.cast(pa.int64()).to_numpy(zero_copy_only=False)
    _report_orphans(household, gaps, column=person_column)
    return household


def _is_unique(households: pa.Table, column: str) -> bool:
    ids = pa.array(texts(households, column), pa.string())
    return bool(pc.count_distinct(ids).as_py() == len(ids) and not pc.any(pc.equal(ids, "")).as_py())


def _report_orphans(household: NDArray[np.int64], gaps: list[Gap], *, column: str) -> None:
    n = int((household < 0).sum())
    if n:
        share = f"{n:,} of {len(household):,} persons"
        says = f"{share} belong to no household that is there (column {column!r}); they are compared as persons."
        gaps.append(Gap("persons", "", says))


def _no_key(raw: RawTable, file: SchemaFile, problems: list[Problem]) -> None:
    wanted = file.keys.household or OUR_KEY
    in_persons = file.keys.in_persons or wanted
    pairs = (("households", wanted), ("persons", in_persons))
    for entity, column in pairs:
        names = raw.names[entity]  # type: ignore[index]
        if column not in names:
            found = f"none; {nearest(column, names)}"
            action = "Name the column under `keys.household` of a schema file, or give one flat table."
            label = raw.given.label(entity)  # type: ignore[arg-type]
            expected = f"a column {column!r} that links persons to households"
            add(problems, label, "header", expected=expected, found=found, action=action, code="missing-column")
