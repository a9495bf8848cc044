"""Which records a scenario's changes take away and add, drawn from a population without the scenario.

Taken away is who is there. Added are copies of who is there: first of records that the change means, where it means
them; where these are too few, of records like them, of which some attributes are set to what the change says (first the
place, then the attribute that is least tied to the others). A "fewer" followed by a "more" of the same number is a
conversion: the same records, changed in what the second names and in what only such records have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.changes import Change
from censemble.generators.llmsynthor.scenario_residents import (
    Bool,
    Columns,
    Int,
    Residents,
    inside,
    range_of,
    ties,
    zones_of,
)
from censemble.geography import Geography
from censemble.schema import Attribute

ENOUGH = 50  # records of which copies are varied enough
MOST_DONORS = 2_000  # looked at for each conversion
BLOCK = 500  # rows compared with all donors at a time


@dataclass(frozen=True, eq=False)
class Drawn:
    """Records of one change.

    Parameters
    ----------
    change : Change
        With the number that was drawn.
    rows : ndarray of int64, shape (n,)
        Residents that these are, or are copies of.
    columns : dict of str to ndarray of shape (n,)
    zone : ndarray of int64, shape (n,)
    altered : tuple of str
        Attributes that were set to what the change says, where the residents have others.
    """

    change: Change
    rows: Int
    columns: Columns
    zone: Int
    altered: tuple[str, ...] = ()

    def keep(self, rows: Int) -> Drawn:
        """Some of the records only, possibly several times."""
        columns = {name: values[rows] for name, values in self.columns.items()}
        change = replace(self.change, records=len(rows))
        return Drawn(change, self.rows[rows], columns, self.zone[rows], self.altered)


def draw_fewer(
    change: Change,
    residents: Residents,
    *,
    left: Bool,
    geography: Geography,
    rng: np.random.Generator,
    into: Change | None,
) -> Drawn:
    """Take records away, as many as there are; for a conversion first those that fit what they become.

    Parameters
    ----------
    change : Change
        Of kind "fewer".
    residents : Residents
        Who is there.
    left : ndarray of bool, shape (n,)
        Residents that no other change has taken.
    geography : Geography
        Where the change's units are.
    rng : numpy.random.Generator
        Chooses among those that fit alike.
    into : Change or None
        What they become.
    """
    meant = left & zones_of(change, geography)[residents.zone]
    for name in change.where:
        meant &= inside(change, name, residents)
    candidates = rng.permutation(np.flatnonzero(meant))
    fits = np.zeros(len(candidates))
    for name in into.where if into else {}:
        if into and name not in change.where:
            fits += inside(into, name, residents)[candidates]
    rows = np.sort(candidates[np.argsort(-fits, kind="stable")][: change.records])
    return _taken(replace(change, records=len(rows)), residents, rows)


def _taken(change: Change, residents: Residents, rows: Int) -> Drawn:
    return Drawn(change, rows, {n: c[rows] for n, c in residents.columns.items()}, residents.zone[rows])


def draw_more(change: Change, residents: Residents, *, geography: Geography, rng: np.random.Generator) -> Drawn:
    """Add copies of residents that the change means, or of those most like them.

    Parameters
    ----------
    change : Change
        Of kind "more".
    residents : Residents
        At least one.
    geography : Geography
        Where the change's units are.
    rng : numpy.random.Generator
        Chooses copies, values and places.
    """
    donors, stays, altered = _donors(change, residents, zones_of(change, geography), change.records)
    times, rest = divmod(change.records, len(donors))
    rows = np.sort(np.concatenate([np.repeat(donors, times), rng.choice(donors, rest, replace=False)]))
    drawn = _taken(change, residents, rows)
    columns = dict(drawn.columns)
    for name in altered:
        columns[name] = _set(change, name, residents, rows, rng)
    zone = drawn.zone if stays else _placed(change, residents, geography, len(rows), rng)
    return replace(drawn, columns=columns, zone=zone, altered=altered)


def _donors(change: Change, residents: Residents, zones: Bool, n: int) -> tuple[Int, bool, tuple[str, ...]]:
    """Who is copied, whether they stay in their zones, and which attributes are set."""
    held = {name: inside(change, name, residents) for name in change.where}
    everybody = np.ones(len(residents), dtype=bool)
    here, need = zones[residents.zone], min(n, ENOUGH)
    meant = np.logical_and.reduce([everybody, *held.values()])
    if (meant & here).sum() >= need:
        return np.flatnonzero(meant & here), True, ()
    dropped: list[str] = []
    for name in sorted(held, key=lambda name: ties(residents, name)):
        if meant.sum() >= need:
            break
        dropped.append(name)
        meant = np.logical_and.reduce([everybody, *(held[k] for k in held if k not in dropped)])
    return np.flatnonzero(meant), not change.units, tuple(dropped)


def _set(change: Change, name: str, residents: Residents, rows: Int, rng: np.random.Generator) -> NDArray[Any]:
    """Values of one attribute: a row's own where they are meant, else as others have it, else any that is meant."""
    held = inside(change, name, residents)
    values = residents.columns[name][rows].copy()
    wrong = np.flatnonzero(~held[rows])
    usual = residents.columns[name][held]
    values[wrong] = (
        rng.choice(usual, len(wrong)) if len(usual) else _any_meant(change, residents.attribute(name), len(wrong), rng)
    )
    return values


def _any_meant(change: Change, attribute: Attribute, n: int, rng: np.random.Generator) -> NDArray[Any]:
    values = change.where[attribute.name]
    if attribute.kind == "numeric":
        low, high = range_of(values)
        return rng.integers(low, high + 1, n).astype(np.float64)
    return rng.choice([attribute.categories.index(str(v)) for v in values], n)


def _placed(change: Change, residents: Residents, geography: Geography, n: int, rng: np.random.Generator) -> Int:
    """Zones among those named, by how many such records live there; by all that live there where none do."""
    zones = np.flatnonzero(zones_of(change, geography))
    such = np.logical_and.reduce([np.ones(len(residents), bool), *(inside(change, k, residents) for k in change.where)])
    for who in (residents.zone[such], residents.zone):
        lives = np.bincount(who, minlength=geography.n_zones)[zones]
        if lives.sum():
            return np.sort(rng.choice(zones, n, p=lives / lives.sum()))
    return np.sort(rng.choice(zones, n))


def draw_converted(
    change: Change, taken: Drawn, residents: Residents, *, geography: Geography, rng: np.random.Generator
) -> Drawn:
    """Change the records that another change takes away: what the change names, and what such records alone have.

    Each becomes like the resident that the change means and that has most in common with it.

    Parameters
    ----------
    change : Change
        Of kind "more".
    taken : Drawn
        At least one record.
    residents : Residents
        That it is drawn from.
    geography : Geography
        Where the change's units are.
    rng : numpy.random.Generator
        Chooses among those that are alike.
    """
    anywhere = np.ones(geography.n_zones, dtype=bool)
    donors, _, dropped = _donors(replace(change, units=()), residents, anywhere, ENOUGH)
    donors = np.sort(rng.permutation(donors)[:MOST_DONORS])
    nearest = donors[_nearest(taken, donors, residents, set(change.where), rng)]
    columns = dict(taken.columns)
    for a in residents.attributes:
        if a.entity != residents.entity:
            continue  # the household stays as it is
        own, others = columns[a.name], residents.columns[a.name][nearest]
        if a.name in change.where:
            others = _set(change, a.name, residents, nearest, rng) if a.name in dropped else others
            become = ~inside(change, a.name, residents)[taken.rows]
        else:
            become = _missing(a, own) != _missing(a, others)
        columns[a.name] = np.where(become, others, own)
    zone = _placed(change, residents, geography, len(taken.rows), rng) if change.units else taken.zone
    made = replace(change, records=len(taken.rows), converts=taken.change.id)
    return Drawn(made, taken.rows, columns, zone, tuple(change.where))


def _nearest(taken: Drawn, donors: Int, residents: Residents, named: set[str], rng: np.random.Generator) -> Int:
    """For each record the donor that is equal to it in most attributes that both have; ties by chance."""
    compared = [a for a in residents.attributes if a.name not in named]
    chance = rng.random((1, len(donors))) / 2
    found = []
    for start in range(0, len(taken.rows), BLOCK):
        alike = np.repeat(chance, min(BLOCK, len(taken.rows) - start), axis=0)
        for a in compared:
            own, others = taken.columns[a.name][start : start + BLOCK, None], residents.columns[a.name][donors][None, :]
            alike += _close(a, own, others)
        found.append(alike.argmax(axis=1))
    return np.concatenate(found)


def _close(attribute: Attribute, first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.float64]:
    """1 where equal, less the further apart two numbers are; 0 where either is missing."""
    known = ~_missing(attribute, first) & ~_missing(attribute, second)
    if attribute.kind != "numeric":
        return np.asarray((first == second) & known, dtype=np.float64)
    spread = float(np.nanstd(second)) if np.isfinite(second).any() else 0.0
    with np.errstate(invalid="ignore"):
        apart = np.abs(first - second) / (spread or 1.0)
        return np.where(known, 1.0 / (1.0 + apart), 0.0)


def _missing(attribute: Attribute, values: NDArray[Any]) -> Bool:
    return np.isnan(values) if attribute.kind == "numeric" else values < 0


def conversions_of(changes: Sequence[Change]) -> Mapping[str, Change]:
    """Conversions: each "fewer" with the "more" of the same number that follows it and speaks of the same attribute.

    Examples
    --------
    >>> out = Change("c1", "", "fewer", "persons", 5, {"pet": ("cat",)})
    >>> into = Change("c2", "", "more", "persons", 5, {"pet": ("dog",)})
    >>> conversions_of([out, into])["c1"].id
    'c2'
    """
    found: dict[str, Change] = {}
    for first, second in pairwise(changes):
        same = (first.of, first.records) == (second.of, second.records) and bool(set(first.where) & set(second.where))
        if same and (first.kind, second.kind) == ("fewer", "more"):
            found[first.id] = second
    return found
