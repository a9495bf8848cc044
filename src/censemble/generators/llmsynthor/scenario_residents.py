"""The population that a scenario changes, as codes with zones; and which of its rows a change means."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.change_tables import level_of
from censemble.changes import Change, codes_of, places
from censemble.coding import coding_of, quantile_edges
from censemble.geography import Geography
from censemble.population import Population
from censemble.schema import Attribute, Entity, Schema

Bool = NDArray[np.bool_]
Int = NDArray[np.int64]
Columns = dict[str, NDArray[Any]]
N_BINS = 8  # of a numeric attribute, where only its ties to others are measured


@dataclass(frozen=True, eq=False)
class Residents:
    """Households, or persons, of a synthetic population.

    Parameters
    ----------
    entity : {"households", "persons"}
    attributes : tuple of Attribute
        Their own, and for persons after them those of their household that have another name.
    columns : dict of str to ndarray of shape (n,)
        Codes (-1 missing) or numbers (NaN missing).
    zone : ndarray of int64, shape (n,)
    household : ndarray of int64, shape (n,)
        Row of the household; of households and of persons without any their own row.
    """

    entity: Entity
    attributes: tuple[Attribute, ...]
    columns: Columns
    zone: Int
    household: Int

    def __len__(self) -> int:
        return len(self.zone)

    def attribute(self, name: str) -> Attribute:
        """One attribute by its name."""
        return next(a for a in self.attributes if a.name == name)


def residents_of(
    population: Population, schema: Schema, geography: Geography, *, record_entity: Entity
) -> dict[Entity, Residents]:
    """See a population as codes.

    Parameters
    ----------
    population : Population
        As a run makes it.
    schema : Schema
        Its attributes.
    geography : Geography
        Its zones.
    record_entity : {"households", "persons"}
        What a record is.

    Returns
    -------
    dict of Entity to Residents
        "households" first; only what there is.
    """
    level = geography.levels[-1]
    if record_entity == "persons":
        table = population.persons
        zone = places(table[level], geography.zones)
        return {"persons": _residents("persons", schema.of("persons"), table, zone, np.arange(table.num_rows))}
    table, people = population.households, population.persons
    zone = places(table[level], geography.zones)
    homes = _residents("households", schema.of("households"), table, zone, np.arange(table.num_rows))
    if not people.num_rows:
        return {"households": homes}
    row = np.searchsorted(table["household_id"].to_numpy(), people["household_id"].to_numpy())
    persons = _residents("persons", schema.of("persons"), people, zone[row], row)
    theirs = {a.name for a in persons.attributes}
    shared = tuple(a for a in homes.attributes if a.name not in theirs)
    columns = persons.columns | {a.name: homes.columns[a.name][row] for a in shared}
    return {"households": homes, "persons": Residents("persons", persons.attributes + shared, columns, zone[row], row)}


def _residents(
    entity: Entity, attributes: tuple[Attribute, ...], table: pa.Table, zone: Int, household: Int
) -> Residents:
    columns = {a.name: codes_of(a, table[a.name]) for a in attributes}
    return Residents(entity, attributes, columns, zone, np.asarray(household, dtype=np.int64))


def inside(change: Change, name: str, residents: Residents) -> Bool:
    """Which rows a change means as far as one attribute says; a missing value is never meant."""
    attribute, values, column = residents.attribute(name), change.where[name], residents.columns[name]
    if attribute.kind == "numeric":
        low, high = range_of(values)
        return np.asarray((column >= low) & (column < high + 1))
    return np.isin(column, [attribute.categories.index(str(v)) for v in values])


def there_of(change: Change, residents: Residents, geography: Geography) -> dict[str, int]:
    """How many records that a change means each unit has: of the level of its units, or of the outermost."""
    k = geography.level_index(level_of(change, geography))
    meant = np.logical_and.reduce([inside(change, name, residents) for name in change.where])
    counts = np.bincount(geography.unit_of_zone[k][residents.zone[meant]], minlength=len(geography.units[k]))
    return {unit: int(n) for unit, n in zip(geography.units[k], counts, strict=True)}


def range_of(values: tuple[Any, ...]) -> tuple[int, int]:
    """The two ends of a range of numbers."""
    return int(values[0]), int(values[1])


def zones_of(change: Change, geography: Geography) -> Bool:
    """Which zones a change names; all of them where it names none."""
    if not change.units:
        return np.ones(geography.n_zones, dtype=bool)
    k = geography.level_index(change.level)
    named = [i for i, unit in enumerate(geography.units[k]) if unit in set(change.units)]
    return np.isin(geography.unit_of_zone[k], named)


def ties(residents: Residents, name: str) -> float:
    """How much an attribute says about all others: mutual information in nats, less what chance gives, summed."""
    coded = {a.name: binned(a, residents.columns[a.name]) for a in residents.attributes}
    return sum(_information(coded[name], other) for key, other in coded.items() if key != name)


def binned(attribute: Attribute, column: NDArray[Any]) -> Int:
    """Codes from 0, numbers in bins, missing values in a code of their own."""
    edges = attribute.bins or (
        quantile_edges(column, np.ones(len(column)), N_BINS) if attribute.kind == "numeric" else ()
    )
    return coding_of(attribute, edges).codes(column).astype(np.int64)


def _information(first: Int, second: Int) -> float:
    """Mutual information less its bias (Miller 1955); never below 0."""
    n, width = len(first), int(second.max(initial=0)) + 1
    cells, counts = np.unique(first * width + second, return_counts=True)
    rows, columns = np.bincount(first), np.bincount(second)
    found = float((counts / n * np.log(counts * n / (rows[cells // width] * columns[cells % width]))).sum())
    bias = ((rows > 0).sum() - 1) * ((columns > 0).sum() - 1) / (2 * n)
    return max(0.0, found - float(bias))


def ends_of(residents: Mapping[Entity, Residents]) -> dict[tuple[Entity, str], tuple[int, int]]:
    """Lowest and highest whole number of each numeric attribute in a population.

    Bins may be open sentinels (0 to 120 years, to 10 million); what lives there says what is usual.
    """
    found = {}
    for entity, of in residents.items():
        for a in of.attributes:
            known = of.columns[a.name][~np.isnan(of.columns[a.name])] if a.kind == "numeric" else np.zeros(0)
            if len(known):
                found[entity, a.name] = math.floor(known.min()), math.floor(known.max())
    return found
