"""Opens the files or frames of one table of a comparison: what columns there are, and those that are wanted.

Everything wrong with a file is added to the problems; nothing is raised, so that all tables are looked at.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa

from censemble.dataset import Dependence
from censemble.errors import Problem
from censemble.inputs import SourceFile
from censemble.io.comparison_paths import GivenTable
from censemble.io.delimited import check_columns
from censemble.io.findings import add
from censemble.io.frames import TableStore, to_arrow
from censemble.io.output_folder import MANIFEST
from censemble.io.sources import column_names, read_table
from censemble.schema import Entity

Wanted = Callable[[Entity, Sequence[str]], Sequence[str]]  # of all columns those to be read


@dataclass(frozen=True, eq=False)
class RawTable:
    """A table as it is stored.

    Parameters
    ----------
    given : GivenTable
        What the user named.
    tables : mapping of entity to pyarrow.Table
        The columns that were wanted.
    names : mapping of entity to tuple of str
        All columns that there are.
    typed_text : frozenset of entity
        Those whose source has types of its own, so that a text there is one on purpose; a CSV file has none.
    files : tuple of SourceFile
    """

    given: GivenTable
    tables: Mapping[Entity, pa.Table]
    names: Mapping[Entity, tuple[str, ...]]
    typed_text: frozenset[Entity]
    files: tuple[SourceFile, ...]

    @property
    def name(self) -> str:
        """As the user calls the table."""
        return self.given.name

    @property
    def is_linked(self) -> bool:
        """Whether there are households and persons."""
        return len(self.tables) == 2


def open_table(
    given: GivenTable,
    problems: list[Problem],
    *,
    flat_entity: Entity,
    entities: Sequence[Entity] = ("households", "persons"),
    wanted: Wanted | None = None,
) -> RawTable | None:
    """Read a table.

    Parameters
    ----------
    given : GivenTable
        Files or frames.
    problems : list of Problem
        Grows by what is wrong with them: files that are missing, damaged or empty, columns that come twice.
    flat_entity : {"households", "persons"}
        What a row of a flat table is.
    entities : sequence of entity
        Parts to read; the others are not opened.
    wanted : callable, optional
        Which of the columns to read; all when left out.

    Returns
    -------
    RawTable or None
        None where a part cannot be used.

    Examples
    --------
    >>> raw = open_table(GivenTable("mine", "table", pa.table({"sex": ["f"]}), {}), [], flat_entity="persons")
    >>> raw.names
    {'persons': ('sex',)}
    """
    parts: dict[Entity, Any] = dict(given.parts) or {flat_entity: given.flat}
    tables: dict[Entity, pa.Table] = {}
    names: dict[Entity, tuple[str, ...]] = {}
    files: list[SourceFile] = []
    n_before = len(problems)
    for entity, part in parts.items():
        if entity in entities:
            label = given.label(entity)
            names[entity] = _names(part)
            columns = _columns(wanted, entity, names[entity])
            table = _read(part, label, given.role, columns, problems, files)
            if table is not None:
                tables[entity] = table
    typed = frozenset(e for e, p in parts.items() if not isinstance(p, Path) or p.suffix == ".parquet")
    return RawTable(given, tables, names, typed, tuple(files)) if len(problems) == n_before else None


def _columns(wanted: Wanted | None, entity: Entity, names: Sequence[str]) -> list[str] | None:
    """None where the header cannot be read: reading then says why. One column at least, to count the rows."""
    if wanted is None or not names:
        return None
    chosen = set(wanted(entity, names))
    return [name for name in names if name in chosen] or list(names[:1])


def _names(part: Any) -> tuple[str, ...]:
    if isinstance(part, Path):
        return tuple(column_names(part))
    found: Any = getattr(part, "column_names", None)
    return tuple(str(name) for name in (getattr(part, "columns", ()) if found is None else found))


def _read(
    part: Any, label: str, role: str, columns: list[str] | None, problems: list[Problem], files: list[SourceFile]
) -> pa.Table | None:
    n_before = len(problems)
    if isinstance(part, Path):
        table, source = read_table(part, role=role, problems=problems, columns=columns, encode_texts=True)
        files += [source] if source is not None else []
        return None if table is None else _plain_columns(table)
    if not check_columns(Path(label), _names(part), None, problems):
        return None
    store = TableStore(Path(), {label: _as_table(part)}, problems)
    table = store.read(label, role=role, columns=columns)
    files += store.files
    if table is not None and table.num_rows == 0 and len(problems) == n_before:
        action = "Give a table with rows."
        add(problems, label, "", expected="at least one row", found="none", action=action, code="empty-file")
    return table


def _as_table(frame: Any) -> Any:
    """Turn a frame into an Arrow table of plain columns; what is no frame is left for the reader to refuse."""
    try:
        table = to_arrow(frame)
    except pa.ArrowException:
        table = None  # columns that hold numbers and texts together, or intervals
    except TypeError:
        return frame
    is_plain = table is not None and not any(isinstance(k, pa.BaseExtensionType) for k in table.schema.types)
    if not is_plain and hasattr(frame, "isna"):  # pandas
        table = pa.table({str(name): _column(frame, name) for name in frame.columns})
    return None if table is None else _plain_columns(table)


def _column(frame: Any, name: Any) -> Any:
    """One column of a pandas frame, as what it prints as where Arrow does not know its type."""
    try:
        column = to_arrow(frame[[name]]).column(0)
        if not isinstance(column.type, pa.BaseExtensionType):
            return column
    except pa.ArrowException:
        pass
    cells = zip(frame[name], frame[name].isna(), strict=True)
    return pa.array([None if is_blank else str(value) for value, is_blank in cells], pa.string())


def _plain_columns(table: pa.Table) -> pa.Table:
    """Write bytes and values of types that Arrow does not know itself as texts."""
    for i, column in enumerate(table.columns):
        is_bytes = pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type)
        if is_bytes or pa.types.is_fixed_size_binary(column.type) or isinstance(column.type, pa.BaseExtensionType):
            texts = pa.array([_text(value) for value in column.to_pylist()], pa.string())
            table = table.set_column(i, table.column_names[i], texts)
    return table


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)


def read_dependence(given: GivenTable, notes: list[str], *, known: frozenset[str]) -> dict[tuple[str, str], Dependence]:
    """Read where the dependence of pairs of attributes comes from: the key ``dependence`` of the manifest beside a run.

    Parameters
    ----------
    given : GivenTable
        Files of a finished run; anything else has no such manifest.
    notes : list of str
        Grows by a sentence where the manifest holds something else there.
    known : frozenset of str
        Names of attributes; pairs of others are left out.
    """
    files = [part for part in (given.flat, *given.parts.values()) if isinstance(part, Path)]
    manifest = _manifest(files[0].parent / MANIFEST) if files else {}
    outputs = {str(o.get("path")) for o in _dicts(manifest.get("outputs"))}
    if "dependence" not in manifest or not {f.name for f in files} <= outputs:
        return {}
    found: dict[tuple[str, str], Dependence] = {}
    listed = manifest["dependence"]
    for entry in listed if isinstance(listed, list) else [None]:
        if not (isinstance(entry, list) and len(entry) == 3 and entry[2] in get_args(Dependence)):
            notes.append(f"{given.name}: {files[0].parent / MANIFEST} holds no list of pairs under 'dependence'.")
            return {}
        first, second, kind = (str(part) for part in entry)
        if first in known and second in known:
            found[min(first, second), max(first, second)] = next(k for k in get_args(Dependence) if k == kind)
    return found


def _manifest(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # no run, or another program's file
    return content if isinstance(content, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
