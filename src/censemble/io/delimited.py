"""CSV and TSV files: the first lines are checked before anything long is read, then Arrow parses.

Not here: Parquet, hashes and column values (`censemble.io.sources`).
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv

from censemble.errors import Problem
from censemble.io.findings import MAX_SHOWN, add, nearest

_HEAD_BYTES = 1 << 18
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_delimited(
    path: Path, problems: list[Problem], *, columns: Sequence[str] | None, comment: str
) -> pa.Table | None:
    """Read columns of one CSV or TSV file as strings; parameters as in `censemble.io.sources.read_table`.

    Raises
    ------
    pyarrow.ArrowException, OSError, EOFError, zlib.error
        The file is damaged in a way that no check names.
    """
    delimiter = "\t" if ".tsv" in path.suffixes else ","
    head = _head(path)
    if not _check_bytes(path, head, problems):
        return None
    header_line, names = _header(head, delimiter, comment)
    if not names:
        action = "Give the full file."
        add(problems, path, "", expected="a header line", found="an empty file", action=action, code="empty-file")
        return None
    if not _check_delimiter(path, names, delimiter, problems) or not check_columns(path, names, columns, problems):
        return None
    wanted = names if columns is None else list(dict.fromkeys(columns))
    ragged: list[str] = []
    data: Any = pa.input_stream(str(path), compression="gzip" if path.suffix == ".gz" else None)
    if comment:
        data, header_line = pa.BufferReader(_without_comments(data.read(), comment.encode())), 0
    try:
        table = _parse(data, names, wanted, skip=header_line + 1, delimiter=delimiter, ragged=ragged)
    except pa.ArrowInvalid as error:
        if "utf" not in str(error).lower():
            raise
        _name_encoding(path, problems)
        return None
    _report_ragged(path, ragged, len(names), problems)
    return table


def header_of(path: Path) -> list[str]:
    """Column names of a CSV or TSV file, unchecked."""
    return _header(_head(path), "\t" if ".tsv" in path.suffixes else ",", "#")[1]


def check_columns(path: Path, names: Sequence[str], columns: Sequence[str] | None, problems: list[Problem]) -> bool:
    """Check that every wanted column is there once; all columns are wanted when `columns` is None."""
    n_before = len(problems)
    for name in dict.fromkeys(names if columns is None else columns):
        n_times = list(names).count(name)
        if n_times == 0:
            expected, found, code = f"a column {name!r}", f"none; {nearest(name, names)}", "missing-column"
            action = "Correct the column name, or add the column to the file."
        elif n_times > 1:
            expected, found, code = f"one column {name!r}", f"{n_times} of them", "duplicate-column"
            action = "Rename all but one."
        else:
            continue
        add(problems, path, "header", expected=expected, found=found, action=action, code=code)
    return len(problems) == n_before


def _parse(data: Any, names: list[str], wanted: list[str], *, skip: int, delimiter: str, ragged: list[str]) -> pa.Table:
    def note(row: Any) -> str:
        place = f"line {row.number}" if row.number is not None else "a line"
        ragged.append(f"{place} with {row.actual_columns}")
        return "skip"

    return pacsv.read_csv(
        data,
        # One thread: these files are small, and CPU time is what a run pays.
        read_options=pacsv.ReadOptions(use_threads=False, column_names=names, skip_rows=skip),
        parse_options=pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=note),
        convert_options=pacsv.ConvertOptions(
            include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string()), strings_can_be_null=False
        ),
    )


def _open(path: Path) -> Any:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")


def _head(path: Path) -> bytes:
    with _open(path) as stream:
        return bytes(stream.read(_HEAD_BYTES))


def _without_comments(data: bytes, mark: bytes) -> bytes:
    """Drop blank lines and what follows the mark, unless it is inside quotes."""
    kept = []
    for line in data.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True):
        before, found, after = line.partition(mark)
        while found and before.count(b'"') % 2:
            more, found_again, after = after.partition(mark)
            before, found = before + mark + more, found_again
        if before.strip():
            kept.append(before + b"\n" if found else before)
    return b"".join(kept)


def _header(head: bytes, delimiter: str, comment: str) -> tuple[int, list[str]]:
    """Line number and names of the first line that holds anything."""
    for number, line in enumerate(head.decode("utf-8-sig", errors="replace").splitlines()):
        text = line.partition(comment)[0] if comment else line
        if text.strip():
            return number, [name.strip() for name in next(csv.reader([text], delimiter=delimiter))]
    return 0, []


def _check_bytes(path: Path, head: bytes, problems: list[Problem]) -> bool:
    found = "UTF-16 text" if head[:2] in _UTF16_MARKS else "a binary file" if b"\0" in head else ""
    if found:
        action = "Save the file as UTF-8 CSV."
        add(problems, path, "", expected="UTF-8 text", found=found, action=action, code="encoding")
    return not found


def _name_encoding(path: Path, problems: list[Problem]) -> None:
    """Say which line holds the first byte that is not UTF-8."""
    where, found = "", "bytes of another encoding"
    with _open(path) as stream:
        for number, line in enumerate(stream, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                where = f"line {number}"
                found = f"the byte 0x{line[error.start]:02X}, as in Windows or Latin-1 text"
                break
    action = "Save the file as UTF-8 CSV."
    add(problems, path, where, expected="UTF-8 text", found=found, action=action, code="encoding")


def _check_delimiter(path: Path, names: list[str], delimiter: str, problems: list[Problem]) -> bool:
    found = [word for mark, word in _DELIMITERS.items() if len(names) == 1 and mark != delimiter and mark in names[0]]
    if found:
        expected = f"columns separated by {_DELIMITERS[delimiter]}"
        action = "Save the file as comma-separated CSV, or name it .tsv where tabs separate the columns."
        add(problems, path, "header", expected=expected, found=found[0], action=action, code="delimiter")
    return not found


def _report_ragged(path: Path, ragged: list[str], n_columns: int, problems: list[Problem]) -> None:
    if ragged:
        more = f" and {len(ragged) - MAX_SHOWN:,} more lines" if len(ragged) > MAX_SHOWN else ""
        found = ", ".join(ragged[:MAX_SHOWN]) + more
        action = "Quote the fields that hold the separator, or complete the lines."
        add(problems, path, "", expected=f"{n_columns} fields a line", found=found, action=action, code="ragged-rows")
