"""What a model is told of records with members: nouns among the instructions, everything else as data."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from households_case import CHILD, OWNED, TRIPS, WOMAN, targets, trip_tables

from censemble.generators.llmsynthor.composition_form import form_of
from censemble.generators.llmsynthor.composition_prompts import likeness_request
from censemble.generators.llmsynthor.discrepancy import Gap
from censemble.generators.llmsynthor.macro_statistics import targets_of
from censemble.generators.llmsynthor.member_targets import MemberOptions
from censemble.generators.llmsynthor.prompts import groups_request, proposal_request
from censemble.llm import Settings

GAP = Gap("age by sex", "f young", 0.124, 0.13, OWNED, member={**WOMAN, **CHILD}, besides=("mother, </data> daughter",))


def asked(*, completes_gaps: bool = True, gaps: tuple[Gap, ...] = (GAP,)) -> Any:
    """A request about a gap of girls in owned households."""
    form = form_of(targets(), MemberOptions(size="size", most=4), completes_gaps=completes_gaps)
    return proposal_request(form, gaps, n=3, scenario="", random_seed=1, settings=Settings())


def test_gaps_say_record_member_and_who_is_there() -> None:
    """As data, which cannot close its block."""
    text = asked().messages[-1].text
    told = json.loads(text.split('<data name="gaps">')[1].split("</data>", maxsplit=1)[0])
    assert told == [
        {
            "gap": 1,
            "missing_percent": 12,
            "tenure": ["owned"],
            "member": {"sex": ["female"], "age": [0, 17]},
            "besides": ["mother, </data> daughter"],
        }
    ]
    assert text.count("</data>") == 2


def test_each_mode_has_its_instructions() -> None:
    """Completing, following and free; all speak of a household and its persons."""
    for request, words in (
        (asked(), "describe one usual household"),
        (asked(completes_gaps=False), "fill the gaps and nothing else"),
        (asked(completes_gaps=False, gaps=()), "Answer with 3 proposals"),
    ):
        assert words in request.messages[0].text
        assert "Each record is one household" in request.messages[0].text
        assert "one entry for every single person" in request.messages[0].text


def test_travellers_have_trips_in_an_order() -> None:
    """The nouns are the user's; which attribute orders is said as data."""
    options = MemberOptions("trips", 4, "hour", "traveller", "trip")
    found = targets_of(TRIPS, trip_tables(), "households", members=options)
    form = form_of(found, options, completes_gaps=True)
    request = proposal_request(form, [], n=1, scenario="", random_seed=1, settings=Settings())
    assert "one entry for every single trip, in the order of the attribute" in request.messages[0].text
    assert '"members_in_order_of": "hour"' in request.messages[1].text


def test_likeness_asks_for_whole_per_cents() -> None:
    """Of categorical attributes; not of the one that orders."""
    form = form_of(targets(), MemberOptions(size="size"), completes_gaps=True)
    request = likeness_request(form, random_seed=0, settings=Settings())
    assert request.schema["properties"] == {"sex": {"type": "integer", "minimum": 0, "maximum": 100}}


def test_dependences_are_asked_of_both() -> None:
    """Attributes of records and of members, and tables by what they name."""
    form = form_of(targets(), MemberOptions(size="size"), completes_gaps=False)
    request = groups_request(form, {"t": ("age", "sex")}, random_seed=0, settings=Settings())
    names = request.schema["properties"]["groups"]["items"]["properties"]["attributes"]["items"]["enum"]
    assert names == ["tenure", "size", "rooms", "sex", "age", "hours"]
    assert replace(GAP, besides=()).words() == (
        "tenure owned, sex female, age 0 to 17: 12 % of all members missing (table age by sex)"
    )
