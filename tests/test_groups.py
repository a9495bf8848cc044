"""Records of like incidence are one unknown; zones that share upper units are one block."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hand_made import controls, level, random_problem, three_levels
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from censemble import groups
from censemble.calibration import calibrate
from censemble.groups import blocks_of, group_area, split


def test_columns_split_by_level() -> None:
    """The zone level's columns come apart from those of all levels above, which keep the order of the levels."""
    zone, upper = split(three_levels())
    assert zone.tolist() == [0, 1]
    assert upper.tolist() == [3, 2]


def test_records_alike_are_one_group() -> None:
    """Records 0 and 2 have the same row: one group with the sum of their prior weights."""
    zone = level("zone", [0, 1], [[5, 2]])
    groups = group_area(controls([[1, 1], [1, 0], [1, 1]], zone, prior=[2.0, 3.0, 5.0]), 0)
    assert groups.n_groups == 2
    assert groups.group_of_record[0] == groups.group_of_record[2] != groups.group_of_record[1]
    assert groups.prior[groups.group_of_record].tolist() == [7, 3, 7]


def test_records_alike_for_the_zone_only_share_a_zone_group() -> None:
    """Two records that differ in a tract's column alone are two groups of one zone group."""
    problem = controls([[1, 2], [1, 3], [1, 2]], level("tract", [1], [[20]], units=[0]), level("zone", [0], [[8]]))
    groups = group_area(problem, 0)
    assert groups.zone_group.tolist() == [0, 0]
    assert groups.starts.tolist() == [0]
    assert groups.upper_incidence.ravel().tolist() == [2, 3]


@pytest.mark.parametrize("random_seed", range(3))
def test_groups_give_back_every_record(random_seed: int) -> None:
    """Each record's incidence is that of its group, at the zone level and above; zone groups are contiguous."""
    problem = random_problem(np.random.default_rng(random_seed), n_records=30)
    groups = group_area(problem, 0)
    zone, upper = split(problem)
    incidence = problem.incidence.toarray()
    of = groups.group_of_record
    assert np.array_equal(groups.zone_incidence.toarray()[groups.zone_group[of]], incidence[groups.records][:, zone])
    assert np.array_equal(groups.upper_incidence[of], incidence[groups.records][:, upper])
    assert (np.diff(groups.zone_group) >= 0).all()
    assert np.array_equal(groups.zone_group[groups.starts], np.arange(len(groups.starts)))


def test_an_area_groups_its_own_records_only() -> None:
    """Records of another area are no part of the groups."""
    problem = controls([[1], [1], [1]], level("zone", [0], [[4], [6]]), record_area=[0, 1, 1], zone_area=[0, 1])
    assert group_area(problem, 1).records.tolist() == [1, 2]


def test_blocks_share_all_upper_units() -> None:
    """Zones 0 and 1 are in tract 0, zones 2 and 3 in tract 1, all in county 0."""
    blocks = blocks_of(three_levels())
    assert [(b.zones.tolist(), b.units) for b in blocks] == [([0, 1], (0, 0)), ([2, 3], (0, 1))]


def test_blocks_leave_out_empty_zones_and_keep_to_an_extra_partition() -> None:
    """A zone without share is in no block; zones of different bound units are in different blocks."""
    problem = replace(three_levels(), zone_share=np.array([0.5, 0.3, 0.0, 0.2]))
    assert [b.zones.tolist() for b in blocks_of(problem)] == [[0, 1], [3]]
    assert [b.zones.tolist() for b in blocks_of(problem, np.arange(4, dtype=np.int32))] == [[0], [1], [3]]


def test_an_area_without_records_has_no_groups() -> None:
    """Neither with controls at the zone level nor with upper ones only."""
    tract = level("tract", [0], [[7]], units=[0, 0])
    for zone in (level("zone", [], np.zeros((2, 0))), level("zone", [1], [[3], [4]])):
        problem = controls([[1, 1]], tract, zone, record_area=[0], zone_area=[0, 1])
        assert group_area(problem, 1).n_groups == 0


def test_large_blocks_come_in_pieces_and_weights_do_not_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of one zone each give the weights of whole blocks: memory is bounded, results are the same."""
    problem = three_levels()
    whole = calibrate(problem).record_totals()
    monkeypatch.setattr(groups, "MAX_BLOCK", 1)
    assert all(len(block.zones) == 1 for block in blocks_of(problem))
    assert calibrate(problem).record_totals() == pytest.approx(whole, rel=1e-9)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000))
def test_distinct_rows_come_in_ascending_order(random_seed: int) -> None:
    """First occurrence and inverse are those of a plain comparison of dense rows, stored zeros or not."""
    rng = np.random.default_rng(random_seed)
    dense = rng.choice([0.0, 0.0, 0.0, 0.5, 1.0, 2.0, 300.0], (int(rng.integers(1, 30)), int(rng.integers(1, 5))))
    matrix = sparse.csr_array(dense)
    matrix.data[rng.random(len(matrix.data)) < 0.2] = 0.0
    first, inverse = groups._unique_rows(matrix)
    _, slow_first, slow_inverse = np.unique(matrix.toarray(), axis=0, return_index=True, return_inverse=True)
    assert first.tolist() == slow_first.tolist()
    assert inverse.tolist() == slow_inverse.reshape(-1).tolist()
