"""Categories that the reference has and a table has nowhere: who was forgotten altogether.

A category of one row in a hundred that is dropped hardly moves a mean over all tables; here it shows at full size.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.comparison.compared import (
    compared_attributes,
    deletion_groups,
    joined,
    undefined,
    with_error,
)
from censemble.evaluation.comparison.measure import Ground, Measure, MetricFacts, View

N_NAMED = 3  # categories that the note names

FACTS: tuple[MetricFacts, ...] = (
    MetricFacts(
        "categories_lost",
        "People of lost categories",
        "lower",
        "Share of the reference's rows that hold a category (of any attribute) which occurs nowhere in the table; a "
        "fresh real sample loses very rare ones too.",
    ),
)


def measure_lost_categories(ground: Ground, view: View) -> list[Measure]:
    """Measure how many of the reference's rows hold a category that the table has lost.

    Parameters
    ----------
    ground : Ground
        With the reference.
    view : View
        Any table of the comparison.
    """
    compared = compared_attributes(ground, view)
    if compared.lacks(1):
        return undefined(("categories_lost",), compared.lacks(1))
    lost = [_lost(view, line) for line in compared.lines]
    base = _share(ground, compared.lines, [table[0] for table in lost])
    values = [base]
    for g in range(1, len(lost[0])):
        # A group whose deletion loses nothing more changes nothing: that is nearly every one.
        changed = any((table[g] != table[0]).any() for table in lost)
        values.append(_share(ground, compared.lines, [table[g] for table in lost]) if changed else base)
    named = [pair for line, table in zip(compared.lines, lost, strict=True) for pair in _named(ground, line, table[0])]
    named.sort(key=lambda pair: (-pair[0], pair[1]))
    shown = [f"{label} ({share:.3%} of the reference)" for share, label in named[:N_NAMED]]
    more = f"and {len(named) - N_NAMED:,} more" if len(named) > N_NAMED else ""
    return [with_error("categories_lost", np.array(values), joined(*shown, more, compared.note))]


def _named(ground: Ground, line: int, lost: NDArray[np.bool_]) -> list[tuple[float, str]]:
    """Lost categories of one attribute with their share of the reference."""
    coded = ground.reference.coded
    coding = coded.codings[line]
    counts = np.bincount(coded.codes[line], weights=coded.weights, minlength=len(lost))
    total = float(coded.weights.sum())
    return [
        (float(counts[code]) / total, f"{coding.name}={coding.labels[code]}")
        for code in np.flatnonzero(lost & (counts > 0))
    ]


def _lost(view: View, line: int) -> NDArray[np.bool_]:
    """Codes that no row with weight has: with all rows, then without each group, shape (1 + n_groups, n_codes)."""
    group, n_groups = deletion_groups(view)
    n_codes = view.coded.codings[line].n_codes
    cells = group * n_codes + view.coded.codes[line]
    counts = np.bincount(cells[view.coded.weights > 0], minlength=n_groups * n_codes).reshape(n_groups, n_codes)
    total = counts.sum(axis=0, keepdims=True)
    gone: NDArray[np.bool_] = np.concatenate([total, total - counts]) == 0
    return gone


def _share(ground: Ground, lines: tuple[int, ...], lost: list[NDArray[np.bool_]]) -> float:
    """Weighted share of the reference's rows that hold any of the lost codes."""
    coded = ground.reference.coded
    hit = np.zeros(coded.n_rows, dtype=bool)
    for line, codes in zip(lines, lost, strict=True):
        if codes.any():
            hit |= codes[coded.codes[line]]
    return float(coded.weights[hit].sum() / coded.weights.sum())
