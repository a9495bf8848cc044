"""Steering from words to two populations and their report, with a model that follows personas."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from semapop_case import semapop
from steering_case import SCHEMA, TemplateWords, fitted, travellers

from censemble import steering
from censemble.errors import ConfigError, InfeasibleError
from censemble.evaluation.counterfactual_page import render
from censemble.evaluation.counterfactual_text import counterfactual_lines
from censemble.evaluation.verify import examine
from censemble.expressions import is_in
from censemble.generators.semapop.services import Outside
from censemble.geography import Geography
from censemble.inputs import GeneratorSettings, Inputs, RunSettings
from censemble.margins import Cell, Margin
from censemble.steering_plan import Steering

MODEL = fitted()
BIKES = Steering(
    set_to={"bike": "yes"}, watch="bike=yes", closeness=0.95, release=("bike",), n_personas=60, n_draws=2, n_random=2
)


def margin(name: str, shares: dict[str, tuple[int, float]]) -> Margin:
    """Counts of one attribute in two zones of 100."""
    cells = tuple(Cell(f"{name}={code}", is_in(name, [code]), label) for label, (code, _) in shares.items())
    targets = np.tile([100 * share for _, share in shares.values()], (2, 1))
    is_total = name == "persons"
    return Margin(
        name, "zone", "persons", cells, targets, np.zeros_like(targets), np.ones(len(cells)), is_total=is_total
    )


def inputs() -> Inputs:
    """Two zones; tables of bicycles (30 of 100) and of sexes (half)."""
    everybody = Margin(
        "persons",
        "zone",
        "persons",
        (Cell("all", is_in("sex", [0, 1]), "N"),),
        np.full((2, 1), 100.0),
        np.zeros((2, 1)),
        np.ones(1),
        is_total=True,
    )
    tables = (
        everybody,
        margin("bike", {"no": (0, 0.7), "yes": (1, 0.3)}),
        margin("sex", {"female": (0, 0.5), "male": (1, 0.5)}),
    )
    geography = Geography(("zone",), (("a", "b"),), (np.arange(2, dtype=np.int32),))
    return Inputs(
        "Town",
        geography,
        SCHEMA,
        travellers(),
        tables,
        RunSettings(random_seed=2),
        generator=GeneratorSettings("semapop", 600),
        record_entity="persons",
    )


@pytest.fixture(scope="module")
def bikes(tmp_path_factory: pytest.TempPathFactory) -> tuple[steering.Steered, Path]:
    """Everybody's persona says that they cycle, and the table of bicycles is released."""
    out = tmp_path_factory.mktemp("bikes") / "out"
    return steering.steer(inputs(), BIKES, model=MODEL, out=out), out


def test_the_watched_label_rises(bikes: tuple[steering.Steered, Path]) -> None:
    """Monotonically in the protocol, and in the finished population, whose table was released."""
    facts = bikes[0].facts
    assert facts["response"]["spearman"] > 0.9
    assert facts["response"]["shares"][-1] > 0.6
    assert facts["response"]["personas_not_behind"] > 0.9
    assert facts["populations"]["without"] == pytest.approx(0.3, abs=0.001)
    assert facts["populations"]["steered"] > 0.6


def test_tables_that_are_not_released_hold(bikes: tuple[steering.Steered, Path]) -> None:
    """A hundred persons in each zone, half of them women, with and without."""
    for run in (bikes[0].without, bikes[0].steered):
        sexes = np.array(run.persons["sex"].to_pylist())
        zones = np.array(run.persons["zone"].to_pylist())
        assert [int((sexes[zones == z] == "female").sum()) for z in ("a", "b")] == [50, 50]


def test_what_personas_still_say_stays(bikes: tuple[steering.Steered, Path]) -> None:
    """Personas that are followed closely say who has a car, and only the bicycle was written anew."""
    attributes = {a["attribute"]: a for a in bikes[0].facts["attributes"]}
    assert set(attributes) == {"car", "sex", "age"}
    assert max(a["raw"] for a in attributes.values()) < 0.15
    assert attributes["car"]["truth"] > 0.1  # real people who cycle have fewer cars


def test_the_report_and_the_manifest_say_what_steered(bikes: tuple[steering.Steered, Path]) -> None:
    """Page and JSON beside the runs; the steered run has it in its manifest, the other has not."""
    found, out = bikes
    assert json.loads((out / "counterfactual.json").read_text()) == found.facts
    assert "bike: yes" in (out / "counterfactual.html").read_text()
    told = json.loads((out / "with/manifest.json").read_text())
    assert told["steering"]["set"] == {"bike": "yes"}
    assert told["steering"]["released"] == ["bike"]
    assert "steering" not in json.loads((out / "without/manifest.json").read_text())
    assert set(found.steered.persons["steered"].to_pylist()) == {True}
    assert len(found.facts["examples"]) == 4


def test_both_runs_verify(bikes: tuple[steering.Steered, Path]) -> None:
    """The steered one without the table that it was released from."""
    for which in ("without", "with"):
        found = examine(bikes[1] / which, inputs())
        assert found.differences == ()


def test_the_same_seed_gives_the_same_report() -> None:
    """And strength 0 gives the population without steering."""
    few = replace(BIKES, strength=0.0, release=(), n_personas=10, n_random=1)
    one, other = (steering.steer(inputs(), few, model=MODEL) for _ in range(2))
    assert one.facts == other.facts
    columns = [c for c in one.without.persons.column_names if c != "steered"]
    assert one.without.persons.select(columns) == one.steered.persons.select(columns)


def test_calibration_that_is_kept_holds_the_label() -> None:
    """The pool moves, the finished population's table of bicycles does not."""
    kept = replace(BIKES, release=(), n_personas=10, n_draws=1, n_random=1)
    found = steering.steer(inputs(), kept, model=MODEL)
    assert found.facts["populations"]["steered"] == pytest.approx(0.3, abs=0.001)


def test_what_the_data_cannot_support_says_so() -> None:
    """Words that nobody's persona has: the report doubts, the manifest notes it, and the population is made."""
    strange = Steering(
        (" zyx" * 300,), share=0.5, closeness=0.95, strengths=(0.0, 1.0), n_personas=20, n_draws=1, n_random=3
    )
    found = steering.steer(inputs(), strange, model=MODEL)
    support = found.facts["support"]
    assert not support["supported"]
    assert any(note.startswith("steering: ") for note in found.steered.manifest["notes"])
    assert found.steered.manifest["steering"]["supported"] is False
    assert found.steered.persons.num_rows == 200


def test_a_steering_towards_hardly_anybody_says_so() -> None:
    """Eight in four hundred cycle: the words are understood, the personas exist, and the judgement has the figures."""
    survey = travellers()
    bike = np.zeros(survey.n_records, dtype=np.int64)
    bike[np.flatnonzero(survey.persons["bike"])[:8]] = 1
    rare = replace(survey, persons={**survey.persons, "bike": bike})
    model = semapop(width=6, outside=Outside(personas=TemplateWords())).fit(SCHEMA, seed_sample=rare)
    asked = Steering(
        ("has bike",), watch="bike=yes", closeness=0.95, strengths=(0.0, 1.0), n_personas=40, n_draws=2, n_random=2
    )
    facts = steering.counterfactual(model, asked, schema=SCHEMA, survey=rare).facts
    support, (reading,) = facts["support"], facts["readings"]
    assert (support["supported"], support["level"]) == (False, "not supported") and reading["is_understood"]
    assert "the survey has 8.0 effective records with bike: yes, hardly anybody" in support["reasons"]
    assert facts["watched"]["survey_effective"] == pytest.approx(8.0)
    for reason in support["reasons"]:
        assert reason in support["says"]
        assert reason in render(facts)
    assert next(counterfactual_lines(facts)) == f"WARNING: {support['says']}"


def test_tables_that_contradict_the_steering() -> None:
    """Everybody is steered to one sort of people, and the tables count others: what to do is said."""
    everybody = Steering(
        (" zyx" * 300,), way="told", closeness=1.0, strengths=(0.0, 1.0), n_personas=5, n_draws=1, n_random=0
    )
    with pytest.raises(InfeasibleError, match="Without steering the tables hold"):
        steering.steer(inputs(), everybody, model=MODEL)


def test_projects_that_cannot_be_steered() -> None:
    """Another generator, no survey, margins and labels that are not there: found before any work."""
    with pytest.raises(ConfigError, match="which knows no personas"):
        steering.steer(replace(inputs(), generator=GeneratorSettings("bootstrap", 10)), BIKES)
    with pytest.raises(ConfigError, match="no seed sample"):
        steering.steer(replace(inputs(), seed_sample=None), BIKES, model=MODEL)
    with pytest.raises(ConfigError, match="there is no margin 'modes'"):
        steering.steer(inputs(), replace(BIKES, release=("modes",)), model=MODEL)
    with pytest.raises(ConfigError, match="has no label 'often'"):
        steering.steer(inputs(), replace(BIKES, watch="bike=often"), model=MODEL)


def test_the_command_is_spelt() -> None:
    """So that the manifest says how to do it again; tables in memory have none."""
    origin = {"kind": "project", "path": "my town"}
    told = Steering(("a b",), ("c",), strength=0.5, share=0.2, release=("modes",), watch="m=b", closeness=0.9)
    assert steering.command_of(origin, told) == (
        "censemble steer 'my town' --towards 'a b' --away c --strength 0.5 --share 0.2 --closeness 0.9 "
        "--release modes --watch m=b --out OUT"
    )
    assert steering.command_of({}, told) == ""
