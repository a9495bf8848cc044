"""Age gaps between the members of a household: of couples, and of heads and their children."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.dataset import Dataset
from censemble.evaluation.comparison.household_members import ages_of, plays

# Lower ends of bins but the first; what is more than the last limit is a bin of its own.
_MORE_THAN_30, _MORE_THAN_50 = np.nextafter(30.0, 31.0), np.nextafter(50.0, 51.0)
COUPLE_EDGES: NDArray[np.float64] = np.array([2.0, 5.0, 10.0, 15.0, 20.0, _MORE_THAN_30])
PARENT_EDGES: NDArray[np.float64] = np.array([15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0, _MORE_THAN_50])


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of a head and another member whose ages are both known.

    Parameters
    ----------
    years : ndarray of shape (n_pairs,)
        Age gap.
    weights : ndarray of shape (n_pairs,)
        Of the households.
    household : ndarray of int64, shape (n_pairs,)
        Row of the household.
    why : str
        Why there are none, where there are none.
    """

    years: NDArray[np.float64]
    weights: NDArray[np.float64]
    household: NDArray[np.int64]
    why: str = ""


def couples(data: Dataset) -> Pairs:
    """Pairs of a head and a partner, with the absolute gap of their ages."""
    pairs = _pairs(data, data.schema.roles.partner, "partner")
    return Pairs(np.abs(pairs.years), pairs.weights, pairs.household, pairs.why)


def parents_and_children(data: Dataset) -> Pairs:
    """Pairs of a head and a child of the head, with the years that the head is older."""
    return _pairs(data, data.schema.roles.child, "child")


def _pairs(data: Dataset, labels: tuple[str, ...], role: str) -> Pairs:
    """Only households with exactly one head count: of two heads nobody knows whose partner or child it is."""
    ages, why = ages_of(data)
    why = why or _not_declared(data, labels, role)
    links, n = data.household_of_person, data.n_rows("households")
    head = plays(data, data.schema.roles.head) & (links >= 0)
    other = plays(data, labels) & (links >= 0)
    n_heads = np.bincount(links[head], minlength=n)
    head_age = np.full(n, np.nan)
    head_age[links[head]] = ages[head]
    rows = np.flatnonzero(other)
    rows = rows[n_heads[links[rows]] == 1]
    years = head_age[links[rows]] - ages[rows]
    rows, years = rows[np.isfinite(years)], years[np.isfinite(years)]
    none = f"No {role} and head of known age live in a household with one head."
    return Pairs(years, data.household_weights[links[rows]], links[rows], why or none)


def _not_declared(data: Dataset, labels: tuple[str, ...], role: str) -> str:
    roles = data.schema.roles
    if not roles.relationship or not labels:
        return f"Nobody is declared as {role}: say `roles: {{relationship: ...}}` in the schema file."
    return "" if roles.relationship in data.persons else f"The table has no {roles.relationship!r}."
