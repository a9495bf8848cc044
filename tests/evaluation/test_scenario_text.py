"""A scenario on a terminal."""

from __future__ import annotations

from typing import Any

from censemble.evaluation.scenario_text import change_line, scenario_lines


def change(**more: Any) -> dict[str, Any]:
    """One change as scenario.json has it."""
    plain = {"id": "c2", "kind": "more", "records": 1200, "of": "persons", "where": {}, "units": [], "converts": ""}
    return plain | {"reason": "Work."} | more


def test_a_change_is_one_sentence() -> None:
    """Labels, ranges, places, and whose records these are."""
    one = change(where={"mode": ["bus", "car"], "hour": [20, 24]}, units=["east", "west"], converts="c1")
    assert change_line(one) == (
        "c2: 1,200 persons more (those of c1): mode bus or car, hour 20 to 24 in east, west. Work."
    )
    assert change_line(change()) == "c2: 1,200 persons more. Work."


def test_what_moved_and_what_did_not() -> None:
    """Most first; refusals with their number."""
    attributes = [
        {"attribute": f"a{k}", "moved": k > 0, "named": k == 2, "total_variation": k / 100, "noise": 0.0}
        for k in range(15)
    ]
    facts = {"changes": [], "refused": {"said twice": 2}, "totals": {}, "attributes": attributes}
    lines = list(scenario_lines(facts))
    assert lines[0] == "refused: said twice (2)"
    assert lines[2].split() == ["a14", "14.00", "%", "0.00", "%", "no"]
    assert lines[-2:] == ["... and 2 more", "not moved beyond chance: a0"]
