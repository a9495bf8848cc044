"""The generator with households and with days of trips, from a model that answers at random."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from households_case import TRIPS, planner, rng, tables, trip_tables
from llmsynthor_case import fake_client
from random_answers import random_answers
from tables_case import SCHEMA

from censemble.errors import SchemaError
from censemble.generators.llmsynthor import LLMSynthor, MemberOptions, Services
from censemble.generators.llmsynthor.anybody import ANYBODY
from censemble.llm.fake import FakeCall
from censemble.pool import Pool
from censemble.proposal import region_weights


def fitted(mode: str = "calibrated", **changes: Any) -> LLMSynthor:
    """Fitted on the households."""
    services = Services(client=fake_client(random_answers()), calibrate=region_weights)
    options: dict[str, Any] = {"mode": mode, "calls": 4, "members": MemberOptions("size", 4), "services": services}
    return LLMSynthor(**{**options, **changes}).fit(SCHEMA, margins=tables())


def members_of(pool: Pool, record: int) -> dict[str, list[float]]:
    """Attributes of the members of one record."""
    rows = slice(pool.offsets[record], pool.offsets[record + 1])
    return {name: values[rows].tolist() for name, values in pool.persons.items()}


@pytest.mark.parametrize("mode", ["calibrated", "faithful", "unguided"])
def test_every_mode_gives_households_with_their_persons(mode: str) -> None:
    """As many as asked for, with the tables' total; the label is the number of persons; each says its proposal."""
    generator = fitted(mode)
    pool = generator.sample(300, rng())
    assert (pool.n_records, pool.record_entity, pool.generator) == (300, "households", "llmsynthor")
    assert pool.prior_weights.sum() == pytest.approx(100)
    sizes = np.diff(pool.offsets)
    assert (pool.households["size"] == np.minimum(sizes, 3) - 1).all()
    known = {*generator.tables()["proposals"]["proposal"].to_pylist(), "tables"}
    assert {name.removeprefix("beside-") for name in pool.household_extra["proposal"].to_pylist()} <= known
    assert pool.person_extra["per_num"].to_pylist()[: sizes[0]] == list(range(1, sizes[0] + 1))


def test_every_household_lies_in_its_proposal() -> None:
    """Record and members, slot by slot, as proposals.parquet has them; without doubt there are no others."""
    generator = fitted(doubt=0)
    rows = {row["proposal"]: json.loads(row["record"]) for row in generator.tables()["proposals"].to_pylist()}
    pool = generator.sample(120, rng())
    for record, name in enumerate(pool.household_extra["proposal"].to_pylist()):
        told, persons = rows[name], members_of(pool, record)
        if "tenure" in told["record"]:
            assert ["owned", "rented"][pool.households["tenure"][record]] in told["record"]["tenure"]
        assert len(told["members"]) == len(persons["age"])
        for age, slot in zip(persons["age"], told["members"], strict=True):
            low, high = slot.get("age", [0, 99])
            assert low <= age <= high


def test_doubt_lets_the_tables_alone_have_their_share() -> None:
    """A fifth of the weight at a doubt of one half (its square, to one), of every size; the others share the rest."""
    pool = fitted(doubt=0.5).sample(400, rng())
    beside = np.array([name == ANYBODY for name in pool.household_extra["proposal"].to_pylist()])
    assert beside.sum() == 0.2 * 400
    assert pool.prior_weights[beside].sum() == pytest.approx(100 / 5)
    assert pool.prior_weights.sum() == pytest.approx(100)
    assert set(np.diff(pool.offsets)[beside]) == {1, 2, 3, 4}
    assert len(set(pool.household_ids.to_pylist())) == 400


def test_conditions_are_on_households() -> None:
    """Tenants of two; what persons are cannot be asked for."""
    pool = fitted().sample(50, rng(), conditions={"tenure": "rented", "size": "2"})
    assert set(pool.households["tenure"].tolist()) == {1}
    assert pool.n_persons == 100
    with pytest.raises(SchemaError, match="'age' is not an attribute of households"):
        fitted().sample(5, rng(), conditions={"age": (0, 9)})


def test_what_a_user_must_know_is_said() -> None:
    """What the model says of alike members, that others are independent, how much of the households is allowed."""
    notes = fitted().notes_
    assert notes[0].startswith(
        "llmsynthor: the model says in how many households of several persons all have the same:"
    )
    assert "independent of each other given who they are" in notes[1]
    assert "of the households, by their own attributes and size," in notes[-1]


def test_a_day_of_trips_is_a_sequence() -> None:
    """Travellers of one, two, three or more trips; departures never decrease; tables of both guide."""
    services = Services(client=fake_client(random_answers()), calibrate=region_weights)
    generator = LLMSynthor(
        calls=4, members=MemberOptions("trips", 5, "hour", record="traveller", member="trip"), services=services
    ).fit(TRIPS, margins=trip_tables())
    pool = generator.sample(600, rng())
    sizes = np.diff(pool.offsets)
    assert (pool.households["trips"] == np.minimum(sizes, 3) - 1).all()
    same_day = np.diff(pool.record_of_person) == 0
    assert (np.diff(pool.persons["hour"])[same_day] >= 0).all()
    assert generator.targets_ is not None
    weights = region_weights(pool, generator.targets_.margins)
    afternoon = (pool.persons["hour"] >= 8) & (pool.persons["hour"] < 16)
    assert weights[pool.record_of_person][afternoon].sum() == pytest.approx(110, rel=0.1)


def test_the_same_answers_give_the_same_bytes() -> None:
    """Twice from the beginning."""
    one, two = (fitted().sample(200, rng()) for _ in range(2))
    assert all(one.persons[name].tobytes() == two.persons[name].tobytes() for name in one.persons)
    assert one.prior_weights.tobytes() == two.prior_weights.tobytes()


def test_direct_prompting_gives_the_households_that_came() -> None:
    """Two calls of three: six households of single values, each as large as its list; marginals of both are told."""
    texts: list[str] = []
    answer = random_answers()

    def listening(call: FakeCall) -> str:
        texts.append(call.messages[-1].text)
        return answer(call)

    services = Services(client=fake_client(listening), calibrate=region_weights)
    pool = fitted("direct", calls=2, proposals=3, services=services).sample(1000, rng())
    assert pool.n_records == 6
    sizes = np.diff(pool.offsets)
    assert (pool.households["size"] == np.minimum(sizes, 3) - 1).all()
    assert (pool.persons["age"] % 1 == 0).all()
    shares = json.loads(texts[0].split('<data name="shares">')[1].split("</data>")[0])
    assert shares["record"]["tenure"][0] == {"per_cent": 60, "tenure": ["owned"]}
    assert [c["sex"] for c in shares["member"]["sex"]] == [["female"], ["male"]]


def test_a_joint_of_persons_is_approximated_as_one_of_persons() -> None:
    """Sex by tenure is in no table of persons: one of 230 persons guides; tables of the project stay."""
    answer = random_answers()

    def dependent(call: FakeCall) -> str:
        assert call.response_format is not None
        asked = call.response_format["json_schema"]["schema"]["properties"]
        if "groups" in asked:
            return json.dumps({"groups": [{"reason": "So.", "attributes": ["tenure", "sex"]}]})
        return answer(call)

    services = Services(client=fake_client(dependent), calibrate=region_weights)
    generator = fitted(services=services, approximate_missing_joints=True)
    (joint,) = generator.approximated_
    assert (joint.entity, joint.total) == ("persons", 230)
    assert generator.targets_ is not None
    (guide,) = generator.targets_.approximated
    assert guide.n_members == 230
    assert guide.margin.targets.sum() == pytest.approx(230)
    assert not any(t.margin.name.startswith("approximated") for t in generator.targets_.tables)


def test_what_is_known_of_likeness_is_not_asked_again() -> None:
    """A run that goes on from another takes its answer."""
    asking = planner(lambda call: "{}", likeness={"sex": 0.9})
    asking.ask_likeness()
    assert (asking.likeness, asking.client.spending.calls) == ({"sex": 0.9}, 0)
    assert asking.form.members is not None
    assert "sex" not in asking.form.members.always
