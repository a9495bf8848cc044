"""Rows that hold a pair of categories which the reference never shows: what it holds impossible, or never saw.

Not the same as a broken rule: in a small reference a pair may be absent by chance, and a fresh real sample then has
such rows too. Its share, the noise floor, is the figure to compare with.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from censemble.coding import CodedTable
from censemble.evaluation.comparison.compared import (
    compared_attributes,
    deletion_groups,
    joined,
    undefined,
    with_error,
)
from censemble.evaluation.comparison.contingency import joint_tables
from censemble.evaluation.comparison.measure import Ground, Measure, MetricFacts, View
from censemble.evaluation.comparison.support import TupleRows, share_of_rows

N_NAMED = 3  # pairs that the note names

FACTS: tuple[MetricFacts, ...] = (
    MetricFacts(
        "impossible_pairs",
        "Rows with an impossible pair",
        "lower",
        "Share of rows that hold at least one pair of categories which never occurs in the reference; compare with a "
        "fresh real sample, since rare pairs may be absent by chance.",
    ),
)


@dataclass(frozen=True)
class UnseenPair:
    """A pair of categories that the reference does not have.

    Parameters
    ----------
    says : str
        ``age=0 to below 18, marital=married``.
    weight : float
        Of the rows that hold it.
    """

    says: str
    weight: float


def unseen_pairs(ground: Ground, view: View, lines: tuple[int, ...]) -> tuple[NDArray[np.bool_], list[UnseenPair]]:
    """Find the rows that hold a pair the reference lacks, and those pairs, the most frequent ones first.

    Parameters
    ----------
    ground, view
        Both with weight.
    lines : tuple of int
        Attributes to pair.

    Returns
    -------
    hit : ndarray of bool, shape (n_rows,)
    pairs : list of UnseenPair
    """
    coded = view.coded
    hit, found = np.zeros(coded.n_rows, bool), []
    alone = np.zeros(coded.n_rows, np.int64)
    pairs = list(combinations(lines, 2))
    for table in joint_tables(ground.reference.coded, coded, pairs, group=alone, n_groups=1):
        weight = np.where(table.reference > 0, 0.0, table.by_group[:, 0])
        new = weight > 0
        if new.any():
            hit |= _rows_in(table.cells[new], coded, table.lines)
            found += [_named(coded, table.lines, c, w) for c, w in zip(table.cells[new], weight[new], strict=True)]
    return hit, sorted(found, key=lambda pair: (-pair.weight, pair.says))


def _rows_in(cells: NDArray[np.int64], coded: CodedTable, lines: tuple[int, ...]) -> NDArray[np.bool_]:
    first, second = lines
    marked = np.zeros((coded.codings[first].n_codes, coded.codings[second].n_codes), bool)
    marked[cells[:, 0], cells[:, 1]] = True
    inside: NDArray[np.bool_] = marked[coded.codes[first], coded.codes[second]]
    return inside


def _named(coded: CodedTable, lines: tuple[int, ...], cell: NDArray[np.int64], weight: float) -> UnseenPair:
    says = ", ".join(f"{coded.names[i]}={coded.codings[i].labels[code]}" for i, code in zip(lines, cell, strict=True))
    return UnseenPair(says, float(weight))


def measure_impossible_pairs(ground: Ground, view: View) -> list[Measure]:
    """Measure the share of rows with a pair of categories that never occurs in the reference."""
    compared = compared_attributes(ground, view)
    if compared.lacks(2):
        return undefined(("impossible_pairs",), compared.lacks(2))
    group, n_groups = deletion_groups(view)
    hit, pairs = unseen_pairs(ground, view, compared.lines)
    rows = TupleRows(np.zeros(view.coded.n_rows, np.int64), view.coded.weights, group)
    total = float(view.coded.weights.sum())
    named = [f"{pair.says} ({pair.weight / total:.3%} of rows)" for pair in pairs[:N_NAMED]]
    more = f"and {len(pairs) - N_NAMED:,} more pairs" if len(pairs) > N_NAMED else ""
    note = joined(*named, more, compared.note)
    return [with_error("impossible_pairs", share_of_rows(hit, rows, n_groups), note)]
