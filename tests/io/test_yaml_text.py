"""YAML as people write it."""

from __future__ import annotations

import pytest

from censemble.errors import ConfigError
from censemble.io.yaml_text import YamlDocument, read_yaml


def read(text: str) -> object:
    return read_yaml(text, source="a.yaml").content


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("01", "01"),
        ("1", 1),
        ("0", 0),
        ("-60000", -60000),
        ("1.5", 1.5),
        ("no", "no"),
        ("true", True),
        ("~", None),
        ("2019-01-01", "2019-01-01"),
        ("2019-2023", "2019-2023"),
        ("1_000", "1_000"),
        ("16..64", "16..64"),
    ],
)
def test_scalars_arrive_as_typed(text: str, value: object) -> None:
    """Labels and codes keep the form in which they were written."""
    found = read(f"key: {text}")
    assert found == {"key": value}
    assert type(found["key"]) is type(value)


@pytest.mark.parametrize("text", ["a: [1", "a: 'x", "- a: 1\n b: 2", "a: !!python/object:os.system x", "a: *zz"])
def test_faulty_yaml_is_refused_with_line_and_column(text: str) -> None:
    """What is not YAML, or would run code, is a ConfigError that says where."""
    with pytest.raises(ConfigError, match=r"a\.yaml: line \d+, column \d+: expected YAML") as caught:
        read(text)
    assert caught.value.problems[0].code == "yaml-syntax"


def test_all_repeated_keys_are_told() -> None:
    """Every key given twice is named with both lines, at any depth."""
    with pytest.raises(ConfigError) as caught:
        read("a: 1\nb: {c: 1, c: 2}\na: 3\n")
    found = [(p.where, p.found) for p in caught.value.problems]
    assert found == [
        ("line 2, c", "a second one (the first is in line 2)"),
        ("line 3, a", "a second one (the first is in line 1)"),
    ]


def test_anchors_and_merges_work() -> None:
    """Parts may be reused; a merged key that is overridden is no repetition."""
    assert read("base: &b {x: 1, y: 2}\nother: {<<: *b, y: 3}") == {"base": {"x": 1, "y": 2}, "other": {"x": 1, "y": 3}}


def test_place_names_line_and_path() -> None:
    """A place is the line of the deepest key there is, and list items go by their name."""
    document = read_yaml("margins:\n  - name: income\n    level: zone\n  - {}\n", source="a.yaml")
    assert document.place(("margins", 0, "level")) == "line 3, margins[income].level"
    assert document.place(("margins", 1, "level")) == "line 4, margins[#2].level"
    assert YamlDocument({"a": 1}, "dict").place(("a",)) == "a"


def test_empty_text_is_nothing() -> None:
    """An empty file holds nothing and is no syntax error."""
    assert read("") is None
