"""What a table file looks like: which columns are ids, numbers, weights, codes. Facts for `censemble.io.init`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from censemble.errors import Problem
from censemble.io.raw_columns import typed
from censemble.io.sources import read_table, texts

SUFFIXES = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".parquet")
_WEIGHT_NAMES = re.compile(
    r"^(wgtp|hhwt|hh_?weight|household_weight|design_weight|weight|wgt|expfac(tor)?|sample_?weight)$"
)
_ID_NAMES = re.compile(r"^(serialno|hh_?num|hh_?id|household_?id|hhid|serial|id)$")
_SIZE_NAMES = re.compile(r"^(np|hh_?size|size|persons|n_?persons|pernum_max)$")


@dataclass(frozen=True, eq=False)
class FileFacts:
    """One table file and what can be told from its values.

    Parameters
    ----------
    path : Path
        As the user gave it.
    name : str
        How the project file will name it.
    table : pyarrow.Table
        All columns, text where the file is text.
    """

    path: Path
    name: str
    table: pa.Table

    @cached_property
    def n_distinct(self) -> dict[str, int]:
        """Number of different values of every column."""
        return {c: pc.count_distinct(self.table[c]).as_py() for c in self.table.column_names}

    def distinct(self, column: str) -> list[str]:
        """Different texts of a column, numbers in their order."""
        found = {str(t) for t in set(texts(self.table, column).tolist())}
        return sorted(found, key=lambda t: (not _is_number(t), float(t) if _is_number(t) else 0.0, t))

    def values(self, column: str) -> NDArray[np.float64] | None:
        """Numbers of a column, or None where it holds texts."""
        found = typed(self.table[column])
        if not (pa.types.is_integer(found.type) or pa.types.is_floating(found.type)):
            return None
        return np.asarray(pc.fill_null(found.cast(pa.float64()), np.nan).to_numpy(zero_copy_only=False))

    def is_unique(self, column: str) -> bool:
        """Whether no value comes twice."""
        return bool(self.n_distinct[column] == self.table.num_rows)

    def named(self, pattern: re.Pattern[str]) -> list[str]:
        """Columns whose lower-case name matches."""
        return [c for c in self.table.column_names if pattern.match(c.lower())]

    @property
    def weight(self) -> str:
        """Column that looks like a household's design weight, or ""."""
        for column in self.named(_WEIGHT_NAMES):
            values = self.values(column)
            if values is not None and not (values < 0).any():
                return column
        return ""

    @property
    def id(self) -> str:
        """Unique column that looks like an id: by name, else the first unique one; or ""."""
        unique = [c for c in self.table.column_names if self.is_unique(c)]
        return next((c for c in self.named(_ID_NAMES) if c in unique), unique[0] if unique else "")

    @property
    def size(self) -> str:
        """Column that looks like a household's size, or ""."""
        return next(iter(self.named(_SIZE_NAMES)), "")


def look_at(files: Sequence[Path]) -> tuple[list[FileFacts], list[Problem]]:
    """Read the files, and those in the folders, that are tables.

    Parameters
    ----------
    files : sequence of Path
        Files and folders; a folder's own files are taken, not those below.

    Returns
    -------
    facts : list of FileFacts
        In the order of the names; a single folder's files are named without it.
    problems : list of Problem
        Why a file could not be read.
    """
    base = files[0] if len(files) == 1 and files[0].is_dir() else None
    problems: list[Problem] = []
    facts = []
    for path in sorted(_tables(files)):
        table, _ = read_table(path, role="table", problems=problems)
        if table is not None:
            facts.append(FileFacts(path, path.relative_to(base).as_posix() if base else path.as_posix(), table))
    return facts, problems


def shares_values(ids: Sequence[str], facts: FileFacts, column: str) -> bool:
    """Whether at least nine of ten values of a column are among the ids."""
    known, found = set(ids), facts.distinct(column)
    return bool(found) and sum(t in known for t in found) >= 0.9 * len(found)


def _tables(files: Sequence[Path]) -> set[Path]:
    found: set[Path] = set()
    for path in files:
        inside: Any = path.iterdir() if path.is_dir() else [path]
        found.update(p for p in inside if p.name.lower().endswith(SUFFIXES))
    return found


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", text))
