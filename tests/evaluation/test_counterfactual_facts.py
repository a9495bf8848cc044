"""Facts of a counterfactual report on records whose response is known."""

from __future__ import annotations

import json

import numpy as np
import pytest
from counterfactual_case import BEFORE, BIKE, CODINGS, DRAWS, FULL, GOOD, SURVEY, coded, facts

from censemble.coding import CodedTable
from censemble.evaluation.counterfactual_codes import CodedPool
from censemble.evaluation.counterfactual_facts import Draws, between_runs, counterfactual_facts


def test_the_response_is_that_of_the_records() -> None:
    """A quarter, a half, three quarters; both personas never go back; intervals enclose the response."""
    found = facts()["response"]
    assert found["shares"] == [0.25, 0.5, 0.75]
    assert (found["spearman"], found["personas_never_back"], found["rises"]) == (pytest.approx(1.0), 1.0, True)
    assert all(a <= b <= c for a, b, c in zip(found["low"], found["shares"], found["high"], strict=True))
    assert found["change"] == 0.5


def test_side_effects_by_hand() -> None:
    """Cars: 2 of 4 before, 1 of 4 after. Given the label: of cyclists 1 in 3 has a car then, of others nobody."""
    last = facts()["side_effects"][-1]
    assert last["raw"] == pytest.approx(0.25)
    assert last["given_watched"] == pytest.approx(abs(0.25 / 3 - 0.5))
    assert (last["null_raw"], last["null_raw_largest"]) == (pytest.approx(0.125), pytest.approx(0.25))
    assert (last["null_share_low"], last["null_share_high"]) == (0.25, 0.25)


def test_the_truth_by_a_slow_loop() -> None:
    """Survey records scaled so that three quarters cycle: none of them has a car, of the others three quarters."""
    last = facts()["side_effects"][-1]
    cars = total = 0.0
    for bike, car, weight in zip([1, 1, 0, 0, 0, 0], [0, 0, 1, 1, 1, 0], [1.0, 1, 2, 2, 2, 2], strict=True):
        scaled = weight * (0.75 / 0.2 if bike else 0.25 / 0.8)
        cars, total = cars + car * scaled, total + scaled
    assert last["truth"] == pytest.approx(abs(0.25 - cars / total))
    assert last["unsteered"] == pytest.approx(abs(0.5 - cars / total))
    assert last["agreement"] == pytest.approx(1 - last["truth"])
    assert last["truth_reached"]


def test_the_floor_is_what_chance_does() -> None:
    """Larger with fewer records; effective records by hand, of the truth and of what side effects rest on."""
    last = facts()["side_effects"][-1]
    assert 0 < last["fresh"] < last["fresh_personas"]
    assert last["truth_records"] == pytest.approx(1 / (2 * 0.375**2 + 4 * 0.0625**2))
    assert last["given_records"] == pytest.approx(1 / (3 * (0.25 / 3) ** 2 + 0.75**2))
    assert last["truth_error"] > 0
    all_cycle = coded([1, 1, 1, 1], [0, 0, 1, 0])
    nobody_left = facts(draws=Draws((0.0, 1.0), (BEFORE, all_cycle), (), DRAWS.persona))["side_effects"][-1]
    assert nobody_left["given_records"] == 0


def test_no_steering_changes_nothing() -> None:
    """The same records at every strength: no response, no rank correlation, no side effect."""
    still = Draws((0.0, 1.0), (BEFORE, BEFORE), ((BEFORE,),), DRAWS.persona)
    found = facts(draws=still)
    assert (found["response"]["change"], found["response"]["spearman"]) == (0, None)
    assert found["side_effects"][0]["raw"] == found["side_effects"][0]["null_raw"] == 0


def test_what_is_not_supported_says_so() -> None:
    """Too few survey records have the label, whatever else holds; the facts are JSON."""
    found = facts()
    assert not found["support"]["supported"]
    assert found["support"]["reasons"] == ["the survey has 2.0 effective records with bike: yes, hardly anybody"]
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_without_random_directions_or_other_attributes() -> None:
    """Figures that cannot be taken are null."""
    alone = [
        CodedPool(
            {"persons": CodedTable(CODINGS[:1], c.tables["persons"].codes[:1], c.weights)}, c.of_record, c.weights
        )
        for c in (BEFORE, FULL, SURVEY)
    ]
    draws = Draws((0.0, 1.0), (alone[0], alone[1]), (), DRAWS.persona)
    found = counterfactual_facts(
        draws, alone[2], support=GOOD, watched=BIKE, is_named=False, rng=np.random.default_rng(1)
    )
    assert found["attributes"] == []
    assert found["side_effects"][0]["raw"] is found["side_effects"][0]["null_raw"] is None
    assert found["side_effects"][0]["agreement"] is None


def test_finished_populations_are_compared() -> None:
    """Shares of the label and total variation of the others."""
    found = between_runs(BEFORE, FULL, BIKE)
    assert (found["without"], found["steered"]) == (0.25, 0.75)
    assert found["attributes"] == [{"entity": "persons", "attribute": "car", "total_variation": 0.25}]
