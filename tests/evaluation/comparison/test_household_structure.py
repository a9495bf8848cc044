"""Faults inside households, counted by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from household_case import PERSONS, dataset, ground, view, without_roles
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.dataset import Dataset
from censemble.evaluation.comparison.household_structure import FACTS, measure_household_structure
from censemble.evaluation.comparison.measure import Measure


def measured(data: Dataset, reference: Dataset | None = None, entity: str = "households") -> dict[str, Measure]:
    found = measure_household_structure(ground(reference or dataset()), view(data, entity))
    return {m.metric: m for m in found}


def test_shares_by_hand() -> None:
    """One orphan of eleven, one empty household of five, one of three decided without adult, one odd pair of each."""
    values = {name: m.value for name, m in measured(dataset()).items()}
    assert values["orphans"] == pytest.approx(1 / 11)
    assert values["empty_households"] == pytest.approx(1 / 5)
    assert values["no_adult"] == pytest.approx(1 / 3)
    assert values["partner_age_gap"] == pytest.approx(1 / 2)
    assert values["parent_child_age_gap"] == pytest.approx(1 / 2)
    assert (values["partner_age_gap_tv"], values["parent_child_age_gap_tv"]) == (0, 0)


def test_sizes_are_compared_where_they_are_declared() -> None:
    """Three households are as large as they say, one is not, one says nothing."""
    sizes = np.array([3.0, 3.0, 2.0, 4.0, np.nan])
    size = measured(replace(dataset(), declared_sizes=sizes))["size_mismatch"]
    assert size.value == pytest.approx(1 / 4)
    nothing = measured(dataset())["size_mismatch"]
    assert (nothing.value, nothing.note) == (None, "The table declares no household sizes.")


def test_weights_count() -> None:
    """A household of weight 0 is not there; one of weight 3 counts as three."""
    data = replace(dataset(), household_weights=np.array([3.0, 0.0, 1.0, 1.0, 1.0]))
    values = {name: m.value for name, m in measured(data).items()}
    assert values["no_adult"] == pytest.approx(1 / 4)
    assert values["empty_households"] == pytest.approx(1 / 6)
    assert values["partner_age_gap"] == 0


def test_views_of_households_and_persons_agree() -> None:
    """The figures are of the whole table, whatever rows the view shows."""
    assert measured(dataset()) == measured(dataset(), entity="persons")


def test_gap_distributions_differ_from_the_reference() -> None:
    """Couples of 2 and of 40 years against couples of 2 years alone: half the mass has moved."""
    real = dataset([p for p in PERSONS if p[0] != 1])
    assert measured(dataset(), real)["partner_age_gap_tv"].value == pytest.approx(1 / 2)


def test_the_note_says_what_the_reference_has() -> None:
    """Real data has odd cases too: a share is read beside the reference's."""
    note = measured(dataset(), dataset([p for p in PERSONS if p[0] >= 0]))["orphans"].note
    assert note == "1 of 11. Reference: 0.0000."


def test_errors_fall_with_the_number_of_households() -> None:
    """The standard error of a share is that of a binomial draw, up to chance."""
    n = 4000
    persons = [(h, 10.0 if h % 5 == 0 else 40.0, "head") for h in range(n)]
    found = measured(dataset(persons, n_households=n))["no_adult"]
    assert found.value == pytest.approx(0.2)
    rng = np.random.default_rng(1)
    shuffled = [(h, 10.0 if rng.random() < 0.2 else 40.0, "head") for h in range(n)]
    error = measured(dataset(shuffled, n_households=n))["no_adult"].error
    assert error == pytest.approx((0.2 * 0.8 / n) ** 0.5, rel=0.5)


def test_every_figure_that_is_not_defined_says_why() -> None:
    """Without roles, without links, without ages: None and a sentence, never 0."""
    cases = [
        without_roles(dataset()),
        replace(dataset(), persons={}),
        replace(dataset(), household_weights=np.zeros(0), household_of_person=np.zeros(0, np.int64)),
        replace(dataset(), household_weights=np.zeros(5)),
    ]
    for data in cases:
        found = measured(data)
        assert list(found) == [fact.name for fact in FACTS]
        assert found["no_adult"].value is None
        assert all(m.note.endswith(".") for m in found.values() if m.value is None)


def test_a_reference_without_households_is_not_measured_against() -> None:
    """Flat tables have no inside."""
    flat = replace(dataset(), household_weights=np.zeros(0), household_of_person=np.zeros(0, np.int64))
    assert measured(dataset(), flat) == {}


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(len(PERSONS))), st.lists(st.sampled_from(PERSONS), min_size=1, max_size=30))
def test_rows_may_be_in_any_order(order: list[int], others: list[tuple[int, float, str]]) -> None:
    """Permuting persons changes nothing, and all shares lie between 0 and 1."""
    first, second = measured(dataset()), measured(dataset([PERSONS[i] for i in order]))
    assert {k: m.value for k, m in first.items()} == {k: m.value for k, m in second.items()}
    for measure in measured(dataset(others)).values():
        assert measure.value is None or 0 <= measure.value <= 1
