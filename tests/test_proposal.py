"""Generators in a project: every kind from fit to verify, for households and for persons; rules; evidence."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from command_case import command, write_files
from generator_projects import HOUSEHOLDS, KINDS, PERSONS, project_of
from llmsynthor_case import SEX, fake_client, targets
from random_answers import random_answers

import censemble
from censemble.errors import SchemaError
from censemble.generators.conditions import Allowed
from censemble.generators.llmsynthor.boxes import draw_pool as draw_boxes
from censemble.generators.llmsynthor.planning import pool_of
from censemble.inputs import GeneratorSettings, Inputs
from censemble.proposal import propose, region_weights

RULE = """
        rules:
          - {name: adult, says: Somebody is an adult., rule: any(age >= 18)}
        run:"""


def generator(kind: str, *, of: str = "household", records: int = 400) -> str:
    """The section of the project file."""
    size = ", size: size" if kind == "maximum_entropy" and of == "household" else ""
    return f"{{kind: {kind}}}" if kind == "seed_sample" else f"{{kind: {kind}, records: {records}{size}}}"


def inputs_of(folder: Path, kind: str, **changes: str) -> Inputs:
    """The household project with one generator, read."""
    return censemble.read_project(write_files(folder, project_of(HOUSEHOLDS, generator(kind), **changes)))


@pytest.mark.parametrize("kind", KINDS)
def test_households_end_to_end(kind: str, tmp_path: Path) -> None:
    """Run and verify: exact totals, every household from a record of the pool, the manifest says what proposed it."""
    folder = write_files(tmp_path / "p", project_of(HOUSEHOLDS, generator(kind)))
    done = command("run", folder, "--out", tmp_path / "out")
    assert done.status == 0, done.err
    verified = command("verify", tmp_path / "out")
    assert (verified.status, "no difference" in verified.out) == (0, True), verified.err
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    households = pq.read_table(tmp_path / "out/households.parquet").to_pandas()
    assert households.groupby("zone").size().to_dict() == {"01": 30, "02": 20, "03": 10}
    assert set(households["generator"]) == {kind} == {manifest["generator"]["kind"]}
    assert (tmp_path / "out/pool.parquet").exists() == (kind != "seed_sample")
    learnt = "independent" if kind in ("independent", "maximum_entropy") else "learnt"
    assert ["age", "sex", "constrained"] in manifest["dependence"]
    assert ["age", "tenure", learnt] in manifest["dependence"]


@pytest.mark.parametrize("kind", KINDS)
def test_persons_end_to_end(kind: str, tmp_path: Path) -> None:
    """The same for flat rows: persons.parquet alone, with zones and the person that each was made from."""
    folder = write_files(tmp_path / "p", project_of(PERSONS, generator(kind, of="person")))
    done = command("run", folder, "--out", tmp_path / "out")
    assert done.status == 0, done.err
    assert "Wrote 60 persons to" in done.out
    verified = command("verify", tmp_path / "out")
    assert (verified.status, "no difference" in verified.out) == (0, True), verified.err
    assert not (tmp_path / "out/households.parquet").exists()
    persons = pq.read_table(tmp_path / "out/persons.parquet").to_pandas()
    assert persons.groupby("zone").size().to_dict() == {"01": 30, "02": 20, "03": 10}
    assert persons.groupby(["zone", "sex"]).size()["02", "male"] == 15
    assert {"person_id", "region", "zone", "age", "source_person", "generator"} <= set(persons.columns)
    page = (tmp_path / "out/report.html").read_text()
    assert "household" not in page[page.index("<main>") : page.index('id="terms"')]
    assert command("report", tmp_path / "out").status == 0


def test_a_language_model_end_to_end(tmp_path: Path) -> None:
    """Tables and a model that answers by rote: exact totals, every person with a proposal, and all of it kept."""
    files = project_of(PERSONS, "{kind: llmsynthor, records: 2000, calls: 6}", sample=False)
    inputs = censemble.read_project(write_files(tmp_path / "p", files))
    result = censemble.run(inputs, out=tmp_path / "out", client=fake_client())
    persons = pq.read_table(tmp_path / "out/persons.parquet").to_pandas()
    assert persons.groupby("zone").size().to_dict() == {"01": 30, "02": 20, "03": 10}
    assert persons.groupby(["zone", "sex"]).size()["02", "male"] == 15
    proposals = pq.read_table(tmp_path / "out/proposals.parquet").to_pandas()
    assert set(persons["proposal"].str.removeprefix("beside-")) <= set(proposals["proposal"])
    assert pq.read_table(tmp_path / "out/planning.parquet")["miss"].to_pylist()[-1] < 0.005
    assert result.manifest["generator"]["kind"] == "llmsynthor"
    assert ["sex", "work", "proposed"] in result.manifest["dependence"]
    assert any("asking ended" in note for note in result.manifest["notes"])
    verified = command("verify", tmp_path / "out")
    assert (verified.status, "no difference" in verified.out) == (0, True), verified.err


def test_an_approximated_joint_is_marked_and_no_control(tmp_path: Path) -> None:
    """Sex by work is in no table: told in notes, manifest and a file of its own; the tables are met as ever."""
    options = "{kind: llmsynthor, records: 2000, calls: 6, approximate_missing_joints: true}"
    inputs = censemble.read_project(write_files(tmp_path / "p", project_of(PERSONS, options, sample=False)))
    result = censemble.run(inputs, out=tmp_path / "out", client=fake_client())
    cells = pq.read_table(tmp_path / "out/approximated.parquet").to_pandas()
    assert set(cells["said_percent"]) == {80, 20}
    assert cells["share"].sum() == pytest.approx(1)
    assert result.manifest["generator"]["approximated"] == ["sex, work"]
    assert ["sex", "work", "proposed"] in result.manifest["dependence"]
    assert any("no control" in note for note in result.manifest["notes"])
    assert set(pq.read_table(tmp_path / "out/fit.parquet")["margin"].to_pylist()) == {"persons", "sex", "work by age"}
    persons = result.persons.to_pandas()
    share = (persons["work"] == "at work").groupby(persons["sex"]).mean()
    assert share["female"] > share["male"] + 0.2


def test_a_plan_goes_on_from_another(tmp_path: Path) -> None:
    """For the same tables nothing is asked again; records of a fitted generator are drawn without any call."""
    folder = write_files(tmp_path, project_of(PERSONS, generator("llmsynthor", of="person"), sample=False))
    inputs = censemble.read_project(folder)
    first = propose(inputs, client=fake_client())
    again = fake_client()
    on = propose(inputs, client=again, start=first.fitted)
    assert again.spending.calls == 0
    assert {p.split("-")[0] for p in on.pool.person_extra["proposal"].to_pylist()} <= {"without", "beside", "fill"}
    other = replace(inputs, settings=replace(inputs.settings, random_seed=99))
    drawn = propose(other, fitted=first.fitted)
    assert drawn.pool.n_records == first.pool.n_records
    assert drawn.pool.persons["age"].tolist() != first.pool.persons["age"].tolist()


def test_planning_weights_meet_what_has_support() -> None:
    """All women: the total holds, men stay missing, and the table of payment is met all the same."""
    found = targets()
    women = {"sex": Allowed(SEX, frozenset([0]))}
    columns, box, prior = draw_boxes(found, [women], 500, np.random.default_rng(1))
    pool = pool_of(found, columns, prior=prior, proposals=["1-1"] * len(box), generator="llmsynthor")
    weights = region_weights(pool, found.margins)
    assert weights.sum() == pytest.approx(100)
    assert weights[columns["pays"] == 0].sum() == pytest.approx(40, abs=2)


def test_region_weights_leave_areas_out() -> None:
    """Records that belong to areas of some level are calibrated to the whole region as if they belonged to none."""
    found = targets()
    anybody = {"sex": Allowed(SEX, frozenset([0, 1]))}
    columns, box, prior = draw_boxes(found, [anybody], 200, np.random.default_rng(1))
    pool = pool_of(found, columns, prior=prior, proposals=["1-1"] * len(box), generator="llmsynthor")
    in_areas = replace(pool, area_level="county", area=np.arange(pool.n_records, dtype=np.int32) % 3)
    np.testing.assert_array_equal(region_weights(in_areas, found.margins), region_weights(pool, found.margins))


def test_tables_alone(tmp_path: Path) -> None:
    """No seed sample: households and persons all the same; the report says that nothing could be compared."""
    files = project_of(HOUSEHOLDS, generator("maximum_entropy"), sample=False)
    write_files(tmp_path / "p", {k: v for k, v in files.items() if k not in ("households.csv", "persons.csv")})
    assert command("check", tmp_path / "p").status == 0
    done = command("run", tmp_path / "p", "--out", tmp_path / "out")
    assert done.status == 0, done.err
    assert "There is no survey to compare with" in done.out
    verified = command("verify", tmp_path / "out")
    assert verified.status == 0, verified.err
    report = json.loads((tmp_path / "out/report.json").read_text())
    assert report["records"] == {"entity": "households", "generator": "maximum_entropy", "has_survey": False}
    assert report["joints"]["n_pairs"] == 0


def test_the_same_seed_gives_the_same_pool(tmp_path: Path) -> None:
    """Byte for byte; another seed gives another one."""
    inputs = inputs_of(tmp_path, "bayesian_network")
    first, again = propose(inputs).pool, propose(inputs).pool
    other = propose(replace(inputs, settings=replace(inputs.settings, random_seed=4))).pool
    for name in first.persons:
        np.testing.assert_array_equal(first.persons[name], again.persons[name])
    assert first.household_ids.equals(again.household_ids)
    assert not np.array_equal(first.persons["age"][:50], other.persons["age"][:50])


def test_rules_refuse_and_others_come_in_their_place(tmp_path: Path) -> None:
    """Households without an adult are counted and drawn again; ids stay unique, weights sum to the total."""
    proposal = propose(inputs_of(tmp_path, "maximum_entropy", **{"\n        run:": RULE}))
    pool = proposal.pool
    assert pool.n_records == 400
    assert proposal.n_drawn > 400
    assert proposal.refused["adult"] > 0
    adults = np.bincount(pool.record_of_person, weights=pool.persons["age"] >= 18)
    assert adults.min() >= 1
    assert len(set(pool.household_ids.to_pylist())) == 400
    assert pool.prior_weights.sum() == pytest.approx(60)


def test_records_drawn_in_place_of_refused_ones_weigh_as_much(tmp_path: Path) -> None:
    """However many draws it takes, records of a generator that gives equal weights weigh alike, also together."""
    proposal = propose(inputs_of(tmp_path, "independent", **{"\n        run:": RULE}))
    assert proposal.n_drawn > 400
    assert proposal.pool.n_records == 400
    np.testing.assert_allclose(proposal.pool.prior_weights, proposal.pool.prior_weights.sum() / 400)


def test_rules_that_nobody_obeys_stop(tmp_path: Path) -> None:
    """After twenty times as many records the rule is named."""
    impossible = RULE.replace("any(age >= 18)", "any(age >= 99)").replace("any(", "all(")
    with pytest.raises(SchemaError, match=r"drew 8,000 records and each breaks a rule \(adult: 8,000\)"):
        propose(inputs_of(tmp_path, "bootstrap", **{"\n        run:": impossible}))


def test_rules_that_refuse_most_leave_fewer_records(tmp_path: Path) -> None:
    """A note says how many of how many."""
    rare = RULE.replace("any(age >= 18)", "min(age) >= 78")
    proposal = propose(inputs_of(tmp_path, "independent", **{"\n        run:": rare}))
    assert 0 < proposal.pool.n_records < 400
    assert any("obey the rules; 400 were asked for" in note for note in proposal.notes)


def test_survey_records_stay_whatever_the_rules_say(tmp_path: Path) -> None:
    """The seed sample is data."""
    inputs = inputs_of(tmp_path, "seed_sample", **{"\n        run:": RULE.replace(">= 18", ">= 70")})
    proposal = propose(inputs)
    assert proposal.pool is inputs.seed_sample
    assert (proposal.refused, proposal.effective_size) == ({}, None)


def test_a_generated_pool_is_worth_what_it_was_learnt_from(tmp_path: Path) -> None:
    """Four hundred records learnt from forty count as forty, those of tables alone as one in a hundred."""
    inputs = inputs_of(tmp_path, "bootstrap")
    assert inputs.seed_sample is not None
    weights = inputs.seed_sample.prior_weights
    assert propose(inputs).effective_size == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    alone = replace(inputs, generator=GeneratorSettings("maximum_entropy", 100, {"size": "size"}), seed_sample=None)
    assert propose(alone).effective_size == pytest.approx(0.6)


def test_a_missing_sample_is_said(tmp_path: Path) -> None:
    """In Python too, where no project file was checked."""
    with pytest.raises(SchemaError, match="'bootstrap' needs a seed sample"):
        propose(replace(inputs_of(tmp_path, "bootstrap"), seed_sample=None))


HOUSEHOLD_RULE = RULE.replace("any(age >= 18)", "any(age >= 18) and count() = count(sex is not missing)")


def test_households_of_a_language_model_from_fit_to_verify(tmp_path: Path) -> None:
    """Tables of households by zone and of persons by region: exact where they are exact, rules obeyed, provenance kept,
    and `verify` finds no difference."""
    options = "{kind: llmsynthor, records: 3000, calls: 8, size: size, most_members: 6}"
    files = project_of(HOUSEHOLDS, options, sample=False, **{"\n        run:": HOUSEHOLD_RULE})
    inputs = censemble.read_project(write_files(tmp_path / "project", files))
    client = fake_client(random_answers())
    result = censemble.run(inputs, client=client, out=tmp_path / "out")
    assert result.calibration.status.value.startswith("Converged")
    households = result.households.to_pandas()
    assert households.groupby("zone", observed=True).size().to_dict() == {"01": 30, "02": 20, "03": 10}
    assert (households["tenure"] == "owned").groupby(households["zone"], observed=True).sum().tolist() == [20, 5, 5]
    persons = result.persons.to_pandas()
    assert (persons.groupby("household_id")["age"].max() >= 18).all()
    sizes = persons.groupby("household_id").size()
    assert (
        sizes.clip(upper=3).astype(str).str.replace("3", "3 or more") == households.set_index("household_id")["size"]
    ).all()
    proposals = pq.read_table(tmp_path / "out" / "proposals.parquet")["proposal"].to_pylist()
    assert set(households["proposal"].str.removeprefix("beside-")) <= {*proposals, "tables"}
    assert result.manifest["generator"]["refused"] == {"adult": 0}
    verified = command("verify", tmp_path / "out")
    assert (verified.status, "no difference" in verified.out) == (0, True), verified.err


def test_records_one_by_one_are_as_many_as_came(tmp_path: Path) -> None:
    """Where there are no rules no rule is blamed for fewer records."""
    options = "{kind: llmsynthor, mode: direct, records: 300, calls: 2, size: size, most_members: 6}"
    inputs = censemble.read_project(write_files(tmp_path, project_of(HOUSEHOLDS, options, sample=False)))
    proposal = propose(inputs, client=fake_client(random_answers()))
    assert proposal.pool.n_records == 10
    assert "llmsynthor: there are only 10 records; 300 were asked for." in proposal.notes
