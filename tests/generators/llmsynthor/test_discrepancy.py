"""What is missing, directed, largest first."""

from __future__ import annotations

import numpy as np
import pytest
from llmsynthor_case import AGE, SEX, table, targets

from censemble.expressions import always, between
from censemble.generators.conditions import Allowed
from censemble.generators.llmsynthor.boxes import draw_pool
from censemble.generators.llmsynthor.discrepancy import (
    differences,
    gaps,
    largest_miss,
    overlaps,
    shown,
    synthetic_counts,
    unsupported,
    without_support,
)
from censemble.generators.llmsynthor.macro_statistics import targets_of
from censemble.generators.llmsynthor.planning import pool_of
from censemble.schema import Schema

TARGETS = targets()


def women_pool():  # type: ignore[no-untyped-def]
    """Fifty records, women only."""
    columns, box, prior = draw_pool(TARGETS, [{"sex": Allowed(SEX, frozenset([0]))}], 50, np.random.default_rng(1))
    return pool_of(TARGETS, columns, prior=prior, proposals=[f"1-{k + 1}" for k in box], generator="llmsynthor")


def test_counts_are_of_every_cell() -> None:
    """A hundred women: all, 100 women and no men."""
    pool = women_pool()
    counts = synthetic_counts(TARGETS.tables, pool, pool.prior_weights)
    assert counts[0] == pytest.approx([100])
    assert counts[1] == pytest.approx([100, 0])


def test_differences_are_directed_shares() -> None:
    """45 % too many women, 45 % too few men; 45 % of the records are in the wrong cell."""
    pool = women_pool()
    deltas = differences(TARGETS.tables, synthetic_counts(TARGETS.tables, pool, pool.prior_weights), TARGETS.total)
    assert deltas[1] == pytest.approx([-0.45, 0.45])
    assert largest_miss(deltas[:2]) == pytest.approx(0.45)


def test_nothing_yet_misses_everything() -> None:
    """Without records all of a table is missing."""
    deltas = [table.margin.targets[0] / 100 for table in TARGETS.tables]
    assert largest_miss(deltas) == pytest.approx(1.0)


def test_gaps_are_positive_and_ranked() -> None:
    """Only what lacks records, largest first, with its place in words."""
    deltas = [np.zeros(1), np.array([-0.45, 0.45]), np.r_[np.zeros(10), 0.12, -0.12]]
    found = gaps(TARGETS.tables, deltas, 100.0, least=0.01)
    assert [(g.table, g.percent) for g in found] == [("sex", 45), ("age by pays", 12)]
    assert found[1].shown() == {"age": [60, 99], "pays": ["cash"]}
    assert found[1].words() == "age 60 to 99, pays cash: 12 % of all records missing (table age by pays)"
    assert found[1].target == pytest.approx(0.2)


def test_small_gaps_are_not_told_but_others_are_at_least_one_per_cent() -> None:
    """A gap of 0.4 % is told as 1 %, one below the least not at all."""
    deltas = [np.zeros(1), np.array([0.004, -0.004]), np.zeros(12)]
    assert [g.percent for g in gaps(TARGETS.tables, deltas, 100.0, least=0.001)] == [1]
    assert gaps(TARGETS.tables, deltas, 100.0, least=0.005) == []


def fine_targets():  # type: ignore[no-untyped-def]
    """Twelve fine cells of one number, a hundred people each."""
    cells = {f"{low}": between("age", low, low + 5, include_high=False) for low in range(0, 60, 5)}
    age = type(AGE)("age", "persons", "numeric", bins=(0, 60))
    total = table("all", {"all": always()}, [[1200]], is_total=True)
    return targets_of(Schema((age,)), [total, table("age", cells, [[100] * 12])], "persons")


def test_fine_tables_are_told_in_main_bins_with_their_parts() -> None:
    """Six main bins of two cells; the range is that of the parts that lack records."""
    fine = fine_targets()
    delta = np.zeros(12)
    delta[4], delta[5], delta[0], delta[1] = 0.06, 0.02, 0.05, -0.05
    first, second = gaps(fine.tables, [np.zeros(1), delta], 1200.0, least=0.001)
    assert (first.percent, first.shown()) == (8, {"age": [20, 29]})
    assert first.parts == (("20", pytest.approx(0.75)), ("25", pytest.approx(0.25)))
    assert (second.percent, second.shown()) == (5, {"age": [0, 4]})


def test_the_published_form_nets_inside_a_main_bin() -> None:
    """A surplus beside a lack in one bin cancels it."""
    fine = fine_targets()
    delta = np.zeros(12)
    delta[0], delta[1], delta[4] = 0.05, -0.05, 0.03
    assert [g.shown() for g in gaps(fine.tables, [np.zeros(1), delta], 1200.0, least=0.001, net=True)] == [
        {"age": [20, 24]}
    ]


def test_cells_without_records_are_counted() -> None:
    """A pool of women: men are unsupported; cells that ask for nobody are not."""
    pool = women_pool()
    assert unsupported(TARGETS.tables[:2], pool) == 1
    assert unsupported(TARGETS.tables[:1], pool) == 0


def test_boxes_overlap_where_every_shared_attribute_does() -> None:
    """Different attributes never exclude each other."""
    women, men = ({"sex": Allowed(SEX, frozenset([k]))} for k in (0, 1))
    young = {"age": Allowed(AGE, low=0, high=19)}
    assert overlaps(women, young)
    assert not overlaps({**women, **young}, men)


def test_whole_numbers_are_shown() -> None:
    """Ends are cut to whole numbers."""
    assert shown(Allowed(AGE, low=20.4, high=29.999)) == [20, 29]


def test_gaps_without_support_are_those_of_empty_cells() -> None:
    """Of women and men that are both missing, a pool of women supports the first."""
    found = gaps(TARGETS.tables[:2], [np.zeros(1), np.array([0.1, 0.1])], 100.0, least=0.01)
    assert len(found) == 2
    assert [gap.label for gap in without_support(found, TARGETS.tables[:2], women_pool())] == ["male"]
