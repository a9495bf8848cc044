"""Figures by where the dependence of a pair comes from."""

from __future__ import annotations

import pytest
from counting_case import by_name, random_view, value, view

from censemble.dataset import Dependence
from censemble.evaluation.comparison.dependence_classes import measure_dependence, pairs_by_class
from censemble.evaluation.comparison.joint_tables import measure_joints
from censemble.evaluation.comparison.measure import Ground, View

KNOWN: dict[tuple[str, str], Dependence] = {("a", "b"): "constrained", ("b", "c"): "learnt", ("c", "d"): "learnt"}


def with_classes(made: View, dependence: dict[tuple[str, str], Dependence]) -> View:
    """The same rows from a generator that knows where its dependences come from."""
    return view(made.dataset.persons, made.coded.weights.tolist(), dependence=dependence)


def test_each_class_has_the_figures_of_its_pairs() -> None:
    """The figures of a class are the means over its pairs, measured alone; pairs of no known class are a class too."""
    ground, made = Ground(random_view(1, 60)), with_classes(random_view(2, 50, weighted=True), KNOWN)
    found = by_name(measure_dependence(ground, made))
    of_pair = {}
    for first, second in ("ab", "bc", "cd", "ac", "ad", "bd"):
        two = [view({k: v.dataset.persons[k] for k in (first, second)}, v.coded.weights.tolist())
               for v in (ground.reference, made)]  # fmt: skip
        of_pair[first + second] = value(measure_joints(Ground(two[0]), two[1]), "tv_2way")
    assert found["tv_2way[constrained]"].value == pytest.approx(of_pair["ab"])
    assert found["tv_2way[learnt]"].value == pytest.approx((of_pair["bc"] + of_pair["cd"]) / 2)
    assert found["tv_2way[unknown]"].value == pytest.approx(sum(of_pair[p] for p in ("ac", "ad", "bd")) / 3)
    assert found["tv_2way[constrained]"].note == "1 pair" and found["tv_2way[unknown]"].note == "3 pairs"
    assert found["srmse_mean_2way[learnt]"].error is not None


def test_names_are_found_whatever_the_order_of_attributes() -> None:
    """Pairs are known by their sorted names, also where the schema has them the other way round."""
    made = view({"z": [0], "y": [1], "x": [2]}, dependence={("x", "z"): "independent"})
    assert pairs_by_class(made, (0, 1, 2)) == {"independent": ((0, 2),), "unknown": ((0, 1), (1, 2))}


def test_nothing_known_or_nothing_to_pair_gives_no_figures() -> None:
    """A table that says nothing has no such figures, rather than one class called unknown."""
    ground = Ground(random_view(3, 20))
    assert measure_dependence(ground, random_view(4, 20)) == []
    single = view({"a": [0]}, dependence=KNOWN)
    assert measure_dependence(Ground(single), single) == []
