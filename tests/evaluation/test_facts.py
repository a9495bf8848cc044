"""The facts of a run."""

from __future__ import annotations

import json

import numpy as np
import pytest
from evaluation_case import SmallCase, make_case

from censemble.evaluation.facts import sum_zones
from censemble.evaluation.fit import level_tables
from censemble.inputs import Inputs


def test_facts_are_plain_json(small_case: SmallCase) -> None:
    """No NaN, and the same value after a round trip."""
    text = json.dumps(small_case.facts, allow_nan=False)
    assert json.loads(text) == small_case.facts


def test_every_level_is_there(small_case: SmallCase) -> None:
    """Own tables of both levels, zone tables summed to the county and to all zones."""
    levels = [(r["level"], r["tables_of"]) for r in small_case.facts["levels"]]
    assert levels == [("county", "county"), ("tract", "tract"), ("county", "tract"), ("all zones", "tract")]


def test_level_figures_by_hand(small_case: SmallCase) -> None:
    """Owners: 6 of 6 in county X, 4 of 4.25 in county Y."""
    county = small_case.facts["levels"][0]
    assert (county["tae"], county["n_cells"], county["n_units"]) == (0.25, 2, 2)
    assert county["wape"] == pytest.approx(0.25 / 10.25)
    assert county["share_exact"] == 1


def test_sums_of_zones_skip_missing_targets(small_case: SmallCase) -> None:
    """A zone without a target adds neither target nor result; margins of error add up by squares."""
    zones = level_tables(small_case.fit)[1]
    summed = sum_zones(zones, "county", np.array([0, 0, 1], dtype=np.int32))
    older = zones.controls.index(("age", "older"))
    assert summed.target[:, older].tolist()[0] == 17
    assert np.isnan(summed.target[1, older])
    assert summed.moe[0, older] == pytest.approx(np.sqrt(4 + 1))
    assert np.isnan(summed.moe[0, zones.controls.index(("age", "child"))])


def test_only_the_largest_margin_of_error_of_zeros(small_case: SmallCase) -> None:
    """Of zones whose table says 0, one margin of error counts: the largest."""
    zones = level_tables(small_case.fit)[1]
    target, moe = np.array([[0.0], [0.0], [9.0]]), np.array([[3.0], [4.0], [12.0]])
    table = type(zones)("tract", zones.units, (("m", "c"),), target, moe, target, target, target)
    assert sum_zones(table, "all", np.zeros(3, dtype=np.int32)).moe[0, 0] == pytest.approx(np.hypot(4, 12))


def test_worst_cells_are_named_in_order(small_case: SmallCase) -> None:
    """Largest difference first, ties by name, met cells not listed."""
    worst = small_case.facts["worst"]
    sizes = [abs(w["difference"]) for w in worst]
    assert sizes == sorted(sizes, reverse=True)
    assert min(sizes) > 0
    tied = [(w["level"], w["margin"], w["cell"], w["unit"]) for w in worst if abs(w["difference"]) == 1]
    assert tied == sorted(tied)


def test_relaxed_targets_do_not_flatter(small_case: SmallCase) -> None:
    """Differences are measured against the table, not against the relaxed target."""
    owners = next(w for w in small_case.facts["worst"] if w["unit"] == "Y")
    assert (owners["target"], owners["relaxed"], owners["difference"]) == (4.25, 4.0, -0.25)
    assert small_case.facts["relaxations"]["total"] == 0.25


def test_timings_are_left_out(small_case: SmallCase) -> None:
    """What differs from run to run is not among the facts."""
    assert "timings" in small_case.manifest
    assert "timings" not in small_case.facts["reproduce"]


def test_empty_population(small_inputs: Inputs) -> None:
    """A population of nobody has facts too, and they are bad."""
    facts = make_case(small_inputs, np.zeros((6, 3), dtype=np.int64)).facts
    assert facts["verdict"]["status"] == "fail"
    assert facts["diversity"]["n_households"] == 0
