"""What the words of a comparison name: one flat table, or households and persons, in files or in a folder.

Here only the names are read; no table is opened.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from censemble.errors import ConfigError, Problem
from censemble.schema import Entity

SUFFIXES = (".parquet", ".csv", ".csv.gz", ".tsv", ".tsv.gz")  # in a folder the first that is there is taken
RESERVED = ("reference", "train", "holdout")
_PATH_LIKE = re.compile(r"[/\\]|\.(parquet|csv|tsv|gz)$", re.IGNORECASE)


@dataclass(frozen=True)
class TablePath:
    """The file of a flat table, or the files of households and persons; the others are None.

    Parameters
    ----------
    name : str
        As the user calls the table.
    households, persons : Path or None
        Linked by a household id; one alone is a flat table of that entity.
    flat : Path or None
        A flat table whose schema says what a row is.
    """

    name: str
    households: Path | None = None
    persons: Path | None = None
    flat: Path | None = None


@dataclass(frozen=True, eq=False)
class GivenTable:
    """A table to be read, from files or from frames.

    Parameters
    ----------
    name : str
        As the user calls the table.
    role : str
        What it is to the comparison: reference, train, holdout, table.
    flat : Path, frame or None
        A flat table.
    parts : mapping of entity to Path or frame
        Households and persons; empty for a flat table.
    """

    name: str
    role: str
    flat: Any
    parts: dict[Entity, Any]

    def label(self, entity: Entity) -> str:
        """Name the part as messages do: its path, or what frame it is."""
        part = self.parts.get(entity, self.flat)
        if isinstance(part, Path):
            return str(part)
        return f"{self.name} ({entity})" if self.parts else self.name


def table_path(text: str, *, name: str) -> TablePath:
    """Read what a user wrote for a table.

    Parameters
    ----------
    text : str
        ``x.parquet``, ``x.csv`` and so on is flat; ``households.csv,persons.csv`` is linked; a folder holds
        ``households.*``, ``persons.*`` or both, such as that of a finished run.
    name : str
        As the user calls the table.

    Raises
    ------
    ConfigError
        No file, too many files, or a folder without tables.

    Examples
    --------
    >>> table_path("h.csv, p.csv", name="mine")
    TablePath(name='mine', households=PosixPath('h.csv'), persons=PosixPath('p.csv'), flat=None)
    """
    found = _of_text(text.strip(), name)
    if isinstance(found, Problem):
        raise ConfigError(f"the table {name!r} cannot be found", [found])
    return found


def table_arguments(texts: Sequence[str]) -> tuple[TablePath, ...]:
    """Read arguments of the form NAME=TABLE; a name may come several times, for several random seeds.

    Raises
    ------
    ConfigError
        Arguments without a name or with a name that looks like a path or is taken, and what `table_path` refuses: all.

    Examples
    --------
    >>> [t.name for t in table_arguments(["mine=a.csv", "mine=b.csv"])]
    ['mine', 'mine']
    """
    found = [_of_argument(text) for text in texts]
    problems = [f for f in found if isinstance(f, Problem)]
    if problems:
        raise ConfigError("tables to compare are given as NAME=TABLE", problems)
    return tuple(f for f in found if isinstance(f, TablePath))


def given_of(path: TablePath, *, role: str) -> GivenTable:
    """See a path as a table to be read.

    Examples
    --------
    >>> sorted(given_of(TablePath("mine", Path("h.csv"), Path("p.csv")), role="table").parts)
    ['households', 'persons']
    """
    both: dict[Entity, Path | None] = {"households": path.households, "persons": path.persons}
    return GivenTable(path.name, role, path.flat, {e: p for e, p in both.items() if p is not None})


def name_problem(name: str, argument: str) -> Problem | None:
    """Say why a table cannot be called so.

    Examples
    --------
    >>> name_problem("mine", "mine=x.csv") is None
    True
    >>> print(name_problem("holdout", "holdout=x.csv"))
    table arguments: 'holdout=x.csv': expected a free name, found 'holdout'. Use another name: this one stands for \
real records.
    """
    expected, action = "a short name before '='", "Write it as NAME=TABLE, as in mine=synthetic.parquet."
    if not name:
        return Problem("table arguments", repr(argument), expected, "no name", action, "table-name")
    if _PATH_LIKE.search(name):
        return Problem("table arguments", repr(argument), expected, f"the path {name!r}", action, "table-name")
    if name.casefold() in RESERVED:
        action = "Use another name: this one stands for real records."
        return Problem("table arguments", repr(argument), "a free name", repr(name), action, "reserved-name")
    return None


def _of_argument(argument: str) -> TablePath | Problem:
    name, separator, text = (part.strip() for part in argument.partition("="))
    if not separator:
        expected, found = "a name, '=' and a table", "no '='"
        action = f"Write for instance mine={argument}."
        return Problem("table arguments", repr(argument), expected, found, action, "table-name")
    return name_problem(name, argument) or _of_text(text, name)


def _of_text(text: str, name: str) -> TablePath | Problem:
    if not text:
        expected, action = "a file or a folder", f"Write for instance {name}=synthetic.parquet."
        return Problem(name, "", expected, "nothing", action, "table-path")
    path = Path(text)
    if path.is_dir():
        return _of_folder(path, name)
    parts = [part.strip() for part in text.split(",")]
    if path.exists() or len(parts) == 1:
        return TablePath(name, flat=path)
    if len(parts) != 2 or not all(parts):
        found = "an empty name" if len(parts) == 2 else f"{len(parts)} files"
        action = "Write households.csv,persons.csv without other commas."
        return Problem(name, repr(text), "one file, or households and persons", found, action, "table-path")
    return TablePath(name, Path(parts[0]), Path(parts[1]))


def _of_folder(folder: Path, name: str) -> TablePath | Problem:
    def first(stem: str) -> Path | None:
        return next((p for s in SUFFIXES if (p := folder / f"{stem}{s}").is_file()), None)

    households, persons = first("households"), first("persons")
    if households is None and persons is None:
        inside = sorted(p.name for p in folder.iterdir())
        found = f"{', '.join(inside[:5])}{', ...' if len(inside) > 5 else ''}" if inside else "an empty folder"
        action = "Name the files themselves, as in households.csv,persons.csv."
        return Problem(name, str(folder), "households.* or persons.* inside", found, action, "table-path")
    return TablePath(name, households, persons)
