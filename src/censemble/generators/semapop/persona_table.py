"""A table of personas with weights, from a user's file: columns `text` and, if they do not count alike, `weight`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from censemble.errors import InputError, Problem

SOURCES = {".parquet": pq.read_table, ".csv": pacsv.read_csv}


def read_persona_table(path: Path) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Read texts and weights.

    Parameters
    ----------
    path : Path
        CSV (UTF-8, commas) or Parquet; other columns are not looked at.

    Returns
    -------
    texts : tuple of str, length n
    weights : ndarray of float64, shape (n,), > 0
        1 each where the table has no column `weight`.

    Raises
    ------
    InputError
        With all problems: no such file, no column `text`, no row, empty texts, weights that are no numbers above 0.
    """
    table = _read(path)
    problems: list[Problem] = []
    if "text" not in table.column_names or not table.num_rows:
        found = "no row" if "text" in table.column_names else f"columns {', '.join(table.column_names) or 'none'}"
        raise _refused(path, "a column text, with rows", found, "Write one persona a row.")
    texts = tuple(str(t or "").strip() for t in table["text"].to_pylist())
    for row in [i for i, text in enumerate(texts, 2) if not text][:5]:
        action = "Say in a sentence who the person is, or delete the row."
        problems.append(Problem(str(path), f"row {row}", "a text", "an empty cell", action, "empty-persona"))
    weights = _weights(path, table, problems)
    if problems:
        raise InputError(f"{len(problems)} problem{'s' if len(problems) > 1 else ''} in the personas", problems)
    return texts, weights


def _read(path: Path) -> pa.Table:
    reader = SOURCES.get(path.suffix.lower())
    if reader is None or not path.is_file():
        found = f"a file {path.suffix or 'without an ending'}" if path.is_file() else "no such file"
        raise _refused(path, "a table of personas, .csv or .parquet", found, "Correct generator.bank.")
    try:
        return reader(path)
    except (pa.ArrowException, OSError) as error:
        found = f"one that cannot be read ({str(error).splitlines()[0]})"
        raise _refused(path, "a table of personas", found, "Write it again.") from error


def _weights(path: Path, table: pa.Table, problems: list[Problem]) -> NDArray[np.float64]:
    if "weight" not in table.column_names:
        return np.ones(table.num_rows)
    try:
        cast = pc.cast(table["weight"], pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowException:
        cast = np.full(table.num_rows, np.nan)
    weights = np.asarray(cast, dtype=np.float64)
    for row in np.flatnonzero(~(np.isfinite(weights) & (weights > 0)))[:5]:
        found = repr(table["weight"][int(row)].as_py())
        action = "Correct the weight, or delete the row."
        problems.append(Problem(str(path), f"row {row + 2}", "a weight above 0", found, action, "persona-weight"))
    return weights


def _refused(path: Path, expected: str, found: str, action: str) -> InputError:
    problem = Problem(str(path), "", expected, found, action, "persona-table")
    return InputError("The personas cannot be read.", [problem])
