"""Tables of a PopulationSim folder: columns by the names that its settings give them, ids as pandas would read them.

PopulationSim reads ids as numbers, so "0600", "600" and "600.0" are one zone in such a folder, though not elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from censemble.errors import Problem
from censemble.inputs import SourceFile
from censemble.io.checks import Ids
from censemble.io.populationsim_settings import TableSettings
from censemble.io.sources import column_names, numbers, read_table, texts

# What pandas.read_csv takes for missing.
MISSING = (
    *("#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>"),
    *("N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
)


@dataclass
class Findings:
    """What reading a folder gathers on the way."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: list[SourceFile] = field(default_factory=list)


def header(settings: TableSettings) -> dict[str, str]:
    """Map the settings' names of all usable columns to the file's names."""
    return settings.columns(column_names(settings.path))


def read_named(
    settings: TableSettings, findings: Findings, *, role: str, columns: Sequence[str] | None, comment: str = ""
) -> pa.Table | None:
    """Read columns under the names that settings and expressions use.

    Parameters
    ----------
    settings : TableSettings
        File, renames and drops.
    findings : Findings
        Grows by problems and by the file.
    role : str
        What the file is to the user.
    columns : sequence of str or None
        After renaming; every usable column when None.
    comment : str
        As in `censemble.io.sources.read_table`.

    Returns
    -------
    pyarrow.Table or None
        None when something is wrong with the file.
    """
    names = header(settings)
    raw = None if columns is None else [names.get(c, c) for c in columns]
    table, source = read_table(settings.path, role=role, problems=findings.problems, columns=raw, comment=comment)
    if source is not None:
        findings.files.append(source)
    if table is None:
        return None
    wanted = {c: names.get(c, c) for c in columns} if columns is not None else names
    return pa.table({name: table[raw_name] for name, raw_name in wanted.items()})


def read_ids(table: pa.Table, column: str) -> Ids:
    """Ids as text, in the shortest form of the number where the whole column is whole numbers.

    Examples
    --------
    >>> read_ids(pa.table({"TAZ": ["0600", "7.0", ""]}), "TAZ").tolist()
    ['600', '7', '']
    """
    written = texts(table, column)
    blank = np.isin(written.astype(str), ("", *MISSING))
    written[blank] = ""
    values = pa.array(written, pa.string(), mask=blank)
    try:
        whole = values.cast(pa.int64())
    except pa.ArrowInvalid:
        try:
            whole = values.cast(pa.float64()).cast(pa.int64())  # refuses fractions
        except pa.ArrowInvalid:
            return written
    return np.asarray(pc.fill_null(whole.cast(pa.string()), "").to_numpy(zero_copy_only=False), dtype=object)


def pool_column(table: pa.Table, column: str) -> NDArray[Any]:
    """One column as expressions want it: float64 where all are numbers, bool where all are True or False, else text."""
    found: list[Problem] = []
    values = numbers(table, column, source="", problems=found, missing=MISSING)
    if not found:
        return values
    written = texts(table, column)
    plain = written.astype(str)
    if np.isin(plain, ("True", "False")).all():
        return np.asarray(plain == "True")
    written[np.isin(plain, MISSING)] = ""
    return written


def carried_column(table: pa.Table, column: str) -> pa.Array:
    """One column for the output: int64 or float64 where all are numbers (missing is null), else the text as it was."""
    values = table[column].combine_chunks()
    if not pa.types.is_string(values.type):
        return values
    gone = pc.is_in(values, value_set=pa.array(["", *MISSING]))
    cells = pc.if_else(gone, pa.scalar(None, pa.string()), values)
    for kind in (pa.int64(), pa.float64()):
        try:
            return cells.cast(kind)
        except pa.ArrowInvalid:
            continue
    return values
