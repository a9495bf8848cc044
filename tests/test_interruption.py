"""What is left when a run is killed, the disk fills up or the folder cannot be written."""

from __future__ import annotations

import contextlib
import json
import os
import random
import resource
import subprocess
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from command_case import PROJECT, command, finish, start, write_files

from censemble.io.output_folder import PARTIAL

N_KILLS = 8


def content(out: Path) -> dict[str, bytes]:
    """All files of a run; the manifest without its timings."""
    files = {p.name: p.read_bytes() for p in out.iterdir()}
    manifest = json.loads(files["manifest.json"])
    assert manifest.pop("timings")
    return files | {"manifest.json": json.dumps(manifest).encode()}


def assert_whole(path: Path) -> None:
    """A file is complete for its kind."""
    if path.suffix == ".json":
        json.loads(path.read_text(encoding="utf-8"))
    elif path.suffix == ".parquet":
        assert pq.read_table(path).num_columns
    else:
        assert path.read_text(encoding="utf-8").rstrip().endswith("</html>"), path


def wait_for_files(process: subprocess.Popen[str], partial: Path, n_files: int) -> None:
    """Poll until a run has begun so many files, or is over."""
    while process.poll() is None:
        with contextlib.suppress(FileNotFoundError):
            if len(list(partial.iterdir())) >= n_files:
                return
        os.sched_yield()


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes], float]:
    """A project, the files of a complete run of it, and how long that took."""
    folder = write_files(tmp_path_factory.mktemp("kill"), PROJECT)
    finish(start("run", ".", "--out", "warm", "-q", cwd=folder))  # compiled kernels are kept between processes
    begin = time.perf_counter()
    done = finish(start("run", ".", "--out", "whole", "-q", cwd=folder))
    assert done.status == 0, done
    return folder, content(folder / "whole"), time.perf_counter() - begin


@pytest.mark.parametrize("k", range(N_KILLS))
def test_a_killed_run_leaves_nothing_half_written(finished: tuple[Path, dict[str, bytes], float], k: int) -> None:
    """Killed anywhere, at half of the moments while files are written, and run again: the same bytes."""
    folder, whole, seconds = finished
    rng = random.Random(k)
    out = folder / f"out{k}"
    if k % 4 == 3:  # an earlier run is there, which must go without a half-way state
        assert command("run", folder, "--out", out, "-q").status == 0
    process = start("run", ".", "--out", out.name, "-q", cwd=folder)
    if k % 2:
        wait_for_files(process, out / PARTIAL, rng.randint(1, 7))
    else:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=seconds * rng.uniform(0.2, 1.0))
    process.kill()
    process.communicate()
    left = {p.name for p in out.iterdir() if p.is_file()} if out.exists() else set()
    for name in left:
        assert_whole(out / name)
    if "manifest.json" in left:
        assert set(whole) <= left
        listed = json.loads((out / "manifest.json").read_text())["outputs"]
        assert {entry["path"] for entry in listed} == set(whole) - {"manifest.json"}
    else:
        assert command("verify", out).status == 2
    assert finish(start("run", ".", "--out", out.name, "-q", cwd=folder)).status == 0
    assert content(out) == whole


@pytest.mark.parametrize("limit", [1000, 2500])
def test_a_full_disk_ends_with_5_and_leaves_nothing(finished: tuple[Path, dict[str, bytes], float], limit: int) -> None:
    """No file may grow beyond a limit: the file is named with the reason, and the folder is not left behind."""
    folder = finished[0]

    def no_space() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = finish(
        start(
            "run",
            ".",
            "--out",
            f"full{limit}",
            "-q",
            cwd=folder,
            preexec_fn=no_space,
            env={"NUMBA_CACHE_DIR": "/dev/null"},
        )
    )
    assert done.status == 5, done
    assert f"full{limit}/" in done.err
    assert "cannot be written" in done.err
    assert "File too large" in done.err
    assert not (folder / f"full{limit}").exists()


def test_a_full_disk_leaves_an_earlier_run_whole(finished: tuple[Path, dict[str, bytes], float]) -> None:
    """What was complete before is complete afterwards."""
    folder = finished[0]
    assert command("run", folder / "censemble.yaml", "--out", folder / "kept", "-q").status == 0
    before = {p.name: p.read_bytes() for p in (folder / "kept").iterdir()}

    def no_space() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2500, 2500))

    assert finish(start("run", ".", "--out", "kept", "-q", cwd=folder, preexec_fn=no_space)).status == 5
    assert {p.name: p.read_bytes() for p in (folder / "kept").iterdir()} == before


def test_a_place_below_a_file_is_refused_before_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--out that is a file, or below one, is named with the reason, and nothing is computed."""
    monkeypatch.chdir(write_files(tmp_path, PROJECT | {"file": "x"}))
    monkeypatch.setattr("censemble.pipeline.build_controls", None)  # would fail if it were reached
    for out, reason in (("file", "it is a file, not a folder"), ("file/a/b", "Not a directory")):
        done = command("run", "--out", out)
        assert done.status == 5
        assert f"{out}: cannot be written ({reason})" in done.err
    assert (tmp_path / "file").read_text() == "x"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_refused(tmp_path: Path) -> None:
    """A folder that may not be written is named with the reason."""
    write_files(tmp_path, PROJECT)
    (tmp_path / "locked").mkdir(mode=0o555)
    done = command("run", tmp_path, "--out", tmp_path / "locked" / "out")
    assert done.status == 5
    assert "Permission denied" in done.err


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no file system that refuses even root")
def test_a_file_system_that_refuses_is_named(tmp_path: Path) -> None:
    """A place where nobody may write ends with 5, for root too."""
    done = command("run", write_files(tmp_path, PROJECT), "--out", "/proc/out")
    assert done.status == 5
    assert "/proc/out: cannot be written" in done.err
