"""Figures: intervals from rows or random seeds, multiples of the floor, and wins that are wins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from censemble.evaluation.comparison.measure import Measure, MetricFacts
from censemble.evaluation.comparison.scoreboard import Figure, base_name, combined, figures_of, standings

FACTS = {
    "f1": MetricFacts("f1", "F1", "higher", ""),
    "tv": MetricFacts("tv", "TV", "lower", ""),
    "bias": MetricFacts("bias", "Bias", "zero", ""),
    "shown": MetricFacts("shown", "Shown", "none", ""),
}


def row(table: str, value: float | None, half: float | None = 0.01, metric: str = "f1") -> Figure:
    """A figure with a symmetric interval."""
    low, high = (None, None) if half is None or value is None else (value - half, value + half)
    return Figure(table, metric, value, None, low, high, "", None)


def test_one_table_has_the_interval_of_its_rows() -> None:
    """Value and 1.96 standard errors; the floor and its multiple stand beside."""
    figure = figures_of("a", [[Measure("tv", 0.2, 0.01)]], {"tv": Measure("tv", 0.05)})[0]
    assert (figure.low, figure.high) == pytest.approx((0.2 - 0.0196, 0.2 + 0.0196), abs=1e-6)
    assert figure.floor == 0.05 and figure.times_floor == pytest.approx(4)


def test_several_random_seeds_have_student_s_interval() -> None:
    """Three values: their mean, and 4.30 standard errors of it, whatever each one's own error."""
    values = [0.1, 0.2, 0.3]
    figure = figures_of("a", [[Measure("tv", v, 5.0)] for v in values], None)[0]
    half = 4.302652729911275 * np.std(values, ddof=1) / np.sqrt(3)
    assert figure.value == pytest.approx(0.2) and figure.high - figure.value == pytest.approx(half)
    assert figure.floor is None and figure.times_floor is None


def test_undefined_values_stay_undefined() -> None:
    """No value: no interval, no multiple, but the reason; a seed without a value is told."""
    nothing = figures_of("a", [[Measure("tv", None, None, "no rows")]], {"tv": Measure("tv", 0.1)})[0]
    assert (nothing.value, nothing.low, nothing.times_floor, nothing.note) == (None, None, None, "no rows")
    partly = combined([Measure("tv", 0.1), Measure("tv", None, None, "no rows")])
    assert partly.value == 0.1 and partly.error is None
    assert "1 of 2 random seeds" in partly.note and "no rows" in partly.note


def test_a_floor_of_zero_has_no_multiple() -> None:
    """Nothing is divided by zero."""
    assert figures_of("a", [[Measure("tv", 0.1)]], {"tv": Measure("tv", 0.0)})[0].times_floor is None


def test_a_difference_inside_the_noise_is_no_win() -> None:
    """0.90 against 0.89 with half-intervals of 0.01 is a draw; against 0.80 it is a win."""
    draw = standings([row("a", 0.90), row("b", 0.89), row("c", 0.80)], FACTS, ["a", "b", "c"])[0]
    assert (draw.winner, draw.level) == ("", ("a", "b"))
    win = standings([row("a", 0.90), row("c", 0.80)], FACTS, ["a", "c"])[0]
    assert (win.winner, win.level) == ("a", ("a",))


def test_the_good_direction_is_the_metric_s() -> None:
    """Low total variation is good, a bias near 0 is good on either side."""
    tv = standings([row("a", 0.9, metric="tv"), row("b", 0.1, metric="tv")], FACTS, ["a", "b"])[0]
    bias = standings([row("a", -0.1, metric="bias"), row("b", 0.5, metric="bias")], FACTS, ["a", "b"])[0]
    assert (tv.winner, bias.winner) == ("b", "a")


def test_yardsticks_and_unknown_noise_do_not_compete() -> None:
    """Only the user's tables have a standing; without an interval nobody is beaten; informing metrics have none."""
    assert standings([row("fresh sample", 0.9), row("a", 0.8)], FACTS, ["a"]) == []
    assert standings([row("a", 0.9, None), row("b", 0.1)], FACTS, ["a", "b"])[0].winner == ""
    assert standings([row("a", 1.0, metric="shown"), row("b", 0.1, metric="shown")], FACTS, ["a", "b"]) == []
    assert standings([row("a", None), row("b", 0.1)], FACTS, ["a", "b"]) == []


def test_names_of_metrics() -> None:
    """Entity and brackets are no part of the documented name."""
    assert [base_name(m) for m in ("tv", "persons.tv", "households.query_error[a.b]")] == ["tv", "tv", "query_error"]


def test_equal_distances_from_the_ideal_are_a_draw() -> None:
    """Biases of -0.100 and +0.101 are equally bad, though far apart."""
    found = standings([row("a", -0.100, metric="bias"), row("b", 0.101, metric="bias")], FACTS, ["a", "b"])[0]
    assert (found.winner, found.level) == ("", ("a", "b"))


def test_tables_with_other_floors_have_no_winner() -> None:
    """A larger table has a larger recall and a smaller distance whoever made it."""
    large, small = (replace(row(n, v), floor=f) for n, v, f in (("large", 0.7, 0.71), ("small", 0.6, 0.61)))
    assert standings([large, small], FACTS, ["large", "small"])[0].winner == ""
    assert standings([large, replace(small, floor=0.71)], FACTS, ["large", "small"])[0].winner == "large"


def test_below_one_half_an_attack_is_no_better() -> None:
    """An attack that does worse than guessing found no more than one that guesses."""
    facts = {"auc": MetricFacts("auc", "AUC", "half", "")}
    both = [row("a", 0.44, metric="auc"), row("b", 0.5, metric="auc"), row("c", 0.9, metric="auc")]
    assert standings(both, facts, ["a", "b", "c"])[0].level == ("a", "b")


def test_equal_values_of_random_seeds_are_no_certainty() -> None:
    """The same table given twice keeps the error of its rows; the quantile is that of the defined values."""
    same = combined([Measure("tv", 0.1, 0.02), Measure("tv", 0.1, 0.02)])
    assert (same.value, same.error) == (0.1, 0.02)
    values = [Measure("tv", 0.1), Measure("tv", 0.3), *[Measure("tv", None, None, "no rows")] * 3]
    found = figures_of("a", [[m] for m in values], None)[0]
    assert found.high is not None and found.value is not None
    assert found.high - found.value == pytest.approx(12.706204736432095 * 0.1)


def test_negative_figures_have_no_multiple_but_biases_have() -> None:
    """-113 times the floor means nothing; a bias counts by its size."""
    floors = {"tv": Measure("tv", -0.01), "bias": Measure("bias", -0.01)}
    tv, bias = figures_of("a", [[Measure("tv", 0.5), Measure("bias", 0.3)]], floors, FACTS)
    assert tv.times_floor is None and bias.times_floor == pytest.approx(30)
