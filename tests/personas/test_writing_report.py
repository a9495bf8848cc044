"""Personas counted."""

from __future__ import annotations

import json

from censemble.llm.json_schema import Fault
from censemble.personas.inventions import Inventions
from censemble.personas.writing_report import Written, report_of


def test_everything_is_counted_once() -> None:
    """Outcomes, faults by kind, inventions by kind and words, by hand."""
    report = report_of(
        [
            Written("a", "valid", (), Inventions((("name", "Ann"), ("name", "Bo")), 3, 40), 1),
            Written("b", "repaired", (Fault("sex", "x"),), Inventions((), 1, 60), 2),
            Written("c", "refused", (Fault("sex", "x"), Fault("count", "y")), None, 3),
            Written("d", "unasked"),
        ]
    )
    assert (report.asked, report.valid, report.repaired, report.refused, report.unasked) == (3, 1, 1, 1, 1)
    assert (report.taken, report.with_inventions, report.words, report.own_words) == (2, 1, 100, 4)
    assert report.faults == {"sex": 2, "count": 1}
    assert json.loads(json.dumps(report.as_dict()))["inventions"] == {"name": 2}
