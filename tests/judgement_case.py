"""A judgement typed by hand: one table, one rival, the floor."""

from __future__ import annotations

from censemble.evaluation.comparison.judgement import Judgement, TableFacts, TablePair
from censemble.evaluation.comparison.measure import MetricFacts
from censemble.evaluation.comparison.scoreboard import FRESH, Figure, standings

METRICS = {
    "srmse_2way": MetricFacts("srmse_2way", "SRMSE of pairs", "lower", "Root of mean squares."),
    "f1": MetricFacts("f1", "F1", "higher", "Mean of both."),
    "wasserstein": MetricFacts("wasserstein", "Wasserstein", "lower", "Work to move."),
}


def figure(table: str, metric: str, value: float | None, floor: float, *, half: float = 0.01, note: str = "") -> Figure:
    """A figure with an interval and its multiple of the floor."""
    if value is None:
        return Figure(table, metric, None, floor, None, None, note, None)
    return Figure(table, metric, value, floor, value - half, value + half, note, value / floor)


def judgement() -> Judgement:
    """A table far from the floor in one figure, a rival at it."""
    figures = (
        figure(FRESH, "srmse_2way", 0.04, 0.04),
        figure(FRESH, "f1", 0.6, 0.6),
        figure("mine", "srmse_2way", 0.2, 0.04),
        figure("mine", "f1", 0.58, 0.6),
        figure("mine", "wasserstein[age]", None, 0.4, note="all ages are missing <b>"),
        figure("rival", "srmse_2way", 0.05, 0.04),
        figure("rival", "f1", 0.585, 0.6),
    )
    tables = (
        TableFacts(FRESH, True, 100, 3),
        TableFacts("mine", False, 100, 1, ("column 'race' is not there",)),
        TableFacts("rival", False, 100, 2),
    )
    pairs = (
        TablePair("mine", "persons", "age", "sex", 0.2, 0.1),
        TablePair("rival", "persons", "age", "sex", 0.1, 0.1),
    )
    about = {
        "title": "Two tables <against> people",
        "lead": "Who is nearer?",
        "how": {"reference": "100 persons"},
        "notes": ["weights are in column w"],
        "binning": {"age": "ten quantile bins"},
        "files": [],
        "version": "0",
        "families": {"srmse_2way": "joints", "f1": "support", "wasserstein": "joints"},
        "words": {"support": "Tuples of all attributes."},
    }
    return Judgement(tables, figures, tuple(standings(figures, METRICS, ["mine", "rival"])), pairs, METRICS, about)
