"""Joints that the language model approximates: raked to the tables, guiding, never controls."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from llmsynthor_case import AGES, PAYMENTS, SCHEMA, SEXES, answer_by_rote, crossed, services, table

from censemble.generators.llmsynthor import LLMSynthor
from censemble.generators.llmsynthor.approximated_joints import (
    ApproximatedJoint,
    approximated_rows,
    raked,
    with_approximated,
)
from censemble.generators.llmsynthor.joint_question import Side, side_of
from censemble.generators.llmsynthor.macro_statistics import Targets, targets_of
from censemble.llm.fake import FakeCall
from censemble.margins import Margin


def marginals() -> list[Margin]:
    """A hundred customers: sex, age, payment, each alone."""
    return [
        table("all", {"all": crossed()[""]}, [[100]], is_total=True),
        table("sex", SEXES, [[55, 45]]),
        table("age", AGES, [[10, 30, 30, 30]]),
        table("pays", PAYMENTS, [[40, 45, 15]]),
    ]


def answer(call: FakeCall) -> str:
    """Sex and payment depend on each other: men pay by card, women in cash."""
    assert call.response_format is not None
    properties = call.response_format["json_schema"]["schema"]["properties"]
    if "groups" in properties:
        return json.dumps({"groups": [{"reason": "Habit.", "attributes": ["sex", "pays"]}]})
    if "shares" not in properties:
        return answer_by_rote(call)
    said = {"card": {"female": 20, "male": 80}, "cash": {"female": 90, "male": 10}, "later": {"female": 0, "male": 0}}
    asked = properties["shares"]["properties"]
    return json.dumps({"reason": "Men have cards.", "shares": {row: said[row] for row in asked}})


def made(mode: str = "calibrated", **more: Any) -> LLMSynthor:
    """Fitted to the marginals."""
    options: dict[str, Any] = {"mode": mode, "calls": 6, "approximate_missing_joints": True, **more}
    return LLMSynthor(services=services(answer), **options).fit(SCHEMA, margins=marginals())


def targets() -> Targets:
    """Of the marginals."""
    return targets_of(SCHEMA, marginals(), "persons")


def side(name: str) -> Side:
    """One attribute of the targets."""
    model = targets().model
    k = model.names.index(name)
    found = side_of(model.atoms[k], model.beliefs.marginal((k,)))
    assert found is not None
    return found


def joint(rows: str, columns: str, given_: Any) -> ApproximatedJoint:
    """A joint of known odds."""
    a, b = side(rows), side(columns)
    shares = raked(np.array(given_, dtype=float), a.shares, b.shares)
    return ApproximatedJoint(a, b, "", np.array(given_, dtype=float), shares, "persons", 100.0)


def test_the_dependence_is_the_models_and_the_sums_are_the_tables() -> None:
    """Cards are men's by 80 : 20, cash women's by 90 : 10, raked; what was answered with nothing follows the tables."""
    (found,) = made().approximated_
    assert (found.rows.name, found.columns.name, found.reason) == ("pays", "sex", "Men have cards.")
    np.testing.assert_allclose(found.shares.sum(axis=1), [0.4, 0.45, 0.15], atol=1e-9)
    np.testing.assert_allclose(found.shares.sum(axis=0), [0.55, 0.45], atol=1e-9)
    odds = found.shares[:, 0] / found.shares[:, 1]
    assert odds[1] / odds[0] == pytest.approx((90 / 10) / (20 / 80))
    assert odds[2] / odds[0] == pytest.approx((55 / 45) / (20 / 80))


def test_it_shapes_the_records_and_is_no_table_of_the_project() -> None:
    """Calibrated records follow it; it is neither among the targets nor needed to end the asking."""
    generator = made()
    pool = generator.sample(4000, np.random.default_rng(1))
    cards = pool.persons["pays"] == 0
    shares = pool.prior_weights / pool.prior_weights.sum()
    (found,) = generator.approximated_
    assert shares[cards & (pool.persons["sex"] == 1)].sum() == pytest.approx(found.shares[0, 1], abs=0.03)
    assert generator.targets_ is not None
    assert [t.margin.name for t in generator.targets_.tables] == ["all", "sex", "age", "pays"]
    assert [t.margin.name for t in generator.targets_.approximated] == ["approximated: pays by sex"]


@pytest.mark.parametrize("mode", ["calibrated", "faithful"])
def test_it_is_marked(mode: str) -> None:
    """Notes say so, and a table has each cell with what was said, its share and the reason."""
    generator = made(mode)
    assert any("estimate guides the proposals" in note for note in generator.notes_)
    assert not any("nothing was put in its place" in note for note in generator.notes_)
    rows = generator.tables()["approximated"].to_pylist()
    assert len(rows) == 6
    assert rows[0]["attributes"] == "pays, sex"
    assert json.loads(rows[0]["cell"]) == {"pays": ["card"], "sex": ["female"]}
    assert (rows[0]["said_percent"], rows[0]["reason"]) == (20, "Men have cards.")
    assert sum(row["share"] for row in rows) == pytest.approx(1)


def test_nothing_is_invented_unless_asked_for() -> None:
    """Without the option the group is reported in faithful mode, and no table is made."""
    generator = made("faithful", approximate_missing_joints=False)
    assert any("nothing was put in its place" in note for note in generator.notes_)
    assert "approximated" not in generator.tables()
    assert generator.approximated_ == ()


def test_faithful_mode_is_guided_by_it() -> None:
    """Its cells are told beside those of the marginals."""
    texts: list[str] = []

    def listening(call: FakeCall) -> str:
        texts.append(call.messages[-1].text)
        return answer(call)

    options: dict[str, Any] = {"mode": "faithful", "calls": 1, "approximate_missing_joints": True}
    LLMSynthor(services=services(listening), **options).fit(SCHEMA, margins=marginals())
    gaps = json.loads(texts[-1].split('<data name="gaps">')[1].split("</data>")[0])
    assert any({"sex", "pays"} <= gap.keys() for gap in gaps)


def test_what_the_tables_exclude_is_left_out() -> None:
    """A table says that women never pay by card; an estimate in which some do contradicts it."""
    never = {"women's cards": crossed(SEXES, PAYMENTS)["female card"]}
    margins = [*marginals(), table("women's cards", never, [[0]])]
    given_ = targets_of(SCHEMA, margins, "persons")
    wrong = joint("pays", "sex", [[9, 1], [1, 9], [1, 1]])
    right = joint("age", "sex", [[1, 2], [1, 1], [1, 1], [2, 1]])
    found, used, notes = with_approximated(
        given_, lambda more: targets_of(SCHEMA, [*margins, *more], "persons"), [right, wrong]
    )
    assert [j.name for j in used] == ["approximated: age by sex"]
    assert len(found.approximated) == 1
    assert notes == ["llmsynthor: pays by sex is not approximated: the tables exclude it."]


@given(arrays(np.float64, (4, 3), elements=st.floats(0.25, 100)))
@settings(max_examples=20, deadline=None)
def test_raking_keeps_odds_and_meets_sums(given_: Any) -> None:
    """Whatever was said: sums as wanted, odds ratios as said."""
    rows, columns = np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.5, 0.3, 0.2])
    found = raked(given_, rows, columns)
    np.testing.assert_allclose(found.sum(axis=1), rows, atol=1e-6)
    np.testing.assert_allclose(found.sum(axis=0), columns, atol=1e-6)
    for i, j in pairwise(range(4)):
        odds = found[i, 0] * found[j, 1] / (found[i, 1] * found[j, 0])
        assert odds == pytest.approx(given_[i, 0] * given_[j, 1] / (given_[i, 1] * given_[j, 0]), rel=1e-6)


def test_the_table_has_its_columns_when_empty() -> None:
    """No joint, no row."""
    assert approximated_rows([]).column_names == ["attributes", "cell", "said_percent", "share", "reason"]
