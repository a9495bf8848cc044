"""Every attribute and every pair of attributes by itself: which of them a table gets wrong."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from censemble.dataset import Dependence
from censemble.evaluation.comparison.associations import associations_of
from censemble.evaluation.comparison.compared import compared_attributes, with_error
from censemble.evaluation.comparison.joint_tables import gaps_of
from censemble.evaluation.comparison.measure import Ground, Measure, MetricFacts, View

FACTS = (
    MetricFacts(
        "attribute_tv",
        "Total variation of one attribute",
        "lower",
        "Share of the rows that would have to change the attribute's value for its one-way table to agree.",
    ),
)
PAIR_FACTS = (
    MetricFacts(
        "pair_tv",
        "Total variation of one pair",
        "lower",
        "Share of the rows that would have to move for the two-way table of two attributes to agree; the note says "
        "Cramer's V in the table and in the reference, and where the dependence comes from, if that is known.",
    ),
    MetricFacts(
        "pair_auc",
        "Told apart by one pair",
        "half",
        "How well synthetic rows are told from real ones by two attributes alone: see `c2st_pair_auc_worst`.",
    ),
)


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
    source : str
        Where the dependence of the pair comes from in this table; "" where that is not known.
    """

    first: str
    second: str
    tv: float
    v_reference: float
    v_table: float
    source: Dependence | str = ""


def measure_attributes(ground: Ground, view: View) -> list[Measure]:
    """Total variation of every attribute's one-way table; those that cannot be compared are not there.

    Parameters
    ----------
    ground : Ground
        With the reference.
    view : View
        Any table of the comparison.
    """
    compared = compared_attributes(ground, view)
    if compared.lacks(1):
        return []
    gaps = gaps_of(ground, view, tuple((i,) for i in compared.lines))
    names = [view.coded.names[i] for i in compared.lines]
    return [with_error(f"attribute_tv[{name}]", tv) for name, tv in zip(names, gaps.tv, strict=True)]


def pair_figures(ground: Ground, view: View) -> list[PairFigure]:
    """Figures of all pairs that can be compared; empty where there is none.

    Parameters
    ----------
    ground : Ground
        With the reference.
    view : View
        Any table of the comparison.
    """
    compared = compared_attributes(ground, view)
    if compared.lacks(2):
        return []
    names, pairs = view.coded.names, tuple(combinations(compared.lines, 2))
    gaps, found = gaps_of(ground, view, pairs), associations_of(ground, view, pairs)
    known = view.dataset.dependence
    return [
        PairFigure(
            first=names[i],
            second=names[j],
            tv=float(gaps.tv[k, 0]),
            v_reference=float(found.reference[k]),
            v_table=float(found.table[k, 0]),
            source=known.get((min(names[i], names[j]), max(names[i], names[j])), ""),
        )
        for k, (i, j) in enumerate(pairs)
    ]
