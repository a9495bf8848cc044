"""Figures of a result: errors against the controls, joint distributions no control names, diversity.

    SRMSE = sqrt( sum (t - r)^2 / n ) / (sum r / n)

over the n cells of a two-way table, t and r scaled to the same total (Müller and Axhausen 2011).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations, product

import numpy as np
import outcomes
import pandas as pd
from cases import Bands, Case
from numpy.typing import NDArray

Z90_TOLERANCE = 0.5  # whole households cannot come closer to a target than half a household


@dataclass(frozen=True)
class Figures:
    """What is reported of one result."""

    households: int
    persons: int
    persons_written: int
    tae: dict[str, float]
    target_sum: dict[str, float]
    largest_region_error: float | None
    total_errors: float
    share_inside_moe: float | None
    srmse_free: float
    srmse_crossed: float
    effective_sample_size: float
    records_used: int
    largest_reuse: int


def figures(
    case: Case, inputs: outcomes.Inputs, counts: pd.DataFrame, placed: pd.DataFrame, n_persons_written: int
) -> Figures:
    """All figures of one result, from its placements (one row a household: zone, source)."""
    tae, target_sum, inside, region = {}, {}, [], None
    total_errors = 0.0
    for level in inputs.targets:
        target = outcomes.targets_by_unit(inputs, level)
        result = outcomes.results_by_unit(case, inputs, counts, level, placed)[target.columns]
        error = (result - target).abs()
        tae[level], target_sum[level] = float(error.to_numpy().sum()), float(target.to_numpy().sum())
        if level == case.levels[0]:
            region = float(error.to_numpy().max())
        if level == case.zone:
            total_errors = float(error[inputs.total].sum())
            inside = [share_inside_moe(case, inputs, target, result)] if case.moe else []
    reuse = placed.groupby("source").size()
    sampled = reuse.reindex(inputs.households.index, fill_value=0).to_numpy(dtype=float)
    reference = raked(inputs, counts)
    return Figures(
        households=len(placed),
        persons=int(inputs.persons.groupby(level=0).size().reindex(placed["source"]).fillna(0).sum()),
        persons_written=n_persons_written,
        tae=tae,
        target_sum=target_sum,
        largest_region_error=region,
        total_errors=total_errors,
        share_inside_moe=inside[0] if inside else None,
        srmse_free=mean_srmse(inputs, sampled, reference, free_pairs(case)),
        srmse_crossed=mean_srmse(inputs, sampled, reference, crossed_pairs(case)),
        effective_sample_size=float(sampled.sum() ** 2 / (sampled**2).sum()),
        records_used=int((sampled > 0).sum()),
        largest_reuse=int(placed.groupby(["zone", "source"]).size().max()),
    )


def as_json(result: Figures) -> dict[str, object]:
    """Plain values."""
    return asdict(result)


def share_inside_moe(case: Case, inputs: outcomes.Inputs, target: pd.DataFrame, result: pd.DataFrame) -> float:
    """Share of the zone's cells within the 90 % margin of error of their estimates."""
    fields = inputs.controls.set_index("target")["control_field"].reindex(target.columns)
    moes = pd.read_csv(case.moe).set_index(case.zone)[[f"{name[:-1]}M" for name in fields]]
    allowed = np.maximum(moes.reindex(target.index).to_numpy(), Z90_TOLERANCE)
    return float((np.abs(result.to_numpy() - target.to_numpy()) <= allowed).mean())


Pair = tuple[str, Bands, str, Bands]


def free_pairs(case: Case) -> list[Pair]:
    """The rule for the 20 tables: every pair of the five household and of the five person attributes."""
    households = [("households", a, "households", b) for a, b in combinations(case.free_households, 2)]
    return [*households, *(("persons", a, "persons", b) for a, b in combinations(case.free_persons, 2))]


def crossed_pairs(case: Case) -> list[Pair]:
    """Every uncontrolled household attribute with every controlled one."""
    return [("households", a, "households", b) for a, b in product(case.free_households, case.controlled)]


def mean_srmse(
    inputs: outcomes.Inputs, counts: NDArray[np.float64], reference: NDArray[np.float64], pairs: Iterable[Pair]
) -> float:
    """Mean SRMSE over two-way tables of the counts (per seed household) against the reference weights."""
    found = []
    for entity, first, _, second in pairs:
        table = getattr(inputs, entity)
        rows = inputs.households.index.get_indexer(table.index)
        codes = codes_of(table, first) * 1000 + codes_of(table, second)
        found.append(srmse(codes, counts[rows], reference[rows]))
    return float(np.mean(found))


def codes_of(table: pd.DataFrame, bands: Bands) -> NDArray[np.int64]:
    """Small integers for the values of a column, or for its bands; missing is a value of its own."""
    values = pd.to_numeric(table[bands.column], errors="coerce")
    if bands.edges:
        cut = np.searchsorted(np.asarray(bands.edges), values.to_numpy(), side="right")
        return np.where(values.isna(), 0, cut).astype(np.int64)
    return pd.factorize(values, sort=True)[0].astype(np.int64) + 1


def srmse(codes: NDArray[np.int64], counts: NDArray[np.float64], reference: NDArray[np.float64]) -> float:
    """SRMSE over the full cross of categories that occur, both tables scaled to total 1."""
    first, second = np.unique(codes // 1000, return_inverse=True), np.unique(codes % 1000, return_inverse=True)
    n_cells = len(first[0]) * len(second[0])
    cell = first[1] * len(second[0]) + second[1]
    synthetic = np.bincount(cell, weights=counts, minlength=n_cells) / counts.sum()
    expected = np.bincount(cell, weights=reference, minlength=n_cells) / reference.sum()
    return float(np.sqrt(((synthetic - expected) ** 2).mean()) * n_cells)


def raked(inputs: outcomes.Inputs, counts: pd.DataFrame) -> NDArray[np.float64]:
    """The weighted seed sample raked to the region's controls: the closest weights in Kullback-Leibler divergence.

    Controls of every level are summed over the region. Those that contradict each other or that no record can
    meet are spread by a small ridge, so that the reference exists whatever the case.
    """
    prior = inputs.households[inputs.weight].to_numpy(dtype=float)
    columns, targets = region_totals(inputs, counts.columns)
    matrix = counts[columns].to_numpy()
    total = targets[columns.index(inputs.total)]
    return _tilted(prior * total / prior.sum(), matrix, np.asarray(targets), ridge=1e5)


def region_totals(inputs: outcomes.Inputs, names: Sequence[str]) -> tuple[list[str], list[float]]:
    """Controls and their targets summed over the whole region."""
    sums: dict[str, float] = {}
    for level in inputs.targets:
        sums.update(outcomes.targets_by_unit(inputs, level).sum().to_dict())
    kept = [name for name in names if name in sums]
    return kept, [sums[name] for name in kept]


def _tilted(
    prior: NDArray[np.float64], matrix: NDArray[np.float64], targets: NDArray[np.float64], ridge: float
) -> NDArray[np.float64]:
    """Weights prior * exp(matrix @ dual) by damped Newton on the dual of the raking problem."""
    scale = np.maximum(targets, 1.0)
    scaled = matrix / scale  # every target becomes 1
    dual = np.zeros(matrix.shape[1])
    wanted = targets / scale

    def value(at: NDArray[np.float64]) -> float:
        exponent = np.clip(scaled @ at, -50, 50)
        return float((prior * np.exp(exponent)).sum() - wanted @ at + 0.5 * (at**2).sum() / ridge**2)

    for _ in range(200):
        weights = prior * np.exp(np.clip(scaled @ dual, -50, 50))
        slope = scaled.T @ weights - wanted + dual / ridge**2
        curvature = (scaled * weights[:, None]).T @ scaled + np.eye(len(dual)) / ridge**2
        step = np.linalg.lstsq(curvature, slope, rcond=None)[0]
        length = 1.0
        while length > 1e-6 and value(dual - length * step) > value(dual) - 1e-4 * length * float(slope @ step):
            length /= 2
        dual = dual - length * step
        if np.abs(slope).max() < 1e-7:
            break
    return np.asarray(prior * np.exp(np.clip(scaled @ dual, -50, 50)))
