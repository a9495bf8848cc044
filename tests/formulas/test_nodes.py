"""Conditions and quantities row by row, built without any text."""

from __future__ import annotations

import numpy as np
from formula_case import data

from censemble.formulas.nodes import (
    Arithmetic,
    Comparison,
    Condition,
    ConditionNumber,
    Constant,
    Every,
    Function,
    HasLabel,
    LabelMissing,
    LabelNumbers,
    LabelOrder,
    Not,
    NumberMissing,
    NumericAttribute,
)
from censemble.formulas.rows import Rows

ROWS = Rows(data(), "households")


def said(condition: Condition) -> str:
    """T, F or ? for every household."""
    is_true, is_false = condition.truth(ROWS)
    return "".join("T" if t else "F" if f else "?" for t, f in zip(is_true, is_false, strict=True))


def test_labels() -> None:
    """A missing label is neither; an undeclared one is no declared one, has no order, and is a value."""
    assert said(HasLabel("tenure", (0,))) == "TFFF"
    assert said(HasLabel("type", (0, 1))) == "TTT?"
    assert said(LabelOrder("rooms", ">", 0)) == "TFT?"
    assert said(LabelOrder("tenure", ">=", 0)) == "TT?T"
    assert said(LabelMissing("tenure")) == "FFFF"
    assert said(LabelMissing("cars")) == "FFFT"
    assert np.isnan(LabelNumbers("tenure", (3.0, 4.0)).numbers(ROWS)).tolist() == [False, False, True, False]


def test_kleene() -> None:
    """Not, every, and conditions as numbers, with an open answer among them."""
    open_, true = HasLabel("type", (0,)), Comparison("=", Constant(1.0), Constant(1.0))
    assert said(open_) == "TFT?"
    assert said(Not(open_)) == "FTF?"
    assert said(Every((open_, true))) == "TFT?"
    assert said(Every((open_, Not(true)))) == "FFFF"
    assert ConditionNumber(open_).numbers(ROWS).tolist()[:3] == [1.0, 0.0, 1.0]
    assert said(NumberMissing(ConditionNumber(open_))) == "FFFT"


def test_missing_stays_missing() -> None:
    """No arithmetic makes a number of a missing value, not even one to its power or its power of zero."""
    rent = NumericAttribute("rent")
    for tree in (
        Arithmetic((Constant(1.0), rent), ("**",)),
        Arithmetic((rent, Constant(0.0)), ("**",)),
        Arithmetic((Constant(0.0), rent), ("*",)),
        Function("exp", rent),
    ):
        assert np.isnan(tree.numbers(ROWS)).tolist() == [False, False, True, False]


def test_the_undefined_is_missing_without_a_warning() -> None:
    """0/0 and roots of negative numbers are missing, 1/0 is infinite; NumPy stays silent."""
    zero, minus = Constant(0.0), Constant(-1.0)
    assert np.isnan(Arithmetic((zero, zero), ("/",)).numbers(ROWS)).all()
    assert np.isnan(Function("sqrt", minus).numbers(ROWS)).all()
    assert np.isneginf(Arithmetic((minus, zero), ("/",)).numbers(ROWS)).all()
    assert np.isneginf(Function("log", zero).numbers(ROWS)).all()


def test_chains_go_from_the_left() -> None:
    """8 / 4 * 2 - 1 is 3."""
    chain = Arithmetic((Constant(8.0), Constant(4.0), Constant(2.0), Constant(1.0)), ("/", "*", "-"))
    assert chain.numbers(ROWS).tolist() == [3.0] * 4
