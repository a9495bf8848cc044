"""The comparison of ways names labels that the travellers have, and prints the figures it is given."""

from __future__ import annotations

import sys
from pathlib import Path

from counterfactual_case import facts

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import nhts
import steering_ways

from censemble.steering_plan import WAYS


def test_cases_are_about_labels_that_exist() -> None:
    """Every case in every way is a steering, and its label is one of the schema's."""
    for case in steering_ways.CASES.values():
        assert case.label in nhts.SCHEMA.find("persons", case.attribute).categories
        assert [steering_ways.steering_of(case, way).chosen_way for way in WAYS] == list(WAYS)


def test_a_row_has_the_figures() -> None:
    """Shares in per cent, rho, side effects beside the null's."""
    line = steering_ways.line_of("bikes", "told", facts(), 1.5)
    assert " 25.0  50.0  75.0" in line
    assert line.endswith("no")
