"""Tests of PopulationSim's own output files."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from censemble.errors import OutputError
from censemble.inputs import Inputs
from censemble.io.populationsim import read_populationsim
from censemble.io.populationsim_output import summary, write_populationsim

Tiny = Callable[..., Path]


def _rows(path: Path) -> list[list[str]]:
    with path.open(newline="") as stream:
        return list(csv.reader(stream))


def _write(inputs: Inputs, out: Path) -> tuple[Path, ...]:
    """Two households: seed 11 in zone 2 and seed 14 in zone 3; persons not in the households' order."""
    assert inputs.outputs.populationsim is not None
    households = pa.table(
        {
            "household_id": [1, 2],
            "REGION": ["1", "1"],
            "PUMA": ["600", "700"],
            "TAZ": ["2", "3"],
            "source_household": [11, 14],
            "NP": [2, 3],
            "INC": [None, 4000.0],
        }
    )
    persons = pa.table(
        {"household_id": [2, 1, 1], "person_id": [3, 1, 2], "SEX": [2, 1, 2], "JOB": ["", "clerk", "baker, pastry"]}
    )
    results = {
        "REGION": np.zeros((1, 0)),
        "PUMA": np.array([[35, 41], [20, 25]]),
        "TAZ": np.array([[9, 5, 4], [30, 10, 20], [20, 5, 15], [0, 0, 0]]),
    }
    return write_populationsim(
        out,
        spec=inputs.outputs.populationsim,
        geography=inputs.geography,
        margins=inputs.margins,
        households=households,
        persons=persons,
        results=results,
    )


def test_files_and_columns_are_populationsims(tiny_folder: Tiny, tmp_path: Path) -> None:
    """Names, order of columns and joins, row by row."""
    files = _write(read_populationsim(tiny_folder()), tmp_path)
    assert [f.name for f in files] == [
        "synthetic_households.csv",
        "synthetic_persons.csv",
        "final_expanded_household_ids.csv",
        "final_summary_TAZ.csv",
        "final_summary_TAZ_PUMA.csv",
    ]
    assert _rows(files[0]) == [
        ["household_id", "PUMA", "TAZ", "NP", "INC"],
        ["1", "600", "2", "2", ""],
        ["2", "700", "3", "3", "4000"],
    ]
    assert _rows(files[1]) == [
        ["PUMA", "TAZ", "household_id", "SEX", "JOB"],
        ["700", "3", "2", "2", ""],
        ["600", "2", "1", "1", "clerk"],
        ["600", "2", "1", "2", "baker, pastry"],
    ]
    assert _rows(files[2]) == [["PUMA", "TAZ", "hh_id"], ["600", "2", "11"], ["700", "3", "14"]]
    assert sorted(p.name for p in tmp_path.glob("*.partial")) == []


def test_summaries_leave_out_empty_zones_and_diff_is_result_minus_control(tiny_folder: Tiny, tmp_path: Path) -> None:
    """Zone 4 has no households; in the outer table the differences belong to their own columns."""
    files = _write(read_populationsim(tiny_folder()), tmp_path)
    zones = _rows(files[3])
    assert zones[0][:5] == ["geography", "id", "num_hh_control", "size_1_control", "size_2_plus_control"]
    assert zones[1:] == [
        ["TAZ", "1", "10", "5", "5", "9", "5", "4", "-1", "0", "-1"],
        ["TAZ", "2", "30", "10", "20", "30", "10", "20", "0", "0", "0"],
        ["TAZ", "3", "20", "5", "15", "20", "5", "15", "0", "0", "0"],
    ]
    pumas = _rows(files[4])
    assert pumas[0][-5:] == ["num_hh_diff", "size_1_diff", "size_2_plus_diff", "men_diff", "women_diff"]
    assert pumas[1][-5:] == ["-1", "0", "-1", "0", "1"]


def test_columns_equal_those_of_the_reference_run(calm_folder: Path, shared_data: Path) -> None:
    """The three summaries of the real case have the columns, rows and controls that PopulationSim wrote."""
    inputs = read_populationsim(calm_folder)
    n_controls = {"REGION": 8, "PUMA": 0, "TRACT": 8, "TAZ": 15}
    results = {
        level: np.ones((len(units), n_controls[level]))
        for level, units in zip(inputs.geography.levels, inputs.geography.units, strict=True)
    }
    for name, inner, outer in [("TAZ", "TAZ", "TAZ"), ("TRACT", "TRACT", "TRACT"), ("TAZ_PUMA", "TAZ", "PUMA")]:
        path = shared_data / "calm_oregon" / "reference_output" / f"final_summary_{name}.csv.gz"
        with gzip.open(path, "rt", newline="") as stream:
            reference = list(csv.DictReader(stream))
        table = summary(inner, outer, geography=inputs.geography, margins=inputs.margins, results=results)
        assert table.column_names == list(reference[0])
        ours = {str(row["id"]): row for row in table.to_pylist()}
        assert set(ours) == {row["id"] for row in reference}
        controls = [c for c in table.column_names if c.endswith("_control")]
        for row in reference:
            assert [ours[row["id"]][c] for c in controls] == [float(row[c]) for c in controls]


def test_a_folder_that_cannot_be_written_is_named(tiny_folder: Tiny, tmp_path: Path) -> None:
    """The file is named and nothing is left behind."""
    inputs = read_populationsim(tiny_folder())
    (tmp_path / "out" / "synthetic_persons.csv").mkdir(parents=True)
    with pytest.raises(OutputError, match=r"synthetic_persons\.csv: cannot be written"):
        _write(inputs, tmp_path / "out")
    assert list((tmp_path / "out").glob("*.partial")) == []
    with pytest.raises(OutputError, match="cannot be written"):
        _write(inputs, tmp_path / "nowhere")
