"""The pipeline from Python: inputs in, a population out, and what stops it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import small_case
from command_case import PROJECT, change, write_files
from generator_projects import PERSONS, project_of
from llmsynthor_case import fake_client

import censemble
from censemble.errors import ConfigError, InfeasibleError, InputError, OutputError
from censemble.inputs import Inputs, RunSettings
from censemble.llm.fake import FakeCall

CONTRADICTION = change(PROJECT, "zones.csv", "20,10,12", "20,10,88")


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    """The small project, read."""
    return censemble.read_project(write_files(tmp_path / "project", PROJECT))


def test_the_public_names() -> None:
    """What can be called is listed, and nothing else answers."""
    assert censemble.__all__ == [
        *("CompareOptions", "Run", "check", "compare", "demo_inputs"),
        *("read_populationsim", "read_project", "run", "write_comparison"),
    ]
    assert all(callable(getattr(censemble, name)) for name in censemble.__all__)
    with pytest.raises(AttributeError, match="it has CompareOptions, Run, check"):
        censemble.simulate  # noqa: B018


def test_importing_is_cheap() -> None:
    """`import censemble` loads no numerical library, nor do --version and --help."""
    heavy = "sorted({'numpy', 'pyarrow', 'numba', 'scipy', 'pandas', 'matplotlib'} & set(sys.modules))"
    for module in ("censemble", "censemble.cli"):
        argv = [sys.executable, "-c", f"import sys, {module}; print({heavy})"]
        assert subprocess.run(argv, capture_output=True, text=True, check=True).stdout == "[]\n", module


def test_a_run_in_memory(inputs: Inputs, tmp_path: Path) -> None:
    """Without `out` nothing is written; tables, facts and manifest are there, and progress was told."""
    told: list[str] = []
    result = censemble.run(inputs, progress=lambda phrase, _value: told.append(phrase))
    assert result.households.num_rows == 60
    assert result.persons.num_rows == 116
    assert result.facts["name"] == "Four zones"
    assert result.manifest["status"] == "converged"
    assert result.manifest["outlines"] == {}
    assert "writing the report" in told
    assert [p.name for p in tmp_path.iterdir()] == ["project"]


def test_a_case_typed_by_hand(tmp_path: Path) -> None:
    """No file is needed: arrays in, a population of ten households out, soft persons near their targets."""
    result = censemble.run(small_case.inputs(), out=tmp_path / "out")
    assert result.households.num_rows == 10
    zones = result.households["zone"].to_pylist()
    assert [zones.count(z) for z in ("1", "2", "3")] == [5, 3, 2]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert set(manifest["timings"]) == {"prepare", "calibrate", "integerise", "expand", "evaluate", "write"}


def test_check_gives_the_diagnosis(inputs: Inputs, tmp_path: Path) -> None:
    """Feasible or not, with the unit and the amount."""
    assert censemble.check(inputs).feasible
    found = censemble.check(censemble.read_project(write_files(tmp_path / "bad", CONTRADICTION)))
    assert [(c.level, c.unit) for c in found.conflicts] == [("zone", 0)]
    assert found.smallest_total == pytest.approx(48)


def test_contradictions_stop_a_run(tmp_path: Path) -> None:
    """The error holds the diagnosis, its text names the unit, and feasibility.json is all that is written."""
    inputs = censemble.read_project(write_files(tmp_path / "bad", CONTRADICTION))
    with pytest.raises(InfeasibleError) as caught:
        censemble.run(inputs, out=tmp_path / "out")
    assert caught.value.diagnosis.smallest_total == pytest.approx(48)
    assert "zone 01: 48.00 counts" in str(caught.value)
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["feasibility.json"]
    with pytest.raises(InfeasibleError):
        censemble.run(inputs)
    assert censemble.run(inputs, accept_relaxation=True).manifest["relaxations"]


def test_contradicting_sums_are_told_before_a_model_is_paid(tmp_path: Path) -> None:
    """More tenants than households: `check` and `run` ask nothing; who accepts the relaxation has the model asked."""

    def paid(_call: FakeCall) -> str:
        raise AssertionError("the model was asked")

    files = project_of(PERSONS, "{kind: llmsynthor, records: 500}", sample=False)
    inputs = censemble.read_project(write_files(tmp_path / "p", change(files, "zones.csv", "30,20,10", "30,20,40")))
    client = fake_client(paid)
    found = censemble.check(inputs, client=client)
    assert [(c.level, c.unit, c.smallest) for c in found.conflicts] == [("zone", 0, pytest.approx(30))]
    with pytest.raises(InfeasibleError, match=r"zone 01: 30.00 counts"):
        censemble.run(inputs, out=tmp_path / "out", client=client)
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["feasibility.json"]
    with pytest.raises(AssertionError, match="the model was asked"):
        censemble.run(inputs, client=client, accept_relaxation=True)


def test_an_unusable_folder_stops_a_run_at_once(inputs: Inputs, tmp_path: Path) -> None:
    """The place is tried before the work."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="it is a file, not a folder"):
        censemble.run(inputs, out=tmp_path / "file")


def test_a_project_by_its_folder_or_file(tmp_path: Path) -> None:
    """Both name the same project; none is an error."""
    folder = write_files(tmp_path / "p", PROJECT)
    names = {censemble.read_project(p).name for p in (folder, str(folder), folder / "censemble.yaml")}
    assert names == {"Four zones"}
    with pytest.raises(ConfigError, match="no project file"):
        censemble.read_project(tmp_path / "none")
    (folder / "zones.csv").unlink()
    with pytest.raises(InputError, match=r"zones\.csv"):
        censemble.read_project(folder)


def test_populationsim_folders(tmp_path: Path, shared_data: Path) -> None:
    """The Oregon case, at the level of its zones alone: 6 infeasible zones, 21.97 the smallest relaxation."""
    pytest.importorskip("numba")
    source = shared_data / "calm_oregon"
    for path in [p for p in source.iterdir() if p.suffix in (".csv", ".gz", ".yaml")]:
        part = "configs" if path.name in ("settings.yaml", "controls.csv") else "data"
        (tmp_path / part).mkdir(exist_ok=True)
        (tmp_path / part / path.name).symlink_to(path)
    inputs = censemble.read_populationsim(tmp_path)
    zone = inputs.geography.levels[-1]
    alone = [m for m in inputs.margins if m.level == zone]
    found = censemble.check(
        Inputs(inputs.name, inputs.geography, inputs.schema, inputs.seed_sample, tuple(alone), RunSettings())
    )
    assert len(found.conflicts) == 6
    assert found.smallest_total == pytest.approx(21.97, abs=0.01)


def test_demo_inputs_are_inside_the_package() -> None:
    """The embedded case is read wherever we are, and its files are named without the place of the installation."""
    inputs = censemble.demo_inputs()
    assert inputs.geography.n_zones == 95
    assert all(f.path.startswith("demo/") for f in inputs.files)


def test_the_demo_does_not_tell_where_the_package_lies() -> None:
    """Paths of the embedded files are relative, so that two machines write the same bytes."""
    inputs = censemble.demo_inputs()
    assert all(f.path.startswith("demo/") for f in inputs.files)
    assert not any("site-packages" in note or str(Path(__file__).parents[1]) in note for note in inputs.notes)
