"""Nested geography: levels from the outermost to the zone, and which unit each zone lies in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.errors import ConfigError


@dataclass(frozen=True)
class Geography:
    """The units of every level and the unit that each zone belongs to.

    Units are sorted by id at every level, so that nothing depends on the order of rows in a file.

    Parameters
    ----------
    levels : tuple of str
        Level names, outermost first; the last one is the zone.
    units : tuple of tuple of str
        Unit ids of each level, sorted.
    unit_of_zone : tuple of ndarray, each of shape (n_zones,)
        For each level, the index into `units` of that level for every zone.

    Examples
    --------
    >>> g = Geography.from_columns(["county", "tract"], {"county": ["1", "1"], "tract": ["b", "a"]})
    >>> g.units
    (('1',), ('a', 'b'))
    >>> g.unit_of_zone[0].tolist()
    [0, 0]
    """

    levels: tuple[str, ...]
    units: tuple[tuple[str, ...], ...]
    unit_of_zone: tuple[NDArray[np.int32], ...]

    @classmethod
    def from_columns(cls, levels: Sequence[str], columns: Mapping[str, Sequence[str]]) -> Geography:
        """Build from crosswalk columns, one row per zone (checked by the reader: zones are unique)."""
        zones = [str(z) for z in columns[levels[-1]]]
        if len(set(zones)) != len(zones):
            raise ConfigError(f"crosswalk: the zone column {levels[-1]!r} holds the same zone twice")
        order = np.argsort(np.array(zones, dtype=object), kind="stable")
        units, index = [], []
        for level in levels:
            names = np.array([str(v) for v in columns[level]], dtype=object)[order]
            unique, codes = np.unique(names.astype(str), return_inverse=True)
            units.append(tuple(str(u) for u in unique))
            index.append(codes.astype(np.int32).reshape(-1))
        return cls(tuple(levels), tuple(units), tuple(index))

    @property
    def zones(self) -> tuple[str, ...]:
        """Zone ids, sorted."""
        return self.units[-1]

    @property
    def n_zones(self) -> int:
        """Number of zones."""
        return len(self.units[-1])

    def level_index(self, level: str) -> int:
        """Position of a level; raises `ConfigError` with the accepted names."""
        if level not in self.levels:
            raise ConfigError(f"unknown geography level {level!r}; the levels are {', '.join(self.levels)}")
        return self.levels.index(level)
