"""Margins and a pool become one linear system."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import small_case

from censemble.controls import build_controls, incidence_columns
from censemble.expressions import always
from censemble.geography import Geography
from censemble.margins import Cell, Margin
from censemble.schema import Entity


def test_persons_are_counted_for_their_household() -> None:
    """The incidence of a person cell is how many of the household's persons are in it, 0 for an empty household."""
    incidence = incidence_columns(small_case.pool(), small_case.sex_by_tract()).toarray()
    assert incidence.tolist() == [[1, 0], [1, 1], [0, 2], [0, 0]]


def test_levels_keep_their_own_columns() -> None:
    """Each level has its controls, targets in the order of its units, and the label of each; the zone comes last."""
    controls = build_controls(
        small_case.pool(), [small_case.total(), small_case.sex_by_tract()], small_case.geography()
    )
    assert [level.level for level in controls.levels] == ["tract", "zone"]
    tract, zone = controls.levels
    assert tract.columns.tolist() == [1, 2]
    assert tract.labels == ("sex: male", "sex: female")
    assert tract.unit_of_zone.tolist() == [0, 0, 1]
    assert zone.targets.ravel().tolist() == [5, 3, 2]
    assert (controls.total_column, controls.n_records, controls.n_zones, tract.n_units) == (0, 4, 3, 2)
    assert controls.zone_level is zone


def test_columns_give_what_the_pool_holds() -> None:
    """Weights of one in every zone give each unit its number of zones times the pool's sums."""
    margins = [small_case.sex_by_tract(), small_case.total()]
    controls = build_controls(small_case.pool(), margins, small_case.geography())
    sums = np.asarray(controls.incidence.sum(axis=0)).ravel()
    assert sums.tolist() == [2, 3, 4]


def test_zone_shares_follow_the_household_total() -> None:
    """Where every zone has a total its share is its part of it; shares of one area sum to 1."""
    controls = build_controls(small_case.pool(), [small_case.total()], small_case.geography())
    assert controls.zone_share == pytest.approx([0.5, 0.3, 0.2])


def test_areas_own_records_and_zones() -> None:
    """With areas, zones carry their area and shares sum to 1 in each."""
    pool = small_case.pool("tract", (0, 0, 1, 1))
    controls = build_controls(pool, [small_case.total()], small_case.geography())
    assert controls.area_of_zone.tolist() == [0, 0, 1]
    assert controls.zone_share == pytest.approx([5 / 8, 3 / 8, 1.0])


def test_an_empty_area_gets_no_share() -> None:
    """Zones that are all empty have share 0, not a division by nothing."""
    controls = build_controls(small_case.pool(), [small_case.total((0.0, 0.0, 0.0))], small_case.geography())
    assert controls.zone_share.tolist() == [0, 0, 0]


def test_without_a_total_the_zone_tables_tell_the_share() -> None:
    """Each zone's mean share of the zone level's tables stands in for the household total."""
    ordinary = replace(small_case.total(), is_total=False)
    controls = build_controls(small_case.pool(), [ordinary], small_case.geography())
    assert controls.total_column == -1
    assert controls.zone_share == pytest.approx([0.5, 0.3, 0.2])


def test_no_margins_at_all() -> None:
    """Without any margin the zone level is still there, without controls, and zones share equally."""
    controls = build_controls(small_case.pool(), [], small_case.geography())
    assert controls.incidence.shape == (4, 0)
    assert controls.zone_level.targets.shape == (3, 0)
    assert controls.zone_share == pytest.approx([1 / 3] * 3)


def test_without_a_total_a_zone_is_empty_only_if_every_table_says_so() -> None:
    """A zone whose households no table counts but whose persons one does has a share of the prior."""
    geography = Geography.from_columns(["region", "zone"], {"region": ["r"] * 3, "zone": ["a", "b", "c"]})

    def margin(name: str, entity: Entity, counts: list[float]) -> Margin:
        targets = np.array(counts)[:, None]
        cells = (Cell("all", always(), "n"),)
        return Margin(name, "zone", entity, cells, targets, np.zeros_like(targets), np.ones(1))

    of_households, of_persons = margin("owners", "households", [3, 0, 0]), margin("children", "persons", [1, 3, 0])
    share = build_controls(small_case.pool(), [of_households, of_persons], geography).zone_share
    assert share == pytest.approx([0.625, 0.375, 0.0])
