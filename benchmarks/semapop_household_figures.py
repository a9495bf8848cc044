"""Figures of one population of the demonstration: tables, joints, households that differ, ages, effective sizes.

Joints are held against the survey raked to the tables of the whole area, which is as much as survey and tables
together say; two attributes that a table counts together are left out, and so are an attribute and itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from household_ages import ROLES, TOO_YOUNG, gaps_of, points_of
from numpy.typing import NDArray

from censemble.dataset import dataset_of_pool
from censemble.evaluation.joints import joint_fidelity, resample_rng
from censemble.generators.protocol import Generator
from censemble.generators.semapop.lesson_making import target_weights
from censemble.inputs import Inputs
from censemble.pipeline import Made
from censemble.pool import Pool, take_records
from censemble.proposal import region_weights
from censemble.rules import tally, violating_records
from censemble.schema import Entity

N_WITHOUT_RULES = 5000
MISSING = -(10.0**9)
Keys = list[tuple[int, ...]]


def raked_survey(inputs: Inputs) -> Pool:
    """The survey with weights that meet the tables of all zones together, as well as they can."""
    assert inputs.seed_sample is not None
    weights = target_weights(inputs.seed_sample, inputs.margins, region_weights)
    return replace(inputs.seed_sample, prior_weights=np.maximum(weights, 1e-12))


def figures_of(made: Made, inputs: Inputs, raked: Pool) -> dict[str, Any]:
    """All figures of a population that was made."""
    facts, pool = made.run.facts, made.evidence.pool
    survey = inputs.seed_sample
    assert survey is not None
    copies = copies_of(made)
    return {
        "households": facts["diversity"]["n_households"],
        "persons": facts["diversity"]["n_persons"],
        "levels": {row["level"]: _level(row) for row in facts["levels"] if row["level"] == row["tables_of"]},
        "sums_inside_moe": {r["level"]: r["share_inside_moe"] for r in facts["levels"] if r["level"] != r["tables_of"]},
        "joints": joints_of(pool, copies, inputs, raked),
        "diversity": _diversity(facts["diversity"]) | sameness(pool, copies, survey),
        "ages": ages_of(_population(pool, copies), inputs),
        "generator": {k: made.run.manifest["generator"].get(k) for k in ("proposed", "drawn", "refused")},
        "status": facts["reproduce"]["calibration"]["status"],
        "relaxed_cells": len(facts["relaxations"]),
        "notes": list(made.run.manifest["notes"]),
    }


def copies_of(made: Made) -> NDArray[np.int64]:
    """How often each record of the pool stands in the population, shape (n_records,)."""
    ids = made.evidence.pool.household_ids.to_pylist()
    place = {name: i for i, name in enumerate(ids)}
    used = made.run.households["source_household"].to_pylist()
    return np.bincount([place[name] for name in used], minlength=len(ids))


def _population(pool: Pool, copies: NDArray[np.int64]) -> Pool:
    """The records that are used, each weighing as often as it is."""
    used = np.flatnonzero(copies)
    return replace(take_records(pool, used), prior_weights=copies[used].astype(float))


def _level(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("tae", "sum_target", "share_inside_moe", "n_cells")}


def _diversity(found: Mapping[str, Any]) -> dict[str, Any]:
    names = ("n_records", "n_used", "largest_reuse", "ess_design", "ess_calibrated", "ess_counts")
    return {name: found[name] for name in names}


def joints_of(pool: Pool, copies: NDArray[np.int64], inputs: Inputs, raked: Pool) -> dict[str, dict[str, float]]:
    """Means over two-way tables that no table names: of household attributes, of persons', and all."""
    found = joint_fidelity(
        pool,
        copies,
        inputs.schema,
        margins=inputs.margins,
        rng=resample_rng(inputs.settings.random_seed),
        reference=raked,
    )
    groups = {"all": found, **{e: [j for j in found if j.entity == e] for e in ("households", "persons")}}
    return {
        name: {
            "pairs": len(pairs),
            "srmse": float(np.mean([j.srmse for j in pairs])),
            "srmse_noise": float(np.mean([j.srmse_noise for j in pairs])),
            "total_variation": float(np.mean([j.total_variation for j in pairs])),
        }
        for name, pairs in groups.items()
    }


def sameness(pool: Pool, copies: NDArray[np.int64], survey: Pool) -> dict[str, float]:
    """Households that differ in anything, whatever the order of persons, and the share that are a survey household."""
    made, real = keys_of(pool, survey)
    known, used = set(real), np.flatnonzero(copies)
    taken = np.array([made[i] in known for i in used])
    counts: dict[tuple[int, ...], int] = {}
    for i in used:
        counts[made[i]] = counts.get(made[i], 0) + int(copies[i])
    return {
        "distinct": len(counts),
        "most_copies": max(counts.values()),
        "share_of_survey": float(copies[used][taken].sum() / copies.sum()),
    }


def keys_of(*pools: Pool) -> list[Keys]:
    """Of each household a key that two households share only if nothing tells them apart."""
    households, persons = _row_numbers(pools, "households"), _row_numbers(pools, "persons")
    found = []
    for pool, own, members in zip(pools, households, persons, strict=True):
        inside = np.split(members, pool.offsets[1:-1])
        found.append([(int(row), *sorted(rows.tolist())) for row, rows in zip(own, inside, strict=True)])
    return found


def _row_numbers(pools: tuple[Pool, ...], entity: Entity) -> list[NDArray[np.int64]]:
    """Rows of one entity as numbers, alike for alike rows of all pools."""
    columns = [getattr(pool, entity) for pool in pools]
    names = [name for name in columns[0] if all(name in c for c in columns)]
    stacked = np.concatenate([np.stack([c[name].astype(float) for name in names], axis=1) for c in columns])
    numbers = np.unique(np.nan_to_num(stacked, nan=MISSING), axis=0, return_inverse=True)[1].ravel()
    return np.split(numbers, np.cumsum([len(next(iter(c.values()))) for c in columns])[:-1])


def ages_of(pool: Pool, inputs: Inputs) -> dict[str, Any]:
    """Ages inside households, as household_ages.py has them."""
    partner = gaps_of(pool, inputs.schema, ROLES.partner, 1)
    child = gaps_of(pool, inputs.schema, ROLES.child, -1)
    young = float(np.average(child[0] < TOO_YOUNG, weights=child[1]))
    return {"partner": points_of(*partner), "child": points_of(*child), "young": young}


def without_rules(fitted: Generator, inputs: Inputs) -> dict[str, Any]:
    """Share of the records that break each rule, of those that a generator draws or of the survey itself."""
    survey, rng = inputs.seed_sample, np.random.default_rng(11)
    assert survey is not None
    pool = survey if inputs.generator.kind == "seed_sample" else fitted.sample(N_WITHOUT_RULES, rng)
    data = dataset_of_pool(pool, inputs.schema, name=inputs.generator.kind)
    by_rule = {t.rule.name: t.n_broken / t.n_rows for t in tally(inputs.rules, data) if t.n_broken}
    return {"any": float(violating_records(inputs.rules, data).mean()), "by_rule": by_rule}
