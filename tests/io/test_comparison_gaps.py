"""The sentences of gaps."""

from __future__ import annotations

import numpy as np
import pytest

from censemble.io.column_codes import ReadColumn
from censemble.io.comparison_gaps import column_gaps, extra_gap, missing_column, row_gap, shared_nothing
from censemble.schema import Attribute, Schema

SEX = Attribute("sex", "persons", "categorical", ("f", "m"))
AGE = Attribute("age", "persons", "numeric", bins=(0, 18, 120))


@pytest.mark.parametrize(
    ("attribute", "read", "says", "whole"),
    [
        (SEX, ReadColumn(np.array([-1, -1]), "codes", 2, 0), "holds no value in any row", True),
        (SEX, ReadColumn(np.array([-2, -1]), "codes", 1, 1, shown=(("w", 1),)), "No value of column 'c'", True),
        (SEX, ReadColumn(np.array([-2, 0]), "codes", 0, 1, shown=(("w", 1),)), "1 of 2 rows", False),
        (AGE, ReadColumn(np.array([np.inf, 5]), "numbers", 0, 1, 1), "hold an infinite number", False),
        (AGE, ReadColumn(np.array([np.inf, 5]), "numbers", 0, 1, shown=(("x", 1),)), "hold no number: 'x' (1)", False),
        (AGE, ReadColumn(np.array([np.inf]), "numbers", 0, 1, 1), "it holds infinities", True),
        (AGE, ReadColumn(np.array([-3.0, 5, 120]), "numbers", 0, 0), "2 of 3 rows of column 'c' lie outside", False),
    ],
)
def test_each_fault_has_its_sentence(attribute: Attribute, read: ReadColumn, says: str, whole: bool) -> None:
    """One gap a fault; only what leaves nothing to compare is whole."""
    (gap,) = column_gaps(attribute, read, "c")
    assert says in gap.says
    assert gap.whole_attribute is whole


def test_a_good_column_has_no_gap() -> None:
    """Values, some of them missing, are nothing to speak of."""
    assert list(column_gaps(SEX, ReadColumn(np.array([0, 1, -1]), "codes", 1, 0), "sex")) == []


def test_a_missing_column_names_the_one_that_looks_like_it() -> None:
    """Only columns that nothing reads are offered, by name of column or attribute."""
    assert "'AGEP' looks like it" in missing_column(AGE, "AGE", ["AGEP", "x"]).says
    assert missing_column(AGE, "age", []).says == "No column 'age'."


def test_extra_columns_are_listed_shortly() -> None:
    """Five by name, the others as a number."""
    (gap,) = extra_gap("persons", [f"c{i}" for i in range(7)])
    assert "7 columns are not compared" in gap.says
    assert gap.says.endswith("'c4' and 2 more.")
    assert extra_gap("persons", []) == []


def test_one_row_is_marked() -> None:
    """A table of one row is allowed and says so."""
    (gap,) = row_gap("persons", 1)
    assert "one row" in gap.says


def test_nothing_shared() -> None:
    """One attribute that is there is enough."""
    schema = Schema((SEX, AGE))
    assert not shared_nothing([missing_column(SEX, "sex", [])], schema)
    assert shared_nothing([missing_column(a, a.name, []) for a in (SEX, AGE)], schema)
