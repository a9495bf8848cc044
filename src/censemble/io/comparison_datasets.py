"""From a table as it is stored to a `Dataset`: attributes coded, weights, links, sizes, and a gap for whatever is odd.

A gap says what cannot be compared; only what leaves no right number at all is a problem: ids that link nothing,
weights that are no weights, a table that shares no column with the reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.dataset import Dataset, Gap
from censemble.errors import Problem
from censemble.expressions import parse
from censemble.io.column_codes import ReadColumn, Reading, read_column
from censemble.io.comparison_files import RawTable, read_dependence
from censemble.io.comparison_gaps import column_gaps, extra_gap, missing_column, row_gap, shared_nothing
from censemble.io.comparison_rows import keep_rows
from censemble.io.comparison_schema import SchemaFile
from censemble.io.findings import MAX_SHOWN, add_rows
from censemble.io.household_links import link_households
from censemble.io.inference import not_attributes
from censemble.io.project_model import AttributeDeclaration
from censemble.io.sources import numbers
from censemble.schema import Entity, Schema

_AMOUNT = AttributeDeclaration(column="", kind="numeric")


@dataclass(frozen=True, eq=False)
class Form:
    """What every table of a comparison is read by.

    Parameters
    ----------
    file : SchemaFile
        Columns and declarations, with all that was told from the reference filled in.
    schema : Schema
        The attributes of the entities that the reference has.
    reference_names : mapping of entity to tuple of str
        All columns of the reference, so that those it does not have are known.
    """

    file: SchemaFile
    schema: Schema
    reference_names: Mapping[Entity, tuple[str, ...]]

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Entities that the reference has."""
        return tuple(self.reference_names)

    def wanted(self, entity: Entity, names: Sequence[str]) -> list[str]:
        """Choose, of all columns of a table, those to read."""
        declared = self.file.declared(entity)
        columns = {d.column for d in declared.values()} | set(declared) | not_attributes(self.file) | {self.file.size}
        condition = self.file.keep_of(entity)
        columns |= parse(condition, table=entity).columns if condition else frozenset()
        return [name for name in names if name in columns]


@dataclass(eq=False)
class _Findings:
    """What grows while one table is read."""

    problems: list[Problem]
    notes: list[str]
    gaps: list[Gap] = field(default_factory=list)


def make_dataset(raw: RawTable, form: Form, *, problems: list[Problem], notes: list[str]) -> Dataset | None:
    """Make the dataset of one table.

    Parameters
    ----------
    raw : RawTable
        Columns as they are stored.
    form : Form
        How to read them.
    problems, notes : list
        Grow by what is found.

    Returns
    -------
    Dataset or None
        None where a problem leaves no right number.
    """
    found, n_before = _Findings(problems, notes), len(problems)
    links = link_households(raw, form.file, problems=problems, notes=notes, gaps=found.gaps) if raw.is_linked else None
    if not raw.is_linked or links is not None:
        raw, links = keep_rows(raw, links, form.file, problems=problems, notes=notes)
    weights = _weights(raw, form.file, links, found)
    columns = {entity: _columns(raw, entity, form, found) for entity in form.entities}
    if shared_nothing(found.gaps, form.schema):
        _nothing_to_compare(raw, form, found.gaps, problems)
    if len(problems) > n_before:
        return None
    return Dataset(
        name=raw.name,
        schema=form.schema,
        households=columns.get("households", {}),
        persons=columns.get("persons", {}),
        household_weights=weights["households"],
        person_weights=weights["persons"],
        household_of_person=np.zeros(0, np.int64) if links is None else links,
        gaps=tuple(found.gaps),
        dependence=read_dependence(raw.given, notes, known=frozenset(a.name for a in form.schema.attributes)),
        declared_sizes=_sizes(raw, form.file),
    )


def _columns(raw: RawTable, entity: Entity, form: Form, found: _Findings) -> dict[str, NDArray[Any]]:
    """Coded attributes of one entity; those that are not there have a gap and no column."""
    attributes, declared = form.schema.of(entity), form.file.declared(entity)
    if entity not in raw.tables:
        found.gaps.append(Gap(entity, "", f"The table has no {entity}."))
        found.gaps += [Gap(entity, a.name, f"{a.name!r}: the table has no {entity}.", True) for a in attributes]
        return {}
    table, names = raw.tables[entity], raw.names[entity]
    unread = [name for name in names if name not in form.wanted(entity, names)]
    extra = [name for name in unread if name not in form.reference_names.get(entity, ())]
    found.gaps += [*row_gap(entity, table.num_rows), *extra_gap(entity, extra)]
    coded: dict[str, NDArray[Any]] = {}
    as_labels: list[str] = []
    for attribute in attributes:
        column = _column_of(attribute.name, declared[attribute.name], names)
        if column is None:
            found.gaps.append(missing_column(attribute, declared[attribute.name].column, unread))
            continue
        read = _read(table[column], declared[attribute.name], column)
        coded[attribute.name] = read.values
        found.gaps += column_gaps(attribute, read, column)
        by_name = column != declared[attribute.name].column
        if by_name or (read.reading == "labels" and raw.given.role != "reference"):
            as_labels.append(attribute.name)
    if as_labels:
        found.notes.append(f"{raw.given.label(entity)}: read by attribute name, as labels: {', '.join(as_labels)}.")
    return coded


def _column_of(name: str, declared: AttributeDeclaration, names: Sequence[str]) -> str | None:
    """Return the raw column that is declared, or the one called as the attribute, which then holds labels."""
    return next((column for column in (declared.column, name) if column in names), None)


def _read(column: pa.ChunkedArray, declared: AttributeDeclaration, name: str) -> ReadColumn:
    prefer: Reading = "codes" if name == declared.column else "labels"
    if pa.types.is_nested(column.type):
        column = pa.chunked_array([pa.array(["a list"] * len(column), pa.string())])
    return read_column(column, declared, prefer=prefer)


def _weights(
    raw: RawTable, file: SchemaFile, links: NDArray[np.int64] | None, found: _Findings
) -> dict[Entity, NDArray[np.float64]]:
    weights: dict[Entity, NDArray[np.float64]] = {"households": np.zeros(0), "persons": np.zeros(0)}
    declared = [e for e in raw.tables if file.weight_of(e) in raw.tables[e].column_names]
    for entity, table in raw.tables.items():
        weights[entity] = np.ones(table.num_rows)
        if entity in declared:
            weights[entity] = _design_weights(raw, entity, file.weight_of(entity), found)
    if links is not None and declared == ["households"]:
        weights["persons"] = _of_households(weights["households"], links)
        found.notes.append(f"{raw.name}: persons have the design weights of their households.")
    if not declared and file.weight != SchemaFile().weight and raw.given.role != "table":
        found.notes.append(f"{raw.name}: no column of design weights: every row counts once.")
    return weights


def _design_weights(raw: RawTable, entity: Entity, column: str, found: _Findings) -> NDArray[np.float64]:
    label, problems = raw.given.label(entity), found.problems
    found.notes.append(f"{label}: weighted by {column!r}.")
    n_before = len(problems)
    weights = numbers(raw.tables[entity], column, source=label, problems=problems, required=True)
    if len(problems) > n_before:
        return weights
    bad = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
    rows = [(f"row {r + 2}, column {column!r}", f"{weights[r]:g}") for r in bad[:MAX_SHOWN]]
    if not len(bad) and not weights.sum() > 0:
        rows = [(f"column {column!r}", "only 0")]
    expected, action = "weights >= 0, some of them > 0", "Correct the weights, or declare another column."
    n_rows = max(len(bad), len(rows))
    add_rows(problems, label, rows, n_rows=n_rows, expected=expected, action=action, code="design-weight")
    return weights


def _of_households(weights: NDArray[np.float64], household: NDArray[np.int64]) -> NDArray[np.float64]:
    """Persons weigh what their household weighs; orphans what the average person does."""
    orphan = household < 0
    of_person = weights[household]
    of_person[orphan] = of_person[~orphan].mean() if not orphan.all() else 1.0
    return of_person


def _sizes(raw: RawTable, file: SchemaFile) -> NDArray[np.float64] | None:
    households = raw.tables.get("households")
    if households is None or file.size not in households.column_names or not raw.is_linked:
        return None
    sizes = read_column(households[file.size], _AMOUNT, prefer="codes").values
    return np.where(np.isfinite(sizes), sizes, np.nan)


def _nothing_to_compare(raw: RawTable, form: Form, gaps: Sequence[Gap], problems: list[Problem]) -> None:
    label = ", ".join(raw.given.label(e) for e in raw.tables)
    names = [name for e in raw.tables for name in raw.names[e]]
    found = f"{', '.join(names[:5])}{', ...' if len(names) > 5 else ''}" if names else "none"
    wanted = ", ".join(a.name for a in form.schema.attributes[:5])
    if any(a.name in names for a in form.schema.attributes):
        says = [gap.says.rstrip(".") for gap in gaps if gap.whole_attribute]
        wanted, found = f"{wanted} with values of theirs", "; ".join(says[:3]) + ("; ..." if len(says) > 3 else "")
    action = "Give the right table; a schema file can say `entity: households` or which column is which attribute."
    problems.append(Problem(label, "", f"columns such as {wanted}", found, action, "nothing-to-compare"))
