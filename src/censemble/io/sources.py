"""One table file in, one Arrow table out, and every fault of the file named.

Here: CSV (comma), TSV (tab), both also gzipped, and Parquet. Text columns of CSV files stay text, so that ids keep
their leading zeros; `numbers` and `texts` turn one column into an array. Not here: what the columns mean.
"""

from __future__ import annotations

import csv
import difflib
import gzip
import hashlib
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from censemble.errors import Problem
from censemble.inputs import SourceFile

MAX_SHOWN = 5  # rows named per kind of problem; the rest are counted
_HEAD_BYTES = 1 << 18
_OTHER_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "vertical bars", ",": "commas"}
_BOMS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def nearest(name: str, choices: Sequence[str]) -> str:
    """Name the choice that looks most like `name`, or list the first few choices.

    Examples
    --------
    >>> nearest("SERIAL_NO", ["SERIALNO", "NP"])
    "the nearest is 'SERIALNO'"
    """
    folded = {c.casefold(): c for c in reversed(choices)}
    close = difflib.get_close_matches(name.casefold(), list(folded), n=1)
    if close:
        return f"the nearest is {folded[close[0]]!r}"
    shown = ", ".join(choices[:8]) + (", ..." if len(choices) > 8 else "")
    return f"the columns are {shown}"


def read_table(
    path: Path,
    *,
    role: str,
    problems: list[Problem],
    columns: Sequence[str] | None = None,
    comment: str = "",
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
    source = _open_source(path, role, problems)
    if source is None:
        return None, None
    found = len(problems)
    table: pa.Table | None = None
    try:
        if path.suffix == ".parquet":
            table = _read_parquet(path, problems, columns)
        else:
            table = _read_csv(path, problems, columns, comment)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        _add(problems, path, "", "a whole gzip file", str(error), "Make or download the file again.", "not-gzip")
    except pa.ArrowException as error:
        first = str(error).splitlines()[0]
        _add(problems, path, "", "a readable table", first, "Make or download the file again.", "unreadable")
    if len(problems) == found and table is not None and table.num_rows == 0:
        _add(problems, path, "", "at least one row under the header", "none", "Give the full file.", "empty-file")
    return (table if len(problems) == found else None), source


def numbers(
    table: pa.Table,
    column: str,
    *,
    source: str,
    problems: list[Problem],
    row_labels: Sequence[Any] | None = None,
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
    is_number = (
        pa.types.is_floating(values.type) or pa.types.is_integer(values.type) or pa.types.is_boolean(values.type)
    )
    values = values.cast(pa.float64() if is_number else pa.string())
    parsed, wrong = _parse_numbers(values, missing)
    kind = [("not-a-number", "a number", wrong)]
    if required:
        kind.append(("missing-value", "a number", np.isnan(parsed) & ~wrong))
    for code, expected, bad in kind:
        rows = np.flatnonzero(bad)
        for row in rows[:MAX_SHOWN]:
            where = f"{_row_name(row, row_labels)}, column {column!r}"
            found = repr(values[int(row)].as_py() or "")
            found = "a blank" if code == "missing-value" and found == "''" else found
            _add(problems, source, where, expected, found, "Correct the cell.", code)
        if len(rows) > MAX_SHOWN:
            n_more = f"{len(rows) - MAX_SHOWN:,} more rows like these"
            _add(problems, source, f"column {column!r}", expected, n_more, "Correct the cells.", code)
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


def _open_source(path: Path, role: str, problems: list[Problem]) -> SourceFile | None:
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            n_bytes = stream.tell()
    except (FileNotFoundError, NotADirectoryError):
        found = "no such file"
        if path.parent.is_dir():
            names = difflib.get_close_matches(path.name, sorted(p.name for p in path.parent.iterdir()), n=1)
            found += f" (there is {names[0]!r})" if names else ""
        _add(problems, path, "", f"a file ({role})", found, "Correct the path or put the file there.", "missing-file")
        return None
    except OSError as error:
        found = error.strerror or str(error)
        _add(problems, path, "", f"a file ({role})", found, "Make the file readable.", "unreadable")
        return None
    return SourceFile(role, str(path), digest, n_bytes)


def _read_parquet(path: Path, problems: list[Problem], columns: Sequence[str] | None) -> pa.Table | None:
    import pyarrow.parquet as pq  # noqa: PLC0415 (a third of a CSV-only run's import time)

    names = pq.read_schema(path).names
    if not _check_columns(path, names, columns, problems):
        return None
    return pq.read_table(path, columns=list(dict.fromkeys(columns)) if columns is not None else None)


def _read_csv(path: Path, problems: list[Problem], columns: Sequence[str] | None, comment: str) -> pa.Table | None:
    """Check the first lines before anything long, then let Arrow do the work."""
    tab = ".tsv" in path.suffixes
    head = _head(path)
    if not _check_bytes(path, head, problems):
        return None
    header_line, names = _header(head, "\t" if tab else ",", comment)
    if not names:
        _add(problems, path, "", "a table with a header line", "nothing", "Give the full file.", "empty-file")
        return None
    if not _check_delimiter(path, names, "\t" if tab else ",", problems):
        return None
    if not _check_columns(path, names, columns, problems):
        return None
    wanted = list(dict.fromkeys(columns)) if columns is not None else names
    ragged: list[str] = []
    try:
        table = _parse_csv(path, names, wanted, (header_line, "\t" if tab else ",", comment), ragged)
    except pa.ArrowInvalid as error:
        if "utf" not in str(error).lower():
            raise
        _not_utf8(path, problems)
        return None
    _report_ragged(path, ragged, len(names), problems)
    return table


def _parse_csv(
    path: Path, names: list[str], wanted: list[str], layout: tuple[int, str, str], ragged: list[str]
) -> pa.Table:
    header_line, delimiter, comment = layout

    def note(row: Any) -> str:
        place = f"line {row.number}" if row.number is not None else "a line"
        ragged.append(f"{place} with {row.actual_columns} fields")
        return "skip"

    data: Any = pa.input_stream(str(path), compression="gzip" if path.suffix == ".gz" else None)
    if comment:
        data = pa.BufferReader(_without_comments(data.read(), comment.encode()))
        header_line = 0
    return pacsv.read_csv(
        data,
        # One thread: these files are small, and CPU time is what a run pays.
        read_options=pacsv.ReadOptions(use_threads=False, column_names=names, skip_rows=header_line + 1),
        parse_options=pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=note),
        convert_options=pacsv.ConvertOptions(
            include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string()), strings_can_be_null=False
        ),
    )


def _head(path: Path) -> bytes:
    opener: Any = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as stream:
        return bytes(stream.read(_HEAD_BYTES))


def _without_comments(data: bytes, mark: bytes) -> bytes:
    """Drop blank lines and what follows the mark, unless it is inside quotes."""
    kept = []
    for line in data.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True):
        before, found, _ = line.partition(mark)
        while found and before.count(b'"') % 2:
            more, found, _ = line[len(before) + len(mark) :].partition(mark)
            before += mark + more
        if before.strip():
            kept.append(before + b"\n" if found else before)
    return b"".join(kept)


def _header(head: bytes, delimiter: str, comment: str) -> tuple[int, list[str]]:
    """Line number and names of the first line that holds anything."""
    lines = head.decode("utf-8-sig", errors="replace").splitlines()
    for number, line in enumerate(lines):
        text = line.partition(comment)[0] if comment else line
        if text.strip():
            return number, [name.strip() for name in next(csv.reader([text], delimiter=delimiter))]
    return 0, []


def _check_bytes(path: Path, head: bytes, problems: list[Problem]) -> bool:
    encoding = _BOMS.get(head[:2], "a binary file" if b"\0" in head else "")
    if encoding:
        _add(problems, path, "", "UTF-8 text", encoding, "Save the file as UTF-8 CSV.", "encoding")
    return not encoding


def _not_utf8(path: Path, problems: list[Problem]) -> None:
    opener: Any = gzip.open if path.suffix == ".gz" else open
    found, where = "bytes of another encoding", ""
    with opener(path, "rb") as stream:
        for number, line in enumerate(stream, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                where = f"line {number}"
                found = f"the byte 0x{line[error.start]:02X} (Windows or Latin-1 text?)"
                break
    _add(problems, path, where, "UTF-8 text", found, "Save the file as UTF-8 CSV.", "encoding")


def _check_delimiter(path: Path, names: list[str], delimiter: str, problems: list[Problem]) -> bool:
    others = {d: w for d, w in _OTHER_DELIMITERS.items() if d != delimiter}
    present = [word for d, word in others.items() if len(names) == 1 and d in names[0]]
    if present:
        expected = f"columns separated by {_OTHER_DELIMITERS[delimiter]}"
        action = "Save the file as comma-separated CSV, or name it .tsv if it is separated by tabs."
        _add(problems, path, "line 1", expected, present[0], action, "delimiter")
    return not present


def _check_columns(path: Path, names: list[str], columns: Sequence[str] | None, problems: list[Problem]) -> bool:
    found = len(problems)
    wanted = names if columns is None else columns
    for name in dict.fromkeys(wanted):
        if name not in names:
            action = "Correct the column name, or add the column to the file."
            _add(problems, path, "header", f"a column {name!r}", nearest(name, names), action, "missing-column")
        elif names.count(name) > 1:
            times = f"{names.count(name)} of them"
            _add(problems, path, "header", f"one column {name!r}", times, "Rename all but one.", "duplicate-column")
    return len(problems) == found


def _report_ragged(path: Path, ragged: list[str], n_columns: int, problems: list[Problem]) -> None:
    if ragged:
        more = f" and {len(ragged) - MAX_SHOWN:,} more" if len(ragged) > MAX_SHOWN else ""
        found = "; ".join(ragged[:MAX_SHOWN]) + more
        action = "Quote fields that hold the separator, or complete the lines."
        _add(problems, path, "", f"{n_columns} fields in every line", found, action, "ragged-rows")


def _row_name(row: int, row_labels: Sequence[Any] | None) -> str:
    return f"row {row + 2}" if row_labels is None else str(row_labels[row])


def _add(
    problems: list[Problem], path: Path | str, where: str, expected: str, found: str, action: str, code: str
) -> None:
    problems.append(Problem(str(path), where, expected, found, action, code))
