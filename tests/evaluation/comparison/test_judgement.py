"""A judgement gives lines for the JSON file, single figures, and what to look at first."""

from __future__ import annotations

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
