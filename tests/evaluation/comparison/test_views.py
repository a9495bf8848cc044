"""One coding for all tables, decided by the reference; groups that keep households whole."""

from __future__ import annotations

import numpy as np
import small_case
from judge_case import SCHEMA, table

from censemble.dataset import Dataset, dataset_of_pool
from censemble.evaluation.comparison.measure import N_GROUPS
from censemble.evaluation.comparison.views import attributes_of, codings_of, view_of
from censemble.schema import Attribute, Schema


def test_declared_bins_are_kept() -> None:
    """A numeric attribute with bins is tabulated by them."""
    assert codings_of(table(20), "persons")[2].edges == (0, 16, 40, 65, 100)


def test_bins_come_from_the_weighted_reference() -> None:
    """Without declared bins, quantiles of the reference decide: heavy rows take more bins."""
    schema = Schema((Attribute("income", "persons", "numeric"),))
    values = np.arange(100.0)
    weights = np.where(values < 10, 90.0, 1.0)
    made = Dataset("r", schema, {}, {"income": values}, np.zeros(0), weights)
    edges = np.array(codings_of(made, "persons")[0].edges)
    assert (edges[1:-1] <= 10).sum() == 9


def test_groups_are_equal_and_repeatable() -> None:
    """Groups differ by one row at most, and the same random seed gives the same ones."""
    data, codings = table(103), codings_of(table(103), "persons")
    first = view_of(data, "persons", codings, random_seed=3)
    sizes = np.bincount(first.group, minlength=N_GROUPS)
    assert sizes.max() - sizes.min() <= 1
    assert (view_of(data, "persons", codings, random_seed=3).group == first.group).all()


def test_persons_of_a_household_share_their_group() -> None:
    """A standard error by persons must not pretend that members of a household are independent."""
    data = dataset_of_pool(small_case.pool(), Schema(()), name="t")
    view = view_of(data, "persons", (), random_seed=0)
    households = view_of(data, "households", (), random_seed=0)
    assert (view.group == households.group[data.household_of_person]).all()


def test_persons_of_linked_tables_have_household_attributes() -> None:
    """They come first, and a person attribute of the same name hides one."""
    schema = Schema((*SCHEMA.attributes, Attribute("tenure", "households", "categorical", ("own", "rent"))))
    linked = Dataset("t", schema, {}, {}, np.ones(1), np.ones(1), np.zeros(1, np.int64))
    assert [a.name for a in attributes_of(linked, "persons")] == ["tenure", "sex", "work", "age"]
    flat = table(5, schema=schema)
    assert [a.name for a in attributes_of(flat, "persons")] == ["sex", "work", "age"]
