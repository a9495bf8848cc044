"""The published reference is that of the model."""

from __future__ import annotations

import re
from pathlib import Path

from censemble.io.project import load_project
from censemble.io.project_model import Section
from censemble.io.project_reference import BEGIN, END, field_reference, schema_text, update

DOCS = Path(__file__).resolve().parents[2] / "docs"
HOW = "run censemble.io.project_reference.update(Path('docs'))"


def test_docs_hold_the_reference_of_the_model() -> None:
    """The tables of keys in the docs are those that the model gives."""
    page = (DOCS / "project-file.md").read_text(encoding="utf-8")
    assert page.split(BEGIN)[1].split(END)[0].strip() == field_reference().strip(), HOW


def test_docs_hold_the_schema_of_the_model() -> None:
    """The published JSON Schema is that of the model."""
    assert (DOCS / "censemble.schema.json").read_text(encoding="utf-8") == schema_text(), HOW


def test_every_key_is_in_the_reference() -> None:
    """No section and no key is left out of the reference."""
    text = field_reference()
    mine = ("censemble.io.project_model", "censemble.io.generator_model", "censemble.io.language_model")
    for section in [s for s in Section.__subclasses__() if s.__module__ in mine]:
        assert [
            key for name, info in section.model_fields.items() if f"| `{(key := info.alias or name)}` |" not in text
        ] == []


def test_update_changes_only_the_reference(tmp_path: Path) -> None:
    """Text around the reference stays as it is, and a second update changes nothing."""
    (tmp_path / "project-file.md").write_text(f"before\n{BEGIN}\nzzz\n{END}\nafter\n", encoding="utf-8")
    update(tmp_path)
    first = (tmp_path / "project-file.md").read_text(encoding="utf-8")
    update(tmp_path)
    assert (tmp_path / "project-file.md").read_text(encoding="utf-8") == first
    assert first.startswith("before\n")
    assert first.endswith("\nafter\n")
    assert "zzz" not in first


def test_the_example_in_the_docs_is_a_project(tmp_path: Path) -> None:
    """The YAML that the page shows loads."""
    page = (DOCS / "project-file.md").read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert example is not None
    (tmp_path / "censemble.yaml").write_text(example[1], encoding="utf-8")
    assert load_project(tmp_path).name == "Knoxville, Tennessee"
