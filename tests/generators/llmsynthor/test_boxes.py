"""Records drawn from boxes: inside them, and with weights that undo how often a place was proposed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llmsynthor_case import AGE, PAYS, PET, SEX, targets

from censemble.generators.conditions import Allowed
from censemble.generators.llmsynthor.boxes import draw_box, draw_pool, holds, probability_of, uniform_values

WOMEN, MEN = ({"sex": Allowed(SEX, frozenset([k]))} for k in (0, 1))
ADULTS = {"age": Allowed(AGE, low=20, high=99)}


def rng() -> np.random.Generator:
    """A fresh stream."""
    return np.random.default_rng(3)


def test_probability_is_what_the_tables_say() -> None:
    """45 of 100 are men; 90 are adults; both together by the model, in which they are independent."""
    assert probability_of(targets(), MEN) == pytest.approx(0.45)
    assert probability_of(targets(), ADULTS) == pytest.approx(0.9)
    assert probability_of(targets(), {**MEN, **ADULTS}) == pytest.approx(0.45 * 0.9)


def test_no_room_where_the_tables_have_nobody() -> None:
    """Children never pay by card."""
    box = {"age": Allowed(AGE, low=0, high=19), "pays": Allowed(PAYS, frozenset([0]))}
    assert probability_of(targets(), box) == 0


def test_records_lie_in_their_box() -> None:
    """Also for attributes that no table names."""
    box = {"age": Allowed(AGE, low=25, high=30), "pet": Allowed(PET, frozenset([1]))}
    drawn = draw_box(targets(), box, 300, rng())
    assert set(drawn["age"].tolist()) == {25, 26, 27, 28, 29, 30}
    assert set(drawn["pet"].tolist()) == {1}
    assert holds(box, drawn).all()
    assert set(drawn["sex"].tolist()) == {0, 1}


@settings(max_examples=10, deadline=None)
@given(copies=st.integers(1, 6), random_seed=st.integers(0, 50))
def test_proposing_a_place_again_changes_nothing(copies: int, random_seed: int) -> None:
    """However often women are proposed, the weighted pool has the tables' share of them."""
    columns, _, prior = draw_pool(targets(), [MEN, *[WOMEN] * copies], 3000, np.random.default_rng(random_seed))
    assert prior[columns["sex"] == 0].sum() == pytest.approx(55, abs=1e-6)
    assert prior.sum() == pytest.approx(100)


def test_overlapping_boxes_are_one_support() -> None:
    """Women, and adults: nobody else; inside, shares are those of the model restricted to them."""
    columns, box, prior = draw_pool(targets(), [WOMEN, ADULTS], 40_000, rng())
    women, adult = columns["sex"] == 0, columns["age"] >= 20
    assert (women | adult).all()
    allowed = 1 - 0.45 * 0.1  # all but boys
    assert prior[women & ~adult].sum() / 100 == pytest.approx(0.55 * 0.1 / allowed, abs=0.005)
    assert prior[~women].sum() / 100 == pytest.approx(0.45 * 0.9 / allowed, abs=0.005)
    assert np.bincount(box).tolist() == [20_000, 20_000]


def test_uniform_values_reach_both_ends() -> None:
    """Whole numbers with both ends; the whole attribute where a box is silent; fractions where bins have some."""
    drawn = uniform_values(AGE, Allowed(AGE, low=5, high=7), 200, rng())
    assert set(drawn.tolist()) == {5, 6, 7}
    assert uniform_values(AGE, None, 5000, rng()).max() == 99
    price = type(AGE)("price", "persons", "numeric", bins=(0.5, 2.5))
    values = uniform_values(price, Allowed(price, low=1, high=9), 1000, rng())
    assert values.min() >= 1
    assert 2.4 < values.max() <= 2.5


def test_the_same_stream_gives_the_same_records() -> None:
    """Bytes are equal."""
    one, two = (draw_pool(targets(), [WOMEN, ADULTS], 50, rng())[0] for _ in range(2))
    assert all(one[name].tobytes() == two[name].tobytes() for name in one)
