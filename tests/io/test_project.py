"""Reading a project file: what is good passes, what is wrong is told at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from small_project import PROJECT, project_with

from censemble.errors import ConfigError, Problem
from censemble.io.project import json_schema, load_project, parse_project


def refused(content: dict[str, Any]) -> list[Problem]:
    with pytest.raises(ConfigError) as caught:
        parse_project(content)
    return list(caught.value.problems)


def test_a_file_and_a_dict_give_the_same_project(tmp_path: Path) -> None:
    """YAML on disk and a dict in Python are two ways to write the same project."""
    path = tmp_path / "censemble.yaml"
    path.write_text("\ufeff" + yaml.safe_dump(PROJECT), encoding="utf-8")
    assert load_project(path) == load_project(tmp_path) == parse_project(PROJECT)


def test_defaults() -> None:
    """What is left out gets its documented value."""
    project = parse_project(project_with(run=None))
    assert (project.run.random_seed, project.run.tol, project.run.max_expansion_factor) == (0, 0.05, None)
    assert project.outputs.formats == ("parquet",)
    assert project.margins[0].uncertainty == "exact"


@pytest.mark.parametrize(
    ("changes", "where", "code", "in_text"),
    [
        ({"margns": []}, "margns", "unknown-key", "Did you mean 'margins'?"),
        ({"margins__1__importnce": 2}, "margins[income].importnce", "unknown-key", "Did you mean 'importance'?"),
        ({"margins__1__cells__0__colum": "A"}, "margins[income].cells[LOW].colum", "unknown-key", "'column'"),
        ({"attributes__persons__age__bin": [1]}, "attributes.persons.age.bin", "unknown-key", "'bins'"),
        (
            {"margins__2__uncertainty": {"tolernce": 3}},
            "margins[age by sex].uncertainty.tolernce",
            "unknown-key",
            "'tolerance'",
        ),
        ({"geography__crosswalk": None}, "geography.crosswalk", "missing-key", "Add the key 'crosswalk'"),
        ({"margins__1__of": "person"}, "margins[income].of", "unknown-choice", "Did you mean 'persons'?"),
        ({"attributes__households__size__kind": "ordnal"}, "attributes.households.size.kind", "unknown-choice", "ordi"),
        ({"margins__1__uncertainty": "soft"}, "margins[income].uncertainty", "unknown-choice", "exact, moe"),
        ({"outputs": {"formats": ["xlsx"]}}, "outputs.formats[#1]", "unknown-choice", "parquet, csv"),
        ({"margins__1__importance": 0}, "margins[income].importance", "wrong-value", "greater than 0"),
        ({"run__random_seed": -1}, "run.random_seed", "wrong-value", "at least 0"),
        ({"run__random_seed": "x"}, "run.random_seed", "wrong-value", "a whole number, found 'x'"),
        ({"run__max_iter": 1.5}, "run.max_iter", "wrong-value", "a whole number"),
        ({"margins": []}, "margins", "wrong-value", "at least 1 item"),
        ({"margins": "income"}, "margins", "wrong-value", "a list, found 'income'"),
        ({"geography": ["zone"]}, "geography", "wrong-value", "keys with values"),
        (
            {"seed_sample__households__id": None, "seed_sample__households__file": 3},
            "seed_sample.households.id",
            "missing-key",
            "Add the key",
        ),
        ({"margins__0__total": "maybe"}, "margins[households].total", "wrong-value", "true or false"),
        (
            {"margins__1__uncertainty": {"tolerance": "-2%"}},
            "margins[income].uncertainty.tolerance",
            "wrong-value",
            "> 0",
        ),
        (
            {"margins__1__cells__0__where": {"income": True}},
            "margins[income].cells[LOW].where.income",
            "wrong-value",
            "Quote",
        ),
        (
            {"attributes__persons__sex__categories": {"m": {"a": 1}}},
            "attributes.persons.sex.categories.m",
            "wrong-value",
            "a text",
        ),
    ],
)
def test_each_fault_of_a_part(changes: dict[str, Any], where: str, code: str, in_text: str) -> None:
    """A wrong key, choice or value is one problem that names its place and what is accepted."""
    problems = refused(project_with(**changes))
    assert [(p.where, p.code) for p in problems] == [(where, code)]
    assert in_text in str(problems[0])


def test_problems_of_all_kinds_in_one_message(tmp_path: Path) -> None:
    """Misspelt keys are looked past, so that what the parts say of each other is told in the same message."""
    content = project_with(nme="x", margins__1__level="zones", margins__1__cells__0__where={"incme": "<5"})
    (tmp_path / "p.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_project(tmp_path / "p.yaml")
    assert {p.code for p in caught.value.problems} == {"unknown-key", "unknown-level", "unknown-attribute"}
    assert all(p.where.startswith("line ") and p.source == "p.yaml" for p in caught.value.problems)
    assert str(caught.value).startswith("p.yaml: 3 problems\n  1. p.yaml: line ")
    assert caught.value.exit_status == 2


def test_a_misspelt_needed_key_is_told_once() -> None:
    """`levl` is reported as misspelt, not also as a missing `level`."""
    content = project_with(margins__1__level=None, margins__1__levl="zone")
    assert [p.code for p in refused(content)] == ["unknown-key"]


def test_no_such_file(tmp_path: Path) -> None:
    """A missing project file says how to get one."""
    with pytest.raises(ConfigError, match=r"nowhere\.yaml.*\n.*censemble init"):
        load_project(tmp_path / "nowhere.yaml")


def test_not_utf8(tmp_path: Path) -> None:
    """Another encoding is refused, not guessed."""
    (tmp_path / "p.yaml").write_bytes("name: Münster".encode("latin-1"))
    with pytest.raises(ConfigError, match="UTF-8 text"):
        load_project(tmp_path / "p.yaml")


@pytest.mark.parametrize("text", ["", "just text", "[1, 2]"])
def test_a_file_without_keys(tmp_path: Path, text: str) -> None:
    """An empty file or one that is no mapping is one problem."""
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="expected keys with values"):
        load_project(tmp_path / "p.yaml")


def test_schema_accepts_the_project_and_refuses_a_typo() -> None:
    """The published JSON Schema agrees with the model on a good and a bad project."""
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    content = json.loads(json.dumps(project_with(margins__0__table__date="2021")))
    jsonschema.validate(content, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**content, "margns": []}, schema)


def test_numbers_as_texts() -> None:
    """An unquoted year or a numeric label is taken as text where a text is wanted."""
    project = parse_project(project_with(margins__0__table__date=2021, margins__1__cells__0__where={"income": 5000}))
    assert project.margins[0].table.date == "2021"
    assert project.margins[1].cells[0].where == {"income": ("5000",)}


def test_rules_are_a_file_or_a_list() -> None:
    """Both forms are kept; faults of the list are told as of any other key."""
    rule = {"name": "young", "says": "Nobody is younger than 0.", "rule": "age >= 0"}
    assert parse_project(project_with(rules="rules.yaml")).rules == "rules.yaml"
    listed = parse_project(project_with(rules=[rule])).rules
    assert [r.rule for r in listed if not isinstance(r, str)] == ["age >= 0"]
    with pytest.raises(ConfigError) as caught:
        parse_project(project_with(rules=[rule | {"nam": "x"}, {"name": "y"}]))
    assert [(p.code, p.where) for p in caught.value.problems] == [
        ("unknown-key", "rules[young].nam"),
        ("missing-key", "rules[y].says"),
        ("missing-key", "rules[y].rule"),
    ]
    with pytest.raises(ConfigError, match="expected a text"):
        parse_project(project_with(rules={"rules": [rule]}))
