"""Tests of reading text into trees."""

from __future__ import annotations

import math

import pytest

from censemble.errors import ExpressionError
from censemble.syntax import MAX_CHARACTERS, MAX_DEPTH, Column, Constant, Operation, read


def test_chains_of_one_operator_are_flat() -> None:
    """A long `a | b | c ...` is one node, so ordinary long controls never reach the depth limit."""
    tree = read(" | ".join(f"(A == {i})" for i in range(300)))
    assert isinstance(tree, Operation)
    assert (tree.name, len(tree.operands)) == ("|", 300)


def test_subtraction_keeps_its_order() -> None:
    """a - b - c is (a - b) - c, and a - (b - c) is not flattened."""
    assert read("A - B - C") == Operation("-", (Column("A"), Column("B"), Column("C")))
    assert read("A - (B - C)") == Operation("-", (Column("A"), Operation("-", (Column("B"), Column("C")))))


def test_constants() -> None:
    """Numbers become floats, infinity is spelt np.inf, texts and truth stay."""
    assert read("np.inf") == Constant(math.inf)
    assert read("3") == Constant(3.0)
    assert read("'3'") == Constant("3")
    assert read("False") == Constant(False)
    assert read("A.isin([-1])") == Operation("isin", (Column("A"), Constant(-1.0)))


def test_limits_name_themselves() -> None:
    """Too long and too deep are refused with the limit."""
    with pytest.raises(ExpressionError, match=f"{MAX_CHARACTERS:,}"):
        read("A" * (MAX_CHARACTERS + 1))
    with pytest.raises(ExpressionError, match=f"deeper than {MAX_DEPTH}"):
        read("-(" * 70 + "A" + ")" * 70)
