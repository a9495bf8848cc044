"""Whether households are households: persons who belong to them, sizes, adults, and ages that fit each other.

Shares of households, persons or pairs, weighted. Limits are ours, chosen wide: an adult is 18 or older, a couple is odd
above 30 years apart, a parent-child gap outside 15 to 50. Real data has odd cases too, so every note says the
reference's own share, and the distributions of gaps are compared as a whole. Standard errors leave out one group of
households at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.dataset import Dataset
from censemble.evaluation.comparison.age_gaps import (
    COUPLE_EDGES,
    PARENT_EDGES,
    Pairs,
    couples,
    parents_and_children,
)
from censemble.evaluation.comparison.household_members import ages_of
from censemble.evaluation.comparison.measure import N_GROUPS, Ground, Measure, MetricFacts, View, deletion_error

ADULT_AGE = 18.0  # years
MAX_COUPLE_GAP = 30.0
MIN_PARENT_GAP, MAX_PARENT_GAP = 15.0, 50.0

_WEIGHTLESS = "All of them have the weight 0."

Groups = NDArray[np.int64]

FACTS: tuple[MetricFacts, ...] = (
    MetricFacts("orphans", "Persons without household", "lower", "Share of persons whose household is not there."),
    MetricFacts("empty_households", "Households without persons", "lower", "Share of households that nobody lives in."),
    MetricFacts(
        "size_mismatch",
        "Wrong household sizes",
        "lower",
        "Share of households whose declared size is not the number of their persons.",
    ),
    MetricFacts(
        "no_adult",
        "Households without adult",
        "lower",
        "Share of households, of those whose ages decide it, in which nobody is 18 or older.",
    ),
    MetricFacts(
        "partner_age_gap",
        "Odd couples",
        "lower",
        "Share of couples (head and partner of a household with one head) more than 30 years apart.",
    ),
    MetricFacts(
        "partner_age_gap_tv",
        "Couples' age gaps",
        "lower",
        "Total variation between the table's and the reference's distribution of the absolute age gap of couples, in "
        "bins of 0-1, 2-4, 5-9, 10-14, 15-19, 20-30 and more years.",
    ),
    MetricFacts(
        "parent_child_age_gap",
        "Odd parents",
        "lower",
        "Share of pairs of a head and the head's child in which the head is less than 15 or more than 50 years older.",
    ),
    MetricFacts(
        "parent_child_age_gap_tv",
        "Parents' age gaps",
        "lower",
        "Total variation between the table's and the reference's distribution of the years that heads are older than "
        "their children, in bins of 5 years from 15 to 50.",
    ),
)


@dataclass(frozen=True, eq=False)
class _Cases:
    """Households, persons or pairs, and which of them are odd; or why there are none.

    All arrays have shape (n_cases,); `household` is -1 for an orphan.
    """

    odd: NDArray[np.bool_]
    weights: NDArray[np.float64]
    household: NDArray[np.int64]
    why: str = ""


def measure_household_structure(ground: Ground, view: View) -> list[Measure]:
    """Measure what is wrong inside households.

    Give it one view of a table, of households or of persons: the figures are of the whole table either way.

    Parameters
    ----------
    ground : Ground
        With the reference; where that has no linked households nothing is measured.
    view : View
        Of a linked table; each figure of another one is None and says so.

    Returns
    -------
    list of Measure
        In the order of `FACTS`.
    """
    reference, data = ground.reference.dataset, view.dataset
    if not reference.is_linked:
        return []
    if not data.is_linked:
        return [Measure(f.name, None, note="The table has no households with persons.") for f in FACTS]
    groups = household_groups(view)
    measures = [_share(name, cases, data, reference, groups) for name, cases in _SHARES]
    for name, pairs_of, edges in _GAPS:
        measures.append(_distance(f"{name}_tv", pairs_of(data), pairs_of(reference), groups, edges))
    order = {fact.name: i for i, fact in enumerate(FACTS)}
    return sorted(measures, key=lambda m: order[m.metric])


def household_groups(view: View) -> Groups:
    """Group of each household, and in a last entry that of orphans, for standard errors.

    Parameters
    ----------
    view : View
        Whose groups are of households, or of persons, those of a household alike.

    Returns
    -------
    ndarray of int64, shape (n_households + 1,)
    """
    n, links = view.dataset.n_rows("households"), view.dataset.household_of_person
    groups = np.arange(n + 1) % N_GROUPS
    if view.entity == "households":
        groups[:n] = view.group
    else:
        member = links >= 0
        groups[links[member]] = view.group[member]
    return groups


def _orphans(data: Dataset) -> _Cases:
    return _Cases(data.household_of_person < 0, data.person_weights, data.household_of_person)


def _of_households(data: Dataset, odd: NDArray[np.bool_], among: NDArray[np.bool_], why: str) -> _Cases:
    return _Cases(odd[among], data.household_weights[among], np.flatnonzero(among), why)


def _n_members(data: Dataset, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    links = data.household_of_person[chosen & (data.household_of_person >= 0)]
    return np.bincount(links, minlength=data.n_rows("households"))


def _empty(data: Dataset) -> _Cases:
    n_persons = _n_members(data, np.ones(data.n_rows("persons"), dtype=bool))
    return _of_households(data, n_persons == 0, np.ones(len(n_persons), dtype=bool), "")


def _mismatched(data: Dataset) -> _Cases:
    n_persons = _n_members(data, np.ones(data.n_rows("persons"), dtype=bool))
    sizes = data.declared_sizes if data.declared_sizes is not None else np.full(len(n_persons), np.nan)
    return _of_households(data, sizes != n_persons, np.isfinite(sizes), "The table declares no household sizes.")


def _without_adult(data: Dataset) -> _Cases:
    ages, why = ages_of(data)
    if why:
        return _Cases(np.zeros(0, bool), np.zeros(0), np.zeros(0, np.int64), why)
    n_persons, n_adults = _n_members(data, np.ones(len(ages), dtype=bool)), _n_members(data, ages >= ADULT_AGE)
    n_unknown = _n_members(data, np.isnan(ages))
    decided = (n_adults > 0) | ((n_unknown == 0) & (n_persons > 0))
    return _of_households(data, n_adults == 0, decided, "No household has persons of known age.")


def _odd_couples(data: Dataset) -> _Cases:
    pairs = couples(data)
    return _Cases(pairs.years > MAX_COUPLE_GAP, pairs.weights, pairs.household, pairs.why)


def _odd_parents(data: Dataset) -> _Cases:
    pairs = parents_and_children(data)
    odd = (pairs.years < MIN_PARENT_GAP) | (pairs.years > MAX_PARENT_GAP)
    return _Cases(odd, pairs.weights, pairs.household, pairs.why)


_SHARES: tuple[tuple[str, Callable[[Dataset], _Cases]], ...] = (
    ("orphans", _orphans),
    ("empty_households", _empty),
    ("size_mismatch", _mismatched),
    ("no_adult", _without_adult),
    ("partner_age_gap", _odd_couples),
    ("parent_child_age_gap", _odd_parents),
)
_GAPS: tuple[tuple[str, Callable[[Dataset], Pairs], NDArray[np.float64]], ...] = (
    ("partner_age_gap", couples, COUPLE_EDGES),
    ("parent_child_age_gap", parents_and_children, PARENT_EDGES),
)


def _share(
    name: str, cases_of: Callable[[Dataset], _Cases], data: Dataset, reference: Dataset, groups: Groups
) -> Measure:
    cases, real = cases_of(data), cases_of(reference)
    if not cases.weights.sum() > 0:
        return Measure(name, None, note=_WEIGHTLESS if len(cases.weights) else cases.why)
    counts = _by_group(cases.odd.astype(np.int64), cases.weights, groups[cases.household], n_bins=2)
    note = "The reference has none to compare with."
    if real.weights.sum() > 0:
        note = f"Reference: {real.weights[real.odd].sum() / real.weights.sum():.4f}."
    value = float(counts[:, 1].sum() / counts.sum())
    error = _error(counts, lambda c: float(c[1] / c.sum()))
    return Measure(name, value, error, f"{int(cases.odd.sum()):,} of {len(cases.odd):,}. {note}")


def _distance(name: str, pairs: Pairs, real: Pairs, groups: Groups, edges: NDArray[np.float64]) -> Measure:
    if not pairs.weights.sum() > 0:
        return Measure(name, None, note=_WEIGHTLESS if len(pairs.years) else pairs.why)
    if not real.weights.sum() > 0:
        return Measure(name, None, note=f"In the reference: {real.why}")
    n_bins = len(edges) + 1
    weighed = np.bincount(np.searchsorted(edges, real.years, side="right"), real.weights, n_bins)
    wanted = weighed / weighed.sum()
    bins = np.searchsorted(edges, pairs.years, side="right")
    counts = _by_group(bins, pairs.weights, groups[pairs.household], n_bins=n_bins)

    def distance(found: NDArray[np.float64]) -> float:
        return float(np.abs(found / found.sum() - wanted).sum() / 2)

    note = f"{len(pairs.years):,} pairs, {len(real.years):,} in the reference."
    return Measure(name, distance(counts.sum(axis=0)), _error(counts, distance), note)


def _by_group(
    bins: NDArray[np.int64], weights: NDArray[np.float64], group: NDArray[np.int64], *, n_bins: int
) -> NDArray[np.float64]:
    """Sum weights by group and bin, shape (N_GROUPS, n_bins)."""
    flat: NDArray[np.float64] = np.bincount(group * n_bins + bins, weights, N_GROUPS * n_bins).astype(np.float64)
    return flat.reshape(N_GROUPS, n_bins)


def _error(counts: NDArray[np.float64], figure: Callable[[NDArray[np.float64]], float]) -> float | None:
    """Standard error of a figure of counts; None where one group holds all of them."""
    without = counts.sum(axis=0) - counts
    if not (without.sum(axis=1) > 0).all():
        return None
    return deletion_error(np.array([figure(line) for line in without]))
