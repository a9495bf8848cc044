"""Names at a place of a formula: definitions, visibility, labels that read as numbers."""

from __future__ import annotations

import pytest
from formula_case import SCHEMA, answers

from censemble.errors import ExpressionError
from censemble.formulas import read_formula
from censemble.formulas.scope import MAX_DEFINITIONS, Scope, number_of, numbers_of_labels
from censemble.formulas.text import tree_of
from censemble.schema import Attribute, Schema


def test_definitions_are_read_where_they_are_used() -> None:
    """A condition of persons inside an aggregate, one of households outside; definitions may use each other."""
    groups = {"adults": "age >= 18", "crowded": "size > 2", "family": "crowded and any(adults)"}
    assert answers("count(adults) = 2", **groups) == "T?FF"
    assert answers("family", **groups) == "TFFF"
    with pytest.raises(ExpressionError, match="definition 'adults': formula 'age >= 18': at 'age'"):
        read_formula("adults", SCHEMA, entity="households", groups=groups)


def test_definitions_cannot_run_away() -> None:
    """One that needs itself, faulty ones, and a few that double each other are told, quickly."""
    with pytest.raises(ExpressionError, match="the definition of 'a' needs itself"):
        read_formula("a", SCHEMA, entity="households", groups={"a": "b", "b": "not a"})
    with pytest.raises(ExpressionError, match="definition 'a': formula 'rent >'"):
        read_formula("a", SCHEMA, entity="households", groups={"a": "rent >"})
    doubling = {f"d{i}": f"d{i + 1} and d{i + 1}" for i in range(30)} | {"d30": "rent > 0"}
    with pytest.raises(ExpressionError, match=f"more than {MAX_DEFINITIONS} definitions"):
        read_formula("d0", SCHEMA, entity="households", groups=doubling)


def test_needs_are_gathered_with_their_rows() -> None:
    """Attributes inside an aggregate are read on persons, those outside on households."""
    scope = Scope(SCHEMA, "households", "", {})
    assert scope.attribute(tree_of("rent")) is not None
    assert scope.members(tree_of("rent"), "any").attribute(tree_of("rent")) is not None
    assert scope.attribute(tree_of("age")) is None
    assert scope.needs.attributes == {("households", "rent"), ("persons", "rent")}
    assert scope.needs.members


def test_size_is_an_attribute_where_one_has_this_name() -> None:
    """A declared size wins; where its labels are no numbers the message says how to count members."""
    declared = Schema((Attribute("size", "households", "ordinal", ("1", "2", "3 or more")),))
    assert read_formula("size is 2", declared, entity="households").attributes == {"size"}
    with pytest.raises(ExpressionError, match=r"the number of members is count\(\)"):
        read_formula("1 / size", declared, entity="households")
    with pytest.raises(ExpressionError, match=r"no label '12' .* the number of members is count\(\)"):
        read_formula("size <= 12", declared, entity="households")


def test_categorical_numbers_need_an_order() -> None:
    """Labels that are numbers of a categorical attribute are names until it is declared ordinal."""
    schema = Schema((Attribute("code", "persons", "categorical", ("1", "2")),))
    with pytest.raises(ExpressionError, match="declare it `kind: ordinal` to use its labels as numbers"):
        read_formula("code + 1", schema, entity="persons")


@pytest.mark.parametrize(
    ("labels", "numbers"), [(("0", "01", "2.5"), (0.0, 1.0, 2.5)), (("2", "1"), None), (("1", "1 or more"), None)]
)
def test_ordinal_labels_as_numbers(labels: tuple[str, ...], numbers: tuple[float, ...] | None) -> None:
    """All labels must be numbers, and increase."""
    assert numbers_of_labels(Attribute("a", "persons", "ordinal", labels)) == numbers


@pytest.mark.parametrize("label", ["", "-", "e", "1e", "inf", "nan", "1_000", "1.2.3", "٣"])
def test_words_are_no_numbers(label: str) -> None:
    """Only plain digits make a number."""
    assert number_of(label) is None
