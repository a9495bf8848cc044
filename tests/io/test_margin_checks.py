"""Tests of the checks between tables."""

from __future__ import annotations

import dataclasses

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike

from censemble.errors import Problem
from censemble.expressions import parse
from censemble.geography import Geography
from censemble.io.margin_checks import check_empty_zones, check_group_totals
from censemble.margins import Cell, Margin
from censemble.pool import Pool
from censemble.schema import Entity

GEOGRAPHY = Geography.from_columns(["tract", "zone"], {"tract": ["a", "a", "b"], "zone": ["1", "2", "3"]})
POOL = Pool(
    households={"NP": np.array([1.0, 2.0, 2.0]), "TEN": np.array([1.0, 1.0, 2.0])},
    persons={"SEX": np.array([1.0, 1.0, 2.0, 2.0, 2.0])},
    offsets=np.array([0, 1, 3, 5]),
    prior_weights=np.ones(3),
    household_ids=pa.array([1, 2, 3]),
    household_extra=pa.table({}),
    person_extra=pa.table({}),
    area_level="",
    area=np.zeros(3, dtype=np.int32),
    generator="seed_sample",
)


def _margin(name: str, level: str, conditions: list[str], targets: ArrayLike, entity: Entity = "households") -> Margin:
    values = np.asarray(targets, dtype=np.float64)
    return Margin(
        name=name,
        level=level,
        entity=entity,
        cells=tuple(Cell(c, parse(c), c) for c in conditions),
        targets=values,
        sd=np.zeros_like(values),
        importance=np.ones(len(conditions)),
        is_total=conditions == ["True"],
    )


TOTAL = _margin("households", "zone", ["True"], [[10], [20], [30]])
SIZE = _margin("size", "zone", ["NP == 1", "NP > 1"], [[4, 6], [5, 15], [30, 0]])
TENURE = _margin("tenure", "tract", ["TEN == 1", "TEN == 2"], [[10, 20], [15, 15]])


def _check(*margins: Margin) -> tuple[list[Problem], list[str]]:
    problems: list[Problem] = []
    return problems, check_group_totals(margins, GEOGRAPHY, POOL, problems)


def test_tables_that_agree_pass() -> None:
    """Within a level and between levels, with and without a household total."""
    assert _check(TOTAL, SIZE, TENURE) == ([], [])
    assert _check(SIZE, TENURE) == ([], [])
    assert _check() == ([], [])


def test_disagreement_within_a_level_names_zone_and_amount() -> None:
    """Cells that cover every household once must sum to the household total."""
    problems, _ = _check(TOTAL, dataclasses.replace(SIZE, targets=np.array([[4.0, 6], [5, 17], [29, 0]])))
    assert [p.where for p in problems] == ["zone 2", "zone 3"]
    assert problems[0].found == "22 in the cells of 'size' against 20 (+2, +10.0 %)"
    assert "they differ in all by 3 households, in 2 of " in problems[0].action
    assert {p.code for p in problems} == {"group-total"}


def test_disagreement_between_levels_names_the_parent() -> None:
    """The zones of a tract must sum to the tract."""
    problems, _ = _check(TOTAL, dataclasses.replace(TENURE, targets=np.array([[10.0, 20], [15, 16]])))
    assert [(p.where, p.found) for p in problems] == [
        ("tract b", "31 in the cells of 'tenure' against 30 (+1, +3.3 %)")
    ]


def test_the_same_cell_at_two_levels_must_agree() -> None:
    """One condition counted in zones and in tracts is one number."""
    zones = _margin("alone", "zone", ["NP == 1"], [[4], [5], [30]])
    tracts = _margin("alone by tract", "tract", ["NP == 1"], [[9], [31]])
    problems, _ = _check(tracts, zones)
    assert [p.where for p in problems] == ["tract b"]
    assert "31 in cell 'NP == 1' against 30" in problems[0].found


def test_small_differences_pass() -> None:
    """Half a household, or 0.1 %, is rounding."""
    rounded = dataclasses.replace(SIZE, targets=SIZE.targets + np.array([[0.5, 0], [0, 0], [0, 0.03]]))
    assert _check(TOTAL, rounded) == ([], [])


def test_cells_that_leave_out_some_records_are_not_compared() -> None:
    """Cells that do not cover every record need not sum to the total."""
    assert _check(TOTAL, _margin("part", "zone", ["NP == 1"], [[1], [2], [3]])) == ([], [])


def test_person_tables_are_compared_with_person_tables() -> None:
    """Two tables that count every person must agree."""
    sex = _margin("sex", "zone", ["SEX == 1", "SEX == 2"], [[5, 5], [9, 9], [20, 20]], "persons")
    everyone = _margin("persons", "tract", ["SEX > 0"], [[28], [41]], "persons")
    problems, _ = _check(TOTAL, sex, everyone)
    assert [(p.where, p.expected) for p in problems] == [("tract b", "the persons of margin 'sex'")]


def test_soft_tables_that_disagree_are_a_note() -> None:
    """Margins of error explain small contradictions, so they do not stop a run."""
    soft = dataclasses.replace(SIZE, targets=SIZE.targets + 1, sd=np.ones((3, 2)))
    problems, notes = _check(TOTAL, soft)
    assert problems == []
    assert notes == [
        "margin 'size': the cells of 'size' and margin 'households' differ in 3 units of zone, by 6 households in all."
    ]


def test_levels_that_do_not_nest_are_not_compared() -> None:
    """A school district across tracts says nothing about tracts."""
    crossing = {"tract": ["a", "a", "b"], "district": ["d", "e", "e"], "zone": ["1", "2", "3"]}
    geography = Geography.from_columns(["tract", "district", "zone"], crossing)
    tenure = dataclasses.replace(TENURE, level="district", targets=np.array([[1.0, 2], [3, 4]]))
    problems: list[Problem] = []
    assert check_group_totals([tenure, _margin("t", "tract", ["NP > 0"], [[1], [2]])], geography, POOL, problems) == []
    assert problems == []


def test_persons_in_a_zone_without_households() -> None:
    """An exact table is a problem, a soft one a note, an empty zone is fine."""
    total = dataclasses.replace(TOTAL, targets=np.array([[10.0], [0], [0]]))
    persons = _margin("men", "zone", ["SEX == 1"], [[10], [3], [0]], "persons")
    problems: list[Problem] = []
    assert check_empty_zones([total, persons], GEOGRAPHY, problems) == []
    assert [(p.code, p.where, p.found) for p in problems] == [("persons-without-households", "zone 2", "3 persons")]
    soft = dataclasses.replace(persons, sd=np.ones((3, 1)))
    problems = []
    assert len(check_empty_zones([total, soft], GEOGRAPHY, problems)) == 1
    assert problems == []
