"""What a judge is asked beside its own metrics: queries, labels computed from records, and tasks to predict them.

Declared once and answered by every table alike; how they are written is in `censemble.io.queries_file`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from censemble.formulas import Formula
from censemble.schema import Entity

Statistic = Literal["share", "mean", "median"]


@dataclass(frozen=True)
class Query:
    """One number about a population: a share, mean or median over rows, or the difference between two groups of rows.

    Parameters
    ----------
    name : str
        Short and unique, for tables.
    says : str
        One sentence for readers.
    group : str
        Queries of one group have a common mean error.
    statistic : {"share", "mean", "median"}
        Of `value`, which is a condition for a share.
    value : Formula
        Computed for every row of `entity`.
    among : Formula or None
        Condition for the rows that count; None for all.
    minus : Formula or None
        Condition for other rows whose statistic is subtracted.
    """

    name: str
    says: str
    group: str
    statistic: Statistic
    value: Formula
    among: Formula | None = None
    minus: Formula | None = None

    @property
    def entity(self) -> Entity:
        """Whose rows are counted."""
        return self.value.entity

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """All that it computes."""
        return tuple(f for f in (self.value, self.among, self.minus) if f is not None)


@dataclass(frozen=True)
class Cut:
    """A class of a label: the rows whose value is beyond a bound.

    Parameters
    ----------
    label : str
        Of the class.
    operator : {"<", "<=", ">", ">="}
    bound : float
        In the unit of the value.
    """

    label: str
    operator: Literal["<", "<=", ">", ">="]
    bound: float


@dataclass(frozen=True)
class Label:
    """Something computed from records, on real and synthetic ones alike, that nobody generates.

    Parameters
    ----------
    name : str
        Unique, and no attribute's.
    value : Formula
        A number, or a condition (classes "no" and "yes").
    cuts : tuple of Cut
        The first that holds gives the class; empty for a number that is predicted as it is.
    otherwise : str
        Class of rows with a value beyond no bound.
    """

    name: str
    value: Formula
    cuts: tuple[Cut, ...] = ()
    otherwise: str = ""

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names in code order; empty for a number."""
        if self.cuts:
            return tuple(dict.fromkeys((*(c.label for c in self.cuts), self.otherwise)))
        return ("no", "yes") if self.value.kind == "condition" else ()


@dataclass(frozen=True)
class Task:
    """Something to predict: trained on synthetic rows, tested on real ones.

    Parameters
    ----------
    name : str
        Unique.
    predict : str
        A label or an attribute.
    features : tuple of str
        Attributes that it is predicted from.
    entity : {"households", "persons"}
        Whose rows.
    """

    name: str
    predict: str
    features: tuple[str, ...]
    entity: Entity


@dataclass(frozen=True, eq=False)
class QueryBook:
    """All that is asked. Two books are never equal, so that answers can be remembered by book.

    Parameters
    ----------
    queries : tuple of Query
    labels : mapping of str to Label
    tasks : tuple of Task

    Examples
    --------
    >>> QueryBook().queries
    ()
    """

    queries: tuple[Query, ...] = ()
    labels: Mapping[str, Label] = field(default_factory=dict)
    tasks: tuple[Task, ...] = ()
