"""The same inputs and random_seed give the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_case import PROJECT, change, command, finish, start, write_files

TABLES = ("households.parquet", "persons.parquet", "fit.parquet", "weights.parquet", "feasibility.json")


def bytes_of(out: Path, names: tuple[str, ...] = TABLES) -> dict[str, bytes]:
    """Contents of some files of a run."""
    return {name: (out / name).read_bytes() for name in names}


def test_processes_threads_and_hashing_do_not_matter(tmp_path: Path) -> None:
    """Two processes with other hash seeds and numbers of threads write the same files, the report too."""
    write_files(tmp_path, PROJECT)
    for name, threads in (("a", "1"), ("b", "2")):
        env = {"PYTHONHASHSEED": threads, "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
        env["NUMBA_NUM_THREADS"] = threads
        assert finish(start("run", ".", "--out", name, "-q", cwd=tmp_path, env=env)).status == 0
    names = (*TABLES, "report.json", "report.html")
    assert bytes_of(tmp_path / "a", names) == bytes_of(tmp_path / "b", names)


@pytest.mark.parametrize("file", ["zones.csv", "crosswalk.csv", "regions.csv"])
def test_the_order_of_table_rows_does_not_matter(tmp_path: Path, file: str) -> None:
    """Rows of tables and crosswalk may come in any order: zones are sorted."""
    header, *rows = PROJECT[file].splitlines(keepends=True)
    reversed_rows = "".join([header, *reversed(rows)])
    for name, files in (("a", PROJECT), ("b", {**PROJECT, file: reversed_rows})):
        assert command("run", write_files(tmp_path / name, files), "--out", tmp_path / name / "out", "-q").status == 0
    assert bytes_of(tmp_path / "a/out") == bytes_of(tmp_path / "b/out")


def test_persons_may_come_in_any_order_of_households(tmp_path: Path) -> None:
    """Only the order of persons within their household is kept."""
    header, *rows = PROJECT["persons.csv"].splitlines(keepends=True)
    moved = "".join([header, *sorted(rows, key=lambda r: r[:2], reverse=True)])
    for name, files in (("a", PROJECT), ("b", {**PROJECT, "persons.csv": moved})):
        assert command("run", write_files(tmp_path / name, files), "--out", tmp_path / name / "out", "-q").status == 0
    assert bytes_of(tmp_path / "a/out") == bytes_of(tmp_path / "b/out")


def test_another_random_seed_gives_another_population(tmp_path: Path) -> None:
    """The seed of the project file matters: other records are drawn for the pool, and so others stand in the zones."""
    found = []
    for random_seed in (3, 4):
        drawn = f"generator: {{kind: bootstrap, records: 40}}\n        run: {{random_seed: {random_seed}}}"
        files = change(PROJECT, "censemble.yaml", "run: {random_seed: 3}", drawn)
        folder = write_files(tmp_path / str(random_seed), files)
        assert command("run", folder, "--out", folder / "out", "-q").status == 0
        found.append(bytes_of(folder / "out", TABLES[:1]))
    assert found[0] != found[1]
