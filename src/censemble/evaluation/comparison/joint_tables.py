"""Margins and joints: how far all one-, two- and three-way tables are from those of the reference.

For the tables t over k attributes, with shares p (reference) and q (table) of their cells:

    SRMSE of the long vector = sqrt(sum_t sum (p - q)^2 / N) / (T / N) = sqrt(N sum_t sum (p - q)^2) / T
    SRMSE, mean of tables    = mean_t sqrt(n_t sum (p - q)^2)

T tables with N = sum n_t cells; n_t is the product of the numbers of codes that *occur in the reference*, so that the
divisor is the same for every table that is compared. Squares of cells outside of those still add to the sum. The
long vector is that of Kim and Bansal (2023), "A deep generative model for feasible and diverse population
synthesis"; the mean is the form of Darsel (2026). Missing and undeclared values are codes of their own. See
`censemble.evaluation.comparison.contingency` for total variation and Jensen-Shannon divergence.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb, prod

import numpy as np

from censemble.coding import CodedTable
from censemble.evaluation.comparison.compared import (
    Compared,
    Float,
    compared_attributes,
    deletion_groups,
    joined,
    undefined,
    with_error,
)
from censemble.evaluation.comparison.contingency import Lines, distances, joint_tables
from censemble.evaluation.comparison.measure import Ground, Measure, MetricFacts, View

MAX_TRIPLES = 500
TRIPLES_KEY = 201  # spawn key of the draw of triples
WAYS = {1: "one-way tables", 2: "two-way tables", 3: "three-way tables"}


def _facts(order: int) -> tuple[MetricFacts, ...]:
    way, of = f"{order}way", WAYS[order]
    return (
        MetricFacts(
            f"srmse_{way}",
            f"SRMSE, {of}",
            "lower",
            f"Root mean squared gap of the shares of all cells of all {of} in one long vector, over the mean share; "
            "cells are counted as the products of the codes that occur in the reference (Kim and Bansal 2023).",
        ),
        MetricFacts(
            f"srmse_mean_{way}",
            f"SRMSE, mean of {of}",
            "lower",
            f"Mean of the SRMSE of each of the {of} by itself (the form of Darsel 2026).",
        ),
        MetricFacts(
            f"tae_{way}",
            f"TAE, {of}",
            "lower",
            f"Total absolute error over all cells of all {of}, the table scaled to the reference's total, in rows.",
        ),
        MetricFacts(
            f"tv_{way}",
            f"Total variation, {of}",
            "lower",
            f"Share of the rows that would have to move, mean over the {of}: half the summed absolute gaps of shares.",
        ),
        MetricFacts(
            f"jsd_{way}",
            f"Jensen-Shannon, {of}",
            "lower",
            f"Jensen-Shannon divergence, base 2, between 0 and 1, mean over the {of} (Lin 1991).",
        ),
        MetricFacts(
            f"jsd_distance_{way}",
            f"Jensen-Shannon distance, {of}",
            "lower",
            f"Root of the Jensen-Shannon divergence (base 2) of each of the {of}, mean (Endres and Schindelin 2003).",
        ),
    )


FACTS: tuple[MetricFacts, ...] = (
    *_facts(1),
    *_facts(2),
    *_facts(3),
    MetricFacts(
        "tv_2way_worst",
        "Worst pair",
        "lower",
        "Total variation of the pair of attributes whose two-way table is furthest from the reference's.",
    ),
)


@dataclass(frozen=True, eq=False)
class Gaps:
    """Distances of the tables of some tuples, with all rows and without each group.

    Parameters
    ----------
    tuples : sequence of tuple of int
    n_cells : ndarray of shape (n_tuples,)
        Cells counted in the divisor.
    squared, tv, jsd : ndarray of shape (n_tuples, 1 + n_groups)
        Sum of squared gaps of shares, total variation, Jensen-Shannon divergence.
    """

    tuples: tuple[Lines, ...]
    n_cells: Float
    squared: Float
    tv: Float
    jsd: Float

    @property
    def srmse(self) -> Float:
        """SRMSE of each table."""
        return np.asarray(np.sqrt(self.n_cells[:, None] * self.squared))

    @property
    def srmse_long(self) -> Float:
        """SRMSE of all cells in one vector, shape (1 + n_groups,)."""
        return np.asarray(np.sqrt(self.n_cells.sum() * self.squared.sum(axis=0)) / len(self.tuples))


def gaps_of(ground: Ground, view: View, tuples: tuple[Lines, ...]) -> Gaps:
    """Distances of some joint tables from those of the reference.

    Parameters
    ----------
    ground, view
        Both with weight.
    tuples : tuple of tuple of int
        At least one; lines that both can be compared in.
    """
    occurring = codes_that_occur(ground.reference.coded)
    group, n_groups = deletion_groups(view)
    tables = joint_tables(ground.reference.coded, view.coded, tuples, group=group, n_groups=n_groups)
    squared, tv, jsd = np.stack([distances(t) for t in tables], axis=1)
    n_cells = np.array([prod(occurring[i] for i in t) for t in tuples], np.float64)
    return Gaps(tuples, n_cells, squared, tv, jsd)


def codes_that_occur(coded: CodedTable) -> list[int]:
    """Number of codes with weight, for each attribute."""
    return [int(np.count_nonzero(np.bincount(line, weights=coded.weights))) for line in coded.codes]


def measure_joints(ground: Ground, view: View) -> list[Measure]:
    """Measure all one-, two- and three-way tables; at most 500 three-way tables, drawn by the random seed.

    The standard errors are those of the rows of the table: groups of them are left out in turn. They do not hold the
    error of the reference itself. For a table as near as a fresh real sample, where all gaps are noise, they are too
    large by about the root of 2 (the jackknife doubles the variance of squared noise); for real gaps they are right.

    Parameters
    ----------
    ground : Ground
        The reference, and the random seed that draws triples.
    view : View
        Rows coded as those of the reference.

    Returns
    -------
    list of Measure
        All of `FACTS`; without a value, and with the reason, where too few attributes can be compared.

    Examples
    --------
    >>> from censemble.coding import code_columns, coding_of
    >>> from censemble.dataset import Dataset
    >>> from censemble.schema import Attribute, Schema
    >>> sex = Attribute("sex", "persons", "categorical", ("female", "male"))
    >>> def table(name: str, codes: list[int]) -> View:
    ...     column, ones = {"sex": np.array(codes)}, np.ones(len(codes))
    ...     data = Dataset(name, Schema((sex,)), {}, column, np.zeros(0), ones)
    ...     return View(data, "persons", code_columns(column, [coding_of(sex)], ones), np.arange(len(codes)))
    >>> measures = measure_joints(Ground(table("census", [0, 1])), table("made", [0, 0, 0, 1]))
    >>> [(m.metric, m.value) for m in measures[:4]]
    [('srmse_1way', 0.5), ('srmse_mean_1way', 0.5), ('tae_1way', 1.0), ('tv_1way', 0.25)]
    """
    compared = compared_attributes(ground, view)
    measures: list[Measure] = []
    for order in WAYS:
        tuples, says = tuples_of(ground, compared, order)
        if tuples:
            gaps = gaps_of(ground, view, tuples)
            measures += _measures(ground, gaps, order, joined(says, compared.note))
        else:
            names = tuple(f.name for f in FACTS if f"_{order}way" in f.name)
            measures += undefined(names, compared.lacks(order) or says)
    return measures


def _measures(ground: Ground, gaps: Gaps, order: int, note: str) -> list[Measure]:
    way, n_cells = f"{order}way", f"{int(gaps.n_cells.sum()):,} cells"
    total = float(ground.reference.coded.weights.sum())
    furthest = int(gaps.tv[:, 0].argmax())
    worst = " x ".join(ground.reference.coded.names[i] for i in gaps.tuples[furthest])
    measures = [
        with_error(f"srmse_{way}", gaps.srmse_long, joined(n_cells, note)),
        with_error(f"srmse_mean_{way}", gaps.srmse.mean(axis=0), note),
        with_error(f"tae_{way}", 2.0 * total * gaps.tv.sum(axis=0), note),
        with_error(f"tv_{way}", gaps.tv.mean(axis=0), joined(f"furthest: {worst}", note)),
        with_error(f"jsd_{way}", gaps.jsd.mean(axis=0), note),
        with_error(f"jsd_distance_{way}", np.sqrt(gaps.jsd).mean(axis=0), note),
    ]
    if order == 2:
        measures.append(with_error("tv_2way_worst", gaps.tv[furthest], joined(worst, note)))
    return measures


def tuples_of(ground: Ground, compared: Compared, order: int) -> tuple[tuple[Lines, ...], str]:
    """Tuples of attributes to cross, and a note that says which.

    Where triples are too many the same ones are drawn for every table of a comparison; those with an attribute that
    a table lacks then fall out.
    """
    if compared.lacks(order):
        return (), ""
    everything = ground.reference.comparable
    if order < 3 or comb(len(everything), 3) <= MAX_TRIPLES:
        tuples = tuple(combinations(compared.lines, order))
        return tuples, f"{len(tuples)} {WAYS[order]}" if len(tuples) > 1 else f"1 {WAYS[order][:-1]}"
    rng = ground.rng(TRIPLES_KEY)
    drawn: set[tuple[int, ...]] = set()
    while len(drawn) < MAX_TRIPLES:
        drawn.add(tuple(sorted(int(i) for i in rng.choice(len(everything), 3, replace=False))))
    triples = [tuple(everything[i] for i in places) for places in sorted(drawn)]
    kept = tuple(t for t in triples if set(t) <= set(compared.lines))
    return kept, f"{len(kept)} of {comb(len(everything), 3):,} three-way tables, drawn by the random seed"
