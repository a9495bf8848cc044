"""Steerings of travellers: words for labels that exist, a table with a row each, and a page that keeps its text."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from counterfactual_case import facts

from censemble.steering_plan import Steering

Script = Callable[[str], ModuleType]


def row(**changed: object) -> dict[str, object]:
    """A row of the results."""
    read = {"statements": ["cycles"], "likeness": 1.0}
    return {**facts(), "towards": "cycles", "away": "drives", "readings": [read], **changed}


def test_both_wordings_are_about_the_same_labels(script: Script) -> None:
    """The other words steer towards the same label of the schema."""
    nhts, nhts_steering = script("nhts"), script("nhts_steering")
    for name, case in nhts_steering.OTHER_WORDS.items():
        own = nhts_steering.CASES[name]
        assert (case.attribute, case.label) == (own.attribute, own.label)
        assert case.label in nhts.SCHEMA.find("persons", case.attribute).categories
        assert case.towards != own.towards
        assert Steering((case.towards,), (case.away,)).chosen_way == "found"


def test_a_row_has_all_figures_of_the_protocol(script: Script) -> None:
    """The handful of records that can be reckoned by hand: a quarter cycles, then three quarters."""
    nhts_steering = script("nhts_steering")
    cells = [c.strip() for c in nhts_steering.line_of(row()).strip("|").split("|")]
    assert len(cells) == 10
    assert cells[:2] == ["cycles", "cycles (1.00)"]
    assert cells[2].startswith("25.0 → 75.0 (")
    assert cells[3] == "1.00"
    head, line, *_ = nhts_steering.table_of({"rows": [row()]}).splitlines()
    assert head.count("|") == line.count("|") == 11


def test_the_table_goes_between_the_marks(script: Script) -> None:
    """What stands around it stays, also the second time."""
    nhts_steering = script("nhts_steering")
    page = f"before\n{nhts_steering.BEGIN}\nold\n{nhts_steering.END}\nafter\n"
    once = nhts_steering.with_table(page, {"rows": [row()]})
    assert once.startswith("before\n")
    assert once.endswith("after\n")
    assert "old" not in once
    assert nhts_steering.with_table(once, {"rows": [row()]}) == once
