"""Verification from the records that a generator left beside the outputs."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from command_case import write_files
from generator_projects import HOUSEHOLDS, PERSONS, project_of

import censemble
from censemble.evaluation.ledger import Ledger
from censemble.evaluation.verify import examine
from censemble.evaluation.verify_pool import read_pool
from censemble.inputs import Inputs
from censemble.proposal import propose

BOOTSTRAP = "{kind: bootstrap, records: 100}"


@pytest.fixture(params=["households", "persons"])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Inputs, Path]:
    """A run of each kind of project, and its folder."""
    files = HOUSEHOLDS if request.param == "households" else PERSONS
    inputs = censemble.read_project(write_files(tmp_path / "p", project_of(files, BOOTSTRAP)))
    censemble.run(inputs, out=tmp_path / "out")
    return inputs, tmp_path / "out"


def change(path: Path, column: str, value: object) -> None:
    """Change the first row of a published table."""
    table = pq.read_table(path)
    values = [value, *table[column].to_pylist()[1:]]
    at = table.column_names.index(column)
    pq.write_table(table.set_column(at, column, pa.array(values, table.schema.field(column).type)), path)


def test_the_pool_is_read_back_as_it_was(case: tuple[Inputs, Path]) -> None:
    """Ids, weights, codes and offsets are those of the proposal."""
    inputs, out = case
    ledger = Ledger()
    found, made = read_pool(out, inputs, ledger), propose(inputs).pool
    assert found is not None
    assert (ledger.differences, found.record_entity) == ([], made.record_entity)
    assert found.household_ids.equals(made.household_ids)
    assert found.offsets.tolist() == made.offsets.tolist()
    assert found.prior_weights.tolist() == pytest.approx(made.prior_weights.tolist())
    for name in ("sex", "age"):
        assert found.persons[name].tolist() == made.persons[name].tolist()
    assert any("proposes these records" in line for line in ledger.unverified)


@pytest.mark.parametrize(("column", "value"), [("sex", "neither"), ("prior_weight", 9.0)])
def test_a_changed_pool_is_found(case: tuple[Inputs, Path], column: str, value: object) -> None:
    """A label that does not exist, a weight that was not proposed."""
    inputs, out = case
    path = out / "pool.parquet"
    if column not in pq.read_schema(path).names:
        path = out / "pool_persons.parquet"
    change(path, column, value)
    assert any("sha256" not in d for d in examine(out, inputs).differences)


def test_without_a_pool_nothing_can_be_verified(case: tuple[Inputs, Path]) -> None:
    """The missing file is a difference, not an error."""
    inputs, out = case
    (out / "pool.parquet").unlink()
    assert "pool.parquet: the file is missing" in examine(out, inputs).differences
