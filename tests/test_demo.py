"""The demonstration case: complete, small, traceable, and readable by the package."""

from __future__ import annotations

import gzip
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[1]
DEMO = REPOSITORY / "src" / "censemble" / "demo"


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    """The project file as plain values."""
    return yaml.safe_load((DEMO / "censemble.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def builder(request: pytest.FixtureRequest) -> ModuleType:
    """The script that builds the demonstration, loaded from `tools`."""
    folder = str(REPOSITORY / "tools")
    sys.path.insert(0, folder)
    request.addfinalizer(lambda: sys.path.remove(folder))
    spec = importlib.util.spec_from_file_location("make_demo", f"{folder}/make_demo.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table(name: str) -> pd.DataFrame:
    """One of the demonstration's tables as text."""
    return pd.read_csv(DEMO / name, dtype=str, keep_default_na=False)


def test_it_is_small() -> None:
    """All files together are at most 600 kB, the share of the wheel that was promised."""
    assert sum(p.stat().st_size for p in DEMO.iterdir()) <= 600_000


def test_compressed_files_hold_no_time_or_name() -> None:
    """Building twice gives the same bytes: the gzip headers hold neither the hour nor a file name."""
    for path in DEMO.glob("*.gz"):
        header = path.read_bytes()[:10]
        assert header[3] == 0, "flags: no name, no comment"
        assert header[4:8] == bytes(4), "time"


def test_source_and_licence_are_stated() -> None:
    """Whoever finds the files in an installation can read where they come from and that they are free."""
    text = (DEMO / "README.md").read_text(encoding="utf-8")
    assert "American Community Survey 2019-2023" in text
    assert "public domain" in text


def test_every_column_the_project_names_is_there(project: dict[str, Any]) -> None:
    """No cell, margin of error or attribute points at a column that its file lacks."""
    for entity in ("households", "persons"):
        have = set(table(project["seed_sample"][entity]["file"]).columns)
        assert {a["column"] for a in project["attributes"][entity].values()} <= have
    for margin in project["margins"]:
        assert {c["column"] for c in margin["cells"]} <= set(table(margin["table"]["file"]).columns)
        if "moe_file" in margin["table"]:
            assert {c["moe"] for c in margin["cells"]} <= set(table(margin["table"]["moe_file"]).columns)


def test_every_category_asked_for_is_declared(project: dict[str, Any]) -> None:
    """Each cell's condition names declared categories, or a range of a numeric attribute."""
    declared = {name: a for of in project["attributes"].values() for name, a in of.items()}
    for margin in project["margins"]:
        for cell in margin["cells"]:
            for name, asked in cell.get("where", {}).items():
                if declared[name].get("kind") != "numeric":
                    wanted = [asked] if isinstance(asked, str) else asked
                    assert set(wanted) <= set(map(str, declared[name]["categories"])), (margin["name"], cell)


def test_zones_are_those_of_the_crosswalk() -> None:
    """Every table has each unit of its level once: 95 block groups, 39 tracts, one area."""
    crosswalk = table("crosswalk.csv")
    of_level = {"block_groups": "BG", "block_groups_in_households": "BG", "tracts": "TRACT", "area": "PUMA"}
    for name, level in of_level.items():
        for suffix in ("", "_moe"):
            assert sorted(table(f"{name}{suffix}.csv.gz")["GEOID"]) == sorted(set(crosswalk[level]))


def test_households_and_persons_belong_together() -> None:
    """Every person has a household, sizes agree, every occupied household has a positive design weight."""
    households, persons = table("households.csv.gz"), table("persons.csv.gz")
    sizes = persons["SERIALNO"].value_counts().reindex(households["SERIALNO"], fill_value=0)
    assert (sizes.to_numpy() == households["NP"].astype(int).to_numpy()).all()
    assert set(persons["SERIALNO"]) <= set(households["SERIALNO"])
    assert (households.loc[households["OCCUPIED"] == "1", "WGTP"].astype(int) > 0).all()


def test_household_tables_add_up_to_the_total() -> None:
    """Income and household type count each household once, in every block group."""
    tables = table("block_groups.csv.gz").set_index("GEOID").astype(int)
    for code in ("B19001", "B11001", "B25040"):
        assert (tables.filter(like=code).sum(axis=1) == tables["B25003_001E"]).all(), code


def test_group_quarters_are_counted_out_everywhere() -> None:
    """Persons by age, race and origin add up to as many as have a poverty status, dormitories or not."""
    people = table("block_groups_in_households.csv.gz").set_index("GEOID").astype(int)
    poverty = table("block_groups.csv.gz").set_index("GEOID").astype(int).filter(like="C17002").sum(axis=1)
    assert (people["B01001_001E"] == poverty).all()
    for code in ("B01001_0[0-4]", "B02001", "B03003"):
        cells = people.filter(regex=code).drop(columns="B01001_001E", errors="ignore")
        assert np.abs(cells.sum(axis=1) - poverty).max() <= 30, (
            code
        )  # Pacific Islanders, and cells that cannot give enough


def block_groups(suffix: str = "") -> pd.DataFrame:
    """Both files of block groups side by side, as numbers."""
    names = ("block_groups", "block_groups_in_households")
    return pd.concat([table(f"{n}{suffix}.csv.gz").set_index("GEOID").astype(int) for n in names], axis=1)


def test_the_area_is_the_sum_of_its_block_groups() -> None:
    """Whole-area counts are those of the block groups added up, group quarters counted out alike."""
    area, sums = table("area.csv.gz").set_index("GEOID").astype(int).loc["4701501"], block_groups().sum()
    assert (area == sums[area.index]).all()
    assert set(sums.index) - set(area.index) == {"B25003_001E"}, "the household total needs no sum"


def test_the_area_is_more_certain_than_its_parts() -> None:
    """Margins of error of the whole area are a fraction of those of its block groups added up."""
    moe = table("area_moe.csv.gz").set_index("GEOID").astype(int).loc["4701501"]
    added = block_groups("_moe").sum()[moe.index]
    assert (moe < 0.7 * added).all()
    assert (moe / added).median() < 0.25


def test_persons_of_the_area_are_held_near_their_number(project: dict[str, Any]) -> None:
    """One table is believed more than its margin of error says, and only that of all persons in the area."""
    other = {m["name"]: m["uncertainty"] for m in project["margins"] if m.get("uncertainty", "moe") != "moe"}
    assert other == {"persons, whole area": {"tolerance": "0.1%"}}


def test_errors_of_sums_count_zero_estimates_once(builder: ModuleType) -> None:
    """Of 30±3, 0±4, 0±12 the sum has the root of 3² + 12²: of zero estimates only the largest margin counts."""
    error = builder.whole_area.summed_error(np.array([[30], [0], [0]]), np.array([[3], [4], [12]]))
    assert error == pytest.approx([np.hypot(3, 12)])


def test_it_is_what_the_script_builds(builder: ModuleType, shared_data: Path, tmp_path: Path) -> None:
    """The committed files are those the script makes from the published ones; none was changed by hand."""
    builder.build(shared_data / "knoxville_acs2023", tmp_path)
    made = {p.name for p in tmp_path.iterdir()}
    assert made == {p.name for p in DEMO.iterdir()} - {"README.md"}
    for name in sorted(made):
        ours, committed = (tmp_path / name).read_bytes(), (DEMO / name).read_bytes()
        if name.endswith(".gz"):  # another zlib may pack otherwise
            ours, committed = gzip.decompress(ours), gzip.decompress(committed)
        assert ours == committed, name


@pytest.mark.parametrize(
    ("code", "group"),
    [("N", "0"), ("0010", "1"), ("3550", "1"), ("3601", "2"), ("4700", "3"), ("9760", "5"), ("9800", "0")],
)
def test_occupations_fall_in_their_major_group(builder: ModuleType, code: str, group: str) -> None:
    """The first and last codes of a major group are in it; none and armed forces are in no group."""
    assert builder.occupation_group(pd.Series([code])).tolist() == [group]
