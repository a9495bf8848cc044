"""A judgement gives lines for the JSON file, single figures, and what to look at first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from judgement_case import judgement

from censemble.evaluation.comparison.judgement import LINES


def test_lines_have_the_documented_keys() -> None:
    """Every figure and every gap is one object with the same keys; a gap has no value but a note."""
    lines = judgement().lines()
    assert all(tuple(line) == LINES for line in lines)
    gap = [line for line in lines if line["metric"] == "gap"]
    assert [(g["table"], g["value"], g["note"]) for g in gap] == [("mine", None, "column 'race' is not there")]


def test_a_figure_is_found_by_table_and_metric() -> None:
    """Or the message lists what there is."""
    assert judgement().figure("mine", "f1").value == 0.58
    with pytest.raises(KeyError, match="no figure 'f2' for table 'mine'; there are: srmse_2way, f1"):
        judgement().figure("mine", "f2")


def test_the_headline_is_in_the_order_of_the_questions() -> None:
    """Measured headline metrics only; parts in brackets are details."""
    assert judgement().headline() == ["srmse_2way", "f1"]


def test_every_pair_is_in_the_lines() -> None:
    """With the floor and its multiple; the AUC only where classifiers were asked for."""
    pair = [line for line in judgement().lines() if line["table"] == "mine" and "[age, sex]" in line["metric"]]
    assert [(p["metric"], p["value"], p["floor"], p["times_floor"]) for p in pair] == [
        ("pair_tv[age, sex]", 0.2, 0.1, 2.0)
    ]
    told = replace(judgement().pairs[0], auc=0.6, auc_floor=0.5)
    assert [line["metric"] for line in told.lines("persons.")] == [
        "persons.pair_tv[age, sex]",
        "persons.pair_auc[age, sex]",
    ]
