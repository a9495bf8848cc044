"""Bad input, end to end through the command: each fault names file, place, expected and found, and one action."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_case import POPULATIONSIM, PROJECT, Done, change, command, write_files

Fault = tuple[str, str, str, str]

# file, text, its replacement, what must be said
FAULTS: list[Fault] = [
    (
        "zones.csv",
        "03,S,10",
        "03,N,10",
        "zones.csv: zone 03: expected the region of the crosswalk, found 'N' where the crosswalk has 'S'. Bring region",
    ),
    (
        "zones.csv",
        "20,10,12",
        "20,11,12",
        "margin 'tenure' (zones.csv): zone 01: expected the households of margin 'households', found 31 in the cells "
        "of 'tenure' against 30 (+1, +3.3 %). Rescale one of the two tables; they differ in all by 1 households, in 1",
    ),
    (
        "regions.csv",
        "N,50",
        "N,57",
        "margin 'households of the region' (regions.csv): region N: expected the households of margin 'households', "
        "found 57 in the cells of 'households of the region' against 50 (+7, +14.0 %). Rescale one",
    ),
    (
        "zones.csv",
        "04,S,0",
        "05,S,0",
        "zones.csv: ZONE 05: expected a zone of crosswalk.csv, found no such zone. Add",
    ),
    (
        "zones.csv",
        "04,S,0,0,0,0\n",
        "",
        "zones.csv: ZONE 04: expected a row for every zone of crosswalk.csv, found none. Add the row (0 where nobody",
    ),
    (
        "crosswalk.csv",
        "04,S\n",
        "03,N\n",
        "crosswalk.csv: zone 03: expected one row for a zone, found 2 that differ. Keep the right row of each zone.",
    ),
    ("crosswalk.csv", "04,S\n", ",S\n", "crosswalk.csv: row 5: expected a unit in column 'zone', found a blank. Fill"),
    (
        "zones.csv",
        "04,S,0",
        "03,S,0",
        "zones.csv: zone 03: expected 1 row with this 'ZONE', found rows 4, 5. Make the ids unique.",
    ),
    (
        "households.csv",
        "0c,6",
        "0b,6",
        "households.csv: household 0b: expected 1 row with this 'ID', found rows 3, 4. Make the ids unique.",
    ),
    (
        "households.csv",
        "0c,6",
        ",6",
        "households.csv: row 4: expected the id of the household in column 'ID', found a blank. Fill it in.",
    ),
    (
        "persons.csv",
        "0c,1,27",
        "0x,1,27",
        "persons.csv: row 6: expected the id of a household in column 'ID', found '0x'. Add the household, or drop the",
    ),
    (
        "persons.csv",
        "0c,1,27\n",
        "",
        "households.csv: household 0c: expected as many persons as the household's size, found 0 where NP says 1.",
    ),
    (
        "households.csv",
        "0d,9,2",
        "0d,9,4",
        "households.csv: household 0d: expected as many persons as the household's size, found 2 where NP says 4. "
        "Complete the persons file, or correct NP.",
    ),
    (
        "zones.csv",
        "04,S,0,0,0,0",
        "04,S,0,0,0,3",
        "margin 'children' (zones.csv): zone 04: expected no persons where margin 'households' has no households, "
        "found 3 persons. Correct one of the two tables.",
    ),
    (
        "households.csv",
        "0c,6,1,2",
        "0c,6,1,7",
        "households.csv: column 'TENURE', attribute 'tenure': expected the codes of owned, rented, found '7' in 1 row. "
        "Add them to the categories",
    ),
    (
        "censemble.yaml",
        "{tenure: rented}",
        "{tenure: rentd}",
        "margins[tenure].cells[RENTED].where: expected a category of 'tenure', found 'rentd'. Did you mean 'rented'?",
    ),
    (
        "zones.csv",
        "5,15,14",
        "5,-15,14",
        "zones.csv: zone 02, column 'RENTED': expected a count >= 0, found -15. Correct",
    ),
    (
        "zones.csv",
        "5,15,14",
        "5,15.5,14",
        "zones.csv: zone 02, column 'RENTED': expected a whole number, because the table is exact, found 15.5. Round",
    ),
    (
        "zones.csv",
        "5,15,14",
        "5,x,14",
        "zones.csv: 02, column 'RENTED': expected a number, found 'x'. Correct the cell.",
    ),
    ("zones.csv", "5,15,14", "5,,14", "zones.csv: 02, column 'RENTED': expected a number, found a blank. Correct the"),
    (
        "households.csv",
        "0c,6,",
        "0c,-6,",
        "households.csv: household 0c: expected a design weight > 0 in 'WEIGHT', found -6. Correct the weight, or drop",
    ),
    (
        "households.csv",
        "0c,6,",
        "0c,,",
        "households.csv: household 0c: expected a design weight > 0 in 'WEIGHT', found nothing. Correct the weight",
    ),
    (
        "censemble.yaml",
        "random_seed",
        "randomseed",
        "run.randomseed: expected a known key, found 'randomseed'. Did you mean 'random_seed'? Known here: ",
    ),
    (
        "censemble.yaml",
        "column: RENTED",
        "column: RENTAL",
        "zones.csv: header: expected a column 'RENTAL', found none; the nearest is 'RENTED'. Correct the column name",
    ),
    (
        "censemble.yaml",
        "file: zones.csv, zone: ZONE}",
        "file: zone.csv, zone: ZONE}",
        "zone.csv: expected a file (target table), found no such file; there is 'zones.csv'. Correct the path",
    ),
    ("censemble.yaml", "name: Four", "name: [Four", "expected YAML, found"),
]

# file, its whole content, what must be said
FILES: list[tuple[str, bytes, str]] = [
    ("persons.csv", b"", "persons.csv: expected a header line, found an empty file. Give the full file."),
    (
        "households.csv",
        b"ID,WEIGHT,NP,TENURE\n",
        "households.csv: expected at least one row, found a header without rows. Give the full file.",
    ),
    (
        "households.csv",
        "ID,WEIGHT,NP,TENURE\n0é,10,1,1\n".encode("latin-1"),
        "households.csv: line 2: expected UTF-8 text, found the byte 0xE9, as in Windows or Latin-1 text. Save the",
    ),
    (
        "zones.csv",
        b"ZONE;REGION;HOUSEHOLDS;OWNED;RENTED;CHILDREN\n" + b"01;N;30;20;10;12\n" * 200_000,
        "zones.csv: header: expected columns separated by commas, found semicolons. Save the file as comma-separated",
    ),
    (
        "persons.csv",
        b"ID\tNO\tAGE\n" + b"0a\t1\t71\n" * 200_000,
        "persons.csv: header: expected columns separated by commas, found tabs. Save the file as comma-separated CSV",
    ),
]

# of the PopulationSim folder: file, text, its replacement, what must be said
POPULATIONSIM_FAULTS: list[Fault] = [
    (
        "data/taz.csv",
        "2,30,10,20,600",
        "2,30,10,20,700",
        "taz.csv: TAZ 2: expected the PUMA of the crosswalk, found '700' where the crosswalk has '600'.",
    ),
    ("data/taz.csv", "2,30,10", "2,30,12", "found 32 in the cells of"),
    ("data/taz.csv", "2,30,10", "9,30,10", "taz.csv: TAZ 9: expected"),
    ("data/households.csv", "11,600,6", "12,600,6", "households.csv: household 12: expected 1 row with this"),
    ("data/households.csv", "11,600,6", "11,600,-6", "household 11: expected a design weight > 0"),
    ("data/persons.csv", "12,2", "99,2", "persons.csv: row 4: expected the id of a household"),
    ("configs/controls.csv", "households.NP == 1", "__import__('os').getcwd()", "size_1"),
    ("configs/controls.csv", "households.NP == 1", "households.NPP == 1", "'NP'"),
    ("configs/settings.yaml", "persons.csv, rename", "people.csv, rename", "people.csv"),
]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(done: Done, message: str) -> None:
    """The command ended with 2, and said so in the form of all problems."""
    assert done.status == 2, done
    assert message in done.err, done.err
    assert done.err.startswith("censemble: ")
    assert "Traceback" not in done.err
    for line in done.err.splitlines()[1:]:
        assert ": expected " in line
        assert ", found " in line
        assert line.rstrip()[-1] in ".?" or line.rstrip().endswith("censemble init"), line


@pytest.mark.parametrize(("file", "old", "new", "message"), FAULTS, ids=lambda v: v[:24])
def test_a_fault_is_refused_with_its_place(here: Path, file: str, old: str, new: str, message: str) -> None:
    """`check` names file, row, zone or column, expected, found and the action; `run` writes nothing."""
    write_files(here, change(PROJECT, file, old, new))
    refused(command("check"), message)
    refused(command("run", "--out", "out"), message)
    assert not (here / "out").exists()


@pytest.mark.parametrize(("file", "content", "message"), FILES, ids=["empty", "no-rows", "latin-1", "semicolon", "tab"])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, file: str, content: bytes, message: str) -> None:
    """Empty files, other encodings and other delimiters, in large files too, are one problem each."""
    write_files(tmp_path, {**PROJECT, file: content})
    done = command("check", tmp_path)
    refused(done, message)
    assert done.err.count(": expected ") == 1


@pytest.mark.parametrize(
    ("file", "old", "new", "message"), POPULATIONSIM_FAULTS, ids=lambda v: v.replace("/", "-")[:24]
)
def test_a_fault_of_a_populationsim_folder(tmp_path: Path, file: str, old: str, new: str, message: str) -> None:
    """The same holds for an existing folder; expressions are never run as Python."""
    write_files(tmp_path, change(POPULATIONSIM, file, old, new))
    refused(command("check", "--populationsim", tmp_path), message)


def test_a_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    """Files as spreadsheets save them give the same population."""
    plain, marked = tmp_path / "plain", tmp_path / "marked"
    write_files(plain, PROJECT)
    write_files(marked, PROJECT)
    for path in marked.glob("*.csv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    for folder in (plain, marked):
        assert command("run", folder, "--out", folder / "out", "-q").status == 0
    assert (plain / "out/households.parquet").read_bytes() == (marked / "out/households.parquet").read_bytes()


def test_households_of_weight_zero_are_left_out_and_said(tmp_path: Path) -> None:
    """Weight 0 is how vacant dwellings and group quarters come: a note, not a problem."""
    write_files(tmp_path, change(PROJECT, "households.csv", "0c,6,", "0c,0,"))
    done = command("check", tmp_path)
    assert done.status == 0
    assert "households.csv: left out 1 of 5 households: design weight 0." in done.out


def test_an_empty_zone_stays_empty(tmp_path: Path) -> None:
    """Zone 04 has nobody, which is fine; nobody is put there."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    write_files(tmp_path, PROJECT)
    assert command("run", tmp_path, "--out", tmp_path / "out", "-q").status == 0
    assert set(pq.read_table(tmp_path / "out/households.parquet")["zone"].to_pylist()) == {"01", "02", "03"}


def test_all_problems_of_all_files_in_one_message(tmp_path: Path) -> None:
    """Four faults in four files are four numbered lines of one message."""
    files = PROJECT
    for file, old, new, _ in (FAULTS[0], FAULTS[12], FAULTS[14], FAULTS[16]):
        files = change(files, file, old, new)
    done = command("check", write_files(tmp_path, files))
    refused(done, "censemble: 4 problems in the inputs")
    assert [line.split(".")[0].strip() for line in done.err.splitlines()[1:]] == ["1", "2", "3", "4"]


def test_a_project_that_is_not_there(tmp_path: Path) -> None:
    """A missing project file names the command that writes one."""
    done = command("check", tmp_path / "none.yaml")
    assert done.status == 2
    assert "censemble init" in done.err
