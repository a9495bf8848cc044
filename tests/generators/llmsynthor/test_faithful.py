"""Faithful mode: records are only added, uniform inside ranges, as many as proposed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from llmsynthor_case import AGE, SCHEMA, SEX, answer_by_rote, planner, services, table, tables, targets
from random_answers import random_answers

from censemble.errors import SchemaError
from censemble.expressions import is_in
from censemble.generators.conditions import Allowed
from censemble.generators.llmsynthor import LLMSynthor
from censemble.generators.llmsynthor.dependencies import guiding
from censemble.generators.llmsynthor.discrepancy import differences
from censemble.generators.llmsynthor.faithful import draw_uniform, guidance, plan_faithful, shares_of
from censemble.generators.llmsynthor.macro_statistics import targets_of
from censemble.generators.llmsynthor.proposal_form import Proposal

WOMEN = Proposal("1-1", "", 30, {"sex": Allowed(SEX, frozenset([0])), "age": Allowed(AGE, low=0, high=3)}, "", 0.1)
MEN = Proposal("1-2", "", 10, {"sex": Allowed(SEX, frozenset([1]))}, "", 0.1)


def test_the_discrepancy_falls() -> None:
    """A model that follows the guidance brings the marginals nearer, and every call adds as many records."""
    asking = planner(completes_gaps=False, n=4)
    plan = plan_faithful(asking, guiding(targets(), ()), calls=15, guided=True, rng=np.random.default_rng(1))
    misses = [s.miss for s in plan.steps]
    assert misses[0] == 1.0
    assert misses[-1] < 0.15
    assert [round(s.effective_size) for s in plan.steps] == [200 * k for k in range(16)]
    assert asking.calls == 15


def test_without_guidance_gaps_are_not_told() -> None:
    """Direct prompting never sees a table."""
    texts: list[str] = []

    def answer(call: Any) -> str:
        texts.append(call.messages[-1].text)
        return answer_by_rote(call)

    asking = planner(services(answer), completes_gaps=False)
    plan_faithful(asking, guiding(targets(), ()), calls=3, guided=False, rng=np.random.default_rng(1))
    assert len(texts) == 3
    assert not any("missing_percent" in text for text in texts)


def test_guidance_has_the_largest_gaps_of_each_table() -> None:
    """Two of each, ranked over all."""
    tables = guiding(targets(), ())
    deltas = differences(tables, [np.zeros(len(t.boxes)) for t in tables], 100.0)
    told = guidance(tables, deltas, 100.0)
    assert [g.percent for g in told] == sorted([g.percent for g in told], reverse=True)
    assert len(told) == 6


def test_records_are_uniform_and_as_many_as_proposed() -> None:
    """Three quarters girls of 0 to 3, evenly; men of all ages."""
    pool = draw_uniform(targets(), [WOMEN, MEN], 4000, np.random.default_rng(1))
    girls = pool.persons["sex"] == 0
    assert girls.mean() == pytest.approx(0.75, abs=0.03)
    assert np.bincount(pool.persons["age"][girls].astype(int)) / girls.sum() == pytest.approx([0.25] * 4, abs=0.03)
    assert pool.persons["age"][~girls].mean() == pytest.approx(49.5, abs=3)
    assert set(np.array(pool.person_extra["proposal"].to_pylist())[girls]) == {"1-1"}
    assert pool.prior_weights.sum() == pytest.approx(100)


def test_every_call_counts_alike() -> None:
    """Numbers are shares of their call."""
    later = Proposal("2-1", "", 999, {}, "", 0.0)
    assert shares_of([WOMEN, MEN, later]).tolist() == [0.375, 0.125, 0.5]


def test_asking_ends_when_nothing_is_missing() -> None:
    """Everybody is in the one class that the table has: the second call has nothing to tell, and the reason says so."""
    one = table("sex", {"f": is_in("sex", [0])}, [[100]])
    found = targets_of(SCHEMA, [tables()[0], one], "persons")
    asking = planner(completes_gaps=False, n=1, of=found)
    plan = plan_faithful(asking, guiding(found, ()), calls=5, guided=True, rng=np.random.default_rng(1))
    assert asking.calls == 1
    assert plan.ended == "no table that guides leaves anything missing"
    assert [step.unsupported for step in plan.steps] == [1, 0]


@pytest.mark.parametrize("mode", ["faithful", "marginals"])
def test_tables_that_say_nothing_are_refused_in_words(mode: Any) -> None:
    """A total alone gives nothing to guide by."""
    with pytest.raises(SchemaError, match="leaves anything missing"):
        LLMSynthor(mode=mode, calls=2, services=services()).fit(SCHEMA, margins=[tables()[0]])


@pytest.mark.parametrize("mode", ["unguided", "direct"])
def test_modes_that_are_not_guided_need_a_total_only(mode: Any) -> None:
    """Records come as they are asked for; there is no table that they could miss."""
    fitted = LLMSynthor(mode=mode, calls=2, services=services(random_answers())).fit(SCHEMA, margins=[tables()[0]])
    assert fitted.sample(3, np.random.default_rng(1)).n_records == 3
