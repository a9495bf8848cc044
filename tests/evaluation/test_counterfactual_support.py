"""When the data cannot support a steering, and when they can."""

from __future__ import annotations

from dataclasses import replace

import pytest

from censemble.evaluation.counterfactual_support import (
    Support,
    cautions,
    doubts,
    judged,
    level_of,
    says_of,
)

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
    assert says in judged(found, ())["says"]
    assert cautions(support, real_records=figures.get("real_records", 200.0), name="mode: bike") == ()


@pytest.mark.parametrize(
    ("support", "real_records", "says"),
    [
        (replace(GOOD, beyond=0.3), 200.0, "30% of the steered personas are farther"),
        (replace(GOOD, effective=55.0), 200.0, "few people like that were surveyed: the steered personas rest on 55.0"),
        (GOOD, 60.0, "only 60.0 effective records with mode: bike"),
    ],
)
def test_little_support_is_told_though_it_is_some(support: Support, real_records: float, says: str) -> None:
    """Neither a reason against the steering nor nothing: the judgement between has its own words."""
    assert doubts(support, **{**FIGURES, "real_records": real_records}) == ()
    found = cautions(support, real_records=real_records, name="mode: bike")
    assert len(found) == 1 and says in found[0]
    told = judged((), found)
    assert told["supported"] and level_of(told) == "hardly supported"
    assert says_of(told).startswith("The data hardly support this steering: ")


def test_small_surveys_are_told_to_be_small_and_no_more() -> None:
    """Twenty effective records of twenty-five are as good as it gets; personas that were far before may stay far."""
    small = replace(GOOD, effective=20.0, effective_before=25.0, beyond=0.8, beyond_before=0.7)
    assert doubts(small, **FIGURES) == ()
    assert len(cautions(small, real_records=80.0, name="mode: bike")) == 3
    assert cautions(GOOD, real_records=200.0, name="mode: bike") == ()
    assert judged((), ())["says"] == "The data can support this steering."


def test_facts_of_before_have_two_levels() -> None:
    """They are read as they were meant."""
    assert level_of({"supported": True, "reasons": []}) == "supported"
    assert says_of({"supported": False, "reasons": ["nobody is near"]}).endswith("steering: nobody is near.")


def test_a_fall_of_the_named_label_is_told() -> None:
    """Words that were misread may move the label the wrong way; a rise is nothing to tell."""
    (found,) = cautions(GOOD, real_records=200.0, name="mode: bike", fall=0.076)
    assert found.startswith("the share of mode: bike falls, by 7.6 points")
    assert cautions(GOOD, real_records=200.0, name="mode: bike", fall=0.0) == ()
