"""Guesses at what files are for: crosswalk, households, persons, target tables. Nothing here is certain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from censemble.io.file_facts import FileFacts, shares_values

_CROSSWALK_NAMES = re.compile(r"cross|xwalk|walk|geo|zones", re.IGNORECASE)
_NO_ATTRIBUTES = re.compile(r"^p?(wgtp|weight)\d*$|^adj(inc|hsg)$|^\w*wt$|^serialno$|^sporder$|^per_?num$")
_TOTAL_NAMES = re.compile(r"^(hh_?base|households|num_?hh|hh|total_?(hh|households)|b25003_001e|b11001_001e)$")
_MAX_CATEGORIES = 12
_MAX_CROSSWALK_COLUMNS = 30


@dataclass(frozen=True, eq=False)
class Guess:
    """Which file is what.

    Parameters
    ----------
    crosswalk, households, persons : FileFacts or None
        None where no file looks like one.
    levels : tuple of (level, column)
        Of the crosswalk, outermost first.
    person_key : str
        Column of the persons file that holds the household id.
    tables : tuple of (FileFacts, level, zone column)
        Files with a row for every unit of a level; last the crosswalk, where it counts households too.
    unused : tuple of FileFacts
        The others.
    """

    crosswalk: FileFacts | None
    households: FileFacts | None
    persons: FileFacts | None
    levels: tuple[tuple[str, str], ...]
    person_key: str
    tables: tuple[tuple[FileFacts, str, str], ...]
    unused: tuple[FileFacts, ...]


def guess_files(facts: Sequence[FileFacts]) -> Guess:
    """Guess which file is what, by column names and by which values meet.

    Parameters
    ----------
    facts : sequence of FileFacts
        From `censemble.io.file_facts.look_at`.
    """
    households = next((f for f in sorted(facts, key=_fewest_rows) if f.weight and f.id), None)
    others = [f for f in facts if f is not households]
    persons, key = _persons(households, others)
    others = [f for f in others if f is not persons]
    crosswalk = _crosswalk(others)
    levels = _levels(crosswalk, households) if crosswalk else ()
    tables = []
    for f in others:
        match = _table(f, crosswalk, levels) if crosswalk is not None and f is not crosswalk else None
        if match is not None and not _of_survey(f, households):
            tables.append((f, *match))
    if crosswalk is not None and total_column(crosswalk, levels[-1][1], n_households(households)):
        tables.append((crosswalk, *levels[-1]))
    used = {id(f) for f in (crosswalk, *(t[0] for t in tables))}
    unused = tuple(f for f in others if id(f) not in used)
    return Guess(crosswalk, households, persons, levels, key, tuple(tables), unused)


def coded_columns(facts: FileFacts, skip: Sequence[str]) -> list[str]:
    """Columns that look like codes: few different values, no fractions, not a weight or a replicate weight."""
    few = [c for c, n in facts.n_distinct.items() if 2 <= n <= _MAX_CATEGORIES and c not in skip]
    return [c for c in few if not _NO_ATTRIBUTES.match(c.lower()) and not _has_fractions(facts, c)]


def measured_columns(facts: FileFacts, skip: Sequence[str]) -> list[str]:
    """Columns that look like measurements: numbers with many different values."""
    many = [c for c, n in facts.n_distinct.items() if n > _MAX_CATEGORIES and c not in skip]
    return [c for c in many if not _NO_ATTRIBUTES.match(c.lower()) and facts.values(c) is not None]


def n_households(households: FileFacts | None) -> float:
    """Households that a survey stands for: its design weights added up, without vacant dwellings."""
    weights = households.values(households.weight) if households is not None and households.weight else None
    if households is None or weights is None:
        return 0.0
    sizes = households.values(households.size) if households.size else None
    return float(np.nansum(weights if sizes is None else np.where(sizes > 0, weights, 0.0)))


def total_column(facts: FileFacts, zone: str, n_expected: float) -> str:
    """Column that looks like the number of households: by name, else by its sum, within five per cent; or ""."""
    sums = {}
    for column in facts.table.column_names:
        values = facts.values(column) if column != zone else None
        if values is not None and np.isfinite(values).all() and n_expected > 0:
            if _TOTAL_NAMES.match(column.lower()):
                return str(column)
            sums[column] = abs(float(values.sum()) - n_expected) / n_expected
    best = min(sums, key=lambda c: sums[c], default="")
    return best if best and sums[best] <= 0.05 else ""


def other_columns(facts: FileFacts, skip: Sequence[str]) -> list[str]:
    """Columns of whole or fractional counts, >= 0, that belong to no group of columns: single cells of tables."""
    grouped = {c for columns in column_groups(facts, "").values() for c in columns}
    found = [c for c in facts.table.column_names if c not in grouped and c not in skip and not c.endswith("_001E")]
    known = ((c, facts.values(c)) for c in found if not re.fullmatch(r".*_\d+M", c))
    return [c for c, values in known if values is not None and not (values < 0).any()]


def column_groups(facts: FileFacts, zone: str) -> dict[str, list[str]]:
    """Columns that differ by a number at the end, as ``HHSIZE1``, ``HHSIZE2`` or ``B19001_002E``.

    Margins of error (``B19001_002M``) are left out, and so are the sums of ACS tables (``_001E``).
    """
    groups: dict[str, list[str]] = {}
    for column in facts.table.column_names:
        match = re.fullmatch(r"(.*?)_?(\d+)(E?)", column)
        if column != zone and match and match[1] and not column.endswith("_001E"):
            groups.setdefault(match[1], []).append(column)
    return {name: columns for name, columns in groups.items() if len(columns) > 1}


def _has_fractions(facts: FileFacts, column: str) -> bool:
    values = facts.values(column)
    return values is not None and bool((np.nan_to_num(values) % 1 != 0).any())


def _fewest_rows(facts: FileFacts) -> int:
    return int(facts.table.num_rows)


def _persons(households: FileFacts | None, others: Sequence[FileFacts]) -> tuple[FileFacts | None, str]:
    if households is None:
        return None, ""
    ids = households.distinct(households.id)
    for f in others:
        for column in f.table.column_names:
            is_key = f.table.num_rows > f.n_distinct[column] > households.table.num_rows / 2
            if is_key and f.table.num_rows > households.table.num_rows and shares_values(ids, f, column):
                return f, column
    return None, ""


def _crosswalk(others: Sequence[FileFacts]) -> FileFacts | None:
    """Few columns, one of them unique; a telling name wins."""
    possible = [
        f
        for f in others
        if 2 <= len(f.table.column_names) <= _MAX_CROSSWALK_COLUMNS and f.is_unique(f.table.column_names[0])
    ]
    return min(possible, key=lambda f: (not _CROSSWALK_NAMES.search(f.path.name), f.name), default=None)


def _levels(crosswalk: FileFacts, households: FileFacts | None) -> tuple[tuple[str, str], ...]:
    """Columns that nest, from few units to many; of columns with the same units the one that households have."""
    n, zone = crosswalk.n_distinct, crosswalk.table.column_names[0]
    known = set(households.table.column_names) if households is not None else set()
    chosen = [zone]
    for column in sorted(crosswalk.table.column_names[1:], key=lambda c: (-n[c], c not in known)):
        if n[column] < n[chosen[-1]] and _nests(crosswalk, chosen[-1], column):
            chosen.append(column)
    return tuple((re.sub(r"\W+", "_", c.lower()), c) for c in reversed(chosen))


def _of_survey(facts: FileFacts, households: FileFacts | None) -> bool:
    """Whether a file is another version of the survey: it names the same households."""
    return households is not None and households.id in facts.table.column_names


def _nests(crosswalk: FileFacts, inner: str, outer: str) -> bool:
    pairs = crosswalk.table.select([inner, outer]).group_by([inner, outer]).aggregate([])
    return bool(pairs.num_rows == crosswalk.n_distinct[inner])


def _table(facts: FileFacts, crosswalk: FileFacts | None, levels: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    """Level and zone column of a file with a row for every unit: the innermost that fits."""
    for level, level_column in reversed(levels):
        units = crosswalk.distinct(level_column) if crosswalk is not None else []
        for column in facts.table.column_names:
            n_columns = len(facts.table.column_names)
            if facts.n_distinct[column] == len(units) and n_columns > 1 and shares_values(units, facts, column):
                return level, column
    return None
