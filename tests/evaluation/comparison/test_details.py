"""Figures of single attributes and pairs agree with the summaries that the judge prints."""

from __future__ import annotations

import numpy as np
import pytest
from counting_case import by_name, random_view, view

from censemble.evaluation.comparison.details import attribute_figures, pair_figures
from censemble.evaluation.comparison.joint_tables import measure_joints
from censemble.evaluation.comparison.measure import Ground


def test_details_sum_up_to_the_summaries() -> None:
    """Means over pairs and attributes are the judge's figures; floors are for whoever measures them."""
    ground, made = Ground(random_view(1, 60, weighted=True)), random_view(2, 40)
    summary = by_name(measure_joints(ground, made))
    pairs, attributes = pair_figures(ground, made), attribute_figures(ground, made)
    assert [(p.first, p.second) for p in pairs] == [tuple(p) for p in ("ab", "ac", "ad", "bc", "bd", "cd")]
    assert np.mean([p.tv for p in pairs]) == pytest.approx(summary["tv_2way"].value)
    assert np.mean([a.tv for a in attributes]) == pytest.approx(summary["tv_1way"].value)
    assert np.mean([a.jsd for a in attributes]) == pytest.approx(summary["jsd_1way"].value)
    assert all(p.floor is None and 0 <= p.v_table <= 1 for p in pairs)


def test_numeric_attributes_have_a_distance_and_others_none() -> None:
    """The Wasserstein distance stands beside numeric attributes only."""
    reference = view({"a": [0, 1], "income": [1.0, 2.0]})
    made = view({"a": [0, 1], "income": [2.0, 3.0]})
    assert [(f.name, f.wasserstein) for f in attribute_figures(Ground(reference), made)] == [
        ("a", None),
        ("income", 1.0),
    ]


def test_nothing_comparable_gives_no_details() -> None:
    """Tables without weight, or without pairs, have no rows in the lists."""
    reference = view({"a": [0, 1]})
    assert pair_figures(Ground(reference), reference) == []
    assert attribute_figures(Ground(reference), view({"a": [0]}, [0.0])) == []
