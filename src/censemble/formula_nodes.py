"""What a formula means once its names are known: conditions and quantities that compute themselves on rows.

A condition is true, false or neither (Kleene 1952, "Introduction to Metamathematics", section 64): neither where a
missing value decides. A quantity is a number or missing (NaN).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from censemble.formula_rows import Bools, Floats, Rows, grouped

Truth = tuple[Bools, Bools]  # where it is true, where it is false; both of shape (n_rows,)

_ORDER: dict[str, Callable[[Any, Any], Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "=": np.equal,
    "!=": np.not_equal,
}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}
_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "abs": np.abs,
    "sqrt": np.sqrt,
    "log": np.log,
    "exp": np.exp,
    "tanh": np.tanh,
    "negative": np.negative,
}


class Quantity(ABC):
    """Something with a number for every row."""

    @abstractmethod
    def numbers(self, rows: Rows) -> Floats:
        """Values, NaN where missing, shape (n,)."""


class Condition(ABC):
    """Something true, false or neither for every row."""

    @abstractmethod
    def truth(self, rows: Rows) -> Truth:
        """Where it is true and where it is false, each of shape (n,)."""


@dataclass(frozen=True)
class Constant(Quantity):
    """The same number for every row."""

    value: float

    def numbers(self, rows: Rows) -> Floats:
        """Repeat the number."""
        return np.full(rows.n, self.value)


@dataclass(frozen=True)
class NumericAttribute(Quantity):
    """A numeric attribute."""

    name: str

    def numbers(self, rows: Rows) -> Floats:
        """Values as they are."""
        return np.asarray(rows.column(self.name), dtype=np.float64)


@dataclass(frozen=True)
class LabelNumbers(Quantity):
    """An ordinal attribute whose labels are all numbers, read as these numbers."""

    name: str
    values: tuple[float, ...]

    def numbers(self, rows: Rows) -> Floats:
        """Look the numbers up; missing and undeclared labels are missing."""
        table = np.array([np.nan, np.nan, *self.values])  # codes -2 and -1 come first
        return table[np.asarray(rows.column(self.name)).astype(np.int64) + 2]


@dataclass(frozen=True)
class ConditionNumber(Quantity):
    """A condition as a number: 1 where true, 0 where false."""

    condition: Condition

    def numbers(self, rows: Rows) -> Floats:
        """Missing where it is neither."""
        is_true, is_false = self.condition.truth(rows)
        return np.where(is_true, 1.0, np.where(is_false, 0.0, np.nan))


@dataclass(frozen=True)
class Arithmetic(Quantity):
    """Operands with + - * / or ** between them, taken from the left."""

    operands: tuple[Quantity, ...]
    operators: tuple[str, ...]

    def numbers(self, rows: Rows) -> Floats:
        """IEEE arithmetic: what is undefined (0/0, a root of a negative number) is missing."""
        value = self.operands[0].numbers(rows)
        with np.errstate(all="ignore"):
            for name, operand in zip(self.operators, self.operands[1:], strict=True):
                other = operand.numbers(rows)
                if name == "**":  # NumPy has 1 ** NaN = NaN ** 0 = 1; here a missing value stays missing
                    value = np.where(np.isnan(value) | np.isnan(other), np.nan, np.power(value, other))
                else:
                    value = _ARITHMETIC[name](value, other)
        return value


@dataclass(frozen=True)
class Function(Quantity):
    """abs, sqrt, log, exp, tanh or a change of sign."""

    name: str
    operand: Quantity

    def numbers(self, rows: Rows) -> Floats:
        """Row by row; undefined is missing."""
        with np.errstate(all="ignore"):
            return np.asarray(_FUNCTIONS[self.name](self.operand.numbers(rows)))


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
class HasLabel(Condition):
    """The attribute has one of some labels. An undeclared label is none of them; a missing value is neither."""

    name: str
    codes: tuple[int, ...]

    def truth(self, rows: Rows) -> Truth:
        """Compare codes."""
        codes = rows.column(self.name)
        hit = reduce(np.logical_or, [codes == code for code in self.codes])
        return hit, ~hit & (codes != -1)


@dataclass(frozen=True)
class LabelOrder(Condition):
    """The attribute's label stands before or after another one, in the order of the categories."""

    name: str
    operator: str
    position: int

    def truth(self, rows: Rows) -> Truth:
        """Neither for missing and undeclared labels."""
        codes = rows.column(self.name)
        hit, known = _ORDER[self.operator](codes, self.position), codes >= 0
        return hit & known, ~hit & known


@dataclass(frozen=True)
class LabelMissing(Condition):
    """The attribute has no value; an undeclared label is a value."""

    name: str

    def truth(self, rows: Rows) -> Truth:
        """Always one or the other."""
        gone = rows.column(self.name) == -1
        return gone, ~gone


@dataclass(frozen=True)
class NumberMissing(Condition):
    """A quantity has no value."""

    operand: Quantity

    def truth(self, rows: Rows) -> Truth:
        """Always one or the other."""
        gone = np.isnan(self.operand.numbers(rows))
        return gone, ~gone


@dataclass(frozen=True)
class Comparison(Condition):
    """Two quantities compared; neither where one is missing."""

    operator: str
    left: Quantity
    right: Quantity

    def truth(self, rows: Rows) -> Truth:
        """As IEEE numbers."""
        left, right = self.left.numbers(rows), self.right.numbers(rows)
        known = ~(np.isnan(left) | np.isnan(right))
        hit = _ORDER[self.operator](left, right)
        return hit & known, ~hit & known


@dataclass(frozen=True)
class Not(Condition):
    """True where the other is false."""

    operand: Condition

    def truth(self, rows: Rows) -> Truth:
        """Swap."""
        is_true, is_false = self.operand.truth(rows)
        return is_false, is_true


@dataclass(frozen=True)
class Every(Condition):
    """and: true where all are, false where one is."""

    operands: tuple[Condition, ...]

    def truth(self, rows: Rows) -> Truth:
        """Kleene's conjunction."""
        found = [operand.truth(rows) for operand in self.operands]
        return reduce(np.logical_and, [t for t, _ in found]), reduce(np.logical_or, [f for _, f in found])


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
