"""The mobility benchmark: two sources that never met, from their files to trips that agree with both."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from llmsynthor_case import fake_client

import censemble
from censemble.evaluation.verify import examine

Script = Callable[[str], ModuleType]
REPLAY = Path(__file__).resolve().parents[2] / "benchmarks/replay/mobility.replay"


@pytest.fixture
def tables(script: Script) -> ModuleType:
    """The module that reads the sources."""
    return script("mobility_tables")


@pytest.fixture
def sources(script: Script, shared_data: Path) -> Any:
    """Both sources, of the six zones to which most people travel and 3,000 trips."""
    return script("mobility").Sources(shared_data, total=3_000, largest=6)


def test_rounding_keeps_every_running_sum(tables: ModuleType) -> None:
    """Whole numbers, the total exact, any run of neighbours off by less than one."""
    rng = np.random.default_rng(1)
    shares = rng.pareto(1.0, 500)
    found, wanted = tables.whole(shares, 3_000), shares / shares.sum() * 3_000
    assert found.sum() == 3_000
    assert (found >= 0).all()
    assert np.abs(np.cumsum(found) - np.cumsum(wanted)).max() <= 0.5 + 1e-9
    for start, end in rng.integers(0, 500, (50, 2)):
        first, last = min(start, end), max(start, end)
        assert abs(found[first:last].sum() - wanted[first:last].sum()) < 1 + 1e-9


def test_distance_is_that_on_the_globe(tables: ModuleType) -> None:
    """A degree of latitude is 111.2 km; a zone is 0 km from itself."""
    zones = pd.DataFrame({"lon": [0.0, 0.0], "lat": [51.0, 52.0]}, index=["a", "b"])
    assert tables.kilometres(zones, ["a", "a"], ["b", "a"]).tolist() == pytest.approx([111.195, 0], abs=1e-3)


def test_numbers_on_an_edge_belong_above(tables: ModuleType) -> None:
    """Six o'clock is in the bin that begins at six."""
    assert tables.labelled((6, 9), ("early", "morning", "late"), np.array([5, 6, 8.9, 9])).tolist() == [
        "early", "morning", "morning", "late",
    ]  # fmt: skip


def test_sources_agree_in_total_and_in_nothing_else(sources: Any) -> None:
    """Both count 3,000 trips; no attribute is in both; every pair of zones has one distance."""
    assert sources.flows["trips"].sum() == sources.activities["trips"].sum() == 3_000
    assert set(sources.flows.columns) & set(sources.activities.columns) == {"trips"}
    assert (sources.flows.groupby(["origin", "destination"])["distance"].nunique() == 1).all()
    same = sources.flows["origin"] == sources.flows["destination"]
    assert set(sources.flows.loc[same, "distance"]) == {"under 1 km"}


def test_all_trips_of_bristol_are_there(tables: ModuleType, shared_data: Path) -> None:
    """Thirty thousand trips keep the shares of the modes of 238,805 journeys, as published."""
    flows = tables.flows(shared_data / "bristol_od")
    assert flows["trips"].sum() == 30_000
    published = {"bicycle": 18_089, "on foot": 46_927, "car driver": 132_319, "train": 2_488}
    for mode, journeys in published.items():
        assert flows.loc[flows["mode"] == mode, "trips"].sum() == pytest.approx(journeys / 238_805 * 30_000, abs=110)


@pytest.mark.parametrize("kind", ["maximum_entropy", "llmsynthor"])
def test_both_sources_are_met_exactly(kind: str, sources: Any, script: Script, tmp_path: Path) -> None:
    """Every flow and every hour, with and without a (here: rote) model; no relaxation, nothing filled in; verified."""
    generator = {"kind": kind, "records": 9_000} | ({"calls": 20} if kind == "llmsynthor" else {})
    path = sources.write(tmp_path, generator)
    client = fake_client() if kind == "llmsynthor" else None
    inputs = censemble.read_project(path)
    result = censemble.run(inputs, out=tmp_path / "out", client=client)
    trips = pd.read_parquet(tmp_path / "out" / "persons.parquet")
    judged = script("mobility_judgement").judge(trips, sources.tables(), sources.survey, sources.purposes)
    assert judged["trips"] == 3_000
    assert set(judged["total_absolute_error"].values()) == {0}
    assert result.manifest["relaxations"] == []
    assert "filled in" not in " ".join(result.manifest["notes"])
    assert examine(tmp_path / "out", inputs).differences == ()
    assert "<svg" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_zones_are_known_by_name(sources: Any, tmp_path: Path) -> None:
    """Destinations, origins and outlines have the same names, so that maps and scenarios find them."""
    content = yaml.safe_load(sources.write(tmp_path, {"kind": "maximum_entropy"}).read_text(encoding="utf-8"))
    outlines = json.loads((tmp_path / "zones.geojson").read_text(encoding="utf-8"))
    names = {f["properties"]["name"] for f in outlines["features"]}
    assert set(content["attributes"]["persons"]["destination"]["categories"]) == names
    assert set(pd.read_csv(tmp_path / "zones.csv")["origin"]) == names


def test_the_table_is_markdown(script: Script) -> None:
    """A row a run and one for the survey's size, with as many cells as the head."""
    run = {
        "generator": "maximum_entropy",
        "seconds": 9.0,
        "total_absolute_error": {"a": 0, "b": 2},
        "held_out": {"x": 0.1},
    }
    lines = script("mobility").table_of({"runs": [run], "noise": {"x": 0.02}}).splitlines()
    assert len(lines) == 4
    assert len({line.count("|") for line in lines}) == 1


def test_held_out_pairs_are_compared_by_odds(script: Script) -> None:
    """Trips with the survey's odds ratios and other margins are at distance 0; independent ones are not."""
    module = script("mobility_judgement")
    labels = {"mode": ["a", "b"], "purpose": ["x", "y"]}
    survey = pd.DataFrame({"mode": list("aabb"), "purpose": list("xyxy"), "weight": [4.0, 1, 1, 4]})
    counts = module.raked(np.array([[0.4, 0.1], [0.1, 0.4]]), np.array([0.9, 0.1]), np.array([0.5, 0.5])) * 10_000
    cells = [(m, p, round(counts[i, j])) for i, m in enumerate("ab") for j, p in enumerate("xy")]
    trips = pd.DataFrame([(m, p) for m, p, n in cells for _ in range(n)], columns=["mode", "purpose"])
    assert module.distance_of(trips, survey, ("mode", "purpose"), labels) == pytest.approx(0, abs=1e-3)
    apart = pd.DataFrame({"mode": ["a"] * 90 + ["b"] * 10, "purpose": list("xy") * 50})
    assert module.distance_of(apart, survey, ("mode", "purpose"), labels) > 0.03


def test_trips_too_many_count_too(script: Script) -> None:
    """One trip in the wrong cell is an error of two, in a cell that the table does not have as well."""
    table = pd.DataFrame({"mode": ["a", "b"], "trips": [2, 1]})
    count = script("mobility_judgement").total_absolute_error
    assert count(pd.DataFrame({"mode": ["a", "a", "b"]}), table) == 0
    assert count(pd.DataFrame({"mode": ["a", "b", "b"]}), table) == 2
    assert count(pd.DataFrame({"mode": ["a", "a", "c"]}), table) == 2


def test_the_reported_run_is_repeated(script: Script, shared_data: Path, tmp_path: Path) -> None:
    """Twenty calls of a small model about all 30,000 trips, from the replay file: every figure of the results."""
    module = script("mobility")
    made = module.make(module.Sources(shared_data), tmp_path, "llmsynthor", calls=20, replay=REPLAY)
    results = json.loads(module.RESULTS.read_text(encoding="utf-8"))
    told = next(run for run in results["runs"] if run["generator"] == "llmsynthor")
    depends = {"seconds", "notes", "language_model"}  # on the machine, and where the project lies
    assert made.keys() == told.keys()
    for key in made.keys() - depends:
        assert made[key] == pytest.approx(told[key]), key
    assert made["notes"][1:] == told["notes"][1:]
    assert made["language_model"] == told["language_model"] | {"answers": made["language_model"]["answers"]}
    proposals = pd.read_parquet(tmp_path / "out" / "proposals.parquet")["record"]
    assert all("destination" not in json.loads(record) for record in proposals)  # no flow was asked for


def test_the_page_has_the_kept_figures(script: Script) -> None:
    """The table of the documentation is the one that the benchmark prints."""
    module = script("mobility")
    page = (Path(__file__).resolve().parents[2] / "docs/llmsynthor.md").read_text(encoding="utf-8")
    shown = page.partition("<!-- mobility: begin -->\n")[2].partition("<!-- mobility: end -->")[0]
    assert shown.strip() == module.table_of(json.loads(module.RESULTS.read_text(encoding="utf-8")))
