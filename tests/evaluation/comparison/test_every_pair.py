"""Figures of single attributes and pairs agree with the summaries that the judge prints."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from counting_case import by_name, random_view, view

from censemble.evaluation.comparison.every_pair import measure_attributes, pair_figures
from censemble.evaluation.comparison.joint_tables import measure_joints
from censemble.evaluation.comparison.measure import Ground


def test_details_sum_up_to_the_summaries() -> None:
    """Means over pairs and attributes are the judge's figures."""
    ground, made = Ground(random_view(1, 60, weighted=True)), random_view(2, 40)
    summary = by_name(measure_joints(ground, made))
    pairs, attributes = pair_figures(ground, made), measure_attributes(ground, made)
    assert [(p.first, p.second) for p in pairs] == [tuple(p) for p in ("ab", "ac", "ad", "bc", "bd", "cd")]
    assert np.mean([p.tv for p in pairs]) == pytest.approx(summary["tv_2way"].value)
    assert np.mean([a.value for a in attributes]) == pytest.approx(summary["tv_1way"].value)
    assert all(0 <= p.v_table <= 1 for p in pairs)


def test_attributes_are_named_and_have_errors() -> None:
    """One measure an attribute, with the jackknife of its rows."""
    measures = measure_attributes(Ground(random_view(1, 60)), random_view(2, 40))
    assert [m.metric for m in measures] == [f"attribute_tv[{name}]" for name in "abcd"]
    assert all(m.error is not None and m.error >= 0 for m in measures)


def test_pairs_say_where_their_dependence_comes_from() -> None:
    """As far as the table knows it, whatever the order of the names."""
    made = random_view(2, 40)
    made = replace(made, dataset=replace(made.dataset, dependence={("a", "b"): "learnt", ("c", "d"): "constrained"}))
    found = {(p.first, p.second): p.source for p in pair_figures(Ground(random_view(1, 60)), made)}
    assert (found["a", "b"], found["c", "d"], found["a", "c"]) == ("learnt", "constrained", "")


def test_nothing_comparable_gives_no_details() -> None:
    """Tables without weight, or without pairs, have no rows in the lists."""
    reference = view({"a": [0, 1]})
    assert pair_figures(Ground(reference), reference) == []
    assert measure_attributes(Ground(reference), view({"a": [0]}, [0.0])) == []
