"""Nested geography."""

from __future__ import annotations

import numpy as np
import pytest
import small_case
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.errors import ConfigError
from censemble.geography import Geography


def test_units_are_sorted_whatever_the_order_of_rows() -> None:
    """Shuffling the crosswalk changes nothing."""
    geography = small_case.geography()
    assert geography.units == (("A", "B"), ("1", "2", "3"))
    assert geography.unit_of_zone[0].tolist() == [0, 0, 1]
    assert geography.zones == ("1", "2", "3")
    assert geography.n_zones == 3


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.text("0123456789", min_size=1, max_size=4), st.sampled_from("ABC"), min_size=1), st.randoms())
def test_every_zone_finds_its_parent(parents: dict[str, str], random: object) -> None:
    """For any crosswalk in any order of rows, a zone's unit is the one its row names; leading zeros survive."""
    rows = list(parents.items())
    random.shuffle(rows)  # type: ignore[attr-defined]
    columns = {"tract": [t for _, t in rows], "zone": [z for z, _ in rows]}
    geography = Geography.from_columns(["tract", "zone"], columns)
    found = {z: geography.units[0][u] for z, u in zip(geography.zones, geography.unit_of_zone[0], strict=True)}
    assert found == parents
    assert np.array_equal(geography.unit_of_zone[-1], np.arange(geography.n_zones))


def test_a_zone_listed_twice_is_refused() -> None:
    """The crosswalk has one row a zone; the message names the column."""
    with pytest.raises(ConfigError, match="'zone' holds the same zone twice"):
        Geography.from_columns(["zone"], {"zone": ["1", "1"]})


def test_an_unknown_level_is_refused_with_the_known_ones() -> None:
    """A wrong level name comes with the right ones."""
    with pytest.raises(ConfigError, match=r"'block'.*tract, zone"):
        small_case.geography().level_index("block")
