"""One table file in, one Arrow table out, and every fault of the file named.

Here: CSV (comma), TSV (tab), both also gzipped, and Parquet. Text columns of CSV files stay text, so that ids keep
their leading zeros; `numbers` and `texts` turn one column into an array. Not here: what the columns mean.
"""

from __future__ import annotations

import difflib
import hashlib
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from censemble.errors import Problem
from censemble.inputs import SourceFile
from censemble.io.delimited import check_columns, header_of, read_delimited
from censemble.io.findings import add, add_rows, nearest

__all__ = ["column_names", "describe_file", "nearest", "numbers", "read_table", "texts"]


def read_table(
    path: Path,
    *,
    role: str,
    problems: list[Problem],
    columns: Sequence[str] | None = None,
    comment: str = "",
    encode_texts: bool = False,
) -> tuple[pa.Table | None, SourceFile | None]:
    r"""Read one table file; what is wrong with it is appended to `problems`.

    Parameters
    ----------
    path : Path
        ``.csv``, ``.tsv``, ``.csv.gz``, ``.tsv.gz`` or ``.parquet``.
    role : str
        What the file is to the user ("household seed sample").
    problems : list of Problem
        Grows by every fault found; nothing is raised.
    columns : sequence of str, optional
        Decode only these (much faster for wide files); each one that is missing is a problem. All when left out.
    comment : str
        Drop what follows this character in a CSV line, as PopulationSim does; "" keeps everything.
    encode_texts : bool
        Leave texts of a Parquet file dictionary-encoded, as it stores them: faster and smaller for few different ones.

    Returns
    -------
    table : pyarrow.Table or None
        None when the file cannot be used as asked. CSV columns are strings and blanks are "".
    source : SourceFile or None
        None when the file cannot be opened.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "zones.csv"
    >>> _ = path.write_text("zone,n\n001,5\n")
    >>> table, source = read_table(path, role="zones", problems=[])
    >>> table.to_pylist()
    [{'zone': '001', 'n': '5'}]
    """
    source = describe_file(path, role=role, problems=problems)
    if source is None:
        return None, None
    n_before = len(problems)
    table: pa.Table | None = None
    try:
        if path.suffix == ".parquet":
            table = _read_parquet(path, problems, columns, encode_texts=encode_texts)
        else:
            table = read_delimited(path, problems, columns=columns, comment=comment)
    except (pa.ArrowException, OSError, EOFError, zlib.error) as error:
        found = (str(error).splitlines() or [type(error).__name__])[0]
        action = "Make or download the file again."
        add(problems, path, "", expected="a whole table file", found=found, action=action, code="unreadable")
    if len(problems) == n_before and table is not None and table.num_rows == 0:
        found, action = "a header without rows", "Give the full file."
        add(problems, path, "", expected="at least one row", found=found, action=action, code="empty-file")
    return (table if len(problems) == n_before else None), source


def column_names(path: Path) -> list[str]:
    """Names in the header of a table file; none where it cannot be read (`read_table` says why).

    Parameters
    ----------
    path : Path
        As in `read_table`.
    """
    try:
        if path.suffix == ".parquet":
            import pyarrow.parquet as pq  # noqa: PLC0415

            return list(pq.read_schema(path).names)
        return header_of(path)
    except (pa.ArrowException, OSError, EOFError, zlib.error):
        return []


def numbers(
    table: pa.Table,
    column: str,
    *,
    source: str,
    problems: list[Problem],
    row_labels: Sequence[Any] | NDArray[Any] | None = None,
    missing: Sequence[str] = (),
    required: bool = False,
) -> NDArray[np.float64]:
    """Turn one column into float64; what is not a number is appended to `problems`.

    Parameters
    ----------
    table : pyarrow.Table
        Of n rows.
    column : str
        Its name.
    source : str
        File name for messages.
    problems : list of Problem
        Grows by every fault found.
    row_labels : sequence of length n, optional
        How to name a row in a message ("zone 101"); line numbers of the data when left out.
    missing : sequence of str
        Texts that mean missing, besides the blank.
    required : bool
        Report missing values too.

    Returns
    -------
    ndarray of float64, shape (n,); NaN where missing or not a number

    Examples
    --------
    >>> numbers(pa.table({"n": ["1", " 2.5", ""]}), "n", source="t.csv", problems=[]).tolist()
    [1.0, 2.5, nan]
    """
    values = table[column].combine_chunks()
    is_number = any(test(values.type) for test in (pa.types.is_floating, pa.types.is_integer, pa.types.is_boolean))
    values = values.cast(pa.float64() if is_number else pa.string())
    parsed, wrong = _parse_numbers(values, missing)
    _report_cells(wrong, values, row_labels, problems, source=source, column=column, code="not-a-number")
    if required:
        blank = np.isnan(parsed) & ~wrong
        _report_cells(blank, values, row_labels, problems, source=source, column=column, code="missing-value")
    return parsed


def texts(table: pa.Table, column: str) -> NDArray[Any]:
    """Turn one column (ids, labels) into an object array of stripped str; missing is "".

    Examples
    --------
    >>> texts(pa.table({"zone": [" 001", "002"]}), "zone").tolist()
    ['001', '002']
    """
    values = table[column].combine_chunks()
    if pa.types.is_floating(values.type):
        whole = pc.all(pc.equal(values, pc.floor(values))).as_py()
        values = values.cast(pa.int64()) if whole else values  # an id column with blanks is stored as 600.0
    stripped = pc.fill_null(pc.utf8_trim_whitespace(values.cast(pa.string())), "")
    return np.asarray(stripped.to_numpy(zero_copy_only=False), dtype=object)


def _parse_numbers(values: pa.Array, missing: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Floats, and where a text was neither a number nor missing."""
    if pa.types.is_floating(values.type):
        return pc.fill_null(values, np.nan).to_numpy(zero_copy_only=False), np.zeros(len(values), dtype=bool)
    gone = pc.is_in(values, value_set=pa.array(["", *missing], values.type))
    try:
        parsed = pc.if_else(gone, pa.scalar(None, values.type), values).cast(pa.float64())
        return pc.fill_null(parsed, np.nan).to_numpy(zero_copy_only=False), np.zeros(len(values), dtype=bool)
    except pa.ArrowInvalid:
        pass  # the slow path finds which cells it was, and takes blanks around numbers
    coded = values.dictionary_encode()
    pairs = [_to_float(t, missing) for t in coded.dictionary.to_pylist()]
    codes = pc.fill_null(coded.indices, len(pairs)).to_numpy(zero_copy_only=False)
    lookup = np.array([p[0] for p in pairs] + [np.nan])
    wrong = np.array([p[1] for p in pairs] + [False])
    return lookup[codes], wrong[codes]


def _to_float(text: str, missing: Sequence[str]) -> tuple[float, bool]:
    text = text.strip()
    if not text or text in missing:
        return np.nan, False
    try:
        return (float(text), False) if "_" not in text else (np.nan, True)
    except ValueError:
        return np.nan, True


def _report_cells(
    bad: NDArray[np.bool_],
    values: pa.Array,
    row_labels: Sequence[Any] | NDArray[Any] | None,
    problems: list[Problem],
    *,
    source: str,
    column: str,
    code: str,
) -> None:
    rows = np.flatnonzero(bad)
    names = [f"row {r + 2}" for r in rows[:6]] if row_labels is None else [str(row_labels[r]) for r in rows[:6]]
    found = [repr(t) if (t := values[int(r)].as_py()) not in ("", None) else "a blank" for r in rows[:6]]
    cells = [(f"{name}, column {column!r}", text) for name, text in zip(names, found, strict=True)]
    action = "Correct the cell."
    add_rows(problems, source, cells, n_rows=len(rows), expected="a number", action=action, code=code)


def describe_file(path: Path, *, role: str, problems: list[Problem]) -> SourceFile | None:
    """Hash one input file for the manifest; a missing or unreadable one is appended to `problems`.

    Parameters
    ----------
    path : Path
        As the user wrote it.
    role : str
        What the file is to the user.
    problems : list of Problem
        Codes ``missing-file`` and ``unreadable``.
    """
    expected = f"a file ({role})"
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            return SourceFile(role, str(path), digest, stream.tell())
    except (FileNotFoundError, NotADirectoryError):
        beside = sorted(p.name for p in path.parent.iterdir()) if path.parent.is_dir() else []
        close = difflib.get_close_matches(path.name, beside, n=1)
        found = f"no such file; there is {close[0]!r}" if close else "no such file"
        action = "Correct the path, or put the file there."
        add(problems, path, "", expected=expected, found=found, action=action, code="missing-file")
    except OSError as error:
        found, action = error.strerror or str(error), "Make the file readable."
        add(problems, path, "", expected=expected, found=found, action=action, code="unreadable")
    return None


def _read_parquet(
    path: Path, problems: list[Problem], columns: Sequence[str] | None, *, encode_texts: bool
) -> pa.Table | None:
    import pyarrow.parquet as pq  # noqa: PLC0415 (a third of a CSV-only run's import time)

    stored = pq.read_schema(path)
    names = stored.names
    if not check_columns(path, names, columns, problems):
        return None
    wanted = list(dict.fromkeys(names if columns is None else columns))
    texts_of = [name for name in wanted if encode_texts and pa.types.is_string(stored.field(name).type)]
    return pq.read_table(path, columns=wanted, read_dictionary=texts_of or None)
