"""From raw columns to coded attributes.

How a code in the project file meets a text in the table: a quoted code must equal the text letter by letter (blanks
around it aside); an unquoted number also meets any text that reads as the same number (1 meets ``01`` and ``1.0``).
The exact text wins over the number, and both win over a range such as ``>=4``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from censemble.errors import Problem
from censemble.io.findings import MAX_SHOWN, add
from censemble.io.project_model import AttributeDeclaration, Project
from censemble.io.scalars import parse_number, parse_range
from censemble.io.sources import numbers
from censemble.schema import Attribute, Entity, Schema

MISSING, UNKNOWN = -1, -2


def attribute_of(name: str, entity: Entity, declared: AttributeDeclaration) -> Attribute:
    """Make the attribute that a declaration describes.

    Raises
    ------
    SchemaError
        No categories, or bins that do not increase.
    """
    return Attribute(name, entity, declared.kind, tuple(declared.categories), declared.unit, declared.bins)


def schema_of(project: Project) -> Schema:
    """Make the schema that a project declares.

    Raises
    ------
    SchemaError
        As `attribute_of`.
    """
    households = [attribute_of(n, "households", d) for n, d in project.attributes.households.items()]
    persons = [attribute_of(n, "persons", d) for n, d in project.attributes.persons.items()]
    return Schema((*households, *persons))


def visible_attributes(schema: Schema, entity: Entity) -> dict[str, Attribute]:
    """Attributes that a margin over an entity may name: persons also have those of their household."""
    own = {a.name: a for a in schema.of(entity)}
    return own if entity == "households" else {a.name: a for a in schema.of("households")} | own


def code_attribute(
    table: pa.Table,
    name: str,
    declared: AttributeDeclaration,
    *,
    source: str,
    problems: list[Problem],
    row_labels: Sequence[str] | None = None,
) -> NDArray[np.int32] | NDArray[np.float64]:
    """Code one column of the seed sample.

    Parameters
    ----------
    table : pyarrow.Table of n rows
        Raw columns, text or numbers.
    name : str
        Name of the attribute, for messages.
    declared : AttributeDeclaration
        Its column, kind, categories and missing codes.
    source : str
        File of the table, for messages.
    problems : list of Problem
        Codes without a category and texts that are no numbers are added here.
    row_labels : sequence of length n, optional
        How to name a row in a message; its number when left out.

    Returns
    -------
    ndarray of shape (n,)
        Categorical, ordinal: int32, -1 missing. Numeric: float64, NaN missing.

    Examples
    --------
    >>> tenure = AttributeDeclaration(column="TEN", categories={"owned": [1, 2], "rented": 3})
    >>> code_attribute(pa.table({"TEN": ["01", "3", ""]}), "tenure", tenure, source="h.csv", problems=[]).tolist()
    [0, 1, -1]
    """
    if declared.kind == "numeric":
        blanks, column = as_texts(declared.missing), declared.column
        found = numbers(table, column, source=source, problems=problems, missing=blanks, row_labels=row_labels)
        return np.where(_is_any_of(found, declared.missing), np.nan, found)
    values = table[declared.column].combine_chunks().dictionary_encode()
    texts = as_texts(values.dictionary.to_pylist())
    code_of_text = np.append(codes_of(texts, declared), np.int32(MISSING))
    codes = code_of_text[pc.fill_null(values.indices, len(texts)).to_numpy(zero_copy_only=False)]
    _report_unknown(texts, code_of_text, values.indices, name, declared, source, problems)
    known: NDArray[np.int32] = np.maximum(codes, MISSING)
    return known


def code_of(text: str, declared: AttributeDeclaration) -> int:
    """Code of one text: -1 missing, -2 in no category.

    Examples
    --------
    >>> code_of("6", AttributeDeclaration(column="NP", categories={"1": 1, "2 or more": ">=2"}))
    1
    """
    return int(codes_of([text], declared)[0])


def codes_of(texts: Sequence[str], declared: AttributeDeclaration) -> NDArray[np.int32]:
    """Code of each text: -1 missing, -2 in no category.

    Examples
    --------
    >>> codes_of(["01", "7", ""], AttributeDeclaration(column="TEN", categories={"owned": [1, 2]})).tolist()
    [0, -2, -1]
    """
    codes = [(i, code) for i, listed in enumerate(declared.categories.values()) for code in listed]
    codes += [(MISSING, code) for code in declared.missing]
    exact = {str(code).strip(): i for i, code in reversed(codes)}
    number = {float(code): i for i, code in reversed(codes) if not isinstance(code, str)}
    ranges = [(i, r) for i, code in codes if isinstance(code, str) and (r := parse_range(code)) is not None]

    def code_of_one(text: str) -> int:
        if text in exact:
            return exact[text]
        value = parse_number(text)
        if value is not None and value in number:
            return number[value]
        inside = (i for i, r in ranges if value is not None and value in r)
        return next(inside, MISSING if text == "" else UNKNOWN)

    return np.array([code_of_one(text) for text in texts], dtype=np.int32)


def as_texts(values: Sequence[object]) -> list[str]:
    """Write values as they would stand in a CSV file; whole floats lose the point, as pandas stores ids beside blanks.

    Examples
    --------
    >>> as_texts([600.0, " b", None, 0.5])
    ['600', 'b', '', '0.5']
    """
    whole = [int(v) if isinstance(v, float) and v.is_integer() else v for v in values]
    return ["" if v is None or str(v) == "nan" else str(v).strip() for v in whole]


def _is_any_of(found: NDArray[np.float64], codes: Sequence[str | int | float]) -> NDArray[np.bool_]:
    values = [code if not isinstance(code, str) else parse_number(code) for code in codes]
    return np.isin(found, [v for v in values if v is not None]) if values else np.zeros(len(found), dtype=bool)


def _report_unknown(
    texts: Sequence[str],
    code_of_text: NDArray[np.int32],
    indices: pa.Array,
    name: str,
    declared: AttributeDeclaration,
    source: str,
    problems: list[Problem],
) -> None:
    unknown = np.flatnonzero(code_of_text == UNKNOWN)
    if not len(unknown):
        return
    n_rows = np.bincount(pc.fill_null(indices, len(texts)).to_numpy(zero_copy_only=False), minlength=len(texts) + 1)
    shown = [
        f"{texts[k]!r} in {n_rows[k]:,} row{'s' if n_rows[k] > 1 else ''}"
        for k in unknown[np.argsort(-n_rows[unknown], kind="stable")]
    ]
    more = f" and {len(shown) - MAX_SHOWN} more codes" if len(shown) > MAX_SHOWN else ""
    add(
        problems,
        source,
        f"column {declared.column!r}, attribute {name!r}",
        expected=f"the codes of {', '.join(declared.categories)}",
        found="; ".join(shown[:MAX_SHOWN]) + more,
        action=f"Add them to the categories of {name!r}, or to its missing codes.",
        code="unknown-code",
    )


def missing_note(values: NDArray[Any], name: str, *, entity: Entity) -> list[str]:
    """Say how many records have no value of an attribute; they count in no cell of it.

    Examples
    --------
    >>> missing_note(np.array([0, -1]), "tenure", entity="households")
    ["1 of 2 households in the seed sample have no 'tenure': they count in no cell of it."]
    """
    n = int(np.isnan(values).sum() if values.dtype.kind == "f" else (values == MISSING).sum())
    share = f"{n:,} of {len(values):,} {entity} in the seed sample have no {name!r}"
    return [f"{share}: they count in no cell of it."] if n else []
