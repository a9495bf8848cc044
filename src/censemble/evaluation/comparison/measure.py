"""What every family of metrics gives, and what it is given.

A family is a function ``measure_x(ground, view) -> list[Measure]``. It is called alike for the tables of the user and
for the yardsticks, so that nothing is measured in two ways.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from censemble.coding import CodedTable
from censemble.dataset import Dataset
from censemble.schema import Entity

Made = TypeVar("Made")
N_GROUPS = 20  # random groups of rows whose deletion, one at a time, gives a standard error


@dataclass(frozen=True)
class Measure:
    """One figure of one table.

    Parameters
    ----------
    metric : str
        Its documented name; a part in brackets says what of: ``rule_violations[young-not-employed]``.
    value : float or None
        None where it is not defined; `note` then says why.
    error : float or None
        Standard error of the value from the rows of the synthetic table, where it is known.
    note : str
        What a reader must know to read the value.
    """

    metric: str
    value: float | None
    error: float | None = None
    note: str = ""


@dataclass(frozen=True)
class MetricFacts:
    """What a metric is, for the page, the docs and the decision which of two values is better.

    Parameters
    ----------
    name : str
        Without the part in brackets.
    title : str
        Two to five words.
    better : {"lower", "higher", "one", "zero", "half", "none"}
        Which values are good: small, large, near 1, near 0, not above 0.5; "none" where it only informs.
    says : str
        One or two sentences: what it is, in which form, and the paper that it comes from.
    """

    name: str
    title: str
    better: Literal["lower", "higher", "one", "zero", "half", "none"]
    says: str


@dataclass(frozen=True, eq=False)
class View:
    """One table of a comparison as rows of one entity.

    Parameters
    ----------
    dataset : Dataset
        The whole table, with values, links and gaps.
    entity : {"households", "persons"}
        What the rows are.
    coded : CodedTable
        The rows as codes, all attributes of the comparison; persons have those of their household too.
    group : ndarray of int64, shape (n_rows,)
        Random group 0..N_GROUPS-1 of each row, for standard errors; persons of a household share one.
    """

    dataset: Dataset
    entity: Entity
    coded: CodedTable
    group: NDArray[np.int64]

    @property
    def name(self) -> str:
        """Name of the table."""
        return self.dataset.name

    @property
    def comparable(self) -> tuple[int, ...]:
        """Lines of `coded` that the table really has: those without a gap over the whole attribute."""
        absent = {g.attribute for g in self.dataset.gaps if g.whole_attribute}
        return tuple(i for i, name in enumerate(self.coded.names) if name not in absent)


@dataclass(frozen=True, eq=False)
class Ground:
    """What tables are measured against.

    Parameters
    ----------
    reference : View
        The population, or a weighted survey of it.
    train, holdout : View or None
        The sample that generators learnt from; real records that they have not seen.
    random_seed : int
        Of everything random in the measuring.
    remembered : dict
        What `once` has made.
    """

    reference: View
    train: View | None = None
    holdout: View | None = None
    random_seed: int = 0
    remembered: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)  # a changed ground forgets

    def rng(self, key: int) -> np.random.Generator:
        """Random stream of one family, apart from all others."""
        return np.random.default_rng(np.random.SeedSequence(self.random_seed, spawn_key=(key,)))

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Give what many tables need of the real records; made when first asked for, then remembered.

        Parameters
        ----------
        key : hashable
            Names what is made and from which settings: the family's name comes first.
        make : callable
            Depends on nothing but this ground and what the key names.
        """
        if key not in self.remembered:
            self.remembered[key] = make()
        made: Made = self.remembered[key]
        return made


Family = Callable[[Ground, View], list[Measure]]


def deletion_error(without: NDArray[np.float64]) -> float:
    """Standard error from the values with one group of rows left out at a time (delete-a-group jackknife).

    Kott (2001), "The delete-a-group jackknife", Journal of Official Statistics 17(4).

    Parameters
    ----------
    without : ndarray of shape (n_groups,)
        The figure without group 0, 1, ...

    Examples
    --------
    >>> round(deletion_error(np.array([1.0, 2.0, 3.0])), 3)
    1.155
    """
    n = len(without)
    return float(np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum()))
