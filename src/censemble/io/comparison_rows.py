"""Which rows of a table count: those that a schema's conditions on raw columns keep.

A vacant dwelling in a survey file is no household; without its condition it would be compared as one.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.errors import ExpressionError, Problem
from censemble.expressions import parse
from censemble.io.comparison_files import RawTable
from censemble.io.comparison_schema import SchemaFile
from censemble.io.findings import add
from censemble.io.raw_columns import raw_values
from censemble.schema import Entity

Links = NDArray[np.int64]  # of each person the row of its household, -1 for none


def keep_rows(
    raw: RawTable, links: Links | None, file: SchemaFile, *, problems: list[Problem], notes: list[str]
) -> tuple[RawTable, Links | None]:
    """Leave out rows that fail a condition, and persons whose household does.

    Parameters
    ----------
    raw : RawTable
        Columns as they are stored.
    links : ndarray of int64, shape (n_persons,), or None
        None for a flat table.
    file : SchemaFile
        With the conditions; one that names a column which the table lacks does not apply to it.
    problems, notes : list
        Grow by conditions that cannot be asked or leave nothing, and by how many rows were kept.
    """
    kept = {entity: _kept(raw, entity, file.keep_of(entity), problems, notes) for entity in raw.tables}
    if links is not None and not kept["households"].all():
        of_orphans = np.ones(1, dtype=bool)
        kept["persons"] &= np.append(kept["households"], of_orphans)[links]
    if all(mask.all() for mask in kept.values()):
        return raw, links
    tables = {entity: table.filter(pa.array(kept[entity])) for entity, table in raw.tables.items()}
    if links is not None:
        new_row = np.append(np.cumsum(kept["households"]) - 1, -1)
        links = new_row[links][kept["persons"]]
    return replace(raw, tables=tables), links


def _kept(raw: RawTable, entity: Entity, text: str, problems: list[Problem], notes: list[str]) -> NDArray[np.bool_]:
    table, label = raw.tables[entity], raw.given.label(entity)
    everything = np.ones(table.num_rows, dtype=bool)
    condition = parse(text, table=entity) if text else None
    if condition is None or not condition.columns <= set(table.column_names):
        return everything
    try:
        kept = condition.evaluate({c: raw_values(_decoded(table[c])) for c in condition.columns}).astype(bool)
    except ExpressionError as error:
        expected, action = "a condition that `keep` can ask", "Correct `keep` in the schema file."
        add(problems, label, "", expected=expected, found=str(error), action=action, code="bad-expression")
        return everything
    if not kept.any():
        found, action = f"none of {len(kept):,} that meets {text!r}", "Correct `keep` in the schema file."
        add(problems, label, "", expected=f"{entity} to keep", found=found, action=action, code="nothing-to-compare")
        return everything
    notes.append(f"{label}: {int(kept.sum()):,} of {len(kept):,} {entity} meet {text!r} and were kept.")
    return kept


def _decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
