"""What an answer may be, and what is read from it."""

from __future__ import annotations

import numpy as np
import pytest
from llmsynthor_case import AGE, PAYS, SEX, targets

from censemble.errors import ConfigError
from censemble.generators.conditions import Allowed
from censemble.generators.llmsynthor.discrepancy import Gap
from censemble.generators.llmsynthor.proposal_form import Form, ends_of, range_of, read_proposals
from censemble.llm import faults_of
from censemble.schema import Attribute

ATTRIBUTES = targets().attributes
MEN = Gap("sex", "male", 0.45, 0.45, {"sex": Allowed(SEX, frozenset([1]))})
CASH = Gap("pays", "cash", 0.3, 0.45, {"pays": Allowed(PAYS, frozenset([1]))})


def test_calibrated_schema_asks_only_for_what_the_gap_leaves_open() -> None:
    """Sex is fixed by the gap; categories come as lists, numbers as two whole numbers."""
    schema = Form(ATTRIBUTES, completes_gaps=True).schema(5, [MEN])
    one = schema["properties"]["proposals"]["properties"]["1"]["properties"]
    assert set(one) == {"reason", "record"}
    assert set(one["record"]["properties"]) == {"age", "pays", "pet"}
    answer = {"proposals": {"1": {"reason": "x", "record": {"age": [18, 99], "pays": ["card"], "pet": ["cat", "dog"]}}}}
    assert faults_of(answer, schema) == []
    answer["proposals"]["1"]["record"]["pays"] = ["Card"]
    assert [f.kind for f in faults_of(answer, schema)] == ["category"]


def test_the_published_schema_asks_for_everything() -> None:
    """One category each, and a number."""
    schema = Form(ATTRIBUTES, completes_gaps=False).schema(2, [MEN, CASH])
    one = schema["properties"]["proposals"]["properties"]
    assert set(one) == {"1", "2"}
    assert set(one["1"]["properties"]) == {"reason", "record", "num"}
    assert one["2"]["properties"]["record"]["properties"]["sex"] == {"type": "string", "enum": ["female", "male"]}


def test_a_completed_gap_is_a_proposal() -> None:
    """The gap's own category, the answer's for the rest, and where it came from."""
    form = Form(ATTRIBUTES, completes_gaps=True)
    record = {"age": [20, 30], "pays": ["card", "later"], "pet": ["cat"]}
    (found,), refused = read_proposals(
        {"proposals": {"1": {"reason": "Young men.", "record": record}}}, form, [MEN], call=4
    )
    assert refused == {}
    assert found.shown() == {"sex": ["male"], "age": [20, 30], "pays": ["card", "later"], "pet": ["cat"]}
    assert (found.id, found.reason, found.missing, found.is_filled_in) == ("4-1", "Young men.", 0.45, False)
    assert found.asked_for == "sex male: 45 % of all records missing (table sex)"


def test_a_free_proposal_says_which_gaps_it_answers() -> None:
    """Of two gaps the one that its record lies in; none if it lies in neither."""
    form = Form(ATTRIBUTES, completes_gaps=False)
    record = {"sex": "male", "age": [20, 30], "pays": "card", "pet": "cat"}
    other = {**record, "sex": "female"}
    answer = {
        "proposals": {"1": {"reason": "a", "record": record, "num": 7}, "2": {"reason": "b", "record": other, "num": 3}}
    }
    (one, two), _ = read_proposals(answer, form, [MEN, CASH], call=1)
    assert (one.n_records, one.asked_for.startswith("sex male"), one.missing) == (7, True, 0.45)
    assert (two.asked_for, two.missing) == ("nothing that was told", 0.0)


def test_a_range_that_ends_before_it_begins_is_refused_with_its_reason() -> None:
    """The schema cannot say it, so it is looked at here."""
    form = Form(ATTRIBUTES, completes_gaps=True)
    record = {"age": [40, 20], "pays": ["card"], "pet": ["cat"]}
    found, refused = read_proposals({"proposals": {"1": {"reason": "x", "record": record}}}, form, [MEN], call=1)
    assert (found, refused) == ([], {"1-1": "age: the range 40 to 20 ends before it begins"})


def test_names_and_labels_are_cleaned_and_found_again() -> None:
    """Labels with characters that cannot be seen are told clean and read back as they are."""
    odd = Attribute("pays\u200b", "persons", "categorical", ("card\u200b", "cash"))
    form = Form((odd,), completes_gaps=True)
    assert form.told() == {"pays": ["card", "cash"]}
    box, fault = form.read({"pays": ["card"]}, None)
    assert (fault, box["pays\u200b"].codes) == ("", {0})


def test_labels_that_look_alike_are_refused() -> None:
    """A model could not tell them apart."""
    with pytest.raises(ConfigError, match="labels that differ"):
        Form((Attribute("a", "persons", "categorical", ("x", "x\u200b")),), completes_gaps=True).told()


def test_whole_ranges_keep_to_the_scale() -> None:
    """20 to 30 has 30.9 in it; nothing beyond the bins."""
    assert ends_of(AGE) == (0, 99)
    found = range_of(AGE, 20, 30)
    assert found.holds(np.array([19.9, 20, 30.9, 31])).tolist() == [False, True, True, False]


def test_attributes_of_many_categories_are_not_asked_for() -> None:
    """Of 25 zones no list of plausible ones is asked for; a gap may name one, and the published form asks for it."""
    zone = Attribute("zone", "persons", "categorical", tuple(f"z{k}" for k in range(25)))
    form = Form((SEX, zone), completes_gaps=True)
    assert list(form.told()) == ["sex"]
    one = Gap("zone", "z3", 0.1, 0.1, {"zone": Allowed(zone, frozenset([3]))})
    record = form.schema(1, [one])["properties"]["proposals"]["properties"]["1"]["properties"]["record"]
    assert list(record["properties"]) == ["sex"]
    box, _ = form.read({"sex": ["male"]}, one)
    assert (box["zone"].codes, box["sex"].codes) == ({3}, {1})
    assert list(Form((SEX, zone), completes_gaps=False).told()) == ["sex", "zone"]
