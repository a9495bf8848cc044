"""What is asked of members, and what is read."""

from __future__ import annotations

from typing import Any

import pytest
from households_case import CHILD, OWNED, SIZE, TRIPS, WOMAN, planner, targets, trip_tables

from censemble.errors import ConfigError
from censemble.generators.conditions import Allowed
from censemble.generators.llmsynthor.composition_form import form_of
from censemble.generators.llmsynthor.discrepancy import Gap
from censemble.generators.llmsynthor.macro_statistics import targets_of
from censemble.generators.llmsynthor.member_targets import MemberOptions
from censemble.generators.llmsynthor.proposal_form import kind_of, read_proposals
from censemble.llm import faults_of

FORM = form_of(targets(), MemberOptions(size="size", most=4), completes_gaps=True)
THREE = Gap("size", "3 or more", 0.3, 0.35, {**OWNED, "size": Allowed(SIZE, frozenset([2]))})
GIRLS = Gap("age by sex", "f young", 0.1, 0.13, {}, member={**WOMAN, **CHILD})


def parts(gap: Gap) -> dict[str, Any]:
    """Properties of the proposal for a gap."""
    return FORM.schema(1, [gap])["properties"]["proposals"]["properties"]["1"]["properties"]


def somebody(**changes: Any) -> dict[str, Any]:
    """A member as an answer has it."""
    return {"who": "somebody", "sex": ["female"], "age": [20, 60], "hours": [1, 40], **changes}


def test_the_list_is_as_long_as_the_gap_says() -> None:
    """Three or four for "3 or more"; the size itself is not asked for, nor what the gap names."""
    made = parts(THREE)
    assert (made["members"]["minItems"], made["members"]["maxItems"]) == (3, 4)
    assert set(made["record"]["properties"]) == {"rooms"}
    assert set(made["members"]["items"]["properties"]) == {"who", "sex", "age", "hours"}


def test_a_gap_of_members_has_its_own_member_first() -> None:
    """Who is not asked for what the gap says; the others are up to three."""
    made = parts(GIRLS)
    assert set(made["first"]["properties"]) == {"who", "hours"}
    assert (made["others"]["minItems"], made["others"]["maxItems"]) == (0, 3)
    assert set(made["record"]["properties"]) == {"tenure", "rooms"}


def test_a_household_is_read_with_its_members() -> None:
    """The girl, her mother, and the label of two."""
    record = {"tenure": ["owned", "rented"], "rooms": ["few"]}
    first = {"who": "daughter", "hours": [1, 1]}
    answer = {"proposals": {"1": {"reason": "x", "record": record, "first": first, "others": [somebody(who="mother")]}}}
    assert faults_of(answer, FORM.schema(1, [GIRLS])) == []
    (found,), refused = read_proposals(answer, FORM, [GIRLS], call=2)
    assert refused == {}
    assert found.shown() == {
        "record": {"tenure": ["owned", "rented"], "rooms": ["few"], "size": ["2"]},
        "members": [
            {"who": "daughter", "sex": ["female"], "age": [0, 17], "hours": [1, 1]},
            {"who": "mother", "sex": ["female"], "age": [20, 60], "hours": [1, 40]},
        ],
    }
    assert found.asked_for == "sex female, age 0 to 17: 10 % of all members missing (table age by sex)"


def test_faults_of_members_are_counted_by_their_kind() -> None:
    """A range that ends before it begins; windows in no order."""
    record = {"rooms": ["few"]}
    three = [somebody(), somebody(age=[50, 20]), somebody()]
    _, refused = read_proposals(
        {"proposals": {"1": {"reason": "x", "record": record, "members": three}}}, FORM, [THREE], call=1
    )
    assert [kind_of(fault) for fault in refused.values()] == ["range that ends before it begins"]
    assert kind_of("hour: no order of the members in which it never decreases") == "members in no order"


def test_without_a_gap_every_attribute_has_one_value() -> None:
    """The published form: one category, and any number of members."""
    form = form_of(targets(), MemberOptions(size="size", most=4), completes_gaps=False)
    made = form.schema(2, [])["properties"]["proposals"]["properties"]["2"]["properties"]
    assert set(made) == {"reason", "record", "members", "num"}
    assert made["members"]["items"]["properties"]["sex"] == {"type": "string", "enum": ["female", "male"]}
    assert (made["members"]["minItems"], made["members"]["maxItems"]) == (1, 4)


def test_which_attribute_orders_is_told() -> None:
    """Beside the attributes of both."""
    found = targets_of(TRIPS, trip_tables(), "households", members=MemberOptions("trips", 3, "hour"))
    told = form_of(found, MemberOptions("trips", 3, "hour"), completes_gaps=True).told()
    assert set(told) == {"record", "member", "members_in_order_of", "always_said_of_members"}
    assert (told["record"], told["members_in_order_of"]) == ({}, "hour")
    assert "hour" in told["always_said_of_members"]


def test_names_of_both_can_be_grouped() -> None:
    """Dependences are asked among all attributes, the size with them."""
    assert list(planner(lambda call: "", completes_gaps=False).form.all_names) == [
        "tenure", "size", "rooms", "sex", "age", "hours",
    ]  # fmt: skip


def test_a_gap_without_attributes_of_its_member_is_one_of_records() -> None:
    """Persons in owned households: nobody is first."""
    gap = Gap("persons by tenure", "owned", 0.2, 0.6, OWNED, member={})
    assert set(parts(gap)) == {"reason", "record", "members"}


def test_what_is_said_holds_for_those_who_have_a_value() -> None:
    """Hours of work of a child are the tables' business; what a gap names is as it says."""
    answer = {"who": "daughter", "hours": [30, 40]}
    record = {"tenure": ["owned"], "rooms": ["few"]}
    one = {"reason": "x", "record": record, "first": answer, "others": []}
    (found,), _ = read_proposals({"proposals": {"1": one}}, FORM, [GIRLS], call=1)
    assert found.members[0].box["hours"].or_missing
    assert not found.members[0].box["age"].or_missing
    assert found.box["tenure"].or_missing
    assert (found.said, found.members[0].said) == ({"tenure", "rooms"}, {"hours"})


def test_only_what_is_wanted_is_asked_about() -> None:
    """Ages alone: of the record nothing, of members who they are and how old; the others stay open in the answer."""
    form = form_of(targets(), MemberOptions(size="size", most=4), completes_gaps=True, about=["age"])
    asked = form.schema(1, [THREE])["properties"]["proposals"]["properties"]["1"]["properties"]
    assert asked["record"]["properties"] == {}
    assert list(asked["members"]["items"]["properties"]) == ["who", "age"]
    slot, fault = form.members.form.read_values({"who": "wife", "age": [30, 40]}, {}) if form.members else ({}, "none")
    assert (list(slot), fault) == (["age"], "")
    with pytest.raises(ConfigError, match=r"generator\.ask_about: no attribute 'pets'; there are tenure"):
        form_of(targets(), MemberOptions(size="size", most=4), completes_gaps=True, about=["pets"])
