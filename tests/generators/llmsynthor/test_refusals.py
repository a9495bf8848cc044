"""Refusals are counted, and each is kept in the model's words."""

from __future__ import annotations

from censemble.generators.llmsynthor.refusals import COLUMNS, Refusals
from censemble.llm import Fault, Reply

ANSWER = {"proposals": {"1": {"reason": "x", "record": {"sex": "male"}}, "2": {"reason": "y", "record": {}}}}


def test_a_proposal_is_quoted() -> None:
    """Its place, reason, JSON, and the key of the question that it answers."""
    refusals = Refusals()
    refusals.answered(3, Reply("valid", ANSWER, key="abc"))
    refusals.refuse("3-1", "no room in the tables")
    assert refusals == {"no room in the tables": 1}
    [row] = refusals.table().to_pylist()
    said = '{"reason": "x", "record": {"sex": "male"}}'
    assert row == {"call": 3, "place": "1", "reason": "no room in the tables", "record": said, "question": "abc"}


def test_an_answer_counts_as_all_that_was_asked_for() -> None:
    """Five proposals were wanted and prose came: five are counted, one row has the text."""
    refusals = Refusals()
    refusals.answered(1, Reply("refused", faults=(Fault("syntax", "no JSON"),), text="No.", key="k"))
    refusals.refuse_answer(1, n=5)
    assert refusals == {"answer: syntax": 5}
    [row] = refusals.table().to_pylist()
    assert (row["place"], row["record"]) == ("", "No.")


def test_the_question_of_a_proposal() -> None:
    """By the call in its id; what was filled in answers none."""
    refusals = Refusals()
    refusals.answered(12, Reply("valid", ANSWER, key="abc"))
    assert [refusals.question(name) for name in ("12-1", "13-1", "fill-12")] == ["abc", "", ""]


def test_nothing_refused_is_an_empty_table() -> None:
    """With its columns, so that readers need no special case."""
    assert Refusals().table().schema == COLUMNS
