"""Steerings of travellers: words for labels that exist, a table with a row each, and a page that keeps its text."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import ModuleType

import pytest
from counterfactual_case import facts

from censemble.steering_plan import Steering

Script = Callable[[str], ModuleType]


def row(**changed: object) -> dict[str, object]:
    """A row of the results."""
    read = {"statements": ["cycles"], "likeness": 1.0}
    return {**facts(), "towards": "cycles", "away": "drives", "wording": "own", "readings": [read], **changed}


def test_all_wordings_are_about_the_same_labels(script: Script) -> None:
    """Other words steer towards the same label of the schema."""
    nhts, nhts_steering = script("nhts"), script("nhts_steering")
    for named in nhts_steering.WORDINGS.values():
        for name, cases in named.items():
            own = {**nhts_steering.CASES, **nhts_steering.CHECKS}[name]
            for case in cases:
                assert (case.attribute, case.label) == (own.attribute, own.label)
                assert case.label in nhts.SCHEMA.find("persons", case.attribute).categories
                assert Steering((case.towards,), (case.away,)).chosen_way == "matched"
    assert set(nhts_steering.HELD_OUT) == set(nhts_steering.OTHER_WORDS) == set(nhts_steering.CASES)


def test_held_out_words_stand_in_no_phrase(script: Script) -> None:
    """Neither as they are nor the words in them that matter; nor are they among those that were seen."""
    nhts, nhts_steering = script("nhts"), script("nhts_steering")
    common = {"a", "the", "to", "of", "has", "home", "house", "days", "each", "every", "most", "works", "work", "by"}
    phrases = " | ".join(
        phrase for labels in nhts.words()["words"].values() for phrase in labels.values() if phrase
    ).lower()
    seen = {text for case in nhts_steering.OTHER_WORDS.values() for text in (case.towards, case.away)}
    for cases in nhts_steering.HELD_OUT.values():
        for case in cases:
            for text in (case.towards, case.away):
                assert text not in phrases and text not in seen
            telling = set(re.findall("[a-z]+", case.towards)) - common
            assert any(word not in re.findall("[a-z]+", phrases) for word in telling), case.towards


def test_a_row_has_all_figures_of_the_protocol(script: Script) -> None:
    """The handful of records that can be reckoned by hand: a quarter cycles, then three quarters."""
    nhts_steering = script("nhts_steering")
    cells = [c.strip() for c in nhts_steering.line_of(row()).strip("|").split("|")]
    assert len(cells) == 13
    assert cells[:2] == ["cycles", "cycles (1.00)"]
    assert cells[2].startswith("25.0 → 75.0 (")
    assert cells[3] == "1.00"
    head, line, one = nhts_steering.table_of({"rows": [row(), row(wording="seen")]}, ["seen"]).splitlines()
    assert head.count("|") == line.count("|") == one.count("|") == 14


def test_side_effects_are_read_where_they_rest_on_something(script: Script) -> None:
    """At the greatest strength with enough records; at the last one where there is none."""
    nhts_steering = script("nhts_steering")
    effects = [{"strength": s, "given_records": n} for s, n in ((0.5, 200.0), (0.75, 40.0), (1.0, 3.0))]
    assert nhts_steering.firm({"side_effects": effects})["strength"] == 0.75
    assert nhts_steering.firm({"side_effects": effects[2:]})["strength"] == 1.0


def test_tables_go_between_their_marks(script: Script) -> None:
    """Each of its model and wordings; what stands around them stays, also the second time."""
    nhts_steering = script("nhts_steering")
    marks = ("autoregressive own, seen", "gan own")
    page = "".join(f"before\n<!-- travellers {m}: begin -->\nold\n<!-- travellers {m}: end -->\nafter\n" for m in marks)
    models = {"autoregressive": {"rows": [row(), row(wording="seen")]}, "gan": {"rows": [row(), row(wording="seen")]}}
    once = nhts_steering.with_tables(page, models)
    assert once.count("before\n") == once.count("after\n") == 2
    assert "old" not in once
    assert once.count("| cycles |") == 3
    assert nhts_steering.with_tables(once, models) == once
    with pytest.raises(KeyError):
        nhts_steering.with_tables(page.replace("gan", "none"), models)
