"""Where records come from."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.evaluation.provenance import N_SHOWN, proposal_facts, spread_of
from censemble.pool import Pool

NAMES = ["1-1", "1-1", "1-2", "beside-1-1", "fill-1"]


def proposed(names: list[str], **more: Any) -> pa.Table:
    """A table of proposals."""
    rows = [
        {
            "proposal": name,
            "reason": f"because {name}",
            "asked_for": "age 0 to 9",
            "missing_share": 0.1,
            "filled_in": name.startswith("fill-"),
            "num": 1,
            "record": json.dumps({"age": [0, 9]}),
            **more,
        }
        for name in names
    ]
    return pa.Table.from_pylist(rows)


def planned() -> pa.Table:
    """Two calls."""
    row = {"call": 0, "miss": 1.0, "unsupported": 9, "proposals": 0, "refused": 0, "effective_size": 0.0}
    return pa.Table.from_pylist([row, row | {"call": 2, "miss": 0.01, "refused": 3, "mode": "unknown here"}])


def pool(names: list[str], ages: list[float], *, households: bool = False) -> Pool:
    """Flat records, or households of one."""
    told, none, n = pa.table({"proposal": names}), pa.table({}), len(names)
    return Pool(
        {"tenure": np.arange(n) % 2} if households else {"record": np.arange(n)},  # no attribute of persons
        {"age": np.array(ages)},
        np.arange(n + 1),
        np.ones(n),
        pa.array([str(k) for k in range(n)]),
        told if households else none,
        none if households else told,
        "",
        np.zeros(n, np.int32),
        "llmsynthor",
        "households" if households else "persons",
    )


def test_facts_by_hand() -> None:
    """Ten records: six of the first proposal, none of the second, two beside, two filled in."""
    told = {"proposals": proposed(["1-1", "1-2", "fill-1"]), "planning": planned()}
    made = pool(NAMES, [1.0, 1.0, 2.0, 3.0, np.nan])
    facts = proposal_facts(told, made, np.array([4, 2, 0, 2, 2]), spent={"calls": 2, "cost": "0.5", "key": "secret"})
    assert facts is not None
    assert (facts["accepted"], facts["filled_in"], facts["refused"]) == (2, 1, [])
    assert facts["spread"] == {
        "records": 10,
        "of_proposals": 6,
        "of_filled_in": 2,
        "beside": 2,
        "other": 0,
        "proposals": 3,
        "used": 2,
        "largest_share": 0.6,
        "effective": pytest.approx(64 / 40),
        "half": 1,
        "few": True,
    }
    assert [(p["proposal"], p["records"]) for p in facts["most_used"]] == [("1-1", 6), ("fill-1", 2), ("1-2", 0)]
    assert facts["distinct_records"] == 3  # the two of the first proposal are alike
    assert facts["planning"][1] == {"call": 2, "miss": 0.01, "unsupported": 9, "proposals": 0, "refused": 3,
                                    "effective_size": 0.0}  # fmt: skip
    assert facts["language_model"]["calls"] == 2
    assert "key" not in facts["language_model"]


def test_households_carry_their_proposal() -> None:
    """The column of households counts; two of one age differ by their tenure."""
    facts = proposal_facts(
        {"proposals": proposed(["1-1"])}, pool(["1-1", "1-1"], [5.0, 5.0], households=True), np.array([1, 1])
    )
    assert facts is not None
    assert (facts["spread"]["records"], facts["distinct_records"], facts["planning"]) == (2, 2, [])


def test_refused_proposals_are_counted_by_reason() -> None:
    """Most frequent first; a table without rows is no refusal."""
    reasons = ["no room", "rule: adult", "rule: adult"]
    told = {"proposals": proposed(["1-1"]), "refused": pa.table({"reason": reasons})}
    facts = proposal_facts(told, pool(["1-1"], [1.0]), np.array([1]))
    assert facts is not None
    assert facts["refused"] == [{"reason": "rule: adult", "n": 2}, {"reason": "no room", "n": 1}]
    told["refused"] = pa.table({"reason": pa.array([], pa.string())})
    again = proposal_facts(told, pool(["1-1"], [1.0]), np.array([1]))
    assert again is not None and again["refused"] == []


def test_other_generators_have_no_proposals() -> None:
    """Nothing is told, or records do not say where they come from."""
    made = pool(["1-1"], [1.0])
    assert proposal_facts({}, made, np.array([1])) is None
    plain = Pool({}, made.persons, made.offsets, made.prior_weights, made.household_ids, pa.table({}), pa.table({}),
                 "", made.area, "independent", "persons")  # fmt: skip
    assert proposal_facts({"proposals": proposed(["1-1"])}, plain, np.array([1])) is None


def test_only_the_largest_are_told() -> None:
    """Ten of thirty."""
    names = [f"1-{k}" for k in range(30)]
    facts = proposal_facts({"proposals": proposed(names)}, pool(names, [1.0] * 30), np.arange(30))
    assert facts is not None
    assert [p["records"] for p in facts["most_used"]] == list(range(29, 29 - N_SHOWN, -1))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=20), st.integers(0, 50))
def test_spread_adds_up(counts: list[int], beside: int) -> None:
    """All records have an origin; the effective number lies between one and the number used."""
    made = {f"1-{k}": n for k, n in enumerate(counts)} | {"beside-1-0": beside, "strange": 1}
    found = spread_of(made, [f"1-{k}" for k in range(len(counts))])
    assert found["of_proposals"] + found["of_filled_in"] + found["beside"] + found["other"] == found["records"]
    assert found["other"] == 1
    assert found["used"] == sum(n > 0 for n in counts)
    if found["used"]:
        assert 1 - 1e-9 <= found["effective"] <= found["used"] + 1e-9
        kept = sorted(counts, reverse=True)
        assert 2 * sum(kept[: found["half"]]) >= sum(counts) > 2 * sum(kept[: found["half"] - 1])
