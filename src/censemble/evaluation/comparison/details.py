"""Figures of single attributes and pairs, for the page: which of them a table gets wrong."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from censemble.evaluation.comparison.associations import associations_of
from censemble.evaluation.comparison.compared import compared_attributes
from censemble.evaluation.comparison.joint_tables import gaps_of
from censemble.evaluation.comparison.measure import Ground, View
from censemble.evaluation.comparison.shapes import measure_shapes


@dataclass(frozen=True)
class PairFigure:
    """One pair of attributes.

    Parameters
    ----------
    first, second : str
        Attributes, in the order of the schema.
    tv : float
        Total variation of the two-way table.
    v_reference, v_table : float
        Cramer's V, bias-corrected.
    floor : float or None
        Total variation of a fresh real sample, where it was measured.
    """

    first: str
    second: str
    tv: float
    v_reference: float
    v_table: float
    floor: float | None = None


@dataclass(frozen=True)
class AttributeFigure:
    """One attribute.

    Parameters
    ----------
    name : str
    tv, jsd : float
        Total variation and Jensen-Shannon divergence (base 2) of the one-way table.
    wasserstein : float or None
        Of a numeric attribute, in its unit.
    floor : float or None
        Total variation of a fresh real sample, where it was measured.
    """

    name: str
    tv: float
    jsd: float
    wasserstein: float | None
    floor: float | None = None


def pair_figures(ground: Ground, view: View) -> list[PairFigure]:
    """Figures of all pairs that can be compared; empty where there is none."""
    compared = compared_attributes(ground, view)
    if compared.lacks(2):
        return []
    names, pairs = view.coded.names, tuple(combinations(compared.lines, 2))
    gaps, found = gaps_of(ground, view, pairs), associations_of(ground, view, pairs)
    return [
        PairFigure(names[i], names[j], float(gaps.tv[k, 0]), float(found.reference[k]), float(found.table[k, 0]))
        for k, (i, j) in enumerate(pairs)
    ]


def attribute_figures(ground: Ground, view: View) -> list[AttributeFigure]:
    """Figures of all attributes that can be compared; empty where there is none."""
    compared = compared_attributes(ground, view)
    if compared.lacks(1):
        return []
    gaps = gaps_of(ground, view, tuple((i,) for i in compared.lines))
    moved = {m.metric: m.value for m in measure_shapes(ground, view)}
    names = [view.coded.names[i] for i in compared.lines]
    return [
        AttributeFigure(name, float(gaps.tv[k, 0]), float(gaps.jsd[k, 0]), moved.get(f"wasserstein[{name}]"))
        for k, name in enumerate(names)
    ]
