"""What a scenario moved and what it did not: facts of scenario.json.

Three populations are counted alike: without the scenario, with it, and without it once more with another random seed.
What differs between the first and the third is chance: an attribute moved if it differs by more than three times that.
One that no change names must also differ by more than two random samples would: one pair of runs says little of chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.changes import Changes, codes_of, places
from censemble.coding import Coding, coding_of, quantile_edges
from censemble.geography import Geography
from censemble.population import Population
from censemble.schema import Attribute, Entity, Schema

Int = NDArray[np.int64]
Three = tuple[Any, Any, Any]  # without, with, again
BEYOND_NOISE = 3.0
MOST_PAIRS = 8
MOST_LABELS = 200  # of an attribute in a pair
N_BINS = 10  # of a numeric attribute that declares none


@dataclass(frozen=True, eq=False)
class _Counted:
    """One attribute coded in three populations; codes that nobody has are left out."""

    attribute: Attribute
    labels: tuple[str, ...]
    codes: tuple[Int, Int, Int]

    @property
    def counts(self) -> tuple[Int, Int, Int]:
        a, b, c = (np.bincount(codes, minlength=len(self.labels)) for codes in self.codes)
        return a, b, c


def scenario_facts(
    changes: Changes,
    populations: tuple[Population, Population, Population],
    *,
    schema: Schema,
    geography: Geography,
    project: str,
    random_seed: int,
) -> dict[str, Any]:
    """Compare a population with a scenario to one without.

    Parameters
    ----------
    changes : Changes
        What the scenario changed.
    populations : tuple of three Population
        Without the scenario, with it, and without it with another random seed.
    schema : Schema
        Attributes to count.
    geography : Geography
        Units to count in.
    project : str
        Its name.
    random_seed : int
        Of the first two.

    Returns
    -------
    dict
        JSON; counts are whole numbers, `total_variation` and `noise` shares 0..1. Keys: see docs/scenarios.md.
    """
    said = changes.facts()
    named = {(c.of, name) for c in changes.changes for name in c.where}
    entities: list[Entity] = [e for e in ("households", "persons") if _table(populations[0], e).num_columns]
    counted = {e: _counted(schema.of(e), [_table(p, e) for p in populations]) for e in entities}
    return {
        "format": "censemble-scenario/1",
        "scenario": said["text"],
        "project": project,
        "random_seed": random_seed,
        "changes": said["changes"],
        "refused": said["refused"],
        "notes": said["notes"],
        "totals": {
            e: {"without": _table(populations[0], e).num_rows, "with": _table(populations[1], e).num_rows}
            for e in entities
        },
        "attributes": [_attribute(e, one, (e, one.attribute.name) in named) for e in entities for one in counted[e]],
        "pairs": _pairs(counted),
        "zones": _zones(populations, entities[0], geography),
    }


def _table(population: Population, entity: Entity) -> pa.Table:
    return population.households if entity == "households" else population.persons


def _counted(attributes: Sequence[Attribute], tables: Sequence[pa.Table]) -> list[_Counted]:
    return [_code(a, tables) for a in attributes]


def _code(attribute: Attribute, tables: Sequence[pa.Table]) -> _Counted:
    columns = [codes_of(attribute, table[attribute.name]) for table in tables]
    coding = _coding(attribute, columns[0])
    codes = [coding.codes(column).astype(np.int64) for column in columns]
    used = np.zeros(coding.n_codes, dtype=bool)
    used[: coding.missing] = True
    for one in codes:
        used |= np.bincount(one, minlength=coding.n_codes) > 0
    place = np.cumsum(used) - 1
    labels = tuple(label for label, is_used in zip(coding.labels, used, strict=True) if is_used)
    return _Counted(attribute, labels, (place[codes[0]], place[codes[1]], place[codes[2]]))


def _coding(attribute: Attribute, column: NDArray[Any]) -> Coding:
    numeric = attribute.kind == "numeric"
    edges = quantile_edges(column, np.ones(len(column)), N_BINS) if numeric and not attribute.bins else ()
    return coding_of(attribute, edges)


def total_variation(first: NDArray[Any], second: NDArray[Any]) -> float:
    """Half the sum of the differences between two distributions, 0..1; 0 where either counts nobody.

    Examples
    --------
    >>> total_variation(np.array([5, 5]), np.array([9, 3]))
    0.25
    """
    if not first.sum() or not second.sum():
        return 0.0
    return float(np.abs(first / first.sum() - second / second.sum()).sum() / 2)


def sampling_noise(first: NDArray[Any], second: NDArray[Any]) -> float:
    """Expected total variation of two random samples from what both counts are together, 0..1.

    Each share differs by a normal deviation of variance p (1 - p) (1/n + 1/m); half the sum of the expected sizes.

    Examples
    --------
    >>> round(sampling_noise(np.array([500, 500]), np.array([500, 500])), 4)
    0.0178
    """
    n, m = int(first.sum()), int(second.sum())
    if not n or not m:
        return 0.0
    share = (first + second) / (n + m)
    return float(np.sqrt(2 / np.pi * share * (1 - share) * (1 / n + 1 / m)).sum() / 2)


def _attribute(entity: Entity, one: _Counted, named: bool) -> dict[str, Any]:
    without, with_, again = one.counts
    variation, noise = total_variation(without, with_), total_variation(without, again)
    return {
        "entity": entity,
        "attribute": one.attribute.name,
        "labels": list(one.labels),
        "without": without.tolist(),
        "with": with_.tolist(),
        "again": again.tolist(),
        "total_variation": variation,
        "noise": noise,
        "moved": variation > max(BEYOND_NOISE * noise, 0.0 if named else sampling_noise(without, with_)),
        "named": named,
    }


def _pairs(counted: Mapping[Entity, Sequence[_Counted]]) -> list[dict[str, Any]]:
    """The pairs that moved most beyond what chance moves."""
    found: list[tuple[float, dict[str, Any]]] = []
    for entity, attributes in counted.items():
        small = [one for one in attributes if 1 < len(one.labels) <= MOST_LABELS]
        for first, second in combinations(small, 2):
            without, with_, again = _joint(first, second)
            beyond = total_variation(without, with_) - total_variation(without, again)
            if beyond > 0:
                fact = {
                    "entity": entity,
                    "first": first.attribute.name,
                    "second": second.attribute.name,
                    "rows": list(first.labels),
                    "columns": list(second.labels),
                    "without": without.tolist(),
                    "with": with_.tolist(),
                }
                found = sorted([*found, (beyond, fact)], key=lambda item: -item[0])[:MOST_PAIRS]
    return [fact for _, fact in found]


def _joint(first: _Counted, second: _Counted) -> Three:
    shape = (len(first.labels), len(second.labels))
    without, with_, again = (
        np.bincount(a * shape[1] + b, minlength=shape[0] * shape[1]).reshape(shape)
        for a, b in zip(first.codes, second.codes, strict=True)
    )
    return without, with_, again


def _zones(populations: Sequence[Population], entity: Entity, geography: Geography) -> list[dict[str, Any]]:
    """Records of each unit, of every level that has several."""
    rows = []
    for level, units in zip(geography.levels, geography.units, strict=True):
        if len(units) < 2:
            continue
        without, with_ = (
            np.bincount(places(_table(p, entity)[level], units), minlength=len(units)) for p in populations[:2]
        )
        rows += [
            {"level": level, "unit": unit, "without": int(a), "with": int(b)}
            for unit, a, b in zip(units, without, with_, strict=True)
        ]
    return rows
