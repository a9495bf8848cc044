"""What a model tells of itself."""

from __future__ import annotations

import json

import generator_case
import numpy as np
from semapop_case import semapop

from censemble.generators.semapop.record_draws import DrawCounts
from censemble.generators.semapop.training_facts import facts_of, told_tables

PEOPLE = generator_case.cases()[0]


def test_facts_are_json_and_say_what_was_learnt_from() -> None:
    """Model, personas, survey, draws; numbers of the survey by hand."""
    learnt = semapop().fit(PEOPLE.schema, seed_sample=PEOPLE.pool).learnt_
    assert learnt is not None
    facts = facts_of(learnt, DrawCounts(9, 2, 1))
    assert json.loads(json.dumps(facts)) == facts
    assert facts["survey"]["records"] == 400 and facts["survey"]["validation"] == 40
    assert facts["draws"] == {"drawn": 9, "incomplete": 2, "overfull": 1}
    assert (facts["model"], facts["writer"], facts["embedder"]) == ("remembering", "hand", "words")


def test_tables_have_personas_and_curves() -> None:
    """A row a persona with its training weight, a row a point."""
    learnt = semapop().fit(PEOPLE.schema, seed_sample=PEOPLE.pool).learnt_
    assert learnt is not None
    told = told_tables(learnt, learnt.personas(), learnt.bank.texts)
    assert told["personas"].column_names == ["persona", "text", "weight"]
    assert np.array_equal(told["personas"]["weight"].to_numpy(), learnt.training_weights)
    assert told["training"].to_pydict() == {"step": [1, 2], "validation loss": [2.0, 1.5]}
