"""Verification finds what does not hold, and only that."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from evaluation_case import SmallCase, make_case

from censemble.evaluation.verify import examine, verify
from censemble.inputs import Inputs
from censemble.schema import Schema

Publish = Callable[[SmallCase], Path]


def _only(differences: list[str], *, apart_from: str = "sha256") -> list[str]:
    return [d for d in differences if apart_from not in d]


def _change(path: Path, column: str, row: int, value: Any) -> None:
    table = pq.read_table(path)
    values = table[column].to_pylist()
    values[row] = value
    at = table.column_names.index(column)
    pq.write_table(table.set_column(at, column, pa.array(values, table.schema.field(column).type)), path)


def test_honest_folder_holds(small_case: SmallCase, publish: Publish) -> None:
    """A folder as a run writes it has no differences, and much was compared."""
    verification = examine(publish(small_case), small_case.inputs)
    assert verification.differences == ()
    assert verification.n_compared > 500


def test_unverifiable_numbers_are_named(small_case: SmallCase, publish: Publish) -> None:
    """Weights summed over zones cannot give zone sums, and the outcome says so."""
    unverified = examine(publish(small_case), small_case.inputs).unverified
    assert any("fitted at level tract" in u for u in unverified)
    assert not any("fitted at level county" in u for u in unverified)


def test_holds_without_schema(small_inputs: Inputs, publish: Publish) -> None:
    """Without declared attributes, cells are counted by way of the source and joints by the margins' cells."""
    case = make_case(replace(small_inputs, schema=Schema()))
    assert case.facts["joints"]["n_pairs"] == 1
    assert verify(publish(case), case.inputs) == []


def test_holds_for_empty_population(small_inputs: Inputs, publish: Publish) -> None:
    """A population of nobody is verified like any other."""
    case = make_case(small_inputs, np.zeros((6, 3), dtype=np.int64))
    assert verify(publish(case), case.inputs) == []


def test_holds_with_one_county(small_inputs: Inputs, publish: Publish) -> None:
    """Where records may go anywhere and limits fail, honest numbers still verify."""
    pool = replace(small_inputs.seed_sample, area_level="", area=np.zeros(6, dtype=np.int32))
    case = make_case(replace(small_inputs, seed_sample=pool, thresholds={"share_exact": 1.0}))
    assert case.facts["verdict"]["status"] == "fail"
    assert verify(publish(case), case.inputs) == []


@pytest.mark.parametrize(
    ("file", "column", "row", "value", "message"),
    [
        ("households.parquet", "tenure", 0, "rented", "households.parquet: tenure, household 1"),
        ("households.parquet", "income", 1, 21.0, "households.parquet: income, household 2"),
        ("households.parquet", "HFL", 1, 9, "households.parquet: HFL, household 2"),
        ("households.parquet", "county", 2, "Y", "households.parquet: county, household 3"),
        ("households.parquet", "tract", 0, "99", "the zone is not in the crosswalk; households: 1"),
        ("households.parquet", "household_id", 1, 1, "household_id occurs twice: 1"),
        ("households.parquet", "source_household", 0, "nobody", "source_household is not in the survey: nobody"),
        ("households.parquet", "source_household", 0, "h5", "source from another area; households: 1"),
        ("households.parquet", "generator", 0, "other", "households.parquet: generator, household 1"),
        ("persons.parquet", "sex", 4, None, "persons.parquet: sex, person 5"),
        ("persons.parquet", "age", 0, 12.0, "persons.parquet: age, person 1"),
        ("persons.parquet", "per_num", 0, 7, "persons.parquet: per_num, person 1"),
        ("persons.parquet", "person_id", 1, 1, "person_id occurs twice: 1"),
        ("persons.parquet", "household_id", 0, 99, "persons without a household: 1"),
        ("persons.parquet", "household_id", 0, 2, "persons.parquet: persons, household 1"),
        ("fit.parquet", "target", 3, 1.0, "fit.parquet: target"),
        ("fit.parquet", "result", 3, 1.0, "fit.parquet: result"),
        ("fit.parquet", "relaxed", 0, 5.0, "fit.parquet: relaxed"),
        ("fit.parquet", "fitted", 0, 5.0, "fit.parquet: fitted, X owners: owned"),
        ("fit.parquet", "moe", 5, 3.0, "fit.parquet: moe"),
        ("weights.parquet", "calibrated_weight", 0, 9.0, "report.json: diversity.ess_calibrated"),
        ("weights.parquet", "calibrated_weight", 0, None, "weights.parquet: no weight >= 0 for: 007"),
        ("weights.parquet", "unit", 0, "Y", "weights.parquet: unit, 007"),
        ("weights.parquet", "source_household", 0, "nobody", "weights.parquet: source_household is not in the survey"),
    ],
)
def test_changed_cell_is_found(
    small_case: SmallCase, publish: Publish, file: str, column: str, row: int, value: Any, message: str
) -> None:
    """One changed value in any table is named with its place."""
    out = publish(small_case)
    _change(out / file, column, row, value)
    differences = verify(out, small_case.inputs)
    assert any(message in d for d in _only(differences)), differences
    assert any(f"sha256 of {file}" in d for d in differences)


def test_changed_age_changes_counts(small_case: SmallCase, publish: Publish) -> None:
    """Cells are counted from the published attributes, not only from the source."""
    out = publish(small_case)
    _change(out / "persons.parquet", "age", 0, 12.0)
    assert any(d.startswith("fit.parquet: result") and "age child" in d for d in verify(out, small_case.inputs))


def _numbers(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [p for k, v in value.items() for p in _numbers(v, (*path, k))]
    if isinstance(value, list):
        return [p for i, v in enumerate(value) for p in _numbers(v, (*path, i))]
    return [path] if isinstance(value, int | float) and not isinstance(value, bool) else []


def test_every_number_of_the_report_is_checked(small_case: SmallCase, publish: Publish) -> None:
    """Whichever number of report.json is changed, the difference names its place."""
    out = publish(small_case)
    facts = json.loads(json.dumps(small_case.facts))
    paths = [p for p in _numbers(facts) if p[0] != "relaxations" and (p[0] != "reproduce" or p[1] == "random_seed")]
    for path in paths:
        inner = facts
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] += 1
    (out / "report.json").write_text(json.dumps(facts), encoding="utf-8")
    places = {d.split(": published")[0] for d in verify(out, small_case.inputs)}
    assert len(paths) > 200
    assert {_place(p) for p in paths} - places == set()


def _place(path: tuple[Any, ...]) -> str:
    steps = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path)
    return f"report.json: {steps[1:]}"


@pytest.mark.parametrize(("name", "value"), [("relaxed", 3.0), ("target", 5.0), ("amount", 1.0)])
def test_changed_relaxation_is_found(small_case: SmallCase, publish: Publish, name: str, value: float) -> None:
    """Relaxations must be those of fit.parquet and add up."""
    out = publish(small_case)
    facts = json.loads((out / "report.json").read_text())
    facts["relaxations"]["cells"][0][name] = value
    (out / "report.json").write_text(json.dumps(facts))
    assert any("relax" in d for d in verify(out, small_case.inputs))


def test_changed_sentence_is_found(small_case: SmallCase, publish: Publish) -> None:
    """A verdict that says more than the figures is found."""
    out = publish(small_case)
    facts = json.loads((out / "report.json").read_text())
    facts["verdict"]["sentences"][0] = "All is perfect."
    (out / "report.json").write_text(json.dumps(facts))
    assert any("verdict.sentences[0]" in d for d in verify(out, small_case.inputs))


def test_changed_page_is_found(small_case: SmallCase, publish: Publish) -> None:
    """The page must be the one that the figures give."""
    out = publish(small_case)
    (out / "report.html").write_text((out / "report.html").read_text().replace("Every level", "Every Level"))
    assert any(d.startswith("report.html: is not the page") for d in verify(out, small_case.inputs))


@pytest.mark.parametrize(
    "name", ["households.parquet", "persons.parquet", "fit.parquet", "weights.parquet", "report.json", "report.html"]
)
@pytest.mark.parametrize("broken", [False, True])
def test_missing_or_broken_file_is_a_difference(
    small_case: SmallCase, publish: Publish, name: str, broken: bool
) -> None:
    """A file that is gone or cut short is reported by name, without a traceback."""
    out = publish(small_case)
    if broken:
        (out / name).write_bytes((out / name).read_bytes()[:40])
    else:
        (out / name).unlink()
    assert any(d.startswith(name) for d in verify(out, small_case.inputs))


def test_changed_input_is_found(small_case: SmallCase, publish: Publish) -> None:
    """Inputs that are not those of the run are found by their hash."""
    files = (replace(small_case.inputs.files[0], sha256="0" * 64),)
    differences = verify(publish(small_case), replace(small_case.inputs, files=files))
    assert any(d.startswith("manifest.json: inputs") for d in differences)


def test_lost_household_is_found(small_case: SmallCase, publish: Publish) -> None:
    """A missing household shows in the zone's total."""
    out = publish(small_case)
    households = pq.read_table(out / "households.parquet")
    persons = pq.read_table(out / "persons.parquet")
    last = households.num_rows
    pq.write_table(households.slice(0, last - 1), out / "households.parquet")
    pq.write_table(persons.filter(pc.less(persons["household_id"], last)), out / "persons.parquet")
    differences = verify(out, small_case.inputs)
    assert any("03 households all: published 5.0, recomputed 4.0" in d for d in differences)
