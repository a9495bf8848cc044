"""Tests of reading PopulationSim folders: the small one typed by hand, and the real one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from censemble.controls import build_controls
from censemble.errors import InputError
from censemble.io.populationsim import read_populationsim

Tiny = Callable[..., Path]


def _problems(folder: Path) -> dict[str, list[str]]:
    with pytest.raises(InputError) as caught:
        read_populationsim(folder)
    found: dict[str, list[str]] = {}
    for problem in caught.value.problems:
        found.setdefault(problem.code, []).append(str(problem))
    return found


def test_small_folder(tiny_folder: Tiny) -> None:
    """Margins, geography and records of a folder that can be checked by eye."""
    inputs = read_populationsim(tiny_folder())
    assert inputs.geography.levels == ("REGION", "PUMA", "TAZ")
    assert inputs.geography.units == (("1",), ("600", "700"), ("1", "2", "3", "4"))
    assert [(m.name, m.level, m.entity, m.is_total, m.targets.tolist()) for m in inputs.margins] == [
        ("num_hh", "TAZ", "households", True, [[10], [30], [20], [0]]),
        ("NP", "TAZ", "households", False, [[5, 5], [10, 20], [5, 15], [0, 0]]),
        ("SEX", "PUMA", "persons", False, [[35, 40], [20, 25]]),
    ]
    assert [c.label for c in inputs.margins[1].cells] == ["size_1", "size_2_plus"]
    assert inputs.margins[2].importance.tolist() == [500, 500]
    assert inputs.margins[2].source == "puma.csv"
    assert (inputs.settings.max_expansion_factor, inputs.settings.random_seed) == (10.0, 0)
    assert [f.role for f in inputs.files][:3] == ["settings", "control file", "crosswalk"]


def test_the_pool_compiles_into_controls(tiny_folder: Tiny) -> None:
    """What is read is what calibration needs: incidence by hand."""
    inputs = read_populationsim(tiny_folder())
    controls = build_controls(inputs.seed_sample, inputs.margins, inputs.geography)
    assert controls.incidence.toarray().tolist() == [
        [1, 1, 0, 0, 1],
        [1, 0, 1, 1, 1],
        [1, 1, 0, 0, 1],
        [1, 0, 1, 2, 1],
    ]
    assert controls.total_column == 0


@pytest.mark.parametrize(
    ("changes", "code", "parts"),
    [
        (
            {"taz": ("2,30,10,20,600", "2,30,10,20,700")},
            "stale-parent",
            ["taz.csv: TAZ 2", "expected the PUMA of the crosswalk, found '700' where the crosswalk has '600'"],
        ),
        ({"taz": ("2,30,10,20", "2,30,12,20")}, "group-total", ["TAZ 2", "32", "against 30 (+2, +6.7 %)"]),
        ({"taz": ("2,30,10,20", "2,30,-10,40")}, "negative-count", ["TAZ 2, column 'SIZE1'", "found -10"]),
        ({"taz": ("2,30,10,20", "2,30,,20")}, "missing-value", ["TAZ 2, column 'SIZE1'", "found a blank"]),
        ({"taz": ("2,30,10,20", '2,30,"1,0",20')}, "not-a-number", ["TAZ 2, column 'SIZE1'", "'1,0'"]),
        ({"taz": ("2,30,10,20", "2,30.5,10,20.5")}, "fractional-count", ["TAZ 2, column 'HH'", "30.5"]),
        ({"taz": ("2,30,10,20", "9,30,10,20")}, "unknown-zone", ["taz.csv: TAZ 9"]),
        ({"taz": ("2,30,10,20", "9,30,10,20")}, "missing-zone", ["taz.csv: TAZ 2"]),
        ({"taz": ("2,30,10,20", "3,30,10,20")}, "duplicate-id", ["TAZ 3", "rows 3, 4"]),
        ({"taz": ("SIZE2", "SIZE_2")}, "missing-column", ["'SIZE2'", "the nearest is 'SIZE_2'", "size_2_plus"]),
        ({"crosswalk": ("2,0600,1", "2,0600,1\n2,0700,1")}, "duplicate-id", ["TAZ 2", "2 that differ"]),
        ({"crosswalk": ("2,0600,1", "2,,1")}, "missing-id", ["row 3", "'PUMA'"]),
        ({"households": ("11,600,6", "12,600,6")}, "duplicate-id", ["household 12", "rows 2, 3"]),
        ({"households": ("11,600,6", ",600,6")}, "missing-id", ["row 3"]),
        ({"households": ("11,600,6", "11,600,-6")}, "design-weight", ["household 11", "found -6"]),
        ({"households": ("11,600,6", "11,600,")}, "design-weight", ["household 11", "found nothing"]),
        ({"households": ("11,600,6,2", "11,600,6,3")}, "household-size", ["household 11", "2 where NP says 3"]),
        ({"households": ("13,700", "19,700,9,1,0\n13,700")}, "household-without-persons", ["household 19"]),
        ({"persons": ("12,2,smith", "99,2,smith")}, "person-without-household", ["row 4", "'99'"]),
        ({"controls": ("households.NP == 1", "households.NP.sum()")}, "expression", ["size_1", ".sum(...)"]),
        ({"controls": ("households.NP == 1", "persons.SEX == 1")}, "expression", ["size_1", "about households"]),
        ({"controls": ("households.NP == 1", "households.NPP == 1")}, "unknown-column", ["size_1", "'NP'"]),
        ({"controls": ("size_1,TAZ", "size_1,TAX")}, "unknown-name", ["'TAX'", "REGION, PUMA, TAZ"]),
        ({"controls": ("1000,SIZE1", "0,SIZE1")}, "importance", ["size_1"]),
        ({"controls": ("num_hh", "n_hh")}, "no-total", ["'num_hh'", "'n_hh'"]),
        ({"controls": ("size_2_plus", "size_1")}, "duplicate-id", ["target size_1"]),
        ({"puma": ("PUMA,MEN", "PUMA;MEN")}, "ragged-rows", []),
        ({"settings": ("PUMA_control_data", "TRACT_control_data")}, "missing-table", ["PUMA_control_data"]),
        ({"settings": ("persons.csv", "people.csv")}, "missing-file", ["people.csv"]),
    ],
)
def test_each_fault_is_named(
    tiny_folder: Tiny, changes: dict[str, tuple[str, str]], code: str, parts: list[str]
) -> None:
    """Every structural fault gives its message, with the file, the place and what was found."""
    found = _problems(tiny_folder(**changes))
    assert code in found, found
    for part in parts:
        assert any(part in message for message in found[code]), (part, found[code])


def test_text_against_a_number_names_the_column(tiny_folder: Tiny) -> None:
    """A text column compared with a number is refused: pandas would count nobody."""
    found = _problems(tiny_folder(controls=("persons.SEX == 1", "persons.JOB == 1")))
    assert "'JOB'" in found["expression"][0]
    assert "target men" in found["expression"][0]


def test_persons_without_households_in_a_zone(tiny_folder: Tiny) -> None:
    """A zone with persons and no households is named."""
    folder = tiny_folder(
        settings=("PUMA_control_data, filename: puma.csv", "SPARE, filename: puma.csv"),
        controls=("men,PUMA,persons,500,MEN", "men,TAZ,persons,500,SIZE1"),
        taz=("4,0,0,0", "4,0,2,-2"),
    )
    text = (folder / "configs" / "controls.csv").read_text()
    (folder / "configs" / "controls.csv").write_text(
        "".join(line for line in text.splitlines(keepends=True) if "WOMEN" not in line and "size_" not in line)
    )
    found = _problems(folder)
    assert (
        "TAZ 4: expected no persons where margin 'num_hh' has no households, found 2 persons"
        in (found["persons-without-households"][0])
    )


def test_all_problems_of_all_files_come_at_once(tiny_folder: Tiny) -> None:
    """Faults in five files are one message with exit status 2."""
    folder = tiny_folder(
        crosswalk=("2,0600,1", "2,,1"),
        taz=("2,30,10,20", "2,30,x,20"),
        households=("11,600,6", "11,600,-6"),
        persons=("12,2,smith", "99,2,smith"),
        controls=("persons.SEX == 2", "persons.SEX.map(f)"),
    )
    with pytest.raises(InputError) as caught:
        read_populationsim(folder)
    codes = [p.code for p in caught.value.problems]
    assert {"missing-id", "not-a-number", "design-weight", "person-without-household", "expression"} <= set(codes)
    assert caught.value.exit_status == 2
    assert f"{len(codes)} problems in the inputs" in str(caught.value)


def test_oregon_case_is_read_unchanged(calm_folder: Path) -> None:
    """The real folder: 31 controls on three levels, all records but two of weight 0, no problem."""
    inputs = read_populationsim(calm_folder)
    assert inputs.geography.n_zones == 930
    assert (inputs.seed_sample.n_records, inputs.seed_sample.n_persons) == (4839, 11728)
    assert sum(len(m.cells) for m in inputs.margins) == 31
    assert [m.name for m in inputs.margins] == [
        "num_hh",
        "NP",
        "AGEHOH",
        "HHINCADJ",
        "OSUTAG",
        "NWESR",
        "HTYPE",
        "OCCP",
    ]
    totals = {m.name: m.targets.sum() for m in inputs.margins}
    assert (totals["num_hh"], totals["OSUTAG"], totals["OCCP"]) == (62041, 4526 + 12984, 67931)
    assert {m.level for m in inputs.margins} == {"REGION", "TRACT", "TAZ"}
    assert any("USE_CVXPY" in n for n in inputs.notes)
    assert inputs.outputs.populationsim is not None
    assert inputs.outputs.populationsim.expanded_ids


def test_a_stale_tract_in_the_oregon_case_is_found(calm_folder: Path) -> None:
    """The column TRACTCE of the zone table is a parent even though only the crosswalk renames it."""
    path = calm_folder / "data" / "control_totals_taz.csv"
    lines = path.read_text().splitlines(keepends=True)
    assert lines[1].startswith("100,")
    lines[1] = lines[1].replace(",10200,", ",10300,")
    path.unlink()  # it is a link to the shared data
    path.write_text("".join(lines))
    found = _problems(calm_folder)
    assert list(found) == ["stale-parent"]
    message = "TAZ 100: expected the TRACT of the crosswalk, found '10300' where the crosswalk has '10200'"
    assert message in found["stale-parent"][0]
