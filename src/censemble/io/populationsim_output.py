"""PopulationSim's own output files: the names and columns that a team's next step already reads.

Synthetic households and persons, the summaries of controls against results, and the expanded household ids, as
PopulationSim 0.10 names them. `_diff` is result minus control everywhere.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from censemble.errors import OutputError
from censemble.geography import Geography
from censemble.inputs import PopulationSimOutput
from censemble.margins import Margin


def write_populationsim(
    out: Path,
    *,
    spec: PopulationSimOutput,
    geography: Geography,
    margins: Sequence[Margin],
    households: pa.Table,
    persons: pa.Table,
    results: Mapping[str, NDArray[Any]],
) -> tuple[Path, ...]:
    """Write everything that `spec` asks for; each file under a temporary name, then moved.

    Parameters
    ----------
    out : Path
        An existing folder.
    spec : PopulationSimOutput
        File names, columns and tables asked for; empty columns mean every one.
    geography : Geography
        Levels and units.
    margins : sequence of Margin
        The controls, in the order of the control file.
    households : pyarrow.Table, one row a synthetic household
        `household_id`, a column for every level, `source_household`, and the carried seed columns.
    persons : pyarrow.Table, one row a synthetic person
        `household_id` and the carried seed columns.
    results : mapping of level to ndarray of shape (n_units, n_controls of that level), counts
        What the synthetic population gives, controls in the order of margins and their cells.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    OutputError
        The disk or the folder said no; the file is named and nothing half-written is left.
    """
    levels = geography.levels[geography.level_index(spec.seed_level) :]
    tables = {
        spec.households_file: synthetic_households(spec, levels, households),
        spec.persons_file: synthetic_persons(spec, levels, households, persons),
    }
    if spec.expanded_ids:
        columns = {level: _plain(households[level]) for level in levels}
        ids = pa.table({**columns, spec.seed_household_id: households["source_household"]})
        tables["final_expanded_household_ids.csv"] = ids
    for name in spec.summary_tables:
        inner, outer = _levels_of(name, geography.levels)
        tables[f"final_{name}.csv"] = summary(inner, outer, geography=geography, margins=margins, results=results)
    return tuple(_write_csv(out / name, table) for name, table in tables.items())


def synthetic_households(spec: PopulationSimOutput, levels: Sequence[str], households: pa.Table) -> pa.Table:
    """Columns of synthetic_households.csv: the new id, the levels from the seed's down, then what was asked for.

    Parameters
    ----------
    spec : PopulationSimOutput
        Names.
    levels : sequence of str
        From the seed level to the zone.
    households : pyarrow.Table
        As in `write_populationsim`.
    """
    columns = {spec.household_id: households["household_id"]}
    columns |= {level: _plain(households[level]) for level in levels}
    if spec.seed_household_id in spec.household_columns:
        columns[spec.seed_household_id] = households["source_household"]
    return pa.table(columns | _asked(spec.household_columns, households, columns))


def synthetic_persons(
    spec: PopulationSimOutput, levels: Sequence[str], households: pa.Table, persons: pa.Table
) -> pa.Table:
    """Columns of synthetic_persons.csv: the levels from the seed's down, the household's new id, what was asked for.

    Parameters
    ----------
    spec : PopulationSimOutput
        Names.
    levels : sequence of str
        From the seed level to the zone.
    households, persons : pyarrow.Table
        As in `write_populationsim`.
    """
    rows = pc.index_in(persons["household_id"], value_set=households["household_id"].combine_chunks())
    columns = {level: _plain(households[level]).take(rows) for level in levels}
    if spec.seed_household_id in spec.person_columns:
        columns[spec.seed_household_id] = households["source_household"].take(rows)
    columns[spec.household_id] = persons["household_id"]
    return pa.table(columns | _asked(spec.person_columns, persons, columns))


def summary(
    inner: str,
    outer: str,
    *,
    geography: Geography,
    margins: Sequence[Margin],
    results: Mapping[str, NDArray[Any]],
) -> pa.Table:
    """Controls against results for every unit of `outer` that has households.

    Parameters
    ----------
    inner : str
        Level whose weights are summed (in PopulationSim each level has its own; here all agree).
    outer : str
        Level of the rows; the same as `inner`, or one further out.
    geography, margins, results
        As in `write_populationsim`.

    Returns
    -------
    pyarrow.Table
        geography, id, then <target>_control, <target>_result and <target>_diff for each control of `outer` and the
        levels within. A control that only a level further out has stands for `outer` where its units are the same.
    """
    k = geography.level_index(outer)
    nothing = np.zeros((len(geography.units[k]), 0))
    names, controls, found = [], [nothing], [nothing]
    for margin, control, result in _columns_at(outer, geography, margins, results):
        names += [cell.label for cell in margin.cells]
        controls.append(control)
        found.append(result)
    control = np.concatenate(controls, axis=1)  # (n_units, n_controls)
    result = np.concatenate(found, axis=1)
    populated = _populated(outer, geography, margins, control, names)
    units = np.array(geography.units[k], dtype=object)[populated]
    columns: dict[str, Any] = {
        "geography": [outer] * len(units),
        "id": _plain(pa.chunked_array([pa.array(units, pa.string())])),
    }
    for ending, values in (("control", control), ("result", result), ("diff", result - control)):
        for c, name in enumerate(names):
            columns[f"{name}_{ending}"] = _whole(values[populated, c])
    return pa.table(columns)


def _columns_at(
    outer: str, geography: Geography, margins: Sequence[Margin], results: Mapping[str, NDArray[Any]]
) -> list[tuple[Margin, NDArray[np.float64], NDArray[np.float64]]]:
    """Targets and results of each margin that can be said at `outer`, shape (n_units, n_cells) each."""
    start = dict.fromkeys(geography.levels, 0)
    columns = []
    for margin in margins:
        first = start[margin.level]
        start[margin.level] += len(margin.cells)
        own = np.asarray(results[margin.level], dtype=np.float64)[:, first : start[margin.level]]
        control, result = (_move(v, margin.level, outer, geography) for v in (margin.targets, own))
        if control is not None and result is not None:
            columns.append((margin, control, result))
    return columns


def _move(values: NDArray[np.float64], level: str, outer: str, geography: Geography) -> NDArray[np.float64] | None:
    """Sum units of `level` into `outer`; None where that is not defined."""
    inner_of, outer_of = (geography.unit_of_zone[geography.level_index(name)] for name in (level, outer))
    pairs = np.unique(np.stack([inner_of, outer_of], axis=1), axis=0)
    if len(pairs) != len(values):
        return None  # a unit of `level` lies in several units of `outer`
    sums = np.zeros((len(geography.units[geography.level_index(outer)]), values.shape[1]))
    np.add.at(sums, pairs[:, 1], values[pairs[:, 0]])
    return sums


def _populated(
    outer: str, geography: Geography, margins: Sequence[Margin], control: NDArray[np.float64], names: Sequence[str]
) -> NDArray[np.bool_]:
    totals = [m.cells[0].label for m in margins if m.is_total]
    column = names.index(totals[0]) if totals and totals[0] in names else None
    if column is None:
        return np.ones(len(geography.units[geography.level_index(outer)]), dtype=bool)
    return np.asarray(control[:, column] != 0)


def _levels_of(name: str, levels: Sequence[str]) -> tuple[str, str]:
    """Split summary_<level> or summary_<inner>_<outer>; level names may hold underscores."""
    rest = name.removeprefix("summary_")
    for inner in levels:
        for outer in levels:
            if rest == f"{inner}_{outer}":
                return inner, outer
    return rest, rest


def _asked(asked: Sequence[str], table: pa.Table, taken: Mapping[str, Any]) -> dict[str, Any]:
    skipped = {"household_id", "person_id", "source_household", "generator", *taken}
    names = asked or table.column_names
    return {c: table[c] for c in names if c in table.column_names and c not in skipped}


def _plain(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Ids as integers where all are, so that they are written without quotes."""
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    try:
        return values.cast(pa.int64())
    except pa.ArrowInvalid:
        return values.cast(pa.string())


def _whole(values: NDArray[np.float64]) -> pa.Array:
    rounded = np.round(values, 9) + 0.0  # no -0.0
    if np.isfinite(rounded).all() and (rounded == np.round(rounded)).all():
        return pa.array(rounded.astype(np.int64))
    return pa.array(rounded, mask=~np.isfinite(rounded))


def _write_csv(path: Path, table: pa.Table) -> Path:
    header = io.StringIO()
    csv.writer(header, lineterminator="\n").writerow(table.column_names)
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("wb") as stream:
            stream.write(header.getvalue().encode())
            pacsv.write_csv(table, stream, pacsv.WriteOptions(include_header=False, batch_size=8192))
        partial.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"{path}: cannot be written: {reason}; free the disk or choose another folder"
        raise OutputError(message) from error
    finally:
        partial.unlink(missing_ok=True)
    return path
