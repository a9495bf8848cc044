"""Tests of writing down what readers find."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.errors import Problem
from censemble.io.findings import add_rows, nearest


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 30))
def test_no_kind_of_problem_floods_the_message(n: int) -> None:
    """However many rows are wrong, at most five are named and the count adds up."""
    problems: list[Problem] = []
    add_rows(problems, "t", [(f"row {i}", "x") for i in range(n)], n_rows=n, expected="y", action="z", code="c")
    assert len(problems) == min(n, 5) + (n > 5)
    if n > 5:
        assert problems[-1].found == f"the same in {n - 5} more"


def test_nearest_ignores_case_and_lists_the_rest() -> None:
    """A name in the wrong case is found; a name like no other is answered by the list."""
    assert nearest("tract", ["TRACT", "PUMA"]) == "the nearest is 'TRACT'"
    assert nearest("zzz", ["TRACT", "PUMA"]) == "there are TRACT, PUMA"
    assert nearest("zzz", []) == "there are none"
