"""What calibration returns: weights on demand, a status that is a sentence, residuals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from censemble.calibration.duals import Duals
from censemble.calibration.system import System
from censemble.groups import AreaGroups, Block, Float, Int


class Status(Enum):
    """How a calibration ended; the value is the sentence to show."""

    CONVERGED = "Converged: every exact control is met within the tolerance; no other weights are closer to the prior."
    STALLED = (
        "Stalled: no step improves the fit any more, yet some exact controls are not met;"
        " they probably contradict each other."
    )
    BOUND = (
        "The bound on expansion factors could not be kept together with the exact controls, which hold without it;"
        " raise max_expansion_factor or remove it."
    )
    OUT_OF_ITERATIONS = "Out of iterations: the fit was still improving; raise max_iter."


@dataclass(frozen=True, eq=False)
class Calibration:
    """Calibrated weights, held as dual variables; weights are computed block by block when asked for.

    Parameters
    ----------
    system : System
    duals : Duals
    status : Status
    iterations : int
        Newton steps over all levels (zone-only steps not counted).
    fitted : dict from level to ndarray of shape (n_units, n_controls), counts
    largest_residual : float
        Over exact controls, counts.
    """

    system: System
    duals: Duals
    status: Status
    iterations: int
    fitted: dict[str, Float]
    largest_residual: float

    @property
    def blocks(self) -> list[Block]:
        """Blocks of zones, in the fixed order in which everything is done."""
        return self.system.blocks

    def groups(self, block: Block) -> AreaGroups:
        """Groups of the block's area."""
        return self.system.areas[block.area]

    def group_weights(self, block: Block, zones: Int | None = None) -> Float:
        """Weights of groups, shape (n_groups, n_zones), households, for the block's zones or some of them."""
        return self.system.group_weights(block, block.zones if zones is None else zones, self.duals)

    def record_weights(self, block: Block) -> Float:
        """Weights of the area's records, shape (n_area_records, n_block_zones), households."""
        groups = self.groups(block)
        share = self.record_share(block.area)
        return share[:, None] * self.group_weights(block)[groups.group_of_record]

    def record_share(self, area: int) -> Float:
        """Each record's share of its group, shape (n_area_records,)."""
        groups = self.system.areas[area]
        return self.system.controls.prior_weights[groups.records] / groups.prior[groups.group_of_record]

    def weights(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], Float]]:
        """Zones, records and weights (n_records, n_zones) of one block after the other."""
        for block in self.blocks:
            yield block.zones, self.groups(block).records, self.record_weights(block)

    def record_totals(self) -> Float:
        """Calibrated weight of each record over all zones, shape (n_records,), households."""
        totals = np.zeros(self.system.controls.n_records)
        for (area, _), by_group in self.system.group_totals(self.duals).items():
            groups = self.system.areas[area]
            totals[groups.records] += self.record_share(area) * by_group[groups.group_of_record]
        return totals

    def zone_sums(self) -> Float:
        """Calibrated households of each zone, shape (n_zones,)."""
        sums = np.zeros(self.system.controls.n_zones)
        for block in self.blocks:
            weights, _ = self.system.zone_weights(block, self.duals)
            sums[block.zones] = weights.sum(axis=0)
        return sums
