"""Scenarios from text to two populations: the tables change by exactly what was named, and the background stays."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
import scenario_case as case
from command_case import command, write_files
from generator_projects import HOUSEHOLDS, PERSONS, project_of
from llmsynthor_case import answer_by_rote
from scenario_case import change, client_of

import censemble
from censemble import scenario
from censemble.errors import ConfigError, InfeasibleError, LanguageModelError, OutputError
from censemble.evaluation.verify import examine
from censemble.expressions import between, is_in
from censemble.inputs import GeneratorSettings
from censemble.llm import Budget, Client, FakeModel
from censemble.llm.fake import FakeCall
from censemble.publication import Run

SURGE = change("more", 40, to=["Stadium"], hour=[20, 24])


@pytest.fixture(scope="module")
def base() -> Run:
    """Trips without a scenario."""
    return censemble.run(case.inputs())


@pytest.fixture(scope="module")
def concert(tmp_path_factory: pytest.TempPathFactory) -> tuple[scenario.Comparison, Path]:
    """Trips without and with the concert, and their folder."""
    out = tmp_path_factory.mktemp("concert") / "out"
    return scenario.compare(case.inputs(), case.CONCERT, client=client_of([SURGE]), out=out), out


def evening_at(run: Run, place: str) -> int:
    """Trips to a place from 20 to 24."""
    to, hour = np.array(run.persons["to"].to_pylist()), run.persons["hour"].to_numpy()
    return int(((to == place) & (hour >= 20)).sum())


def test_the_surge_goes_to_the_place_and_the_hours(concert: tuple[scenario.Comparison, Path]) -> None:
    """Exactly forty more trips to the stadium in the evening; every other cell of place by hour as before."""
    found, _ = concert
    assert (evening_at(found.without, "Stadium"), evening_at(found.changed, "Stadium")) == (5, 45)
    assert found.changed.persons.num_rows - found.without.persons.num_rows == 40
    moved = {pair["first"] + pair["second"]: pair for pair in found.facts["pairs"]}["tohour"]
    difference = np.array(moved["with"]) - np.array(moved["without"])
    assert difference[2, 3] == difference.sum() == 40
    assert np.count_nonzero(difference) == 1


@pytest.mark.parametrize("kind", ["maximum_entropy", "independent"])
def test_the_surge_finds_its_place_where_no_table_counts_it(kind: str) -> None:
    """Places from one table, hours from another: forty trips go to the stadium in the evening, the rest as before."""
    counts = case.margins()[1].targets.reshape(3, 4)
    places = case.table("to", {p: is_in("to", [k]) for k, p in enumerate(case.PLACES)}, counts.sum(axis=1))
    spans = {str(a): between("hour", a, b, include_high=False) for a, b in case.HOURS}
    apart = (case.margins()[0], places, case.table("hour", spans, counts.sum(axis=0)), case.margins()[2])
    inputs = replace(case.inputs(), margins=apart, generator=GeneratorSettings(kind, 3_000))
    found = scenario.compare(inputs, case.CONCERT, client=client_of([SURGE]))
    assert evening_at(found.changed, "Stadium") == evening_at(found.without, "Stadium") + 40
    assert found.changes.there["c1"] == {"R": evening_at(found.without, "Stadium")}
    elsewhere = [evening_at(run, "Centre") for run in (found.without, found.changed)]
    assert abs(elsewhere[0] - elsewhere[1]) <= 8
    assert [m.name for m in inputs.margins] == ["all", "to", "hour", "mode"]


def test_facts_say_what_was_changed_and_what_moved(concert: tuple[scenario.Comparison, Path]) -> None:
    """The file holds them; the manifest of the run has text, changes and the command."""
    found, out = concert
    assert json.loads((out / "scenario.json").read_text()) == found.facts
    assert "There is a concert" in (out / "scenario.html").read_text()
    assert found.facts["changes"][0]["where"] == {"to": ["Stadium"], "hour": [20, 24]}
    moved = {a["attribute"]: (a["moved"], a["named"]) for a in found.facts["attributes"]}
    assert moved["to"] == moved["hour"] == (True, True)
    assert found.facts["totals"] == {"persons": {"without": 400, "with": 440}}
    manifest = json.loads((out / "with/manifest.json").read_text())
    assert manifest["scenario"]["text"] == case.CONCERT
    assert f"scenario: {case.CONCERT}" in manifest["notes"]
    assert "scenario" not in json.loads((out / "without/manifest.json").read_text())


def test_both_runs_verify(concert: tuple[scenario.Comparison, Path]) -> None:
    """From the tables as they were read, without any model."""
    _, out = concert
    for which in ("without", "with"):
        found = examine(out / which, case.inputs())
        assert found.differences == ()
        assert found.n_compared > 1000


def test_the_plant_opens(base: Run) -> None:
    """People change from the bus to the car, in a number that the text states: as many trips, other modes only."""
    asked = [change("fewer", 80, mode=["bus"]), change("more", 80, mode=["car"])]
    changed, changes = scenario.apply_scenario(
        case.inputs(), "80 workers of the plant leave the bus.", client=client_of(asked), base=base
    )
    before, after = case.margins(), changed.margins
    assert [a.targets.tolist() for a in after[:2]] == [b.targets.tolist() for b in before[:2]]
    assert after[2].targets.tolist() == [[40, 280, 80]]
    assert changed.scenario is changes
    assert [c.converts for c in changes.changes] == ["", "c1"]


def test_households_come_to_the_zone_that_is_named(tmp_path: Path) -> None:
    """With a survey: ten more rented households in zone 04, where nobody lived; the other zones as before."""
    files = project_of(HOUSEHOLDS, "{kind: seed_sample}")
    inputs = censemble.read_project(write_files(tmp_path / "p", files))
    answer = {"households": [change("more", 10, {"zone": ["04"]}, tenure=["rented"])], "persons": []}
    found = scenario.compare(inputs, "Ten flats are built.", client=Client(FakeModel([json.dumps(answer)])))
    zones = {z["unit"]: (z["without"], z["with"]) for z in found.facts["zones"] if z["level"] == "zone"}
    assert zones == {"01": (30, 30), "02": (20, 20), "03": (10, 10), "04": (0, 10)}
    new = [t for t, z in zip(*(found.changed.households[c].to_pylist() for c in ("tenure", "zone")), strict=True) if z == "04"]  # fmt: skip  # noqa: E501
    assert new == ["rented"] * 10


def test_persons_that_find_work_leave_households_alone(tmp_path: Path) -> None:
    """In a project of persons the totals by zone and sex stay."""
    inputs = censemble.read_project(write_files(tmp_path / "p", project_of(PERSONS, "{kind: seed_sample}")))
    run = censemble.run(inputs)
    asked = [change("fewer", 4, work=["not at work"], age=[18, 64]), change("more", 4, work=["at work"])]
    changed, _ = scenario.apply_scenario(inputs, "A shop with 4 jobs opens.", client=client_of(asked), base=run)
    shifts = [b.targets - a.targets for a, b in zip(inputs.margins, changed.margins, strict=False)]
    assert not shifts[0].any()
    assert not shifts[1].any()
    assert shifts[2].sum(axis=0).tolist() == [0, 4, -4, 0]


def test_the_scenario_run_alone_is_the_same(concert: tuple[scenario.Comparison, Path], tmp_path: Path) -> None:
    """Same bytes as the run beside the comparison."""
    _, out = concert
    alone = scenario.run(case.inputs(), case.CONCERT, client=client_of([SURGE]), out=tmp_path / "alone")
    assert evening_at(alone, "Stadium") == 45
    for name in ("persons.parquet", "changed_persons.parquet", "report.json"):
        assert (tmp_path / "alone" / name).read_bytes() == (out / "with" / name).read_bytes()


def test_nothing_is_written_when_the_model_fails(tmp_path: Path) -> None:
    """Not answering, and answers that cannot be used."""
    for client, error in ((Client(FakeModel([])), LanguageModelError), (Client(FakeModel(["no", "no"])), ConfigError)):
        with pytest.raises(error):
            scenario.compare(case.inputs(), case.CONCERT, client=client, out=tmp_path / "out")
        assert not (tmp_path / "out").exists()


def test_a_budget_that_forbids_the_question_is_named(base: Run) -> None:
    """Not the words of the scenario are at fault: the action is to raise the limits, the status that of no answer."""
    client = Client(FakeModel([]), budget=Budget(max_calls=0))
    with pytest.raises(LanguageModelError, match=r"the budget is 0 calls\. Raise the limits"):
        scenario.apply_scenario(case.inputs(), case.CONCERT, client=client, base=base)


@pytest.mark.parametrize("name", ["without", "with", "scenario.html", "scenario.json"])
def test_a_folder_that_cannot_take_the_result_is_found_before_the_work(tmp_path: Path, name: str) -> None:
    """A file where a run goes, a folder where a file goes: nothing is made, nothing is asked, all stays as it was."""
    if name.startswith("scenario"):
        (tmp_path / name).mkdir()
    else:
        (tmp_path / name).touch()
    with mock.patch.object(scenario, "make", side_effect=AssertionError), pytest.raises(OutputError, match=name):
        scenario.compare(case.inputs(), case.CONCERT, client=client_of([]), out=tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == [name]


def test_an_empty_scenario_is_refused_before_the_work(tmp_path: Path) -> None:
    """And leaves nothing."""
    with mock.patch.object(scenario, "make", side_effect=AssertionError), pytest.raises(ConfigError, match="empty"):
        scenario.compare(case.inputs(), "  ", client=client_of([]), out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_tables_that_a_scenario_makes_contradict_each_other_say_so(tmp_path: Path) -> None:
    """No record of the survey is like what is added: status 3, and why, beside no earlier comparison."""
    files = project_of(HOUSEHOLDS, "{kind: seed_sample}")
    files["households.csv"] = "ID,WEIGHT,NP,TENURE\n" + "".join(f"h{i},5,{1 + i % 4},1\n" for i in range(40))
    files["zones.csv"] = "ZONE,HOUSEHOLDS,OWNED,RENTED\n01,30,30,0\n02,20,20,0\n03,10,10,0\n04,0,0,0\n"
    inputs = censemble.read_project(write_files(tmp_path / "p", files))
    answer = {"households": [change("more", 10, tenure=["rented"])], "persons": []}
    with pytest.raises(InfeasibleError):
        scenario.compare(inputs, "Ten flats.", client=Client(FakeModel([json.dumps(answer)])), out=tmp_path / "out",
                         accept_relaxation=False)  # fmt: skip
    assert not (tmp_path / "out/scenario.json").exists()
    assert [p.name for p in (tmp_path / "out/with").iterdir()] == ["feasibility.json"]
    assert not (tmp_path / "out/without").exists()


def answer_both(call: FakeCall) -> str:
    """Proposals by rote, changes as given."""
    assert call.response_format is not None
    asks = call.response_format["json_schema"]["schema"]["properties"]
    return json.dumps({"changes": [SURGE]}) if "changes" in asks else answer_by_rote(call)


def test_llmsynthor_is_told_the_scenario_and_not_asked_again_for_chance() -> None:
    """The text is in the prompts of the run with it alone; the third population takes no call."""
    model = FakeModel(answer_both)
    generator = GeneratorSettings("llmsynthor", 2_000, {"calls": 2, "proposals": 3})
    inputs = replace(case.inputs(), generator=generator)
    found = scenario.compare(inputs, case.CONCERT, client=Client(model, concurrency=1))
    told = [case.CONCERT in call.messages[-1].text for call in model.calls]
    assert told == sorted(told)
    assert evening_at(found.changed, "Stadium") == 45
    asked = [call for call in model.calls if '"changes"' in json.dumps(dict(call.response_format or {}))]
    assert len(asked) == 1
    assert 3 <= len(model.calls) <= 5


def test_the_command(tmp_path: Path) -> None:
    """Writes two runs and the comparison; `run --scenario` the one run, which verifies."""
    folder = write_files(tmp_path / "p", project_of(PERSONS, "{kind: seed_sample}"))
    answer = json.dumps({"changes": [change("more", 7, {"zone": ["01"]}, sex=["female"])]})
    text = "Seven women move to 01."
    target = "censemble.model_client.configured_model"
    with mock.patch(target, lambda _environ, **_more: FakeModel([answer])):
        done = command("scenario", folder, "--scenario", text, "--out", tmp_path / "out")
        assert (done.status, done.err) == (0, "")
        assert "c1: 7 persons more: sex female in 01" in done.out
        assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
            "scenario.html",
            "scenario.json",
            "with",
            "without",
        ]
        again = command("run", folder, "--scenario", text, "--out", tmp_path / "one")
        assert again.status == 0
        assert "note: scenario: Seven women" in again.out
    assert command("verify", tmp_path / "one").status == 0
    assert command("verify", tmp_path / "out/with").status == 0
    assert "--scenario 'Seven women move to 01.'" in (tmp_path / "one/manifest.json").read_text()


def test_a_scenario_needs_a_model_whatever_the_generator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Status 2 and what to set, before anything is made."""
    monkeypatch.delenv("CENSEMBLE_LLM_BASE_URL", raising=False)
    monkeypatch.delenv("CENSEMBLE_LLM_MODEL", raising=False)
    folder = write_files(tmp_path / "p", project_of(PERSONS, "{kind: seed_sample}"))
    done = command("scenario", folder, "--scenario", "It rains.", "--out", tmp_path / "out")
    assert done.status == 2
    assert "Ollama" in done.err
    assert not (tmp_path / "out").exists()
