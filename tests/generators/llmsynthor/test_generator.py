"""The generator as the pipeline sees it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from llmsynthor_case import SCHEMA, answer_by_rote, fake_client, services, tables

from censemble.errors import ConfigError, LanguageModelError, SchemaError
from censemble.generators.llmsynthor import LLMSynthor, Services
from censemble.llm import Client, FakeModel, Store, replayed_model
from censemble.llm.fake import FakeCall
from censemble.proposal import region_weights


def fitted(mode: str = "calibrated", **changes: object) -> LLMSynthor:
    """Fitted on the case."""
    made = LLMSynthor(**{"mode": mode, "calls": 6, "services": services(), **changes})  # type: ignore[arg-type]
    return made.fit(SCHEMA, margins=tables())


@pytest.mark.parametrize("mode", ["calibrated", "faithful", "marginals", "unguided"])
def test_every_mode_gives_a_pool(mode: str) -> None:
    """As many records as asked for, with the tables' total, unique ids and their proposals."""
    generator = fitted(mode)
    pool = generator.sample(300, np.random.default_rng(1))
    assert (pool.n_records, pool.record_entity, pool.generator) == (300, "persons", "llmsynthor")
    assert pool.prior_weights.sum() == pytest.approx(100)
    assert len(set(pool.household_ids.to_pylist())) == 300
    known = set(generator.tables()["proposals"]["proposal"].to_pylist())
    assert {name.removeprefix("beside-") for name in pool.person_extra["proposal"].to_pylist()} <= known


def test_calibrated_records_meet_the_tables_after_calibration() -> None:
    """Every cell has support, and children never pay by card."""
    generator = fitted()
    pool = generator.sample(2000, np.random.default_rng(1))
    assert generator.targets_ is not None
    weights = region_weights(pool, generator.targets_.margins)
    assert weights[pool.persons["sex"] == 0].sum() == pytest.approx(55, abs=0.3)
    cards = pool.persons["pays"] == 0
    assert weights[cards & (pool.persons["age"] < 20)].sum() == pytest.approx(0, abs=0.3)
    assert weights[cards].sum() == pytest.approx(40, abs=0.3)


@pytest.mark.parametrize("mode", ["calibrated", "faithful"])
def test_conditions_are_kept(mode: str) -> None:
    """Men of 20 to 50 only."""
    generator = fitted(mode)
    pool = generator.sample(200, np.random.default_rng(1), conditions={"sex": "male", "age": (20, 50)})
    assert set(pool.persons["sex"].tolist()) == {1}
    assert ((pool.persons["age"] >= 20) & (pool.persons["age"] <= 50)).all()


def test_doubt_lets_through_what_a_gap_allows() -> None:
    """A model that knows cats only: without doubt no dog; with it some, of a prior in proportion to the doubt."""

    def cats(call: FakeCall) -> str:
        answer = json.loads(answer_by_rote(call))
        for one in answer["proposals"].values():
            one["record"]["pet"] = ["cat"]
        return json.dumps(answer)

    shares = []
    for doubt in (0.0, 0.25, 1.0):
        pool = fitted(services=services(cats), doubt=doubt).sample(4000, np.random.default_rng(1))
        dogs = pool.persons["pet"] == 1
        shares.append(pool.prior_weights[dogs].sum() / pool.prior_weights.sum())
        told = np.array(pool.person_extra["proposal"].to_pylist())
        assert all(name.startswith("beside-") for name in set(told[dogs]))
        assert not any(name.startswith("beside-") for name in set(told[~dogs]))
        assert pool.prior_weights.sum() == pytest.approx(100)
    assert shares[0] == 0
    assert 0 < shares[1] < shares[2] < 0.5


def test_conditions_that_do_not_exist_are_refused() -> None:
    """Before anything is drawn."""
    with pytest.raises(SchemaError, match="no attribute 'sx'"):
        fitted().sample(5, np.random.default_rng(1), conditions={"sx": "male"})


def test_a_run_is_repeated_from_its_replay_file(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """Without any model, to the byte."""
    store = Store.open(tmp_path / "answers.sqlite")
    first = fitted(services=Services(Client(FakeModel(answer_by_rote), store=store), region_weights))
    store.export(tmp_path / "run.replay")
    recorded = Store.open_readonly(tmp_path / "run.replay")
    again = fitted(services=Services(Client(replayed_model(recorded), store=recorded), region_weights))
    one, two = (g.sample(100, np.random.default_rng(3)) for g in (first, again))
    assert all(one.persons[name].tobytes() == two.persons[name].tobytes() for name in one.persons)
    assert first.tables()["proposals"].equals(again.tables()["proposals"])


def test_what_is_kept_of_the_planning() -> None:
    """Each proposal with its reason and the discrepancy that asked for it; the curve; notes."""
    generator = fitted()
    kept = generator.tables()
    row = kept["proposals"].to_pylist()[0]
    assert (row["proposal"], row["reason"], row["filled_in"]) == ("1-1", "They exist.", False)
    assert "% of all records missing" in row["asked_for"]
    assert set(json.loads(row["record"])) == {"sex", "age", "pays", "pet"}
    assert kept["planning"]["miss"].to_pylist()[0] == pytest.approx(1.0)
    assert "the tables can be met" in generator.notes_[-2]
    assert "allow 100 % of the records" in generator.notes_[-1]


def test_inferred_dependencies_are_told() -> None:
    """The rote model names sex and age, of which there is no table."""
    generator = fitted("faithful")
    assert "sex, age are said to depend on each other, but no table" in generator.notes_[0]


def test_a_model_that_gives_nothing_ends_with_the_reasons() -> None:
    """In every mode: records of the tables alone are not what was asked for."""
    for mode in ("calibrated", "faithful", "unguided"):
        with pytest.raises(LanguageModelError, match=r"could be used \(answer: syntax: \d+\)") as caught:
            fitted(mode, services=services(lambda call: "no"))
        assert (caught.value.kind, caught.value.exit_status) == ("unusable", 7)


def test_without_a_model_it_says_what_to_do() -> None:
    """And without what calibrates."""
    with pytest.raises(ConfigError, match=r"docs/language-models\.md"):
        fitted(services=Services())
    with pytest.raises(ConfigError, match="calibrate"):
        fitted(services=Services(client=fake_client()))
    with pytest.raises(ConfigError, match="no mode 'best'"):
        fitted("best")


def test_nothing_is_drawn_before_fit() -> None:
    """The message says what to call."""
    with pytest.raises(SchemaError, match="was not fitted"):
        LLMSynthor().sample(1, np.random.default_rng(1))
