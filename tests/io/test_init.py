"""Drafts of project files."""

from __future__ import annotations

import shutil
from pathlib import Path

from small_project import FILES, write_files

from censemble.io.init import _counts_persons, draft_project
from censemble.io.project import load_project
from censemble.io.project_reader import read_project
from censemble.io.yaml_text import read_yaml


def test_a_small_folder_gives_a_project_that_reads(tmp_path: Path) -> None:
    """From five files to a project that passes every check, with each guess marked."""
    rows = FILES["households.csv"].replace("HH,W,NP", "HH_ID,WEIGHT,NP")
    persons = FILES["persons.csv"].replace("HH,NO", "HH_ID,NO")
    write_files(
        tmp_path, {"households.csv": rows, "persons.csv": persons, "zones.csv": "ZONE,HH\n001,3\n002,4\n003,3\n"}
    )
    text = draft_project([tmp_path])
    (tmp_path / "censemble.yaml").write_text(text, encoding="utf-8")
    inputs = read_project(load_project(tmp_path), base=tmp_path)
    assert inputs.geography.levels == ("county", "tract", "zone")
    assert inputs.margins[0].is_total
    assert inputs.margins[0].targets.sum() == 10
    assert inputs.seed_sample.n_records == 4
    assert text.count("# guess:") > 5


def test_the_small_example_finds_its_total() -> None:
    """Where the crosswalk itself counts households, it is the table of the total, and its other counts are named."""
    example = Path(__file__).resolve().parents[2] / "examples" / "minimal"
    text = draft_project([example])
    draft = read_yaml(text, source="draft").content
    assert draft["margins"][0]["table"] == {"file": "zones.csv", "zone": "ZONE"}
    assert draft["margins"][0]["cells"] == [{"column": "HOUSEHOLDS"}]
    assert "# Other columns of zones.csv that could be cells: RENTED" in text
    assert "age" in draft["attributes"]["persons"], "ages that differ are no ids"


def test_tables_of_persons_are_guessed_from_their_number() -> None:
    """The number of an ACS table says whether persons or households are counted; all others are left to the user."""
    assert {n: _counts_persons(n) for n in ("B01001", "B02001", "C17002", "B19001", "B25070", "HHSIZE")} == {
        **dict.fromkeys(("B01001", "B02001", "C17002"), True),
        **dict.fromkeys(("B19001", "B25070", "HHSIZE"), False),
    }


def test_an_empty_folder_gives_a_form_to_fill_in(tmp_path: Path) -> None:
    """Without files the draft is still YAML, and says what is missing."""
    text = draft_project([tmp_path])
    assert "none of the files looks like a crosswalk" in text
    assert read_yaml(text, source="draft").content["geography"]["levels"] == ["region", "zone"]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A faulty file is named in a comment; the others are used."""
    (tmp_path / "bad.csv").write_bytes("a,b\nä,1\n".encode("utf-16"))
    assert "# Not readable: " in draft_project([tmp_path])


def test_a_folder_of_populationsim_is_told(tmp_path: Path) -> None:
    """Whoever has a control file of PopulationSim learns that no project file is needed."""
    write_files(tmp_path, {"controls.csv": "target,geography,control_field,expression\nhh,TAZ,HH,households.NP > 0\n"})
    assert "censemble run --populationsim FOLDER" in draft_project([tmp_path])


def test_knoxville(shared_data: Path, tmp_path: Path) -> None:
    """The draft of a real folder reads: crosswalk, survey, labels, total and margins of error are found."""
    folder = shared_data / "knoxville_acs2023"
    text = draft_project([folder])
    (tmp_path / "censemble.yaml").write_text(text, encoding="utf-8")
    inputs = read_project(load_project(tmp_path / "censemble.yaml"), base=folder)
    assert inputs.geography.levels == ("puma", "tract", "bg")
    assert inputs.geography.n_zones == 95
    assert (inputs.seed_sample.n_records, inputs.margins[0].targets.sum()) == (2817, 57927)
    assert inputs.schema.find("persons", "sex").categories == ("Male", "Female")
    assert "{column: B19001_002E, moe: B19001_002M, where: {}}" in text
    assert "moe_file: acs_bg_moe.csv.gz" in text
    assert "or codes (then list categories instead)" in text.split("hisp:")[0].splitlines()[-2]
    assert "np: {column: NP, kind: ordinal," in text


def test_calm(shared_data: Path, tmp_path: Path) -> None:
    """A folder made for another tool gives a draft that reads, with the total found by its name."""
    for name in (
        "geo_cross_walk.csv",
        "control_totals_taz.csv",
        "seed_households_slim.csv.gz",
        "seed_persons_slim.csv.gz",
    ):
        shutil.copy(shared_data / "calm_oregon" / name, tmp_path)
    (tmp_path / "censemble.yaml").write_text(draft_project([tmp_path]), encoding="utf-8")
    inputs = read_project(load_project(tmp_path), base=tmp_path)
    assert inputs.seed_sample.n_records == 4839
    assert inputs.margins[0].cells[0].column == "HHBASE"
    assert "Other columns of control_totals_taz.csv that could be cells: POPBASE, OSUFAM, OSUNFAM" in draft_project(
        [tmp_path]
    )
    assert inputs.margins[0].targets.sum() == 62041
