"""What a reference alone tells of its columns, where no schema declares them: ids, weights, kinds, categories.

Guesses are few, stated, and told from the reference only, never from a table that is judged by it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.io.column_codes import encoded, read_column
from censemble.io.comparison_files import RawTable
from censemble.io.comparison_schema import KeyColumns, SchemaFile, WeightColumns
from censemble.io.project_model import AttributeDeclaration, Attributes
from censemble.io.raw_columns import typed
from censemble.io.record_checks import RESERVED
from censemble.io.scalars import parse_number
from censemble.schema import Entity

MAX_CATEGORIES = 200  # more different texts than this are no attribute
MAX_ORDINAL = 20  # numbers with at most so many different values are ordinal
MAX_SENTINELS = 3  # texts beside numbers that may stand for "no number" in an untyped column
MIN_ROWS_OF_ID = 20  # in fewer rows, different values in every row mean nothing
_KEY_NAMES = re.compile(r"household_?id|serialno|hh_?num|hh_?id|hhid|houseid|serial", re.IGNORECASE)
_SIZE_NAMES = re.compile(r"np|hh_?size|household_?size|size|n_?persons", re.IGNORECASE)
_WEIGHT_NAMES: dict[Entity, re.Pattern[str]] = {
    "households": re.compile(r"weight|design_?weight|household_?weight|wgtp|hhwt", re.IGNORECASE),
    "persons": re.compile(r"weight|design_?weight|person_?weight|pwgtp|perwt", re.IGNORECASE),
}
_REPLICATE = re.compile(r"(p?wgtp|repwtp?|p?weight)_?\d+", re.IGNORECASE)


def infer_schema(raw: RawTable, file: SchemaFile, notes: list[str], *, has_file: bool) -> SchemaFile:
    """Fill in what a schema file leaves open.

    Parameters
    ----------
    raw : RawTable
        The reference, with all its columns.
    file : SchemaFile
        What is declared; empty where there is no schema file.
    notes : list of str
        Grows by what was guessed, and which columns are no attributes.
    has_file : bool
        A weight that a schema file does not declare is not used.

    Returns
    -------
    SchemaFile
        With attributes and keys.
    """
    changes: dict[str, object] = {}
    if raw.is_linked and not file.keys.household and (key := _key(raw)):
        changes["keys"] = KeyColumns(household=key)
        notes.append(f"Persons and households are linked by {key!r}.")
    if not has_file:
        weights = {entity: _weight(raw, entity) for entity in raw.tables}
        changes["weight"] = WeightColumns.model_validate(weights)
    if raw.is_linked and not has_file and (size := _size(raw.tables["households"])):
        changes["size"] = size
    filled = file.model_copy(update=changes)
    if not file.declares_attributes:
        found = {entity: _attributes(raw, entity, filled, notes) for entity in raw.tables}
        filled = filled.model_copy(update={"attributes": Attributes.model_validate(found)})
    return filled


def not_attributes(file: SchemaFile) -> set[str]:
    """Names of columns that are ids, weights, or ignored."""
    named = (file.keys.household, file.keys.in_persons, file.weight.households, file.weight.persons)
    return {name for name in (*named, *file.ignore) if name} | RESERVED


def looks_like_key(name: str) -> bool:
    """Whether a column's name is that of a household id.

    Examples
    --------
    >>> looks_like_key("SERIALNO"), looks_like_key("serial_killer")
    (True, False)
    """
    return bool(_KEY_NAMES.fullmatch(name))


def looks_like_weight(name: str) -> bool:
    """Whether a column's name is that of a design weight or a replicate weight.

    Examples
    --------
    >>> looks_like_weight("PWGTP"), looks_like_weight("PWGTP17"), looks_like_weight("body_weight")
    (True, True, False)
    """
    return bool(_REPLICATE.fullmatch(name)) or any(p.fullmatch(name) for p in _WEIGHT_NAMES.values())


def declare(column: pa.ChunkedArray, name: str, weights: NDArray[np.float64]) -> AttributeDeclaration | str:
    """Declare an attribute as its column suggests, or say why it is none.

    Parameters
    ----------
    column : pyarrow.ChunkedArray of n rows
        Of the type that it should be understood by.
    name : str
        Of the column.
    weights : ndarray of shape (n,), >= 0
        For the order of categories.

    Examples
    --------
    >>> list(declare(pa.chunked_array([["f", "m", "m"]]), "sex", np.ones(3)).categories)
    ['m', 'f']
    >>> declare(pa.chunked_array([[3, 1, 3]]), "cars", np.ones(3)).kind
    'ordinal'
    """
    if pa.types.is_nested(column.type):
        return "holds lists"
    texts, index = encoded(column)
    present = np.bincount(index, weights, minlength=len(texts))
    distinct = [k for k in np.unique(index).tolist() if texts[k]]
    is_listed = pa.types.is_dictionary(column.type)
    kind = column.type.value_type if is_listed else column.type
    is_number = pa.types.is_floating(kind) or pa.types.is_decimal(kind) or pa.types.is_integer(kind)
    reason = _no_attribute(texts, distinct, n_rows=len(index), is_number=is_number)
    if reason:
        return reason
    if is_number and not is_listed:
        return _of_numbers(name, [texts[k] for k in distinct])
    if len(distinct) > MAX_CATEGORIES:
        return f"has {len(distinct):,} different texts, as an id or free text has"
    by_frequency = sorted(distinct, key=lambda k: (-present[k], texts[k]))
    return _with_categories(name, "categorical", [texts[k] for k in by_frequency], numbers=is_number)


def _no_attribute(texts: Sequence[str], distinct: Sequence[int], *, n_rows: int, is_number: bool) -> str:
    if not distinct:
        return "holds no value"
    is_measured = is_number and any("." in text for text in texts)
    if len(distinct) == n_rows > MIN_ROWS_OF_ID and not is_measured:
        return "has another value in every row, as an id has"
    return ""


def _of_numbers(name: str, labels: Sequence[str]) -> AttributeDeclaration | str:
    finite = sorted((label for label in labels if parse_number(label) is not None), key=float)
    if not finite:
        return "holds no finite number"
    if len(finite) > MAX_ORDINAL:
        return AttributeDeclaration(column=name, kind="numeric")
    return _with_categories(name, "ordinal", finite, numbers=True)


def _with_categories(name: str, kind: str, labels: Sequence[str], *, numbers: bool) -> AttributeDeclaration:
    codes: dict[str, object] = {label: _number(label) if numbers else label for label in labels}
    if {label.casefold() for label in labels} <= {"true", "false"} and len(labels) <= 2:
        spellings = {"true": ("true", "True", "TRUE", 1), "false": ("false", "False", "FALSE", 0)}
        codes = {label: spellings[label.casefold()] for label in labels}
    return AttributeDeclaration.model_validate({"column": name, "kind": kind, "categories": codes})


def _number(label: str) -> int | float:
    return float(label) if re.search(r"[.eE]", label) else int(label)


def _attributes(raw: RawTable, entity: Entity, file: SchemaFile, notes: list[str]) -> dict[str, AttributeDeclaration]:
    table, skip = raw.tables[entity], not_attributes(file)
    weight = file.weight_of(entity)
    weights = _weights(table[weight]) if weight in table.column_names else np.ones(table.num_rows)
    found: dict[str, AttributeDeclaration] = {}
    for name in table.column_names:
        if name in skip or looks_like_weight(name):
            continue
        column = table[name]
        is_typed = entity in raw.typed_text
        declared = declare(column if is_typed else pa.chunked_array([typed(column)]), name, weights)
        if isinstance(declared, str) and not is_typed:
            declared = _numbers_with_sentinels(column, name, notes, label=raw.given.label(entity)) or declared
        if isinstance(declared, str):
            notes.append(f"{raw.given.label(entity)}: column {name!r} is not compared: it {declared}.")
        else:
            found[name] = declared
    aside = [c for c in table.column_names if looks_like_weight(c) and c != weight]
    if aside:
        listed = ", ".join(repr(c) for c in aside[:5]) + (f" and {len(aside) - 5} more" if len(aside) > 5 else "")
        notes.append(f"{raw.given.label(entity)}: {listed}: looks like a design weight and is no attribute.")
    return found


def _numbers_with_sentinels(
    column: pa.ChunkedArray, name: str, notes: list[str], *, label: str
) -> AttributeDeclaration | None:
    """Read an untyped column as numbers where few texts, such as ``N``, stand between; codes like 01 are none."""
    texts = [text for text in encoded(column)[0] if text]
    others = [text for text in texts if parse_number(text) is None]
    is_coded = any(re.match(r"[-+]?0\d", text) for text in texts)
    if is_coded or not 0 < len(others) <= MAX_SENTINELS or len(texts) - len(others) <= MAX_ORDINAL:
        return None
    listed = ", ".join(repr(text) for text in others)
    notes.append(f"{label}: column {name!r} is read as numbers; {listed} there means no value.")
    return AttributeDeclaration(column=name, kind="numeric", missing=tuple(others))


def _weights(column: pa.ChunkedArray) -> NDArray[np.float64]:
    read = read_column(column, AttributeDeclaration(column="", kind="numeric"), prefer="codes")
    return np.where(np.isfinite(read.values), read.values, 0.0)


def _key(raw: RawTable) -> str:
    shared = [name for name in raw.names["households"] if name in raw.names["persons"]]
    return "household_id" if "household_id" in shared else _named(shared, _KEY_NAMES)


def _weight(raw: RawTable, entity: Entity) -> str:
    names = [n for n in raw.names[entity] if _WEIGHT_NAMES[entity].fullmatch(n)]
    return next((n for n in names if _holds_amounts(raw.tables[entity][n])), "")


def _size(households: pa.Table) -> str:
    name = _named(households.column_names, _SIZE_NAMES)
    return name if name and _holds_amounts(households[name]) else ""


def _holds_amounts(column: pa.ChunkedArray) -> bool:
    read = read_column(column, AttributeDeclaration(column="", kind="numeric"), prefer="codes")
    return bool(read.n_known == len(read.values) and (read.values >= 0).all() and read.values.sum() > 0)


def _named(names: Sequence[str], pattern: re.Pattern[str]) -> str:
    return next((name for name in names if pattern.fullmatch(name)), "")
