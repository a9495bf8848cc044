"""Where a reader gets its tables: files beside the project file, or frames that stand for them.

A frame is any eager table that narwhals knows: pandas, polars, pyarrow and others. It stands for the file name under
which the project file names it, so that one project serves both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from censemble.errors import Problem
from censemble.inputs import SourceFile
from censemble.io.delimited import check_columns
from censemble.io.findings import add
from censemble.io.sources import read_table
from censemble.io.suggestions import advice


def to_arrow(frame: Any) -> pa.Table:
    """Turn a frame into an Arrow table of plain columns.

    Parameters
    ----------
    frame : pandas.DataFrame, polars.DataFrame, pyarrow.Table, ...
        Of any kind narwhals knows; an index is not a column.

    Raises
    ------
    TypeError
        Something that is no eager frame.

    Examples
    --------
    >>> import pandas as pd
    >>> to_arrow(pd.DataFrame({"zone": ["001"], "n": [5]})).to_pylist()
    [{'zone': '001', 'n': 5}]
    """
    if not isinstance(frame, pa.Table):
        import narwhals as nw  # noqa: PLC0415 (not needed where inputs are files)

        frame = nw.from_native(frame, eager_only=True).to_arrow()
    names = [name for name in frame.column_names if not name.startswith("__index_level_")]
    return pa.table({name: _plain(frame[name]) for name in names})


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """One text type, no dictionaries: the same values give the same arrays whoever held them."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    is_text = pa.types.is_large_string(column.type) or column.type == pa.string_view() or pa.types.is_null(column.type)
    return column.cast(pa.string()) if is_text else column


class TableStore:
    """Tables by the names that a project gives them; each one is read once.

    Parameters
    ----------
    base : Path
        Folder that relative file names start from.
    frames : mapping of str to frame
        Tables that stand for files.
    problems : list of Problem
        Grows by every fault of a file.

    Attributes
    ----------
    files : list of SourceFile
        What was read, in order; a frame's hash is that of its values as CSV.

    Examples
    --------
    >>> store = TableStore(Path(), {"zones.csv": pa.table({"zone": ["a"]})}, [])
    >>> store.read("zones.csv", role="crosswalk", columns=["zone"]).num_rows
    1
    """

    def __init__(self, base: Path, frames: Mapping[str, Any], problems: list[Problem]) -> None:
        self.base, self.frames, self.problems = base, frames, problems
        self.files: list[SourceFile] = []
        self._tables: dict[tuple[str, tuple[str, ...] | None], pa.Table | None] = {}

    def label(self, file: str) -> str:
        """Name a file as messages do."""
        return file if file in self.frames else str(self.base / file)

    def read(self, file: str, *, role: str, columns: Sequence[str] | None = None, comment: str = "") -> pa.Table | None:
        """Read a table, or return None where it cannot be used (the reason is then in `problems`).

        Parameters
        ----------
        file : str
            Name as in the project file.
        role : str
            What the table is to the user.
        columns : sequence of str, optional
            Decode only these; all when left out.
        comment : str
            One character that begins a comment, or "".
        """
        key = (file, tuple(columns) if columns is not None else None)
        if key not in self._tables:
            self._tables[key] = self._read(file, role, columns, comment)
        return self._tables[key]

    def register(self, file: str, *, role: str) -> None:
        """Record a file that is not a table, such as zone outlines; one that cannot be opened is a problem."""
        path = self.base / file
        try:
            content = path.read_bytes()
        except OSError as error:
            expected, found, action = f"a file ({role})", error.strerror or str(error), "Correct the path."
            add(self.problems, path, "", expected=expected, found=found, action=action, code="missing-file")
            return
        self.files.append(SourceFile(role, str(path), hashlib.sha256(content).hexdigest(), len(content)))

    def _read(self, file: str, role: str, columns: Sequence[str] | None, comment: str) -> pa.Table | None:
        if file in self.frames:
            return self._frame(file, role, columns)
        path = self.base / file
        table, source = read_table(path, role=role, problems=self.problems, columns=columns, comment=comment)
        if source is not None and source.path not in {f.path for f in self.files}:
            self.files.append(source)
        return table

    def _frame(self, file: str, role: str, columns: Sequence[str] | None) -> pa.Table | None:
        try:
            table = to_arrow(self.frames[file])
        except TypeError as error:
            found, action = str(error).splitlines()[0], "Give a pandas, polars or pyarrow table."
            add(self.problems, file, "", expected="an eager table", found=found, action=action, code="not-a-frame")
            return None
        if not check_columns(Path(file), table.column_names, columns, self.problems):
            return None
        if file not in {f.path for f in self.files}:
            self.files.append(_frame_source(file, role, table))
        return table if columns is None else table.select(list(dict.fromkeys(columns)))


def unused_frames(frames: Mapping[str, Any], names: Sequence[str]) -> list[Problem]:
    """Name the frames that stand for no file of the project.

    Examples
    --------
    >>> print(unused_frames({"house.csv": None}, ["households.csv"])[0])
    frames: 'house.csv': expected a file that the project names, found none of that name. Did you mean \
'households.csv'? Known here: households.csv.
    """
    expected, found, code = "a file that the project names", "none of that name", "unused-frame"
    return [
        Problem("frames", repr(name), expected, found, advice(name, names), code)
        for name in frames
        if name not in names
    ]


def _frame_source(file: str, role: str, table: pa.Table) -> SourceFile:
    import pyarrow.csv as pacsv  # noqa: PLC0415 (only where frames are given)

    sink = pa.BufferOutputStream()
    for i, column in enumerate(table.columns):
        if pa.types.is_nested(column.type):  # CSV has no lists
            table = table.set_column(i, table.column_names[i], pa.array([str(v) for v in column.to_pylist()]))
    pacsv.write_csv(table, sink)
    content = sink.getvalue().to_pybytes()
    return SourceFile(role, file, hashlib.sha256(content).hexdigest(), len(content))
