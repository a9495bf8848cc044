"""The upper levels' part of the equations: what groups have to do with the units that zones share.

`zone_newton.ZoneSystem` is the same for the zone level. Products of columns are prepared once for an area, so that
each Newton step only weighs and adds them up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from censemble.calibration.gram import cross_products, pair_products
from censemble.groups import AreaGroups, Float, Int


@dataclass(frozen=True, eq=False)
class UpperSystem:
    """The upper levels' incidence of one area's groups, with its products ready."""

    incidence: sparse.csr_array  # (n_groups, ku)
    transposed: sparse.csr_array  # (ku, n_groups)
    cross: sparse.csr_array  # (k * ku, n_groups): zone controls by upper controls
    n_zone_controls: int
    pairs: sparse.csr_array  # (n_pairs, n_groups)
    first: Int
    second: Int

    @classmethod
    def of(cls, groups: AreaGroups) -> UpperSystem:
        """Prepare once for an area."""
        incidence = sparse.csr_array(groups.upper_incidence)
        cross = cross_products(sparse.csr_array(groups.zone_incidence[groups.zone_group]), incidence)
        n_zone_controls = groups.zone_incidence.shape[1]
        return cls(incidence, sparse.csr_array(incidence.T), cross, n_zone_controls, *pair_products(incidence))

    def coupling(self, group_weights: Float) -> Float:
        """A' diag(w_z) U of every zone, shape (n_zones, k, ku), from weights of shape (n_groups, n_zones)."""
        shape = (self.n_zone_controls, self.incidence.shape[1], group_weights.shape[1])
        coupled: Float = (self.cross @ group_weights).reshape(shape).transpose(2, 0, 1)
        return coupled

    def hessian(self, weights: Float) -> Float:
        """U' diag(w) U, shape (ku, ku), from weights of shape (n_groups,)."""
        ku = self.incidence.shape[1]
        out = np.zeros((ku, ku))
        out[self.first, self.second] = out[self.second, self.first] = self.pairs @ weights
        return out
