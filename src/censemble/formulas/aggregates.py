"""Conditions and quantities over the members of households, or over all rows of a group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from censemble.formulas.nodes import Condition, Quantity, Truth
from censemble.formulas.rows import Bools, Floats, Rows, grouped


@dataclass(frozen=True)
class Count(Quantity):
    """Members of the household; with a condition, those that meet it.

    Missing where the condition is neither true nor false for some member: nobody knows how many there are.
    """

    condition: Condition | None = None

    def numbers(self, rows: Rows) -> Floats:
        """Counts by household."""
        members, n = rows.of("persons"), rows.data.n_rows("households")
        inside = members.household >= 0
        if self.condition is None:
            return rows.gather(_n_where(members, inside, n))
        is_true, is_false = self.condition.truth(members)
        unknown = _n_where(members, inside & ~is_true & ~is_false, n) > 0
        return rows.gather(np.where(unknown, np.nan, _n_where(members, inside & is_true, n)))


@dataclass(frozen=True)
class MemberStatistic(Quantity):
    """sum, mean, median, sd, min or max over the members of the household, or those of whom `where` is true."""

    function: str
    value: Quantity
    where: Condition | None = None

    def numbers(self, rows: Rows) -> Floats:
        """One value a household; persons have that of theirs."""
        members, n = rows.of("persons"), rows.data.n_rows("households")
        values, index = self.value.numbers(members), members.household
        if self.where is not None:
            index = np.where(self.where.truth(members)[0], index, -1)
        found = grouped(self.function, values, np.ones(members.n), index, n)
        if self.function == "sum":
            found[np.bincount(index[index >= 0], minlength=n) == 0] = 0.0
        return rows.gather(found)


@dataclass(frozen=True)
class GroupStatistic(Quantity):
    """Weighted mean, median, sd, min or max of all rows with the same values of some attributes."""

    function: str
    value: Quantity
    by: tuple[str, ...]
    where: Condition | None = None

    def numbers(self, rows: Rows) -> Floats:
        """The value of its group for every row; missing for rows in no group."""
        group, n = rows.groups_by(self.by)
        taken = group if self.where is None else np.where(self.where.truth(rows)[0], group, -1)
        found = grouped(self.function, self.value.numbers(rows), rows.weights, taken, n)
        return np.append(found, np.nan)[group]


@dataclass(frozen=True)
class AnyMember(Condition):
    """True where a member meets the condition, false where none can; without members false."""

    condition: Condition

    def truth(self, rows: Rows) -> Truth:
        """By household."""
        members, n = rows.of("persons"), rows.data.n_rows("households")
        is_true, is_false = self.condition.truth(members)
        inside = members.household >= 0
        hit = _n_where(members, inside & is_true, n) > 0
        open_ = _n_where(members, inside & ~is_false, n) > 0
        return rows.gather(hit), rows.gather(~open_)


def _n_where(members: Rows, taken: Bools, n_households: int) -> Floats:
    return np.bincount(members.household[taken], minlength=n_households).astype(np.float64)
