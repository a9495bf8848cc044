"""Records with the same incidence are one unknown: groups, and the blocks of zones that share upper units.

Two records of one area whose incidence rows agree keep the ratio of their prior weights in the
maximum-entropy solution, so only the groups' weights are unknown. Groups are nested: a *zone group* is
a set of groups with the same incidence on the zone level's controls. All dense arrays are of size
zone groups x zones of one block, or groups x 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from censemble.controls import Controls

Float = NDArray[np.float64]
Int = NDArray[np.int64]

MAX_BLOCK = 256  # zones of a block: what is dense in groups x zones is never larger than this many columns


@dataclass(frozen=True, eq=False)
class AreaGroups:
    """The groups of one area.

    Parameters
    ----------
    records : ndarray of shape (n_area_records,)
        Record indices of the area.
    group_of_record : ndarray of shape (n_area_records,)
        Group index of each of them.
    prior : ndarray of shape (n_groups,)
        Summed prior weights.
    zone_group : ndarray of shape (n_groups,)
        Zone group of each group; groups are sorted by it.
    starts : ndarray of shape (n_zone_groups,)
        First group of each zone group.
    zone_incidence : csr_array of shape (n_zone_groups, n_zone_controls)
    upper_incidence : ndarray of shape (n_groups, n_upper_controls)
        Controls of all levels above the zone, concatenated.
    """

    records: Int
    group_of_record: Int
    prior: Float
    zone_group: Int
    starts: Int
    zone_incidence: sparse.csr_array
    upper_incidence: Float

    @property
    def n_groups(self) -> int:
        """Number of distinct incidence rows in the area."""
        return len(self.prior)


@dataclass(frozen=True, eq=False)
class Block:
    """Zones of one area that lie in the same unit of every upper level with controls.

    Parameters
    ----------
    area : int
    zones : ndarray of int
    units : tuple of int
        Unit index at each upper level with controls.
    """

    area: int
    zones: Int
    units: tuple[int, ...]


def split(controls: Controls) -> tuple[Int, Int]:
    """Columns of the zone level, and of all upper levels in level order."""
    upper = [level.columns for level in controls.levels[:-1]]
    return controls.zone_level.columns, np.concatenate(upper) if upper else np.zeros(0, np.int64)


def _unique_rows(matrix: sparse.csr_array) -> tuple[Int, Int]:
    """First occurrence and inverse of the distinct rows of a non-negative sparse matrix, in ascending order.

    Only stored entries are compared, so that a table of thousands of cells costs no more than a small one. Of two rows
    that first differ where one has nothing the other is the later; a later column is a smaller entry.
    """
    stored = matrix.copy()
    stored.sum_duplicates()
    stored.eliminate_zeros()
    entries = np.empty(stored.nnz, dtype=[("before_end", ">u4"), ("value", ">f8")])  # big-endian: sorts like its bytes
    entries["before_end"], entries["value"] = matrix.shape[1] - stored.indices, stored.data
    keys = [entries[a:b].tobytes() for a, b in pairwise(stored.indptr.tolist())]
    first: dict[bytes, int] = {}
    for row, key in enumerate(keys):
        first.setdefault(key, row)
    rank = {key: place for place, key in enumerate(sorted(first))}
    return (
        np.array([first[key] for key in rank], dtype=np.int64),
        np.array([rank[key] for key in keys], dtype=np.int64),
    )


def group_area(controls: Controls, area: int) -> AreaGroups:
    """Group the records of one area by their incidence rows, nested by the zone level's columns."""
    zone_columns, upper_columns = split(controls)
    records = np.flatnonzero(controls.area_of_record == area)
    rows = controls.incidence[records].astype(np.float64)
    zone_first, zone_inverse = _unique_rows(rows[:, zone_columns])
    upper_first, upper_inverse = _unique_rows(rows[:, upper_columns])
    key = zone_inverse * max(len(upper_first), 1) + upper_inverse
    unique_key, first, group_of_record = np.unique(key, return_index=True, return_inverse=True)
    zone_group = unique_key // max(len(upper_first), 1)
    return AreaGroups(
        records=records,
        group_of_record=group_of_record.reshape(-1),
        prior=np.bincount(group_of_record.reshape(-1), weights=controls.prior_weights[records]).astype(np.float64),
        zone_group=zone_group,
        starts=np.searchsorted(zone_group, np.arange(len(zone_first))),
        zone_incidence=sparse.csr_array(rows[zone_first][:, zone_columns]),
        upper_incidence=rows[records[:0].size + first][:, upper_columns].toarray(),
    )


def blocks_of(controls: Controls, extra: NDArray[np.int32] | None = None) -> list[Block]:
    """Partition the populated zones into blocks, ordered by upper units then zone.

    Parameters
    ----------
    controls : Controls
        The problem; zones without a share are left out.
    extra : ndarray of shape (n_zones,), optional
        A further partition that blocks must not cross (the level of an expansion bound).
    """
    keys = [controls.area_of_zone, *(level.unit_of_zone for level in controls.levels[:-1])]
    if extra is not None:
        keys.append(extra)
    table = np.stack(keys, axis=1).astype(np.int64)
    unique, inverse = np.unique(table, axis=0, return_inverse=True)
    inverse = inverse.reshape(-1)
    n_upper = len(controls.levels) - 1
    blocks = []
    for i, row in enumerate(unique):
        zones = np.flatnonzero((inverse == i) & (controls.zone_share > 0))
        units = tuple(int(v) for v in row[1 : 1 + n_upper])
        pieces = [zones[at : at + MAX_BLOCK] for at in range(0, len(zones), MAX_BLOCK)]
        blocks += [Block(area=int(row[0]), zones=piece, units=units) for piece in pieces]
    return blocks


class GroupedWeights(Protocol):
    """Calibrated weights as integerising reads them: block by block, by groups of like records."""

    @property
    def blocks(self) -> list[Block]:
        """Blocks of zones, in the fixed order in which everything is done."""

    def groups(self, block: Block) -> AreaGroups:
        """Groups of the block's area."""

    def group_weights(self, block: Block, zones: Int | None = None) -> Float:
        """Weights of groups, shape (n_groups, n_zones), households, for the block's zones or some of them."""

    def record_share(self, area: int) -> Float:
        """Each record's share of its group, shape (n_area_records,)."""
