"""Proposals, two-way tables and places counted again."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from command_case import command, write_files
from generator_projects import PERSONS, project_of
from llmsynthor_case import fake_client

import censemble
from censemble.evaluation.verify import examine
from censemble.inputs import Inputs

CELLS = """            cells:
              - {column: YOUNG, where: {age: "<18"}}
              - {column: WORK, where: {age: 18..64, work: at work}}
              - {column: NONE, where: {age: 18..64, work: not at work}}
              - {column: OLD, where: {age: ">=65"}}"""
CROSSED = """            cells:
              - {column: YOUNG, where: {age: "<65", sex: female}}
              - {column: WORK, where: {age: "<65", sex: male}}
              - {column: NONE, where: {age: ">=65", sex: female}}
              - {column: OLD, where: {age: ">=65", sex: male}}"""


def square(name: str, x: float) -> dict[str, object]:
    """A feature."""
    ring = [[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]
    return {"properties": {"name": name}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> tuple[Inputs, Path]:
    """A planned run whose attribute `work` names outlines, and its folder."""
    folder = tmp_path_factory.mktemp("planned")
    polygons = "levels: [region, zone], polygons: {file: places.geojson, id: name},"
    files = project_of(PERSONS, "{kind: llmsynthor, records: 500, calls: 4}", sample=False)
    text = files["censemble.yaml"].replace("levels: [region, zone],", polygons).replace(CELLS, CROSSED)
    outlines = {"type": "FeatureCollection", "features": [square("at work", 0), square("not at work", 1)]}
    files |= {"censemble.yaml": text, "places.geojson": json.dumps(outlines)}
    inputs = censemble.read_project(write_files(folder / "p", files))
    censemble.run(inputs, out=folder / "out", client=fake_client())
    return inputs, folder / "out"


def facts_of(out: Path) -> dict:
    """What report.json says."""
    return json.loads((out / "report.json").read_text())


def differences(case: tuple[Inputs, Path], copy: Path, change) -> tuple[str, ...]:
    """What is found after report.json was changed."""
    inputs, out = case
    copy.mkdir()
    for file in out.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    facts = facts_of(copy)
    change(facts)
    (copy / "report.json").write_text(json.dumps(facts))
    return examine(copy, inputs).differences


def test_honest_figures_pass(case: tuple[Inputs, Path]) -> None:
    """No difference; the command says the same."""
    inputs, out = case
    found = examine(out, inputs)
    assert found.differences == ()
    assert any("language model's own" in line for line in found.unverified)
    assert command("report", out).status == 0
    assert examine(out, inputs).differences == ()


def test_the_page_shows_them(case: tuple[Inputs, Path]) -> None:
    """Heat maps of the table of two attributes, a map of the places, the proposals."""
    _, out = case
    page = (out / "report.html").read_text()
    for section in ("two-way", "places", "proposals"):
        assert f'id="{section}"' in page
    facts = facts_of(out)
    [table], [place] = facts["two_way"], facts["places"]
    assert (table["rows"], table["columns"]) == (["below 65", "65 or more"], ["female", "male"])
    assert table["target"] == [[11.0, 30.0], [7.0, 12.0]]
    assert (place["attribute"], sum(place["counts"])) == ("work", 60)
    assert sum(p["records"] for p in facts["proposals"]["most_used"]) <= 60


@pytest.mark.parametrize(
    "path",
    [
        ("two_way", 0, "result", 1, 1),
        ("places", 0, "counts", 1),
        ("proposals", "accepted"),
        ("proposals", "distinct_records"),
        ("proposals", "spread", "effective"),
        ("proposals", "spread", "of_proposals"),
        ("proposals", "most_used", 0, "records"),
        ("proposals", "planning", 1, "miss"),
    ],
)
def test_a_changed_figure_is_found(case: tuple[Inputs, Path], tmp_path: Path, path: tuple) -> None:
    """Whatever figure is changed, verification names it."""

    def change(facts: dict) -> None:
        inner = facts
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] += 1

    steps = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path)
    assert any(d.startswith(f"report.json: {steps[1:]}") for d in differences(case, tmp_path / "out", change))


def test_invented_proposals_are_found(case: tuple[Inputs, Path], tmp_path: Path) -> None:
    """A reason that proposals.parquet does not have, and a section that is missing."""

    def lie(facts: dict) -> None:
        facts["proposals"]["most_used"][0]["reason"] = "Because it is true."

    assert any("most_used[0].reason" in d for d in differences(case, tmp_path / "a", lie))
    assert any(
        "report.json: proposals" in d
        for d in differences(case, tmp_path / "b", lambda facts: facts.update(proposals=None))
    )


def test_records_of_another_proposal_are_found(case: tuple[Inputs, Path], tmp_path: Path) -> None:
    """Records that change their proposal change the counts."""
    inputs, out = case
    copy = tmp_path / "out"
    copy.mkdir()
    for file in out.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    table = pq.read_table(copy / "persons.parquet")
    at = table.column_names.index("proposal")
    pq.write_table(
        table.set_column(at, "proposal", pa.array(["fill-1"] * table.num_rows, pa.string())), copy / "persons.parquet"
    )
    assert any("proposals.spread" in d for d in examine(copy, inputs).differences)
