"""The section on proposals."""

from __future__ import annotations

import json
from typing import Any

import pytest
from evaluation_case import SmallCase

from censemble.evaluation.provenance import spread_of
from censemble.evaluation.provenance_page import N_LINES, allowed_lines, reason_bars, section_of
from censemble.evaluation.report import render

HOSTILE = "</td><script>alert('x')</script> \"quoted\" \u202e" + "W" * 500


def facts(**changes: Any) -> dict[str, Any]:
    """Proposals whose every text is hostile."""
    row = {"call": 0, "miss": 1.0, "unsupported": 40, "proposals": 0, "refused": 0, "effective_size": 0.0}
    largest = {
        "proposal": "1-1",
        "reason": HOSTILE,
        "asked_for": HOSTILE,
        "missing_share": 0.2,
        "filled_in": False,
        "record": json.dumps({HOSTILE: [HOSTILE], "age": [0, 9.5]}),
        "records": 60,
    }
    return {
        "planning": [row, row | {"call": 1, "miss": 0.2, "unsupported": 2, "refused": 4, "effective_size": 120.0}],
        "accepted": 2,
        "filled_in": 1,
        "refused": [{"reason": HOSTILE, "n": 4}],
        "language_model": {"model": HOSTILE, "calls": 1, "tokens_in": 500, "tokens_out": 90, "cost": "0.0123",
                           "verdicts": {"valid": 1}},
        "spread": spread_of({"1-1": 60, "1-2": 10, "fill-1": 5, "beside-1-1": 25}, ["1-1", "1-2", "fill-1"]),
        "most_used": [largest, largest | {"proposal": "1-2", "records": 0}],
        "distinct_records": 77,
        **changes,
    }  # fmt: skip


def test_the_report_tells_of_proposals_and_escapes_them(small_case: SmallCase) -> None:
    """Curve, origins, cost, the largest proposals; texts of a model are text, one line, and not endless."""
    page = render({**small_case.facts, "proposals": facts()}, small_case.fit, geojson=None)
    section = page[page.index('id="proposals"') : page.index('id="records"')]
    assert "<script" not in page and "\u202e" not in section
    assert "&lt;script&gt;" in section
    assert "W" * 400 not in section
    assert "calls 1: 20 %" in section
    assert "Variety is small" in section
    for told in ("25.0\u00a0%", "Tokens sent", "0.0123", "77", "age: 0 to 9.5"):
        assert told in section
    assert "1-2" not in section  # gave no record


def test_without_a_language_model_there_is_no_section(small_case: SmallCase) -> None:
    """Also for a report.json that does not know of proposals, tables of two attributes and places."""
    old = {k: v for k, v in small_case.facts.items() if k not in ("proposals", "two_way", "places")}
    for known in (small_case.facts, old):
        page = render(known, small_case.fit, geojson=None)
        assert 'id="proposals"' not in page and 'id="places"' not in page


def test_what_is_not_known_is_left_out(small_case: SmallCase) -> None:
    """No cost, no refusals with reasons, one step of planning: the number of refusals is still told."""
    few = facts(refused=[], language_model=None)
    few["planning"] = few["planning"][1:]
    made = section_of(few)
    assert (made["n_refused"], made["refused_bars"], made["spent_rows"], made["curves_of_planning"]) == (4, [], [], [])
    page = render({**small_case.facts, "proposals": few}, small_case.fit, geojson=None)
    assert "4 refused" in page and "After 1 call" in page
    assert "Tokens" not in page


def test_rare_reasons_are_added_up() -> None:
    """Eight reasons, then the rest."""
    rows = reason_bars([{"reason": f"why {k}", "n": 20 - k} for k in range(12)])
    assert len(rows) == 9
    assert (rows[-1].label, rows[-1].value) == ("other reasons", f"{12 + 11 + 10 + 9}")


@pytest.mark.parametrize(
    ("record", "lines"),
    [
        ("no JSON", ["no JSON"]),
        ('{"sex": "male", "income": [0, 12.5]}', ["sex: male", "income: 0 to 12.5"]),
        ('{"rooms": [1, 2, 3]}', ["rooms: 1, 2, 3"]),
        ('{"record": {"tenure": ["rented"]}, "members": [{"who": "child", "age": [0, 9]}, 7]}',
         ["tenure: rented", "members 1: who child; age 0 to 9", "members 2: 7"]),
        ('{"record": "rented"}', ["record: rented"]),
        ("[]", [""]),
    ],
)  # fmt: skip
def test_what_a_proposal_allows(record: str, lines: list[str]) -> None:
    """An attribute a line, members by their number, anything else as it is."""
    assert list(allowed_lines(record)) == lines


def test_long_lists_are_cut() -> None:
    """Forty members are not forty lines."""
    lines = list(allowed_lines(json.dumps({f"a{k}": ["x"] for k in range(40)})))
    assert (len(lines), lines[-1]) == (N_LINES + 1, f"and {40 - N_LINES} more")
