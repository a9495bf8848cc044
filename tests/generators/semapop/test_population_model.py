"""SemaPop as a generator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import generator_case
import numpy as np
import pytest
from semapop_case import Remembering, SemaPop, Words, semapop

from censemble.errors import ConfigError, SchemaError
from censemble.generators.semapop.services import Outside

CASES = {case.name: case for case in generator_case.cases() if case.name in ("persons", "missing values", "households")}
PEOPLE = CASES["persons"]


@pytest.fixture(scope="module")
def fitted() -> SemaPop:
    """Learnt from 400 weighted persons."""
    return semapop().fit(PEOPLE.schema, seed_sample=PEOPLE.pool)


def rng(state: int = 1) -> np.random.Generator:
    """A fresh stream."""
    return np.random.default_rng(state)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_records_are_a_pool_that_names_its_personas(case: generator_case.Case) -> None:
    """As many as asked for, of the survey's weight, with ids of their own and a persona that exists."""
    model = semapop().fit(case.schema, seed_sample=case.pool)
    pool = model.sample(70, rng())
    assert pool.n_records == 70 and pool.record_entity == case.pool.record_entity
    assert pool.prior_weights.sum() == pytest.approx(case.pool.prior_weights.sum())
    assert pool.household_ids[0].as_py() == "sp-1" and len(set(pool.household_ids.to_pylist())) == 70
    extra = pool.person_extra if pool.record_entity == "persons" else pool.household_extra
    known = model.tables()["personas"]["persona"].to_pylist()
    assert set(extra["persona"].to_pylist()) <= set(known)
    for attribute in case.schema.attributes:
        given = case.pool.households if attribute.entity == "households" else case.pool.persons
        drawn = pool.households if attribute.entity == "households" else pool.persons
        values = drawn[attribute.name].astype(float)
        assert np.isin(values[~np.isnan(values)], given[attribute.name].astype(float)).all()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_conditions_hold_in_every_record(case: generator_case.Case) -> None:
    """Labels and ranges, of persons and of households."""
    pool = semapop().fit(case.schema, seed_sample=case.pool).sample(40, rng(), conditions=case.condition)
    columns = pool.persons if pool.record_entity == "persons" else pool.households
    for name, wanted in case.condition.items():
        attribute = case.schema.find(case.pool.record_entity, name)
        if attribute.kind == "numeric":
            assert ((columns[name] >= wanted[0]) & (columns[name] <= wanted[1])).all()
        else:
            labels = [wanted] if isinstance(wanted, str) else wanted
            assert set(columns[name].tolist()) <= {attribute.categories.index(label) for label in labels}


def test_the_stream_decides(fitted: SemaPop) -> None:
    """The same state gives the same records, another state others."""
    first, again, other = (fitted.sample(60, rng(s)) for s in (1, 1, 2))
    assert all(first.persons[k].tobytes() == again.persons[k].tobytes() for k in first.persons)
    assert first.person_extra.equals(again.person_extra)
    assert not np.array_equal(first.persons["age"], other.persons["age"])


def test_the_population_follows_the_weights(fitted: SemaPop) -> None:
    """Shares of work are those of the weighted survey, not of its rows."""
    drawn = fitted.sample(6000, rng()).persons["work"]
    weights, work = PEOPLE.pool.prior_weights, PEOPLE.pool.persons["work"]
    for code in range(3):
        assert (drawn == code).mean() == pytest.approx(weights[work == code].sum() / weights.sum(), abs=0.04)


def test_closeness_is_how_much_a_record_follows_its_persona(fitted: SemaPop) -> None:
    """Records near one man's persona repeat it at closeness 1, and hardly know it at 0."""
    man = next(text for text in fitted.bank_.texts if "sex=1" in text and "work=2" in text)
    near, half, none = (fitted.sample_near(600, rng(), texts=[man], closeness=c) for c in (1.0, 0.5, 0.0))
    same = [((p.persons["sex"] == 1) & (p.persons["work"] == 2)).mean() for p in (near, half, none)]
    weights, persons = PEOPLE.pool.prior_weights, PEOPLE.pool.persons
    share = (weights * ((persons["sex"] == 1) & (persons["work"] == 2))).sum() / weights.sum()
    assert same[0] > 0.99 and same[0] > same[1] > same[2]
    assert same[2] == pytest.approx(share, abs=0.06)
    assert near.person_extra["persona"].to_pylist() == ["text-1"] * 600


def test_near_records_stay_in_the_order_of_their_places(fitted: SemaPop) -> None:
    """Record i is drawn from place i; what is equal in two sets of places gives equal records."""
    places = fitted.space_.project(fitted.bank_.embeddings[:50])
    moved = places.copy()
    moved[10:] *= -1
    first, second = (fitted.sample_near(50, rng(), vectors=v, closeness=0.8) for v in (places, moved))
    assert np.array_equal(first.persons["sex"][:10], second.persons["sex"][:10])
    assert not np.array_equal(first.persons["age"][10:], second.persons["age"][10:])
    assert first.person_extra["persona"][1].as_py() == "place-2"


def test_a_density_gives_other_places_than_the_surveys() -> None:
    """Records still name the persona that the kernel is around."""
    model = semapop(choice="density").fit(PEOPLE.schema, seed_sample=PEOPLE.pool)
    pool = model.sample(200, rng())
    assert pool.n_records == 200 and model.facts()["choice"] == "density"
    assert set(pool.person_extra["persona"].to_pylist()) <= set(model.tables()["personas"]["persona"].to_pylist())


def test_a_bank_of_ones_own_personas_is_drawn_from(tmp_path: Path) -> None:
    """By its weights: three quarters of them women at closeness 1; the tables hold these personas."""
    (tmp_path / "mine.csv").write_text("text,weight\nsex=0 age=40 work=1,3\nsex=1 age=40 work=2,1\n")
    model = semapop(choice="bank", bank=tmp_path / "mine.csv", closeness=1.0)
    pool = model.fit(PEOPLE.schema, seed_sample=PEOPLE.pool).sample(400, rng())
    assert (pool.persons["sex"] == 0).mean() == pytest.approx(0.75, abs=0.01)
    assert model.tables()["personas"]["weight"].to_pylist() == [3.0, 1.0]


def test_a_saved_model_draws_the_same(fitted: SemaPop, tmp_path: Path) -> None:
    """Populations and texts alike."""
    fitted.save(tmp_path / "model")
    outside = Outside(Words())
    loaded = SemaPop.load(tmp_path / "model", schema=PEOPLE.schema, outside=outside, backbone=Remembering())
    first, second = (m.sample(50, rng()) for m in (fitted, loaded))
    assert all(first.persons[k].tobytes() == second.persons[k].tobytes() for k in first.persons)
    texts = [fitted.bank_.texts[3]]
    first, second = (m.sample_near(50, rng(), texts=texts) for m in (fitted, loaded))
    assert np.array_equal(first.persons["age"], second.persons["age"], equal_nan=True)
    again = semapop(trained=tmp_path / "model").fit(PEOPLE.schema, seed_sample=PEOPLE.pool)
    assert again.sample(50, rng()).person_extra.equals(loaded.sample(50, rng()).person_extra)
    assert "nothing was trained now" in again.notes_[0]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ({}, "give texts or vectors"),
        ({"texts": ["a"], "vectors": np.zeros((1, 8), np.float32)}, "one of both"),
        ({"texts": ["sex=1", "  "]}, "persona 2 is empty"),
        ({"vectors": np.zeros((1, 3), np.float32)}, r"shape \(1, 3\); this model's have 8 columns"),
        ({"vectors": np.zeros((0, 8), np.float32)}, r"shape \(0, 8\)"),
    ],
)
def test_places_that_are_none_are_refused(fitted: SemaPop, call: dict[str, Any], says: str) -> None:
    """Neither or both, an empty text, vectors of another width or none at all."""
    with pytest.raises(SchemaError, match=says):
        fitted.sample_near(5, rng(), **call)


def test_texts_need_the_models_own_embedder(fitted: SemaPop, tmp_path: Path) -> None:
    """Vectors of another one mean something else."""
    fitted.save(tmp_path)

    class Others(Words):
        name = "other words"

    loaded = SemaPop.load(tmp_path, outside=Outside(Others()), backbone=Remembering())
    with pytest.raises(ConfigError, match="embedded by 'words', and texts would be by 'other words'"):
        loaded.project_texts(["sex=1"])


def test_what_no_text_conditions_cannot_be_asked_in_words() -> None:
    """A control says which it is."""
    model = semapop(conditioning="none").fit(PEOPLE.schema, seed_sample=PEOPLE.pool)
    with pytest.raises(SchemaError, match="conditioning 'none', and no text steers it"):
        model.sample_near(3, rng(), texts=["sex=1"])
    assert model.sample(30, rng()).n_records == 30


def test_a_model_that_was_not_loosened_knows_closeness_one_only() -> None:
    """As the published ones; anything else would be another distribution than it was trained on."""
    model = semapop(loosened=False).fit(PEOPLE.schema, seed_sample=PEOPLE.pool)
    assert model.facts()["closeness"] == 1.0
    with pytest.raises(ConfigError, match="knows closeness 1 only"):
        model.sample_near(3, rng(), texts=[model.bank_.texts[0]], closeness=0.5)
    with pytest.raises(ConfigError, match="must be 0 to 1"):
        model.sample_near(3, rng(), texts=[model.bank_.texts[0]], closeness=1.5)


@pytest.mark.parametrize(
    ("options", "says"),
    [({"choice": "nobody"}, "no choice 'nobody'"), ({"bank": "a.csv"}, "goes with choice 'bank'")],
)
def test_choices_that_do_not_fit_are_refused(options: dict[str, Any], says: str) -> None:
    """Before anything is trained."""
    with pytest.raises(ConfigError, match=says):
        semapop(**options).fit(PEOPLE.schema, seed_sample=PEOPLE.pool)


@pytest.mark.parametrize(
    ("conditions", "says"),
    [
        ({"sexx": "male"}, "did you mean 'sex'"),
        ({"age": (500, 600)}, "age 500 to 600"),
    ],
)
def test_conditions_nobody_can_meet_are_refused(fitted: SemaPop, conditions: Any, says: str) -> None:
    """Before anything is drawn."""
    with pytest.raises(SchemaError, match=says):
        fitted.sample(5, rng(), conditions=conditions)


def test_nothing_is_drawn_before_fit_nor_learnt_without_a_survey() -> None:
    """The messages say what to call, and what to give."""
    with pytest.raises(SchemaError, match="was not fitted"):
        semapop().sample(1, rng())
    with pytest.raises(SchemaError, match="learns from a seed sample"):
        semapop().fit(PEOPLE.schema)


def test_what_was_refused_is_counted_over_all_draws() -> None:
    """Half of the households come out incomplete; the facts say how many of how many."""
    case = CASES["households"]
    model = semapop(Remembering(forget=0.5)).fit(case.schema, seed_sample=case.pool)
    model.sample(300, rng())
    draws = model.facts()["draws"]
    assert draws["drawn"] - draws["incomplete"] == 300
    assert draws["incomplete"] == pytest.approx(300, abs=70)
    model.sample_near(20, rng(), vectors=np.zeros((1, model.space_.width), np.float32))
    assert model.facts()["draws"]["drawn"] > draws["drawn"]


def test_a_model_that_cannot_fill_households_near_a_place_says_so() -> None:
    """Records cannot be left out there: record i belongs to place i."""
    case = CASES["households"]
    model = semapop(Remembering(forget=1.0)).fit(case.schema, seed_sample=case.pool)
    with pytest.raises(SchemaError, match="20 of 20 households came out without some of their members"):
        model.sample_near(20, rng(), vectors=np.zeros((1, model.space_.width), np.float32))
