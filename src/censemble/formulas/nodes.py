"""What a formula means once its names are known: conditions and quantities that compute themselves row by row.

A condition is true, false or neither (Kleene 1952, "Introduction to Metamathematics", section 64): neither where a
missing value decides. A quantity is a number or missing (NaN). Those that look at the members of households, or at
all rows of a group, are in `censemble.formulas.aggregates`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from censemble.formulas.rows import Bools, Floats, Rows

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
        with np.errstate(invalid="ignore"):
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
