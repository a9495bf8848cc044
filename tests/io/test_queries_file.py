"""Files of queries: what they give, and everything that is wrong with one at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from censemble.errors import ConfigError
from censemble.io.queries_file import parse_queries, read_queries
from censemble.schema import Attribute, Schema

SCHEMA = Schema(
    (
        Attribute("tenure", "households", "categorical", ("owned", "rented")),
        Attribute("age", "persons", "numeric"),
        Attribute("sex", "persons", "categorical", ("female", "male")),
    )
)


def problems_of(content: dict[str, Any]) -> list[str]:
    """What is said about a file's content."""
    with pytest.raises(ConfigError) as caught:
        parse_queries(content, SCHEMA)
    assert {p.code for p in caught.value.problems} <= {"bad-query", "unknown-key", "missing-key", "wrong-value"}
    return [str(p) for p in caught.value.problems]


def test_a_whole_file(tmp_path: Path) -> None:
    """Definitions, queries, labels and tasks arrive as they were written."""
    file = tmp_path / "queries.yaml"
    file.write_text(
        """
define: {adult: age >= 18}
queries:
  - {name: children, group: age, says: Share with a child., share: any(not adult)}
  - {name: gap, mean: age, among: tenure is owned, minus: tenure is rented}
labels:
  senior: {value: age, cut: {yes: ">= 65"}, otherwise: no}
tasks:
  - {name: who, predict: senior, from: [sex, tenure]}
  - {name: where, predict: tenure, of: persons}
"""
    )
    book = read_queries(file, SCHEMA)
    children, gap = book.queries
    assert (children.entity, children.statistic, children.group) == ("households", "share", "age")
    assert gap.entity == "persons" and gap.minus is not None and gap.minus.text == "tenure is rented"
    assert book.labels["senior"].classes == ("yes", "no")
    assert book.labels["senior"].cuts[0].bound == 65
    who, where = book.tasks
    assert (who.features, who.entity) == (("sex", "tenure"), "persons")
    assert (where.entity, where.features) == ("persons", ("age", "sex"))


def test_a_task_without_features_takes_all_others() -> None:
    """Persons are described by their own attributes and those of their household."""
    (task,) = parse_queries({"tasks": [{"name": "s", "predict": "sex"}]}, SCHEMA).tasks
    assert task.features == ("tenure", "age")


def test_all_problems_come_at_once() -> None:
    """Wrong formulas, doubled names, ranges, attributes and keys are told in one message."""
    said = problems_of(
        {
            "define": {"tenure": "sex is male"},
            "queries": [
                {"name": "a", "share": "agee > 3"},
                {"name": "a", "share": "age > 3", "mean": "age"},
                {"name": "b", "share": "age"},
                {"name": "c", "median": "age", "amng": "sex is male"},
            ],
            "labels": {
                "sex": {"value": "age"},
                "odd": {"value": "age", "cut": {"High": "over 3"}},
                "lone": {"value": "age", "otherwise": "x"},
            },
            "tasks": [
                {"name": "t", "predict": "tenur"},
                {"name": "t", "predict": "tenure", "from": ["age"]},
                {"name": "u", "predict": "age", "of": "households"},
                {"name": "v", "predict": "tenure"},
            ],
        }
    )
    text = "\n".join(said)
    for part in (
        "'tenure', which is an attribute",
        "did you mean 'age'?",
        "share and mean. Keep exactly one.",
        "the number 'age'",
        "Did you mean 'among'?",
        "queries[a].name: expected each name once, found 'a' twice",
        "tasks[t].name",
        "found 'sex', an attribute",
        "labels.odd.cut.High: expected a range such as '> 1', found 'over 3'",
        "Add otherwise.",
        "Add cut.",
        "Did you mean 'tenure'?",
        "expected attributes of households other than the one predicted, found 'age'",
        "of: persons",
        "tasks[v]: expected another attribute of households to predict from, found none",
    ):
        assert part in text, part
    assert said[0].startswith("queries: queries[c].amng")  # misspelt keys first


def test_a_known_key_is_named_as_it_is_written() -> None:
    """The key `from` is advised, not what it is called inside."""
    (said,) = problems_of({"tasks": [{"name": "s", "predict": "sex", "form": ["age"]}]})
    assert "Did you mean 'from'?" in said


def test_the_page_shows_a_file_that_is_read(tmp_path: Path) -> None:
    """The example of docs/queries.md is a file that this reader takes."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "queries.md").read_text(encoding="utf-8")
    file = tmp_path / "queries.yaml"
    file.write_text(page.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    schema = Schema((*SCHEMA.attributes, Attribute("income", "persons", "numeric")))
    book = read_queries(file, schema)
    assert [len(book.queries), len(book.labels), len(book.tasks)] == [3, 1, 2]


def test_lines_are_named(tmp_path: Path) -> None:
    """A message about a file says where in it."""
    file = tmp_path / "q.yaml"
    file.write_text("queries:\n  - name: a\n    share: agee > 3\n")
    with pytest.raises(ConfigError, match=r"line 3, queries\[a\].share"):
        read_queries(file, SCHEMA)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """No file, and a file that is not text, are told as such."""
    with pytest.raises(ConfigError, match="there is no file of queries"):
        read_queries(tmp_path / "none.yaml", SCHEMA)
    (tmp_path / "bad.yaml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_queries(tmp_path / "bad.yaml", SCHEMA)


def test_a_household_query_about_persons_is_refused_with_the_way_out() -> None:
    """Households see persons through any, count and the like only."""
    (said,) = problems_of({"queries": [{"name": "a", "of": "households", "share": "age > 3"}]})
    assert "any" in said
