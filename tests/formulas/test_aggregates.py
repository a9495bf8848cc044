"""Conditions and statistics over members, built without any text; orphans and empty households."""

from __future__ import annotations

import numpy as np
from formula_case import data

from censemble.formulas.aggregates import AnyMember, Count, GroupStatistic, MemberStatistic
from censemble.formulas.nodes import Comparison, Constant, HasLabel, NumericAttribute
from censemble.formulas.rows import Rows

TABLE = data()
AGE = NumericAttribute("age")
ADULT = Comparison(">=", AGE, Constant(18.0))
CHILD = HasLabel("role", (2,))


def test_any_is_open_only_where_an_open_member_decides() -> None:
    """One adult is enough whatever the others are; nobody is no adult; an orphan's household is unknown."""
    is_true, is_false = AnyMember(ADULT).truth(Rows(TABLE, "households"))
    assert (is_true.tolist(), is_false.tolist()) == ([True, True, True, False], [False, False, False, True])
    minors = AnyMember(Comparison("<", AGE, Constant(5.0))).truth(Rows(TABLE, "households"))
    assert [m.tolist()[1] for m in minors] == [False, False]
    of_persons = AnyMember(ADULT).truth(Rows(TABLE, "persons"))
    assert [m.tolist()[-1] for m in of_persons] == [False, False]


def test_counts_are_missing_where_a_member_is_open() -> None:
    """Household 1 has a member of unknown age, so nobody knows how many adults it has."""
    counts = Count(ADULT).numbers(Rows(TABLE, "households"))
    assert np.isnan(counts[1])
    assert counts[[0, 2, 3]].tolist() == [2.0, 1.0, 0.0]
    assert Count().numbers(Rows(TABLE, "households")).tolist() == [3.0, 2.0, 1.0, 0.0]
    assert Count().numbers(Rows(TABLE, "persons")).tolist()[:2] == [2.0, 3.0]


def test_a_sum_of_nothing_is_zero_a_sum_of_the_unknown_is_missing() -> None:
    """No child adds up to 0; children of unknown income to nothing known."""
    total = MemberStatistic("sum", NumericAttribute("income"), CHILD).numbers(Rows(TABLE, "households"))
    assert np.isnan(total[:2]).all()
    assert total[2:].tolist() == [0.0, 0.0]


def test_group_statistics_give_every_row_its_group() -> None:
    """Also rows that `where` leaves out of the statistic; rows without a group have none."""
    mean = GroupStatistic("mean", AGE, ("role",), ADULT).numbers(Rows(TABLE, "persons"))
    heads = (2 * 30 + 41 + 70) / 4
    assert mean[[0, 1, 2, 5]].tolist() == [heads, heads, 39.0, heads]
    assert np.isnan(mean[[3, 4, 6]]).all()  # no adult child
    assert np.isnan(GroupStatistic("mean", AGE, ("employment",)).numbers(Rows(TABLE, "persons"))[5])
