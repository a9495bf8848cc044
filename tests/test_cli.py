"""The command: what it says and which status it ends with, for sound and for faulty inputs."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest
from command_case import POPULATIONSIM, PROJECT, change, command, finish, start, write_files

import censemble

RENTED_88 = change(PROJECT, "zones.csv", "20,10,12", "20,10,88")  # more children than 30 households can have


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small project, in the working folder."""
    monkeypatch.chdir(write_files(tmp_path, PROJECT))
    return tmp_path


def test_version_and_help() -> None:
    """The version is the package's, and help lists every command."""
    assert command("--version").out == f"censemble {censemble.__version__}\n"
    shown = command("--help").out
    assert all(name in shown for name in ("demo", "run", "check", "report", "verify", "init", "compare", "schema"))


def test_a_whole_session(here: Path) -> None:
    """Check, run, verify and report end with 0, say what to do next, and give the same page again."""
    assert command("check").out == "All exact controls can hold together, at every level.\n"
    ran = command("run", "--out", "out")
    assert (ran.status, ran.err) == (0, "")
    assert "Wrote 60 households and 116 persons to out" in ran.out
    assert "censemble verify out" in ran.out
    verified = command("verify", "out")
    assert (verified.status, verified.err) == (0, "")
    assert "no difference" in verified.out
    page = (here / "out" / "report.html").read_bytes()
    assert "Verdict" in command("report", "out").out
    assert (here / "out" / "report.html").read_bytes() == page


def test_quiet_says_nothing(here: Path) -> None:
    """--quiet leaves files and no words."""
    done = command("run", "--out", "out", "--quiet")
    assert (done.status, done.out, done.err) == (0, "", "")


def test_a_populationsim_folder(here: Path) -> None:
    """Its folder runs unchanged, writes its own file names beside ours, and verifies."""
    write_files(here / "p", POPULATIONSIM)
    assert command("run", "--populationsim", "p", "--out", "out").status == 0
    assert {"synthetic_households.csv", "households.parquet"} <= {p.name for p in (here / "out").iterdir()}
    assert "no difference" in command("verify", "out").out


def test_project_and_populationsim_together(here: Path) -> None:
    """Two inputs at once are refused."""
    done = command("run", ".", "--populationsim", "p")
    assert done.status == 2
    assert "not both" in done.err


def test_tables_that_contradict_each_other(here: Path) -> None:
    """`run` shows what `check` shows, writes the diagnosis and nothing else, and ends with 3 and an action."""
    write_files(here, RENTED_88)
    checked, ran = command("check"), command("run", "--out", "new")
    assert (checked.status, ran.status) == (3, 3)
    for text in (checked.out, ran.err):
        assert "1 unit holds exact controls that contradict each other" in text
        assert "zone 01: 48.00 counts" in text
        assert "children: age <18: 88.00 -> 40.00" in text
        assert text.rstrip().endswith("to go on with that change: --accept-relaxation.")
    assert [p.name for p in (here / "new").iterdir()] == ["feasibility.json"]
    assert json.loads((here / "new" / "feasibility.json").read_text())["smallest_relaxation"] == pytest.approx(48)


def test_a_relaxation_that_is_accepted_is_recorded(here: Path) -> None:
    """With --accept-relaxation the run ends well; manifest and report name the old and the new target."""
    write_files(here, RENTED_88)
    assert command("run", "--out", "out", "--accept-relaxation").status == 0
    for name in ("manifest.json", "report.json"):
        recorded = json.loads((here / "out" / name).read_text())["relaxations"]
        [row] = recorded if isinstance(recorded, list) else recorded["cells"]
        assert (row["unit"], row["target"], row["relaxed"]) == ("01", 88, pytest.approx(40))
    assert command("verify", "out").status == 0
    assert command("check", "--accept-relaxation", "--quiet").status == 0


def test_a_refused_run_leaves_an_earlier_one_alone(here: Path) -> None:
    """A finished run in the same folder stays complete, and the message says so."""
    assert command("run", "--out", "out", "-q").status == 0
    before = {p.name: p.read_bytes() for p in (here / "out").iterdir()}
    write_files(here, RENTED_88)
    done = command("run", "--out", "out")
    assert done.status == 3
    assert "out holds an earlier run, which was left as it is." in done.err
    assert {p.name: p.read_bytes() for p in (here / "out").iterdir()} == before


def test_a_category_that_the_pool_lacks(here: Path) -> None:
    """The cell, who asks for it and how many are named, in text, JSON and, once accepted, the run's notes."""
    households = PROJECT["households.csv"].replace(",2\n", ",1\n")
    write_files(here, {**PROJECT, "households.csv": households})
    done = command("check", "--json", "f.json")
    assert done.status == 3
    assert "No record of the pool is in 'tenure: rented', which 3 zone units ask for (first: 01, 10)." in done.out
    assert "Add such households to the survey" in done.out
    facts = json.loads((here / "f.json").read_text())
    assert [(u["unit"], u["target"]) for u in facts["unsupported"]] == [("01", 10), ("02", 15), ("03", 5)]
    ran = command("run", "--out", "out", "--accept-relaxation")
    assert "note: No record of the pool" in ran.out


def test_check_counts_who_breaks_a_rule(here: Path) -> None:
    """A line a rule, the same as JSON; survey records that break one stay and stop nothing."""
    rules = "\nrules:\n  - {name: young, says: Nobody is over 70., rule: age <= 70}\n"
    project = (here / "censemble.yaml").read_text() + rules
    (here / "censemble.yaml").write_text(project)
    done = command("check", "--json", "f.json")
    assert done.status == 0
    assert "rule young (Nobody is over 70.): 1 of 10 persons breaks it (14 % by weight)" in done.out
    assert "stay, because they are data" in done.out
    found = json.loads((here / "f.json").read_text())["rules"]
    assert [(r["rule"], r["broken"], r["n"]) for r in found] == [("young", 1, 10)]
    assert command("run", "--out", "out", "--quiet").status == 0


def test_json_where_it_cannot_be_written(here: Path) -> None:
    """A place that is not there ends with 5, naming file and reason."""
    done = command("check", "--json", "no/such/f.json")
    assert done.status == 5
    assert "no/such/f.json: cannot be written (No such file or directory)" in done.err


@pytest.mark.parametrize("name", ["report", "verify"])
@pytest.mark.parametrize("folder", ["empty", "nowhere"])
def test_a_folder_that_is_no_run(here: Path, name: str, folder: str) -> None:
    """Reading commands say that this is not a finished run."""
    (here / "empty").mkdir()
    done = command(name, folder)
    assert done.status == 2
    assert f"{folder} is not a finished run" in done.err


def test_verify_and_report_from_another_folder(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths are recorded as given, and found again beside or above the output folder."""
    text = PROJECT["censemble.yaml"].replace("zone: ZONE}}}", "zone: ZONE}}, polygons: {file: z.json, id: Z}}")
    write_files(here, {"censemble.yaml": text, "z.json": '{"type": "FeatureCollection", "features": []}'})
    assert command("run", "--out", "results/a", "-q").status == 0
    assert json.loads((here / "results/a/manifest.json").read_text())["outlines"] == {"path": "z.json", "id": "Z"}
    monkeypatch.chdir(here / "results" / "a")
    assert command("verify", ".").status == 0
    assert command("report", ".").status == 0
    shutil.move(here / "censemble.yaml", here / "zones.csv.old")
    done = command("verify", ".")
    assert done.status == 2
    assert "--project FILE" in done.err
    assert command("verify", ".", "--project", here / "zones.csv.old").status == 0


def test_a_map_survives_report(here: Path) -> None:
    """The zone outlines are in the manifest, so that the page written anew has its map; broken ones are told first."""
    ring = [[0, 0], [0, 1], [1, 1], [0, 0]]
    zones = [
        {"type": "Feature", "properties": {"Z": z}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for z in ("01", "02", "03", "04")
    ]
    text = (
        (here / "censemble.yaml").read_text().replace("zone: ZONE}}}", "zone: ZONE}}, polygons: {file: z.json, id: Z}}")
    )
    write_files(here, {"censemble.yaml": text, "z.json": json.dumps({"type": "FeatureCollection", "features": zones})})
    assert command("run", "--out", "out", "-q").status == 0
    page = (here / "out" / "report.html").read_bytes()
    assert command("report", "out").status == 0
    assert (here / "out" / "report.html").read_bytes() == page
    assert command("verify", "out").status == 0
    (here / "z.json").write_text("{")
    for name in ("check", "run"):
        done = command(name, ".")
        assert done.status == 2
        assert "z.json: expected a GeoJSON FeatureCollection, found no JSON" in done.err
    assert not (here / "out2").exists()


def test_a_changed_input_is_a_difference(here: Path) -> None:
    """Verification ends with 6 and names the file that is not the one that was read."""
    assert command("run", "--out", "out", "-q").status == 0
    write_files(here, {"persons.csv": PROJECT["persons.csv"].replace("0a,1,71", "0a,1,72")})
    done = command("verify", "out")
    assert done.status == 6
    assert "persons.csv" in done.err


def test_calibration_that_does_not_converge(here: Path) -> None:
    """Outputs are written, and the status is 4 with the solver's own sentence."""
    text = (here / "censemble.yaml").read_text().replace("random_seed: 3", "max_iter: 1, tol: 1.0e-12")
    (here / "censemble.yaml").write_text(text)
    done = command("run", "--out", "out")
    assert done.status == 4, done
    assert "Largest residual" in done.err
    assert json.loads((here / "out" / "manifest.json").read_text())["status"] == "out_of_iterations"
    checked = command("check")
    assert checked.status == 4
    assert "Allow more iterations, or loosen the bound on expansion factors." in checked.err


def test_init_drafts_a_project(here: Path) -> None:
    """A draft is written where there is none, never over one, and says how many guesses it holds."""
    (here / "censemble.yaml").unlink()
    done = command("init", ".")
    assert done.status == 0
    assert "guesses. Read them, then: censemble check censemble.yaml" in done.out
    again = command("init", ".")
    assert again.status == 2
    assert "exists already" in again.err


def test_schema_is_json() -> None:
    """The schema can be piped into a file."""
    assert json.loads(command("schema").out)["properties"]["margins"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_stopping_from_the_keyboard(tmp_path: Path) -> None:
    """Ctrl-C ends with 130 and one line, and leaves no folder."""
    write_files(tmp_path, PROJECT)
    os.mkfifo(tmp_path / "persons.fifo")  # reading waits here, so the moment of the signal is certain
    text = (tmp_path / "censemble.yaml").read_text().replace("persons.csv", "persons.fifo")
    (tmp_path / "censemble.yaml").write_text(text)
    process = start("run", "--out", "out", cwd=tmp_path)
    with (tmp_path / "persons.fifo").open("w"):  # returns when the command has opened it for reading
        process.send_signal(signal.SIGINT)
    done = finish(process)
    assert done.status == 130, done
    assert done.err.endswith("censemble: stopped; nothing half-written was left.\n")
    assert not (tmp_path / "out").exists()


def people(path: Path, n: int, *, shift: int = 0) -> None:
    """A CSV of persons whose work depends on their age."""
    works = ["full" if 18 <= (7 * i + shift) % 90 < 65 else "none" for i in range(n)]
    rows = [f"{(7 * i) % 90},{'f' if i % 2 else 'm'},{works[i]}" for i in range(n)]
    path.write_text("age,sex,work\n" + "\n".join(rows) + "\n")


def test_compare_prints_a_table_and_writes_two_files(here: Path) -> None:
    """Flat files of any tool: headline figures with the floor, compare.html and compare.json."""
    people(here / "real.csv", 400)
    people(here / "mine.csv", 200)
    people(here / "odd.csv", 200, shift=45)
    done = command("compare", "--reference", "real.csv", "mine=mine.csv", "odd=odd.csv", "--quick", "--out", "judged")
    assert (done.status, done.err) == (0, "")
    assert "SRMSE, two-way tables" in done.out and "fresh sample" in done.out
    assert "mine is better than every other table by more than the noise" in done.out
    assert sorted(p.name for p in (here / "judged").iterdir()) == ["compare.html", "compare.json"]
    assert {line["table"] for line in json.loads((here / "judged/compare.json").read_text())} >= {"mine", "odd"}


def test_compare_takes_the_folder_of_a_run(here: Path) -> None:
    """Households and persons of a run are judged against the survey by the project's own schema."""
    assert command("run", "--out", "out", "--quiet").status == 0
    done = command(
        *("compare", "--reference", "households.csv,persons.csv", "--schema", "censemble.yaml"),
        *("mine=out", "--quick", "--out", "judged"),
    )
    assert (done.status, done.err) == (0, "")
    metrics = {line["metric"] for line in json.loads((here / "judged/compare.json").read_text())}
    assert {"households.tv_1way", "persons.tv_2way", "tv_2way[learnt]"} <= metrics | {
        m.partition(".")[2] for m in metrics
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mine.csv"], "NAME=TABLE"),
        (["mine=absent.csv"], "absent.csv"),
        (["mine=empty.csv"], "at least one row"),
    ],
)
def test_compare_refuses_what_it_cannot_judge(here: Path, arguments: list[str], message: str) -> None:
    """Status 2, the reason in words, and nothing written."""
    people(here / "real.csv", 40)
    (here / "mine.csv").write_text("age,sex,work\n1,f,none\n")
    (here / "empty.csv").write_text("age,sex,work\n")
    done = command("compare", "--reference", "real.csv", *arguments, "--quick", "--out", "judged")
    assert done.status == 2
    assert message in done.err
    assert not (here / "judged").exists()
