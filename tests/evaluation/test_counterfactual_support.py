"""When the data cannot support a steering, and when they can."""

from __future__ import annotations

from dataclasses import replace

import pytest

from censemble.evaluation.counterfactual_support import Support, doubts, listed

GOOD = Support(300.0, 400.0, 1.0, 1.0, 2.0, 0.0, 0.0)
FIGURES = {"gain": 0.2, "null_gain": 0.05, "real_records": 80.0, "name": "mode: bike"}


@pytest.mark.parametrize(
    ("support", "figures", "says"),
    [
        (replace(GOOD, beyond=0.9), {}, "nobody like that was surveyed"),
        (replace(GOOD, effective=2.0), {}, "rest on 2.0 effective records"),
        (GOOD, {"real_records": 4.0}, "4.0 effective records with mode: bike"),
        (GOOD, {"null_gain": 0.2}, "no more to the model than chance"),
    ],
)
def test_each_doubt_is_told_with_its_figures(support: Support, figures: dict, says: str) -> None:
    """One reason each, and its words."""
    found = doubts(support, **{**FIGURES, **figures})
    assert len(found) == 1
    assert says in found[0]
    assert says in listed(found)


def test_small_surveys_are_not_doubted_for_being_small() -> None:
    """Twenty effective records of twenty-five are as good as it gets; personas that were far before may stay far."""
    small = replace(GOOD, effective=20.0, effective_before=25.0, beyond=0.8, beyond_before=0.7)
    assert doubts(small, **FIGURES) == ()
    assert listed(()) == ""
