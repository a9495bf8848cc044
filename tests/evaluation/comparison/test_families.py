"""Every family is asked once, every metric is documented once, and the page in the docs is that documentation."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from judge_case import ground, table, view

from censemble.evaluation.comparison.families import METRICS, SECTION_OF, Questions, families_of
from censemble.evaluation.comparison.page import SECTIONS
from censemble.evaluation.comparison.scoreboard import base_name

REPOSITORY = Path(__file__).resolve().parents[3]


def test_every_measure_has_facts_and_a_section() -> None:
    """What the families give for a real comparison is documented, and shown somewhere on the page."""
    made = ground(400, train=view(table(60)), holdout=view(table(400, random_seed=5)))
    for family in families_of(Questions(classifiers=False)):
        for measure in family.measure(made, view(table(200, random_seed=2))):
            assert base_name(measure.metric) in METRICS
    assert set(SECTION_OF.values()) <= {key for key, _ in SECTIONS}
    assert set(SECTION_OF) == set(METRICS)


def test_nothing_that_was_not_declared_is_asked() -> None:
    """Rules and queries only where there are some; classifiers only where they are wanted."""
    n_quick = len(list(families_of(Questions(classifiers=False))))
    assert len(list(families_of(Questions()))) == n_quick + 1


def test_tests_against_the_holdout_are_marked() -> None:
    """Privacy is: a sample from the holdout must not be judged by it."""
    marked = [f.measure.__name__ for f in families_of(Questions()) if f.against_holdout]
    assert marked == ["measure_privacy"]


def test_the_page_of_metrics_is_up_to_date() -> None:
    """docs/metrics.md is what tools/write_metrics_page.py writes."""
    spec = importlib.util.spec_from_file_location("metrics_page", REPOSITORY / "tools/write_metrics_page.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (REPOSITORY / "docs/metrics.md").read_text(encoding="utf-8") == module.metrics_page()
