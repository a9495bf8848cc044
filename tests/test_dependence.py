"""Where the dependence of pairs comes from."""

from __future__ import annotations

import numpy as np

from censemble.dependence import dependence_of
from censemble.expressions import all_of, is_in
from censemble.margins import Cell, Margin
from censemble.schema import Attribute, Schema

SCHEMA = Schema(tuple(Attribute(n, "persons", "categorical", ("a", "b")) for n in ("sex", "age", "work")))


def margin(*names: str) -> Margin:
    """One cell that names some attributes."""
    cell = Cell("c", all_of(*(is_in(n, [0]) for n in names)), "C")
    return Margin("m", "zone", "persons", (cell,), np.ones((1, 1)), np.zeros((1, 1)), np.ones(1))


def test_pairs_that_a_table_counts_together_are_constrained() -> None:
    """A table of three attributes constrains their three pairs; two tables of one each constrain none."""
    assert {kind for *_, kind in dependence_of(SCHEMA, [margin("sex", "age", "work")], otherwise="learnt")} == {
        "constrained"
    }
    assert {kind for *_, kind in dependence_of(SCHEMA, [margin("sex"), margin("age")], otherwise="learnt")} == {
        "learnt"
    }


def test_without_a_survey_the_others_are_independent() -> None:
    """Names are sorted within each pair, and pairs too."""
    assert dependence_of(SCHEMA, [margin("work", "age")], otherwise="independent") == [
        ("age", "sex", "independent"),
        ("age", "work", "constrained"),
        ("sex", "work", "independent"),
    ]


def test_a_name_of_both_entities_is_one() -> None:
    """An attribute that households and persons both have is not paired with itself."""
    both = Schema((Attribute("income", "households", "numeric"), Attribute("income", "persons", "numeric")))
    assert dependence_of(both, [], otherwise="learnt") == []
