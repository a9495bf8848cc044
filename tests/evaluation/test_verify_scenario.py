"""Verification of a run with a scenario: from the tables as read and the records in the folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import scenario_case as case
from scenario_case import change, client_of

from censemble import scenario
from censemble.evaluation.ledger import Ledger
from censemble.evaluation.verify import examine
from censemble.evaluation.verify_scenario import with_scenario


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with a surge from the east."""
    out = tmp_path_factory.mktemp("made") / "out"
    surge = change("more", 12, {"zone": ["east"]}, to=["Stadium"], hour=[20, 24])
    scenario.run(case.inputs(), "A concert.", client=client_of([surge]), out=out)
    return out


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copytree(made, tmp_path / "copy"))


def spoil(out: Path, column: str, value: Any) -> None:
    """Change the first of the changed records."""
    path = out / "changed_persons.parquet"
    table = pq.read_table(path)
    values = pa.array([value, *table[column].to_pylist()[1:]], table.schema.field(column).type)
    pq.write_table(table.set_column(table.column_names.index(column), column, values), path)


def found(out: Path) -> str:
    """Differences in one text."""
    return "\n".join(examine(out, case.inputs()).differences)


def test_the_tables_are_those_of_the_run(made: Path) -> None:
    """Counted again, they are what the scenario made of them."""
    ledger = Ledger()
    manifest = json.loads((made / "manifest.json").read_text())
    again = with_scenario(made, manifest, case.inputs(), ledger)
    assert ledger.differences == []
    assert again.margins[0].targets.tolist() == [[252], [160]]
    assert again.margins[1].targets[0, -1] == 17
    assert (again.margins[3].name, again.margins[3].targets.sum()) == ("scenario c1", 17)
    assert "c1: what was there without the scenario" in " ".join(ledger.unverified)
    assert with_scenario(made, {}, case.inputs(), ledger).margins[0].targets.tolist() == [[240], [160]]
    assert found(made) == ""


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("to", "Harbour", "to is not"),
        ("hour", 3.0, "hour is not"),
        ("scenario_zone", "west", "is not in"),
        ("scenario_zone", "north", "no such zone: north"),
        ("scenario_added", -1, "is not more throughout"),
        ("scenario_change", "c9", "records: published 12, recomputed 11"),
    ],
)
def test_records_that_are_not_what_the_manifest_says_are_found(
    out: Path, column: str, value: Any, message: str
) -> None:
    """Sort, place, sign and number."""
    spoil(out, column, value)
    assert message in found(out)
    assert "sha256 of changed_persons.parquet" in found(out)


def test_missing_files_and_columns_are_found(out: Path) -> None:
    """As differences, not errors."""
    path = out / "changed_persons.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["to"]), path)
    assert "columns are missing: to" in found(out)
    path.unlink()
    assert "changed_persons.parquet: the file is missing" in found(out)


def test_a_manifest_that_hides_the_scenario_is_found(out: Path) -> None:
    """The tables are then not those of the run."""
    path = out / "manifest.json"
    manifest = json.loads(path.read_text())
    del manifest["scenario"]
    path.write_text(json.dumps(manifest))
    assert "fit.parquet: 19 rows, recomputed 17" in found(out)
