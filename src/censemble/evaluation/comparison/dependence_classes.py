"""Dependence provenance: how well pairs of attributes hold together, by where their dependence comes from.

A generator that knows says of each pair whether a table constrained it, a sample taught it, a language model proposed
it, or it was assumed independent. The figures are those of `censemble.evaluation.comparison.joint_tables`, for one
class of pairs at a time: ``tv_2way[learnt]``, ``srmse_mean_2way[learnt]``.
"""

from __future__ import annotations

from itertools import combinations

from censemble.evaluation.comparison.compared import compared_attributes, joined, with_error
from censemble.evaluation.comparison.contingency import Lines
from censemble.evaluation.comparison.joint_tables import gaps_of
from censemble.evaluation.comparison.measure import Ground, Measure, View

CLASSES = ("constrained", "learnt", "proposed", "independent", "unknown")


def pairs_by_class(view: View, lines: Lines) -> dict[str, tuple[Lines, ...]]:
    """Pairs of attributes of each class that has any; none at all where nothing is known of any pair.

    Parameters
    ----------
    view : View
        Its dataset says the classes, by sorted names.
    lines : tuple of int
        Attributes to pair.
    """
    names, known = view.coded.names, view.dataset.dependence
    of_class: dict[str, list[Lines]] = {c: [] for c in CLASSES}
    for pair in combinations(lines, 2):
        first, second = sorted(names[i] for i in pair)
        of_class[known.get((first, second), "unknown")].append(pair)
    found = {c: tuple(pairs) for c, pairs in of_class.items() if pairs}
    return {} if set(found) == {"unknown"} else found


def measure_dependence(ground: Ground, view: View) -> list[Measure]:
    """Total variation and SRMSE of two-way tables by class of pairs; no measures where no class is known."""
    compared = compared_attributes(ground, view)
    if compared.lacks(2):
        return []
    measures = []
    for name, pairs in pairs_by_class(view, compared.lines).items():
        gaps = gaps_of(ground, view, pairs)
        note = joined(f"{len(pairs)} pairs" if len(pairs) > 1 else "1 pair", compared.note)
        measures.append(with_error(f"tv_2way[{name}]", gaps.tv.mean(axis=0), note))
        measures.append(with_error(f"srmse_mean_2way[{name}]", gaps.srmse.mean(axis=0), note))
    return measures
