"""Queries, labels and tasks as values."""

from __future__ import annotations

from censemble.formulas import read_formula
from censemble.query_book import Cut, Label, Query
from censemble.schema import Attribute, Schema

SCHEMA = Schema((Attribute("age", "persons", "numeric"),))


def test_classes_of_a_label() -> None:
    """Cuts come first in their order, the rest last; a condition is no or yes; a number has none."""
    number = read_formula("age", SCHEMA, entity="persons")
    condition = read_formula("age > 3", SCHEMA, entity="persons")
    cuts = (Cut("High", ">", 1.0), Cut("Low", "<", -1.0), Cut("High", "<", -9.0))
    assert Label("l", number, cuts, "Mid").classes == ("High", "Low", "Mid")
    assert Label("l", condition).classes == ("no", "yes")
    assert Label("l", number).classes == ()


def test_a_query_knows_its_formulas() -> None:
    """Value and conditions, and whose rows they are about."""
    value, among = (read_formula(t, SCHEMA, entity="persons") for t in ("age", "age > 3"))
    query = Query("q", "", "", "mean", value, among)
    assert query.formulas == (value, among) and query.entity == "persons"
