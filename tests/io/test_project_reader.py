"""From a project to inputs."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow.csv as pacsv
import pytest
from small_project import FILES, PROJECT, project_with, write_files

from censemble.errors import ConfigError, InputError
from censemble.inputs import Inputs
from censemble.io.project import parse_project
from censemble.io.project_model import Project
from censemble.io.project_reader import read_project
from censemble.margins import Z90
from censemble.schema import Roles


def read(folder: Path, content: dict[str, Any] | None = None, **options: Any) -> Inputs:
    return read_project(parse_project(content or PROJECT), base=folder, **options)


def problems_of(folder: Path, content: dict[str, Any] | None = None, **options: Any) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as caught:
        read(folder, content, **options)
    return [(p.code, str(p)) for p in caught.value.problems]


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    return read(write_files(tmp_path))


def test_geography_keeps_leading_zeros(inputs: Inputs) -> None:
    """Zone ids are texts in sorted order, whatever the order of rows and however numeric they look."""
    assert inputs.geography.levels == ("county", "tract", "zone")
    assert inputs.geography.units == (("09",), ("T1", "T2"), ("001", "002", "003"))


def test_seed_sample(inputs: Inputs) -> None:
    """Kept households in file order, their persons together, codes, offsets, ids and carried columns."""
    pool = inputs.seed_sample
    assert pool.household_ids.to_pylist() == ["01", "02", "03", "04"]
    assert pool.prior_weights.tolist() == [2, 3, 1, 4]
    assert pool.offsets.tolist() == [0, 1, 3, 6, 8]
    assert pool.households["tenure"].tolist() == [0, 0, 1, 0]
    assert pool.households["size"].tolist() == [0, 1, 1, 1]
    np.testing.assert_array_equal(pool.households["income"], [5000, 12000.5, 30000, np.nan])
    assert pool.persons["age"].tolist() == [70, 40, 38, 20, 21, 22, 3, 34]
    assert pool.persons["tenure"].tolist() == [0, 0, 0, 1, 1, 1, 0, 0]
    assert pool.person_extra.to_pydict() == {"per_num": [1, 1, 2, 1, 2, 3, 1, 2]}
    assert pool.household_extra.to_pydict() == {"HFL": [3, 1, 3, 2], "NP": [1, 2, 3, 2]}
    assert (pool.area_level, pool.generator) == ("", "seed_sample")


def test_roles_reach_the_schema(tmp_path: Path) -> None:
    """Generators and `compare` learn who is who from the same key; the attribute called age is the age."""
    folder = write_files(tmp_path)
    assert read(folder).schema.roles == Roles(age="age")
    declared = {"age": "AGE", "relationship": {"column": "sex", "head": 1, "partner": "female"}}
    assert read(folder, project_with(roles=declared)).schema.roles == Roles("age", "sex", ("male",), ("female",))


def test_margins(inputs: Inputs) -> None:
    """Targets in the order of the geography, standard deviations from margins of error and percentages."""
    total, income, ages = inputs.margins
    assert total.is_total
    assert (total.source, total.date) == ("Census", "2021")
    assert total.targets.tolist() == [[10], [20], [30]]
    assert not total.sd.any()
    assert income.targets.tolist() == [[4, 6], [10, 10], [15, 15]]
    np.testing.assert_allclose(income.sd, np.array([[3, 4], [6, 7], [8, 9]]) / Z90)
    assert income.importance.tolist() == [2, 3]
    assert [c.label for c in income.cells] == ["income <10000", "more"]
    assert [c.label for c in ages.cells] == [
        "male, age 0..17",
        "male, age >=18",
        "female, age 0..17",
        "female, age >=18",
    ]
    assert ages.targets.tolist() == [[5, 20, 6, 21], [0, 33, 3, 30]]
    np.testing.assert_allclose(ages.sd, [[0.5, 2, 0.6, 2.1], [0.5, 3.3, 0.5, 3]])
    assert ages.attributes == ("sex", "age")


def test_cells_count_the_records_they_say(inputs: Inputs) -> None:
    """Each cell's expression selects the right rows of the pool."""
    _, income, ages = inputs.margins
    pool = inputs.seed_sample
    assert [int(c.where.evaluate(pool.households).sum()) for c in income.cells] == [1, 2]
    assert [int(c.where.evaluate(pool.persons).sum()) for c in ages.cells] == [0, 4, 1, 3]


def test_settings_files_and_notes(inputs: Inputs, tmp_path: Path) -> None:
    """Settings arrive, each file is recorded once, and what was left out is told."""
    assert (inputs.settings.random_seed, inputs.settings.max_expansion_factor) == (7, 30)
    names = ("crosswalk", "households", "persons", "zones", "agesex")
    assert [f.path for f in inputs.files] == [str(tmp_path / f"{n}.csv") for n in names]
    notes = "\n".join(inputs.notes)
    assert "4 of 5 households meet 'OCC == 1' and were kept" in notes
    assert "1 of 4 households in the seed sample have no 'income'" in notes
    assert "1 of 8 pairs of tract and cell have no row in margin 'age by sex' and count 0" in notes


def as_texts() -> dict[str, Any]:
    return {name: pd.read_csv(StringIO(text), dtype=str) for name, text in FILES.items()}


def with_numbers(name: str) -> Any:
    ids = dict.fromkeys(("ZONE", "TRACT", "COUNTY", "HH", "TEN"), str)
    return pd.read_csv(StringIO(FILES[name]), dtype=ids)


@pytest.mark.parametrize("library", ["pandas", "pandas texts", "polars", "pyarrow"])
def test_frames_give_the_same_inputs_as_files(library: str, inputs: Inputs, tmp_path_factory: Any) -> None:
    """Tables of any library, typed or text, give what the files give."""
    frames: dict[str, Any] = {name: with_numbers(name) for name in FILES}
    if library == "pandas texts":
        frames = as_texts()
    elif library == "polars":
        frames = {name: pl.from_pandas(frame) for name, frame in frames.items()}
    elif library == "pyarrow":
        folder = write_files(tmp_path_factory.mktemp("files"))
        texts = pacsv.ConvertOptions(column_types=dict.fromkeys(("ZONE", "COUNTY", "HH", "TEN"), "string"))
        frames = {name: pacsv.read_csv(folder / name, convert_options=texts) for name in FILES}
    found = read(Path("nowhere"), frames=frames)
    assert found.geography.units == inputs.geography.units
    assert found.schema == inputs.schema
    for name, values in inputs.seed_sample.households.items():
        np.testing.assert_array_equal(found.seed_sample.households[name], values)
    for name, values in inputs.seed_sample.persons.items():
        np.testing.assert_array_equal(found.seed_sample.persons[name], values)
    assert found.seed_sample.household_ids.equals(inputs.seed_sample.household_ids)
    assert found.seed_sample.household_extra.equals(inputs.seed_sample.household_extra)
    assert found.seed_sample.person_extra.equals(inputs.seed_sample.person_extra)
    for mine, theirs in zip(found.margins, inputs.margins, strict=True):
        np.testing.assert_array_equal(mine.targets, theirs.targets)
        np.testing.assert_array_equal(mine.sd, theirs.sd)
        assert mine.cells == theirs.cells


def test_a_frame_under_a_wrong_name(tmp_path: Path) -> None:
    """A frame that stands for no file of the project is a problem, not ignored."""
    found = problems_of(write_files(tmp_path), frames={"zone.csv": as_texts()["zones.csv"]})
    assert [code for code, _ in found] == ["unused-frame"]


FAULTS = [
    ("zones.csv", "003,T2,30", "004,T2,30", "unknown-zone", "004"),
    ("zones.csv", "003,T2,30", "004,T2,30", "missing-zone", "003"),
    ("zones.csv", "003,T2,30", "001,T2,30", "duplicate-id", "001"),
    ("zones.csv", "003,T2,30", "003,T1,30", "stale-parent", "'T1' where the crosswalk has 'T2'"),
    ("zones.csv", "003,T2,30", "003,T2,-30", "negative-count", "column 'N'"),
    ("zones.csv", "003,T2,30", "003,T2,3O", "not-a-number", "'3O'"),
    ("zones.csv", "003,T2,30", "003,T2,", "missing-value", "a blank"),
    ("zones.csv", "003,T2,30", "003,T2,30.5", "fractional-count", "exact"),
    ("zones.csv", "15,8,15,9", "15,,15,9", "bad-moe", "LOW_M"),
    ("zones.csv", "15,8,15,9", "15,-222222222,15,9", "bad-moe", "tolerance"),
    ("zones.csv", "LOW,LOW_M", "LO,LOW_M", "missing-column", "'LOW'"),
    ("agesex.csv", "T2,M,>=18,33", "T2,M,>=18,33\nT2,M,>=18,1", "repeated-cell", "male, age >=18"),
    ("agesex.csv", "T2,M,", "T2,X,", "unknown-category", "male, female"),
    ("agesex.csv", ",>=18,33", ",adult,33", "not-a-range", "adult"),
    ("agesex.csv", "T2,", "T9,", "missing-zone", "T2"),
    ("agesex.csv", "18,33", "18,many", "not-a-number", "'many'"),
    ("crosswalk.csv", "002,T1,09", "001,T2,09", "duplicate-id", "001"),
    ("households.csv", "02,3,2,02", "02,3,2,09", "unknown-code", "'09' in 1 row"),
    ("households.csv", "03,1,3,3", "02,1,3,3", "duplicate-id", "02"),
    ("households.csv", "03,1,3,3", "03,-1,3,3", "design-weight", "-1"),
    ("households.csv", "03,1,3,3", "03,,3,3", "design-weight", "nothing"),
    ("households.csv", "03,1,3,3", "03,1,4,3", "household-size", "household 03"),
    ("households.csv", ",5000,", ",much,", "not-a-number", "01, column 'INC'"),
    ("persons.csv", "03,3,1,22", "99,3,1,22", "person-without-household", "'99'"),
    ("persons.csv", "SEX", "GENDER", "missing-column", "'SEX'"),
]


@pytest.mark.parametrize(("file", "old", "new", "code", "in_text"), FAULTS)
def test_each_fault_of_a_file(tmp_path: Path, file: str, old: str, new: str, code: str, in_text: str) -> None:
    """A fault planted in a file is found, with the file's name and what was found there."""
    assert old in FILES[file]
    found = problems_of(write_files(tmp_path, {file: FILES[file].replace(old, new)}))
    texts = [text for c, text in found if c == code]
    assert texts, found
    assert any(in_text in text for text in texts)
    assert any(file in text for text in texts) or code in ("negative-count", "fractional-count")


def test_faults_of_all_files_in_one_message(tmp_path: Path) -> None:
    """Problems of crosswalk-dependent tables, households and persons come together, and each only once."""
    changes = {
        "zones.csv": FILES["zones.csv"].replace("003,T2,30", "003,T2,x"),
        "agesex.csv": FILES["agesex.csv"].replace("T2,F,0..17,3", "T2,F,0..17,-3"),
        "households.csv": FILES["households.csv"].replace("03,1,3,3", "03,1,3,8"),
        "persons.csv": FILES["persons.csv"].replace("01,1,2,70", "01,1,5,70"),
    }
    found = problems_of(write_files(tmp_path, changes))
    assert sorted(code for code, _ in found) == ["negative-count", "not-a-number", "unknown-code", "unknown-code"]


def test_files_that_are_not_there(tmp_path: Path) -> None:
    """All missing files are named at once, with a near name where there is one."""
    write_files(tmp_path)
    (tmp_path / "zones.csv").rename(tmp_path / "zone.csv")
    (tmp_path / "persons.csv").unlink()
    found = problems_of(tmp_path)
    assert [code for code, _ in found] == ["missing-file", "missing-file"]
    assert any("there is 'zone.csv'" in text for _, text in found)


def test_group_totals_that_disagree(tmp_path: Path) -> None:
    """Exact cells that cover all households but do not add up to the total are refused, with the amount."""
    cells = [{"column": "LOW", "where": {"size": "1"}}, {"column": "HIGH", "where": {"size": "2 or more"}}]
    content = project_with(margins__1__cells=cells, margins__1__uncertainty="exact")
    text = FILES["zones.csv"].replace("003,T2,30,15", "003,T2,30,11")
    found = problems_of(write_files(tmp_path, {"zones.csv": text}), content)
    assert [code for code, _ in found] == ["group-total"]
    assert "zone 003" in found[0][1]
    assert "-4" in found[0][1]


def test_areas_households_and_weights(tmp_path: Path) -> None:
    """Records live in their area; those from elsewhere or without weight are left out with a note."""
    rows = FILES["households.csv"].splitlines()
    areas = ["COUNTY_TRACT", "T1", "T2", "T1", "T9", "T1"]
    text = "\n".join(f"{row},{area}" for row, area in zip(rows, areas, strict=True)) + "\n"
    text = text.replace("03,1,3", "03,0,3")
    content = project_with(seed_sample__households__area={"tract": "COUNTY_TRACT"})
    inputs = read(write_files(tmp_path, {"households.csv": text}), content)
    assert inputs.seed_sample.household_ids.to_pylist() == ["01", "02"]
    assert inputs.seed_sample.area.tolist() == [0, 1]
    assert inputs.seed_sample.area_level == "tract"
    assert inputs.seed_sample.offsets.tolist() == [0, 1, 3]
    notes = "\n".join(inputs.notes)
    assert "their COUNTY_TRACT is not in the crosswalk" in notes
    assert "weight" in notes
    bare = problems_of(write_files(tmp_path, {"households.csv": text.replace(",T2\n", ",T1\n")}), content)
    assert ("area-without-households" in {code for code, _ in bare}) and "tract T2" in bare[0][1]


def test_no_household_left(tmp_path: Path) -> None:
    """A condition that nobody meets is a problem, not an empty result."""
    content = project_with(seed_sample__households__keep="OCC == 5")
    assert [code for code, _ in problems_of(write_files(tmp_path), content)] == ["no-households"]


def test_a_condition_on_a_text_column(tmp_path: Path) -> None:
    """`keep` that compares a text column with a number is refused with the reason."""
    content = project_with(seed_sample__households__keep="TEN == 1")
    (code, text), *_ = problems_of(write_files(tmp_path), content)
    assert code == "bad-expression"
    assert "text" in text


def test_tables_of_persons_by_household_attribute(tmp_path: Path) -> None:
    """A table of persons may ask for what their household has."""
    content = project_with()
    table = {"file": "tenure.csv", "zone": "ZONE"}
    cells = [{"column": "OWN", "where": {"tenure": "owned"}}, {"column": "RENT", "where": {"tenure": "rented"}}]
    margin = {"name": "by tenure", "of": "persons", "level": "zone", "table": table, "cells": cells}
    content["margins"] = [*content["margins"][:2], margin]
    inputs = read(write_files(tmp_path, {"tenure.csv": "ZONE,OWN,RENT\n001,9,9\n002,9,9\n003,9,9\n"}), content)
    counts = [c.where.evaluate(inputs.seed_sample.persons).tolist() for c in inputs.margins[-1].cells]
    assert [sum(c) for c in counts] == [5, 3]


def test_households_alone(tmp_path: Path) -> None:
    """A project without persons has a pool without persons, and needs no attributes either."""
    content = project_with(seed_sample__persons=None, attributes=None)
    content["margins"] = content["margins"][:1]
    pool = read(write_files(tmp_path), content).seed_sample
    assert (pool.n_records, pool.n_persons) == (4, 0)
    assert read(tmp_path, content).margins[0].cells[0].where.evaluate(pool.households).tolist() == [True] * 4


def test_persons_without_numbers_are_counted(tmp_path: Path) -> None:
    """Without an id column, persons are numbered from 1 in each household."""
    pool = read(write_files(tmp_path), project_with(seed_sample__persons__id=None)).seed_sample
    assert pool.person_extra["per_num"].to_pylist() == [1, 1, 2, 1, 2, 3, 1, 2]


def test_margins_of_error_of_another_file(tmp_path: Path) -> None:
    """A second file of margins of error is joined by zone, in whatever order its rows are."""
    content = project_with(margins__1__table__moe_file="moe.csv")
    moe = "ZONE,LOW_M,HIGH_M\n002,60,70\n003,80,90\n001,-555555555,40\n"
    income = read(write_files(tmp_path, {"moe.csv": moe}), content).margins[1]
    np.testing.assert_allclose(income.sd, np.array([[0, 40], [60, 70], [80, 90]]) / Z90)
    assert income.moe is not None
    assert income.moe.tolist() == [[0, 40], [60, 70], [80, 90]]


@pytest.mark.parametrize(
    ("uncertainty", "expected"),
    [("exact", [0, 0, 0]), ({"tolerance": 5}, [5, 5, 5]), ({"tolerance": "10%"}, [0.5, 1, 1.5])],
)
def test_uncertainty_of_a_cell(tmp_path: Path, uncertainty: Any, expected: list[float]) -> None:
    """A cell may have its own uncertainty; a percentage is at least half a count."""
    content = project_with(margins__1__cells__0__uncertainty=uncertainty)
    np.testing.assert_allclose(read(write_files(tmp_path), content).margins[1].sd[:, 0], expected)


def test_comments_in_a_table(tmp_path: Path) -> None:
    """Lines that begin with the comment character are skipped."""
    content = project_with(margins__0__table__comment="#", margins__1__table__comment="#")
    inputs = read(write_files(tmp_path, {"zones.csv": "# 2021\n" + FILES["zones.csv"]}), content)
    assert inputs.margins[0].targets.sum() == 60


def test_the_order_of_rows_does_not_matter(inputs: Inputs, tmp_path_factory: Any) -> None:
    """Tables with their rows reversed give the same margins."""
    changes = {}
    for name in ("crosswalk.csv", "zones.csv", "agesex.csv"):
        header, *rows = FILES[name].splitlines()
        changes[name] = "\n".join([header, *reversed(rows)]) + "\n"
    found = read(write_files(tmp_path_factory.mktemp("reversed"), changes))
    assert found.geography.units == inputs.geography.units
    for mine, theirs in zip(found.margins, inputs.margins, strict=True):
        np.testing.assert_array_equal(mine.targets, theirs.targets)
        assert mine.cells == theirs.cells


def test_zone_outlines(tmp_path: Path) -> None:
    """The file of zone outlines is recorded with the inputs; one that is missing is told before the run."""
    content = project_with(geography__polygons={"file": "zones.geojson", "id": "ZONE"})
    assert [code for code, _ in problems_of(write_files(tmp_path), content)] == ["missing-file"]
    (tmp_path / "zones.geojson").write_text("{}")
    inputs = read(tmp_path, content)
    assert (inputs.geojson, inputs.geojson_id) == (str(tmp_path / "zones.geojson"), "ZONE")
    assert "zone outlines" in [f.role for f in inputs.files]


def test_a_project_that_was_never_checked(tmp_path: Path) -> None:
    """A model built directly is checked before files are opened."""
    project = Project.model_validate(project_with(margins__1__level="nowhere"))
    with pytest.raises(ConfigError, match="contradict"):
        read_project(project, base=tmp_path)


RULE = {"name": "adults", "says": "Somebody is an adult.", "rule": "any(age >= 18)"}


def test_rules_of_a_file_and_of_the_project(tmp_path: Path) -> None:
    """Both forms give the same rules; the file is recorded with the inputs, its faults join those of other files."""
    write_files(tmp_path, {"rules.yaml": f"rules: [{{name: adults, says: {RULE['says']}, rule: any(age >= 18)}}]\n"})
    of_file, listed = (read(tmp_path, project_with(rules=rules)) for rules in ("rules.yaml", [RULE]))
    assert of_file.rules == listed.rules
    assert [r.entity for r in of_file.rules.rules] == ["households"]
    assert [f.role for f in of_file.files].count("rules") == 1
    assert read(tmp_path).rules.rules == ()
    write_files(tmp_path, {"rules.yaml": "rules: [{name: adults, says: A., rule: any(agee >= 18)}]\n", "zones.csv": ""})
    codes = {code for code, _ in problems_of(tmp_path, project_with(rules="rules.yaml"))}
    assert {"bad-rule", "empty-file"} <= codes
