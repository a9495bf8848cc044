"""The project file's reference, written from its model: the tables in the docs and the published JSON Schema.

To bring both up to date after a change of the model::

    python -c "from pathlib import Path; from censemble.io.project_reference import update; update(Path('docs'))"
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from censemble.io.project import json_schema

BEGIN, END = "<!-- reference: begin -->", "<!-- reference: end -->"


def schema_text() -> str:
    """JSON Schema as it is published.

    Examples
    --------
    >>> schema_text().startswith("{")
    True
    """
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def field_reference() -> str:
    """Markdown: a table of keys for every section of the project file.

    Examples
    --------
    >>> "| `random_seed` | whole number | `0` |" in field_reference()
    True
    """
    schema = json_schema()
    return "\n".join([*_section("The project", schema), *_sections(schema["$defs"])])


def update(folder: Path) -> None:
    """Rewrite ``censemble.schema.json`` and the reference part of ``project-file.md``.

    Parameters
    ----------
    folder : Path
        The docs folder, which holds ``project-file.md``.
    """
    page = folder / "project-file.md"
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n{field_reference()}\n{END}{after}", encoding="utf-8")
    (folder / "censemble.schema.json").write_text(schema_text(), encoding="utf-8")


def _sections(definitions: dict[str, Any]) -> Iterator[str]:
    for name, title in _IN_ORDER.items():
        yield from _section(title, definitions[name])


def _section(title: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"\n### {title}\n\n{schema['description']}\n"
    yield "| key | value | if left out | |"
    yield "|---|---|---|---|"
    for key, field in schema["properties"].items():
        default = "needed" if key in schema.get("required", ()) else _default(field.get("default"))
        text = field.get("description", "").replace("|", "\\|")
        yield f"| `{key}` | {_kind(field)} | {default} | {text} |"


def _default(value: Any) -> str:
    return "" if value in (None, "", [], {}) else f"`{json.dumps(value)}`"


def _kind(field: dict[str, Any]) -> str:
    """Name the type of a field in words."""
    if "$ref" in field:
        return f"[{_title(field['$ref'])}](#{_title(field['$ref']).lower().replace(' ', '-')})"
    if "enum" in field:
        return " or ".join(f"`{choice}`" for choice in field["enum"])
    for several in ("anyOf", "oneOf"):
        if several in field:
            if _is_scalar(field[several][0]) and len(field[several]) == 2:
                return "text, number, or a list of them"
            return " or ".join(dict.fromkeys(_kind(f) for f in field[several] if f.get("type") != "null"))
    return _plain_kind(field)


def _plain_kind(field: dict[str, Any]) -> str:
    kind = field.get("type")
    if kind == "array":
        return f"list of {_kind(field['items'])}"
    if kind == "object":
        return f"by name: {_kind(field['additionalProperties'])}"
    if _is_scalar(field):
        return "text or number"
    return {"string": "text", "integer": "whole number", "boolean": "`true` or `false`"}.get(str(kind), str(kind))


def _is_scalar(field: dict[str, Any]) -> bool:
    return field.get("type") == ["string", "number"]


def _title(reference: str) -> str:
    return _IN_ORDER[reference.rsplit("/", 1)[1]]


_IN_ORDER = {
    "GeographyLevels": "Geography",
    "Crosswalk": "Crosswalk",
    "Polygons": "Polygons",
    "SeedSample": "Seed sample",
    "SeedHouseholds": "Seed households",
    "SeedPersons": "Seed persons",
    "Attributes": "Attributes",
    "SeedSampleGenerator": "Generator seed_sample",
    "BootstrapGenerator": "Generator bootstrap",
    "IndependentGenerator": "Generator independent",
    "HotDeckGenerator": "Generator hot_deck",
    "BayesianNetworkGenerator": "Generator bayesian_network",
    "MaximumEntropyGenerator": "Generator maximum_entropy",
    "LLMSynthorGenerator": "Generator llmsynthor",
    "SemaPopGenerator": "Generator semapop",
    "Called": "Called",
    "LanguageModel": "Language model",
    "TokenPrice": "Token price",
    "Personas": "Personas",
    "PersonaTopic": "Persona topic",
    "AttributeDeclaration": "Attribute",
    "RolesDeclaration": "Roles",
    "Relationship": "Relationship",
    "MarginDeclaration": "Margin",
    "TargetTable": "Table",
    "CellDeclaration": "Cell",
    "Tolerance": "Tolerance",
    "RuleDeclaration": "Rule",
    "Run": "Run",
    "Outputs": "Outputs",
    "Report": "Report",
}
