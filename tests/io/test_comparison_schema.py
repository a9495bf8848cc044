"""The schema file."""

from __future__ import annotations

from pathlib import Path

import pytest

import censemble
from censemble.errors import ConfigError
from censemble.io.comparison_schema import parse_schema, read_schema_file
from censemble.io.yaml_text import read_yaml

TEXT = """
entity: persons
keys: {household: SERIALNO}
weight: {households: WGTP, persons: PWGTP}
size: NP
keep: {households: OCCUPIED == 1}
attributes:
  persons:
    age: {column: AGEP, kind: numeric, bins: [0, 18, 120]}
    role: {column: RELP, categories: {head: 0, partner: 1, child: 2}}
ignore: [DIVISION]
roles: {age: AGEP, relationship: {column: RELP, head: head, partner: [partner], child: [2]}}
"""


def problems_of(folder: Path, text: str) -> list[tuple[str, str]]:
    (folder / "s.yaml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_schema_file(folder / "s.yaml")
    return [(p.code, p.where) for p in caught.value.problems]


def test_every_key_is_read(tmp_path: Path) -> None:
    """What the file says is what the schema holds."""
    (tmp_path / "s.yaml").write_text(TEXT)
    schema = read_schema_file(tmp_path / "s.yaml")
    assert (schema.entity, schema.keys.household, schema.size) == ("persons", "SERIALNO", "NP")
    assert (schema.weight_of("households"), schema.weight_of("persons")) == ("WGTP", "PWGTP")
    assert (schema.keep_of("households"), schema.keep_of("persons")) == ("OCCUPIED == 1", "")
    assert list(schema.declared("persons")) == ["age", "role"]
    assert schema.ignore == ("DIVISION",)
    assert schema.roles.relationship is not None
    assert schema.roles.relationship.child == ("2",)


def test_an_empty_file_declares_nothing(tmp_path: Path) -> None:
    """All that is left out is told from the reference."""
    (tmp_path / "s.yaml").write_text("# nothing\n")
    assert not read_schema_file(tmp_path / "s.yaml").declares_attributes


def test_all_faults_come_with_their_lines(tmp_path: Path) -> None:
    """A misspelt key, a kind that does not exist and a bin too few come in one message."""
    text = (
        TEXT.replace("ignore:", "ignroe:").replace("bins: [0, 18, 120]", "bins: [5, 3]").replace("OCCUPIED == 1", "1 +")
    )
    assert problems_of(tmp_path, text) == [
        ("unknown-key", "line 11, ignroe"),
        ("bad-attribute", "line 9, attributes.persons.age"),
        ("bad-expression", "line 6, keep.households"),
    ]
    assert problems_of(tmp_path, "entity: trips") == [("unknown-choice", "line 1, entity")]
    assert problems_of(tmp_path, "[1, 2]") == [("wrong-value", "")]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """No file, and bytes of another encoding, are named."""
    with pytest.raises(ConfigError, match="No such file"):
        read_schema_file(tmp_path / "s.yaml")
    (tmp_path / "s.yaml").write_bytes(b"size: \xe9\n")
    with pytest.raises(ConfigError, match="another encoding"):
        read_schema_file(tmp_path / "s.yaml")


def test_a_project_file_serves() -> None:
    """The demonstration's project gives attributes, ids, weight, size and condition; its margins do not matter."""
    schema = read_schema_file(Path(censemble.__file__).parent / "demo")
    assert (schema.keys.household, schema.keys.in_persons, schema.size) == ("SERIALNO", "SERIALNO", "NP")
    assert (schema.weight_of("households"), schema.weight_of("persons")) == ("WGTP", "")
    assert schema.keep_of("households") == "OCCUPIED == 1"
    assert {"tenure", "income"} <= set(schema.declared("households"))


def test_a_project_of_persons_serves() -> None:
    """Where the survey has persons only, their weight and the entity are taken; and who is who."""
    content = {"entity": "person", "seed_sample": {"persons": {"file": "p.csv", "weight": "W"}}, "roles": {"age": "A"}}
    schema = parse_schema(content)
    assert (schema.entity, schema.weight_of("persons"), schema.roles.age) == ("persons", "W", "A")


def test_the_schema_in_the_documentation_is_one() -> None:
    """The page's example is read without a complaint, and means what the page says."""
    page = (Path(__file__).parents[2] / "docs/compare-schema.md").read_text(encoding="utf-8")
    schema = parse_schema(read_yaml(page.partition("```yaml\n")[2].partition("```")[0], source="page").content)
    assert schema.keep_of("households") == "OCCUPIED == 1"
    assert schema.roles.relationship is not None
    assert schema.roles.relationship.partner == ("spouse",)
