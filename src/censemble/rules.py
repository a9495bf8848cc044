"""Rules that records obey: named conditions with a sentence each, and who breaks them.

A rule is broken only where it is certainly false; a missing value that leaves it open breaks nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.dataset import Dataset, dataset_of_pool
from censemble.errors import SchemaError
from censemble.formulas import Formula, truth, unavailable
from censemble.formulas.rows import Rows
from censemble.pool import Pool, take_records
from censemble.schema import Entity, Schema


@dataclass(frozen=True)
class Rule:
    """Something that every household, or every person, must obey.

    Parameters
    ----------
    name : str
        Short and unique, for tables: ``young-not-employed``.
    says : str
        One sentence for readers.
    condition : Formula
        What must hold; an implication as a whole.

    Raises
    ------
    SchemaError
        The formula is a number.

    Examples
    --------
    >>> from censemble.formulas import read_formula
    >>> from censemble.schema import Attribute
    >>> schema = Schema((Attribute("age", "persons", "numeric"),))
    >>> Rule("age-range", "Nobody is older than 120.", read_formula("age <= 120", schema, entity="persons")).entity
    'persons'
    """

    name: str
    says: str
    condition: Formula

    def __post_init__(self) -> None:
        if self.condition.kind != "condition":
            raise SchemaError(f"rule {self.name!r}: {self.text!r} is a number; a rule is a condition")

    @property
    def entity(self) -> Entity:
        """Whose rows break it."""
        return self.condition.entity

    @property
    def text(self) -> str:
        """The condition as it was written."""
        return self.condition.text


@dataclass(frozen=True)
class RuleBook:
    """The rules of one population, in the order of the file.

    Raises
    ------
    SchemaError
        Two rules of one name.
    """

    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        names = [rule.name for rule in self.rules]
        if len(set(names)) != len(names):
            raise SchemaError(f"rules: a name stands twice: {', '.join(names)}")


@dataclass(frozen=True)
class RuleTally:
    """How one table stands to one rule.

    Parameters
    ----------
    rule : Rule
    n_rows : int
        Households or persons that were looked at.
    n_broken : int
        Those that certainly break it.
    n_open : int
        Those for which missing values leave it open.
    weighted_share : float
        Broken weight / all weight, 0..1; NaN where there is none.
    absent : tuple of str
        What the table lacks, so that the rule cannot be checked; all figures are then 0 and the share NaN.
    """

    rule: Rule
    n_rows: int
    n_broken: int
    n_open: int
    weighted_share: float
    absent: tuple[str, ...] = ()


def violations(rule: Rule, data: Dataset, *, rows: Rows | None = None) -> NDArray[np.bool_]:
    """Find the rows that break a rule.

    Parameters
    ----------
    rule : Rule
        Of households or persons.
    data : Dataset
        Coded by the schema that the rule was read with.
    rows : Rows, optional
        Of the same table, to share columns among many rules.

    Returns
    -------
    ndarray of bool, shape (n_rows of the rule's entity,)

    Raises
    ------
    SchemaError
        The table lacks an attribute of the rule, or members; `formulas.unavailable` asks beforehand.

    Examples
    --------
    >>> from censemble.formulas import read_formula
    >>> from censemble.schema import Attribute
    >>> schema = Schema((Attribute("age", "persons", "numeric"),))
    >>> rule = Rule("age-range", "Nobody is older than 120.", read_formula("age <= 120", schema, entity="persons"))
    >>> data = Dataset("mine", schema, {}, {"age": np.array([15.0, 130.0, np.nan])}, np.zeros(0), np.ones(3))
    >>> violations(rule, data).tolist()
    [False, True, False]
    """
    return truth(rule.condition, data, rows=rows)[1]


def violating_records(book: RuleBook, data: Dataset) -> NDArray[np.bool_]:
    """Find the records that break any rule: a household with its persons, or a flat row.

    Parameters
    ----------
    book : RuleBook
        Rules of households, persons or both.
    data : Dataset
        Coded by the schema that the rules were read with.

    Returns
    -------
    ndarray of bool, shape (n_records,)
        Households where there are any, persons otherwise. A household breaks a rule of persons where one of its
        persons does; orphans are in no record.

    Raises
    ------
    SchemaError
        A rule cannot be checked on this table.
    """
    found = _broken_records(book.rules, data)
    return np.logical_or.reduce(found) if found else np.zeros(_n_records(data), dtype=bool)


def tally(book: RuleBook, data: Dataset) -> list[RuleTally]:
    """Count who breaks which rule; a rule that the table cannot answer says what is absent.

    Parameters
    ----------
    book : RuleBook
        Rules of households, persons or both.
    data : Dataset
        Coded by the schema that the rules were read with.

    Returns
    -------
    list of RuleTally
        In the order of the rules.
    """
    rows = Rows(data, "persons")
    return [_tally(rule, data, rows) for rule in book.rules]


def obeying(book: RuleBook, pool: Pool, schema: Schema) -> tuple[Pool, dict[str, int]]:
    """Keep the records of a pool that break no rule.

    Not for a seed sample: survey records are data, also where they break a rule.

    Parameters
    ----------
    book : RuleBook
        Rules of households, persons or both.
    pool : Pool
        Proposed by a generator; its weights stay as they are.
    schema : Schema
        That the rules were read with.

    Returns
    -------
    kept : Pool
        Possibly without any record.
    dropped : dict of str to int
        For every rule the number of records that break it; a record may break several.

    Raises
    ------
    SchemaError
        The pool lacks an attribute of a rule. `checkable` divides the rules beforehand.
    """
    data = dataset_of_pool(pool, schema, name=pool.generator)
    found = _broken_records(book.rules, data)
    counts = {rule.name: int(broken.sum()) for rule, broken in zip(book.rules, found, strict=True)}
    if not any(counts.values()):
        return pool, counts
    return take_records(pool, np.flatnonzero(~np.logical_or.reduce(found))), counts


def checkable(book: RuleBook, data: Dataset) -> tuple[RuleBook, dict[str, str]]:
    """Divide the rules: those that a table can answer, and for the others a sentence why not.

    Examples
    --------
    >>> from censemble.formulas import read_formula
    >>> from censemble.schema import Attribute
    >>> schema = Schema((Attribute("age", "persons", "numeric"),))
    >>> rule = Rule("adult", "Somebody is an adult.", read_formula("any(age >= 18)", schema, entity="households"))
    >>> checkable(RuleBook((rule,)), Dataset("mine", schema, {}, {"age": np.ones(1)}, np.zeros(0), np.ones(1)))[1]
    {'adult': "rule 'adult' cannot be checked: mine has no members of households"}
    """
    absent = {rule.name: unavailable(rule.condition, data) for rule in book.rules}
    kept = RuleBook(tuple(rule for rule in book.rules if not absent[rule.name]))
    return kept, {
        name: f"rule {name!r} cannot be checked: {data.name} has no {', no '.join(names)}"
        for name, names in absent.items()
        if names
    }


def _tally(rule: Rule, data: Dataset, rows: Rows) -> RuleTally:
    absent = unavailable(rule.condition, data)
    if absent:
        return RuleTally(rule, 0, 0, 0, float("nan"), absent)
    is_true, is_false = truth(rule.condition, data, rows=rows)
    weights = rows.of(rule.entity).weights
    share = float(weights[is_false].sum() / weights.sum()) if weights.sum() > 0 else float("nan")
    return RuleTally(rule, len(is_false), int(is_false.sum()), int((~is_true & ~is_false).sum()), share)


def _n_records(data: Dataset) -> int:
    return data.n_rows("households") or data.n_rows("persons")


def _broken_records(rules: Iterable[Rule], data: Dataset) -> list[NDArray[np.bool_]]:
    rows = Rows(data, "persons")
    return [_of_records(rule, violations(rule, data, rows=rows), data) for rule in rules]


def _of_records(rule: Rule, broken: NDArray[np.bool_], data: Dataset) -> NDArray[np.bool_]:
    if rule.entity == "households" or not data.is_linked:
        return broken
    households = data.household_of_person[broken]
    return np.bincount(households[households >= 0], minlength=data.n_rows("households")) > 0
