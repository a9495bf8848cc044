"""Joint distributions that no table fixes: do the synthetic records still hang together as in the survey?

For every pair of attributes that no margin counts together, the two-way table of the synthetic population is
compared with that of the weighted seed sample, as shares p and q over the n cells of the table:

    SRMSE = sqrt(mean (p - q)^2) / mean q = sqrt(n sum (p - q)^2)      total variation = sum |p - q| / 2

SRMSE as in Müller and Axhausen (2011) and Kim and Bansal (2023). The noise floor is the same figure for a fresh
resample from the weighted seed sample, of as many records: even perfect work differs by about that much.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.margins import Margin
from censemble.pool import Pool
from censemble.schema import Attribute, Entity, Schema

RESAMPLE_KEY = 20  # spawn key of the noise floor's random stream, so that `verify` can draw it again


@dataclass(frozen=True)
class JointFigure:
    """Two attributes, and how far their joint table is from the survey's.

    Parameters
    ----------
    entity : {"households", "persons"}
        What the table counts; persons when one of the two is a person attribute.
    first, second : str
    n_cells : int
    srmse, total_variation : float, >= 0
        Synthetic population against the weighted seed sample.
    srmse_noise, total_variation_noise : float, >= 0
        Resample of the same size against the weighted seed sample.
    """

    entity: Entity
    first: str
    second: str
    n_cells: int
    srmse: float
    total_variation: float
    srmse_noise: float
    total_variation_noise: float


@dataclass(frozen=True, eq=False)
class CodedAttribute:
    """An attribute as small integers: -1 is missing, `columns` are those that margins know it by."""

    name: str
    entity: Entity
    codes: NDArray[np.int64]
    n_codes: int
    columns: frozenset[str]


def resample_rng(random_seed: int) -> np.random.Generator:
    """Random stream of the noise floor, apart from every other stream of a run.

    Examples
    --------
    >>> int(resample_rng(1).integers(100)) == int(resample_rng(1).integers(100))
    True
    """
    return np.random.default_rng(np.random.SeedSequence(random_seed, spawn_key=(RESAMPLE_KEY,)))


def joint_fidelity(
    pool: Pool,
    record_counts: NDArray[np.integer],
    schema: Schema,
    *,
    margins: Sequence[Margin],
    rng: np.random.Generator,
    reference: Pool,
) -> list[JointFigure]:
    """Compare all two-way tables that no margin constrains jointly with those of the survey.

    Not a measure of fit to the tables, and no proof of truth: the survey itself is a small sample, and where the
    tables move a population away from it, the joint tables move with them.

    Parameters
    ----------
    pool : Pool
        Candidate records.
    record_counts : ndarray of shape (n_records,), >= 0
        Copies of each record in the synthetic population, all zones.
    schema : Schema
        Without coded attributes, those are derived from the margins: see `coded_attributes`.
    margins : sequence of Margin
        Say which pairs are constrained jointly, and are therefore left out.
    rng : numpy.random.Generator
        Draws the resample; `resample_rng` makes the one that verification expects.
    reference : Pool
        The seed sample, with its design weights; `pool` itself where that is what was proposed.

    Returns
    -------
    list of JointFigure
        By entity and order of declaration; empty for an empty population.
    """
    n_records = int(record_counts.sum())
    if n_records == 0:
        return []
    resample = rng.multinomial(n_records, reference.prior_weights / reference.prior_weights.sum())
    sources = [(pool, record_counts), (reference, reference.prior_weights), (reference, resample)]
    known = coded_attributes(reference, schema, margins)
    made = known if pool is reference else coded_attributes(pool, schema, margins)
    figures = []
    for first, second in combinations(range(len(known)), 2):
        pair = (known[first], known[second])
        if (pair[0].columns & pair[1].columns and pair[0].entity == pair[1].entity) or _is_fixed(*pair, margins):
            continue
        entity: Entity = "persons" if "persons" in (pair[0].entity, pair[1].entity) else "households"
        pairs = [(made[first], made[second]), pair, pair]
        tables = [_table(p, *s, entity) for p, s in zip(pairs, sources, strict=True)]
        figures += _compare(*pair, tables, entity)
    return figures


def _table(
    pair: tuple[CodedAttribute, CodedAttribute], pool: Pool, per_record: NDArray[Any], entity: Entity
) -> NDArray[np.float64]:
    """Weighted two-way table, flattened; whoever lacks a value is in no cell."""
    of_person = pool.record_of_person
    weights = per_record[of_person] if entity == "persons" else per_record
    codes = [a.codes[of_person] if a.entity != entity else a.codes for a in pair]
    known = (codes[0] >= 0) & (codes[1] >= 0)
    cell = codes[0][known] * pair[1].n_codes + codes[1][known]
    counts = np.bincount(cell, weights=weights[known], minlength=pair[0].n_codes * pair[1].n_codes)
    return counts.astype(np.float64)


def coded_attributes(pool: Pool, schema: Schema, margins: Sequence[Margin]) -> list[CodedAttribute]:
    """Attributes with a finite number of codes: households' first.

    Declared ones with categories or bins; if there are none, every margin with at least two cells that exclude
    each other becomes an attribute, whose last code is "in none of the cells" where that occurs.
    """
    declared = [a for a in (*schema.of("households"), *schema.of("persons")) if a.n_codes >= 2]
    if declared:
        return [_declared(pool, a) for a in declared]
    derived: dict[tuple[str, frozenset[str]], CodedAttribute] = {}
    for margin in sorted(margins, key=lambda m: m.entity):
        attribute = _derived(pool, margin) if len(margin.cells) >= 2 else None
        if attribute is not None and attribute.n_codes >= 2:
            derived.setdefault((attribute.entity, attribute.columns), attribute)
    return list(derived.values())


def _declared(pool: Pool, attribute: Attribute) -> CodedAttribute:
    values = (pool.households if attribute.entity == "households" else pool.persons)[attribute.name]
    if attribute.kind == "numeric":
        codes = np.searchsorted(np.array(attribute.bins), values, side="right") - 1
        codes = np.where(codes < attribute.n_codes, codes, -1)  # NaN sorts beyond the last edge
    else:
        codes = np.asarray(values).astype(np.int64)
    return CodedAttribute(attribute.name, attribute.entity, codes, attribute.n_codes, frozenset([attribute.name]))


def _derived(pool: Pool, margin: Margin) -> CodedAttribute | None:
    """Cells of a margin as codes; None where cells overlap."""
    columns = pool.households if margin.entity == "households" else pool.persons
    inside = np.stack([np.asarray(c.where.evaluate(columns), dtype=bool) for c in margin.cells])
    hits = inside.sum(axis=0)
    if (hits > 1).any():
        return None
    codes = np.where(hits == 1, inside.argmax(axis=0), len(inside)).astype(np.int64)
    names = frozenset[str]().union(*(c.where.columns for c in margin.cells))
    return CodedAttribute(margin.name, margin.entity, codes, int(codes.max(initial=0)) + 1, names)


def _is_fixed(first: CodedAttribute, second: CodedAttribute, margins: Sequence[Margin]) -> bool:
    """Whether a cell of some margin names both attributes."""
    both = first.columns | second.columns
    entities = {first.entity, second.entity}
    return any(m.entity in entities and both <= c.where.columns for m in margins for c in m.cells)


def _compare(
    first: CodedAttribute, second: CodedAttribute, tables: list[NDArray[np.float64]], entity: Entity
) -> list[JointFigure]:
    """One figure, or none where no record has both values."""
    n = first.n_codes * second.n_codes
    if min(float(t.sum()) for t in tables) <= 0:
        return []
    synthetic, reference, noise = (t / t.sum() for t in tables)
    return [
        JointFigure(
            entity=entity,
            first=first.name,
            second=second.name,
            n_cells=n,
            srmse=math.sqrt(n * float(((synthetic - reference) ** 2).sum())),
            total_variation=float(np.abs(synthetic - reference).sum()) / 2,
            srmse_noise=math.sqrt(n * float(((noise - reference) ** 2).sum())),
            total_variation_noise=float(np.abs(noise - reference).sum()) / 2,
        )
    ]
