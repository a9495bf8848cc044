"""Direct prompting: all questions at once, and the answers are the records."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from llmsynthor_case import AGE, SCHEMA, services, tables, targets

from censemble.errors import SchemaError
from censemble.generators.conditions import Allowed
from censemble.generators.llmsynthor import LLMSynthor
from censemble.generators.llmsynthor.direct import plan_direct, records_of
from censemble.generators.llmsynthor.planning import Planner
from censemble.generators.llmsynthor.proposal_form import Form, Proposal, number_of
from censemble.llm import Budget, Client, FakeModel, Settings
from censemble.llm.fake import FakeCall


def planner(answer: Any = None, *, client: Client | None = None, n: int = 3) -> Planner:
    """A planner that asks for single values."""
    found = targets()
    given = services(answer or by_age)
    if client:
        given = type(given)(client=client, calibrate=given.calibrate)
    return Planner(
        found, Form(found.attributes, False, single_values=True), given, n=n, scenario="", settings=Settings()
    )


def by_age(call: FakeCall) -> str:
    """Women of 30 and men of 65, in turn."""
    assert call.response_format is not None
    asked = call.response_format["json_schema"]["schema"]["properties"]["proposals"]["properties"]
    made = {}
    for k in asked:
        sex, age = [("female", 30), ("male", 65)][int(k) % 2]
        made[k] = {"reason": "Real.", "record": {"sex": sex, "age": age, "pays": "cash", "pet": "cat"}}
    return json.dumps({"proposals": made})


def test_every_answer_is_a_record() -> None:
    """Two calls of three records: six records of one value each, weights that sum to the tables' total."""
    asking = planner()
    plan = plan_direct(asking, calls=2, rng=np.random.default_rng(1))
    assert [p.id for p in plan.proposals] == ["1-1", "1-2", "1-3", "2-1", "2-2", "2-3"]
    pool = records_of(targets(), plan.proposals, np.random.default_rng(1))
    assert pool.persons["age"].tolist() == [65, 30, 65, 65, 30, 65]
    assert pool.persons["sex"].tolist() == [1, 0, 1, 1, 0, 1]
    assert pool.prior_weights.tolist() == pytest.approx([100 / 6] * 6)


def test_steps_say_how_far_the_marginals_are_off() -> None:
    """Nothing at first; then all pay cash, which 45 % of the customers do."""
    plan = plan_direct(planner(), calls=2, rng=np.random.default_rng(1))
    assert [(s.call, s.proposals) for s in plan.steps] == [(0, 0), (1, 3), (2, 6)]
    assert plan.steps[0].miss == 1.0
    assert plan.steps[1].miss == pytest.approx(0.55)
    assert plan.ended == "all 2 calls are made"


def test_only_marginals_are_told() -> None:
    """Per cents of single attributes in every prompt, no gap, no joint table; all asked in one round."""
    texts: list[str] = []

    def answer(call: FakeCall) -> str:
        texts.append(call.messages[-1].text)
        return by_age(call)

    plan_direct(planner(answer), calls=3, rng=np.random.default_rng(1))
    assert len(texts) == 3
    shares = json.loads(texts[0].split('<data name="shares">')[1].split("</data>")[0])
    assert shares["sex"] == [{"per_cent": 55, "sex": ["female"]}, {"per_cent": 45, "sex": ["male"]}]
    assert set(shares) == {"sex", "age", "pays"}
    assert not any("missing_percent" in text for text in texts)


def test_the_budget_stops_it() -> None:
    """One call allowed of three: what came is the pool, and it is said."""
    client = Client(FakeModel(by_age), budget=Budget(max_calls=1), concurrency=1)
    asking = planner(client=client)
    plan = plan_direct(asking, calls=3, rng=np.random.default_rng(1))
    assert len(plan.proposals) == 3
    assert plan.ended == asking.spent
    assert "budget" in plan.ended


def test_unusable_answers_are_counted() -> None:
    """Twice nonsense: three records are missing, with the reason."""
    plan = plan_direct(planner(lambda _: "no"), calls=1, rng=np.random.default_rng(1))
    assert not plan.proposals
    assert sum(plan.refusals.values()) == 3


def test_fewer_are_chosen_at_random() -> None:
    """Two of three."""
    three = [Proposal(f"1-{k}", "", 1, {"age": number_of(AGE, 10 * k)}, "", 0.0) for k in (1, 2, 3)]
    pool = records_of(targets(), three, np.random.default_rng(1), at_most=2)
    assert pool.n_records == 2
    assert set(pool.persons["age"].tolist()) < {10.0, 20.0, 30.0}


def test_numbers_stay_on_the_scale() -> None:
    """What lies beyond the ends is drawn to them."""
    assert number_of(AGE, -5) == Allowed(AGE, low=0.0, high=0.0)
    assert number_of(AGE, 999).high < 100


def test_the_generator_gives_what_came() -> None:
    """Six records whatever is asked for; conditions choose among them; none that fits is an error."""
    made = LLMSynthor(mode="direct", calls=2, proposals=3, services=services(by_age)).fit(SCHEMA, margins=tables())
    rng = np.random.default_rng(1)
    assert made.sample(1000, rng).n_records == 6
    assert made.sample(4, rng).n_records == 4
    men = made.sample(10, rng, conditions={"sex": "male"})
    assert men.persons["sex"].tolist() == [1] * 4
    with pytest.raises(SchemaError, match="no record that was proposed has pet"):
        made.sample(1, rng, conditions={"pet": "dog"})
