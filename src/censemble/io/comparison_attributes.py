"""The attributes of a comparison, as the reference bears them out: there, with values, with bins."""

from __future__ import annotations

from dataclasses import replace

from censemble.coding import quantile_edges
from censemble.dataset import Dataset
from censemble.errors import Problem
from censemble.io.attributes import attribute_of
from censemble.io.comparison_datasets import Form
from censemble.io.comparison_files import RawTable
from censemble.io.comparison_schema import SchemaFile
from censemble.io.roles import roles_of
from censemble.schema import Attribute, Entity, Schema

N_BINS = 10  # quantile bins of a numeric attribute that declares none


def schema_of_reference(file: SchemaFile, raw: RawTable, notes: list[str], problems: list[Problem]) -> Schema:
    """Attributes of the entities that the reference has."""
    attributes: list[Attribute] = []
    entities: tuple[Entity, ...] = ("households", "persons")
    for entity in entities:
        declared = file.declared(entity)
        if entity in raw.tables:
            attributes += [attribute_of(name, entity, d) for name, d in declared.items()]
        elif declared:
            notes.append(f"Attributes of {entity} are not compared: the reference has no {entity}.")
    if not attributes:
        label, action = raw.given.label(next(iter(raw.tables))), "Declare attributes in a schema file."
        problems.append(Problem(label, "", "columns that can be compared", "none", action, "nothing-to-compare"))
    schema = Schema(tuple(attributes))
    return replace(schema, roles=roles_of(file.roles, file.declared("persons"), schema, problems))


def without_empty(reference: Dataset, form: Form, problems: list[Problem], notes: list[str]) -> tuple[Dataset, Form]:
    """Leave out attributes that nobody declared and that no row which counts has."""
    empty = {(gap.entity, gap.attribute) for gap in reference.gaps if gap.whole_attribute}
    attributes = tuple(a for a in form.schema.attributes if (a.entity, a.name) not in empty)
    if not empty or not attributes:
        return reference, form
    why = "is not compared: no row that counts has a value."
    notes += [f"{entity}: column {name!r} {why}" for entity, name in sorted(empty)]
    schema = Schema(attributes)
    schema = replace(schema, roles=roles_of(form.file.roles, form.file.declared("persons"), schema, problems))
    gaps = tuple(gap for gap in reference.gaps if not gap.whole_attribute)
    return replace(reference, schema=schema, gaps=gaps), replace(form, schema=schema)


def require_attributes(reference: Dataset, raw: RawTable, problems: list[Problem]) -> None:
    """An attribute that the reference lacks is a mistake in the schema: nothing could be compared with it."""
    for gap in reference.gaps:
        if gap.whole_attribute:
            expected, action = f"values of attribute {gap.attribute!r}", "Correct its declaration, or leave it out."
            label = raw.given.label(gap.entity)
            problems.append(Problem(label, "", expected, gap.says.rstrip("."), action, "no-reference"))


def with_bins(reference: Dataset, form: Form) -> tuple[Dataset, Form]:
    """Give numeric attributes without bins those of the reference's quantiles."""

    def binned(attribute: Attribute) -> Attribute:
        columns = reference.households if attribute.entity == "households" else reference.persons
        if attribute.kind != "numeric" or attribute.bins or attribute.name not in columns:
            return attribute
        weights = reference.household_weights if attribute.entity == "households" else reference.person_weights
        return replace(attribute, bins=quantile_edges(columns[attribute.name], weights, N_BINS))

    schema = replace(form.schema, attributes=tuple(binned(a) for a in form.schema.attributes))
    return replace(reference, schema=schema), replace(form, schema=schema)


def binning_words(file: SchemaFile, schema: Schema) -> dict[str, str]:
    """Say for each attribute what its categories or bins are."""
    return {a.name: _words(a, declares_bins=bool(file.declared(a.entity)[a.name].bins)) for a in schema.attributes}


def _words(attribute: Attribute, *, declares_bins: bool) -> str:
    if attribute.kind == "categorical":
        return f"{attribute.n_codes} categories"
    if attribute.kind == "ordinal":
        return f"{attribute.n_codes} ordered categories"
    origin = "declared bins" if declares_bins else "bins by quantiles of the reference"
    inner = ", ".join(f"{edge:g}" for edge in attribute.bins)
    return f"{attribute.n_codes} {origin}, edges {inner}"
