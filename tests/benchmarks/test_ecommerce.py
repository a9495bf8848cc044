"""The e-commerce records and the figures of the published table."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def ecommerce(script: Callable[[str], ModuleType]) -> ModuleType:
    """The module."""
    return script("ecommerce")


def test_records_follow_the_network_as_printed(ecommerce: ModuleType) -> None:
    """Shares of a large draw against the printed probabilities; ages and prices in their ranges."""
    drawn = ecommerce.draw_records(60_000, np.random.default_rng(1))
    assert (drawn["gender"] == "Male").mean() == pytest.approx(0.45, abs=0.01)
    assert (drawn["location_tier"] == "Developed").mean() == pytest.approx(0.4, abs=0.01)
    young_men = drawn[(drawn["age"] < 35) & (drawn["gender"] == "Male")]
    shares = young_men["category"].value_counts(normalize=True)
    assert [shares[c] for c in ecommerce.CATEGORIES] == pytest.approx([0.5, 0.25, 0.05, 0.2], abs=0.01)
    online = (drawn["payment"] == "Online Payment").groupby(drawn["location_tier"]).mean()
    assert online.to_dict() == pytest.approx({"Developed": 0.7, "Developing": 0.4}, abs=0.01)
    assert drawn["age"].between(18, 90).all()
    assert drawn["price"].between(0, 2000).all()


def test_figures_of_a_table_against_itself_are_zero(ecommerce: ModuleType) -> None:
    """All nine."""
    real = ecommerce.draw_records(500, np.random.default_rng(1))
    assert ecommerce.measured(real, real) == pytest.approx([0.0] * 9, abs=1e-7)


def test_figures_by_hand(ecommerce: ModuleType) -> None:
    """Ten years older: Wasserstein 10. All men: total variation is the share of women. Disjoint: distance 1."""
    real = ecommerce.draw_records(500, np.random.default_rng(1))
    moved = real.assign(age=real["age"] + 10, gender="Male")
    figures = dict(zip([c.name for c in ecommerce.TABLE], ecommerce.measured(moved, real), strict=True))
    assert figures["age Was"] == pytest.approx(10)
    assert figures["gender Tvd"] == pytest.approx((real["gender"] == "Female").mean())
    one = pd.DataFrame({**{n: [v[0]] for n, v in ecommerce.LABELS.items()}, "age": [20.0], "price": [1.0]})
    other = pd.DataFrame({**{n: [v[1]] for n, v in ecommerce.LABELS.items()}, "age": [20.0], "price": [1.0]})
    assert ecommerce.measured(one, other)[-1] == pytest.approx(1.0)


def test_limits_are_the_larger_of_floor_and_best_published(ecommerce: ModuleType) -> None:
    """Age: published .93 is above the floor; gender: the floor is above .001."""
    floor, limit = ecommerce.limits(3, 2000, np.random.default_rng(1))
    assert limit[0] == 0.93
    assert limit[1] == pytest.approx(1.25 * floor[1])


def test_labels_by_hand(ecommerce: ModuleType) -> None:
    """A customer of 35 who pays 400 online for electronics: 20 * 1.2 * 1.3 = 31.2, High."""
    row = {"age": 35.0, "gender": "Male", "location_tier": "Developed", "category": "Electronics"}
    table = pd.DataFrame([{**row, "price": 400.0, "payment": "Online Payment"}] * 2)
    assert ecommerce.lifetime_value(table).tolist() == ["High", "High"]
    assert ecommerce.discount_propensity(table).tolist() == ["Mid", "Mid"]


def test_implausible_records_are_counted(ecommerce: ModuleType) -> None:
    """Electronics for nothing break the first rule."""
    real = ecommerce.draw_records(100, np.random.default_rng(1))
    free = real.assign(category="Electronics", price=0.5)
    assert ecommerce.broken_percent(free) == 100
