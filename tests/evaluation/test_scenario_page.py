"""The page of a scenario."""

from __future__ import annotations

import re
from typing import Any

import pytest

from censemble.evaluation.scenario_page import N_LABELS, render, where_words

HOSTILE = "<script>alert(1)</script>\u202e" + "W" * 600
HOURS = ["0-6", "6-12", "12-18", "18-24"]


def attribute(name: str, moved: bool, **more: Any) -> dict[str, Any]:
    """An attribute of four labels; one gains 200 where it moved."""
    before = [100, 300, 400, 200]
    after = [100, 300, 400, 400] if moved else before
    return {
        "entity": "persons",
        "attribute": name,
        "labels": HOURS,
        "without": before,
        "with": after,
        "again": before,
        "total_variation": 0.13 if moved else 0.001,
        "noise": 0.002,
        "moved": moved,
        "named": moved,
        **more,
    }


def facts(**changes: Any) -> dict[str, Any]:
    """A concert in the evening."""
    change = {
        "id": "c1",
        "reason": f"Visitors come {HOSTILE}",
        "kind": "more",
        "of": "persons",
        "records": 200,
        "where": {"hour": ["18-24"], "age": [16, 64]},
        "units": ["Avon"],
    }
    return {
        "scenario": f"A concert {HOSTILE}",
        "project": f"Trips {HOSTILE[:20]}",
        "random_seed": 7,
        "changes": [change, change | {"id": "c2", "kind": "fewer", "records": 30, "where": {}, "units": []}],
        "refused": {HOSTILE: 2},
        "notes": [HOSTILE],
        "totals": {"persons": {"without": 1000, "with": 1170}},
        "attributes": [attribute("mode", False), attribute("hour", True)],
        "pairs": [
            {
                "entity": "persons",
                "first": "hour",
                "second": HOSTILE,
                "rows": HOURS,
                "columns": ["a", HOSTILE],
                "without": [[1, 2], [3, 4], [5, 6], [7, 8]],
                "with": [[1, 2], [3, 4], [5, 6], [7, 208]],
            }
        ],
        "zones": [{"level": "zone", "unit": unit, "without": 500, "with": n} for unit, n in (("A", 670), ("B", 500))],
        **changes,
    }


def square(name: str, x: float) -> dict[str, Any]:
    """A feature."""
    ring = [[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]
    return {"id": name, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def test_the_page_tells_the_whole_story() -> None:
    """The sentence, each change with its reason, what moved against noise, pairs and a map."""
    page = render(facts(), geojson={"features": [square("A", 0), square("B", 1)]})
    for told in (
        "A concert",
        "+200 persons",
        "−30 persons",
        "age: 16 to 64",
        "in: Avon",
        "everywhere",
        "Visitors come",
    ):
        assert told in page
    assert page.index(">hour</th>") < page.index(">mode</th>")  # what moved comes first
    assert "Within noise: mode." in page
    assert ">65</td>" in page  # 0.13 is 65 times 0.002
    assert "A: +170 records, 500 before" in page
    assert "18-24, " in page and ": +200" in page  # the cell of the heat map
    assert "+170" in page and "1,170 in all" in page


def test_texts_are_escaped() -> None:
    """Sentence, reasons, labels and notes are data; nothing is fetched and no script runs."""
    page = render(facts())
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"https?://|url\(|@import", page)


def test_same_facts_same_page() -> None:
    """To the byte."""
    assert render(facts()) == render(facts())


def test_outlines_of_labels_make_a_map() -> None:
    """An attribute whose labels are places has a map of its own; others and other outlines have none."""
    places = {"features": [square(label, k) for k, label in enumerate(HOURS)]}
    page = render(facts(zones=[]), geojson=places)
    assert "Persons by hour: with the scenario minus without." in page
    assert "18-24: +200 persons, 200 before" in page
    assert 'id="maps"' not in render(facts(), geojson={"features": [square("elsewhere", 0)]})
    assert 'id="maps"' not in render(facts())


def test_nothing_changed_is_said() -> None:
    """A scenario of which no change could be used, without attributes or pairs."""
    page = render(facts(changes=[], attributes=[], pairs=[], zones=[], notes=[], refused={}))
    assert "No change could be used" in page
    assert "no attribute with categories" in page
    assert 'id="pairs"' not in page


def test_many_labels_show_those_that_moved() -> None:
    """Of two hundred labels the changed ones, with the number of the others."""
    before = [100] * 200
    after = [100 + 50 * (k % 100 == 0) for k in range(200)]
    many = attribute(
        "place", True, labels=[f"p{k}" for k in range(200)], without=before, again=before, **{"with": after}
    )
    page = render(facts(attributes=[many]))
    assert ">p100</th>" in page and ">p101</th>" not in page
    assert "198 others are in scenario.json" in page
    all_moved = render(facts(attributes=[many | {"with": [n + 1 for n in before]}]))
    assert all_moved.count('class="bar after"') == N_LABELS


@pytest.mark.parametrize(("noise", "told"), [(0.0, "–"), (None, "–"), (0.01, "13")])
def test_without_noise_there_is_no_multiple(noise: float | None, told: str) -> None:
    """Two runs that agree exactly give no yardstick."""
    page = render(facts(attributes=[attribute("hour", True, noise=noise)]))
    assert f'<td class="n">{told}</td><td>yes</td>' in page


def test_a_range_is_told_as_one() -> None:
    """Two numbers are a range, two labels are not."""
    assert where_words({"age": [16, 64.5], "sex": ["f", "m"]}) == ["age: 16 to 64.5", "sex: f, m"]
