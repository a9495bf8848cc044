"""The schema file of a comparison: what a row is, which columns are ids, weights and attributes, who is who.

A project file serves as well: its attributes and roles and the columns of its seed sample are taken. Reading alone is
done here; what is left open is told from the reference by `censemble.io.inference`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from censemble.errors import ConfigError, ExpressionError, Problem
from censemble.expressions import parse
from censemble.io.project_checks import faults_of_attributes
from censemble.io.project_model import AttributeDeclaration, Attributes, RolesDeclaration
from censemble.io.section import Section
from censemble.io.validation import unknown_keys_first, validate
from censemble.io.yaml_text import Location, YamlDocument, read_yaml
from censemble.schema import Entity


class SchemaPart(BaseModel):
    """A part of the schema file; as strict as a part of the project file, but none of its sections."""

    model_config = Section.model_config


class KeyColumns(SchemaPart):
    """Columns that link persons to households."""

    household: str = Field(default="", description="Column of the household id, in both files.")
    in_persons: str = Field(default="", description="The same in the persons file, where it has another name there.")


class WeightColumns(SchemaPart):
    """Columns of the design weights."""

    households: str = Field(default="", description="Column in the households file.")
    persons: str = Field(default="", description="Column in the persons file.")


class KeptRows(SchemaPart):
    """Conditions on raw columns."""

    households: str = Field(default="", description="Households that fail it are left out, with their persons.")
    persons: str = Field(default="", description="Persons that fail it are left out.")


def _same_column(value: Any) -> Any:
    return {"households": value, "persons": value} if isinstance(value, str) else value


class SchemaFile(SchemaPart):
    """What the columns of all tables of a comparison mean."""

    entity: Entity | None = Field(default=None, description="What a row of a flat table is; `persons` when left out.")
    keys: KeyColumns = Field(default_factory=KeyColumns, description="How persons and households are linked.")
    weight: Annotated[WeightColumns, BeforeValidator(_same_column)] = Field(
        default_factory=WeightColumns,
        description="Column of the design weight, or one for each entity; a table without it counts every row once.",
    )
    size: str = Field(default="", description="Households: column of the size, compared with the persons there.")
    attributes: Attributes = Field(
        default_factory=Attributes, description="As in the project file; told from the reference when left out."
    )
    keep: KeptRows = Field(
        default_factory=KeptRows, description="Which rows count, in tables that have the columns the condition names."
    )
    ignore: tuple[str, ...] = Field(default=(), description="Columns that are no attributes.")
    roles: RolesDeclaration = Field(default_factory=RolesDeclaration, description="Who is who in a household.")

    def declared(self, entity: Entity) -> Mapping[str, AttributeDeclaration]:
        """Attributes of one entity."""
        return self.attributes.households if entity == "households" else self.attributes.persons

    def weight_of(self, entity: Entity) -> str:
        """Column of the design weight of one entity, or ""."""
        return self.weight.households if entity == "households" else self.weight.persons

    def keep_of(self, entity: Entity) -> str:
        """Condition on the rows of one entity, or ""."""
        return self.keep.households if entity == "households" else self.keep.persons

    @property
    def declares_attributes(self) -> bool:
        """Whether any attribute is declared, so that none is told from the reference."""
        return bool(self.attributes.households or self.attributes.persons)


def read_schema_file(path: Path) -> SchemaFile:
    """Read a schema file, or the part of a project file that says the same.

    Parameters
    ----------
    path : Path
        A YAML file, UTF-8; or the folder that holds ``censemble.yaml``.

    Raises
    ------
    ConfigError
        No such file, not YAML, unknown keys, wrong values, attributes that contradict themselves: all listed.
    """
    file = path / "censemble.yaml" if path.is_dir() else path
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (UnicodeDecodeError, OSError) as error:
        found = error.strerror or str(error) if isinstance(error, OSError) else "another encoding"
        action = "Correct the path after --schema, or save the file as UTF-8."
        problem = Problem(str(file), "", "a schema file", found, action, "unreadable")
        raise ConfigError(f"{file} cannot be read", [problem]) from error
    return _parse(read_yaml(text, source=file.name))


def parse_schema(content: Mapping[str, Any], *, source: str = "schema") -> SchemaFile:
    """Check a schema given as a dict with the keys of the schema file.

    Raises
    ------
    ConfigError
        As `read_schema_file`.

    Examples
    --------
    >>> parse_schema({"weight": "PWGTP"}).weight_of("persons")
    'PWGTP'
    """
    return _parse(YamlDocument(content, source))


def _parse(document: YamlDocument) -> SchemaFile:
    content = {} if document.content is None else document.content
    if isinstance(content, Mapping) and ("seed_sample" in content or "margins" in content):
        content = _of_project(content)
    document = YamlDocument(content, document.source, document.root)
    schema, problems = validate(SchemaFile, document)
    if schema is not None:
        problems += [
            Problem(document.source, document.place(location), expected, found, action, code)
            for location, expected, found, action, code in (
                *faults_of_attributes(schema.attributes, frozenset()),
                *_faults_of_keep(schema),
            )
        ]
    if problems or schema is None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise ConfigError(f"{document.source}: {count}", sorted(problems, key=unknown_keys_first))
    return schema


def _faults_of_keep(schema: SchemaFile) -> Iterator[tuple[Location, str, str, str, str]]:
    entities: tuple[Entity, ...] = ("households", "persons")
    for entity in entities:
        try:
            if schema.keep_of(entity):
                parse(schema.keep_of(entity), table=entity)
        except ExpressionError as error:
            action = "Correct the condition; it speaks of raw columns, as in OCCUPIED == 1."
            yield ("keep", entity), "a condition", str(error), action, "bad-expression"


def _of_project(project: Mapping[str, Any]) -> dict[str, Any]:
    """Take what a project file says of columns; its margins and geography do not matter to a comparison."""
    sample = _section(project, "seed_sample")
    households, persons = _section(sample, "households"), _section(sample, "persons")
    weight = {"households": households.get("weight"), "persons": persons.get("weight")}
    keep = {"households": households.get("keep"), "persons": persons.get("keep")}
    keys = {"household": households.get("id"), "in_persons": persons.get("household")}
    taken = {
        "entity": {"person": "persons", "household": "households"}.get(str(project.get("entity"))),
        "keys": {k: v for k, v in keys.items() if v},
        "weight": {k: v for k, v in weight.items() if v},
        "keep": {k: v for k, v in keep.items() if v},
        "size": households.get("size"),
        "attributes": project.get("attributes"),
        "roles": project.get("roles"),
    }
    return {k: v for k, v in taken.items() if v}


def _section(content: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = content.get(key)
    return found if isinstance(found, Mapping) else {}
