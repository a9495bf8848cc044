"""Tables summed over the region, and where their cells lie."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from llmsynthor_case import AGE, AGES, PAYS, SCHEMA, SEX, SEXES, table, tables, targets

from censemble.errors import SchemaError
from censemble.expressions import is_in, parse
from censemble.generators.llmsynthor.macro_statistics import targets_of
from censemble.schema import Attribute, Schema


def test_zones_are_summed() -> None:
    """Both zones of the sex table are one table of the region."""
    sex = targets().tables[1]
    assert sex.margin.targets.tolist() == [[55.0, 45.0]]
    assert (sex.margin.level, sex.names, targets().total) == ("region", ("sex",), 100.0)


def test_cells_know_their_place() -> None:
    """A cell of a joint table is a range of ages and a payment; whole numbers end one below the next range."""
    box = targets().tables[2].boxes[4]
    assert box is not None
    assert (box["age"].low, box["age"].high) == (20.0, 39.0)
    assert box["pays"].codes == {1}


def test_a_cell_that_is_no_box_has_no_place() -> None:
    """Young women or old men: no box; the table still counts."""
    odd = parse("(sex == 0) & (age < 20) | (sex == 1) & (age >= 60)")
    strange = table(
        "odd", {"odd": odd, "rest": parse("~((sex == 0) & (age < 20) | (sex == 1) & (age >= 60))")}, [[30, 70]]
    )
    assert targets_of(SCHEMA, [*tables(), strange], "persons").tables[-1].boxes == (None, None)


def test_the_same_cells_at_two_levels_count_once() -> None:
    """A table that is given again for the region adds nothing."""
    again = replace(table("sex again", SEXES, [[55, 45]]), level="region")
    assert len(targets_of(SCHEMA, [*tables(), again], "persons").tables) == 3


def test_a_label_of_several_codes_is_a_box() -> None:
    """Labels that a table counts together are one atom with all its codes."""
    both = table("pays", {"card": is_in("pays", [0]), "other": is_in("pays", [1, 2])}, [[40, 60]])
    box = targets_of(Schema((PAYS,)), [both], "persons").tables[0].boxes[1]
    assert box is not None
    assert box["pays"].codes == {1, 2}


def test_numbers_need_a_scale() -> None:
    """Without bins nobody knows where the numbers end."""
    bare = replace(AGE, bins=())
    with pytest.raises(SchemaError, match="declare bins of age"):
        targets_of(Schema((SEX, bare)), tables()[:2], "persons")


def test_a_total_is_needed() -> None:
    """Shares alone do not say how many."""
    part = table("young", {"young": AGES["0-19"]}, [[10]])
    with pytest.raises(SchemaError, match="total"):
        targets_of(Schema((AGE,)), [part], "persons")


def test_tables_of_members_are_refused() -> None:
    """Records without members have none to count, and the message says so."""
    tenure = Attribute("tenure", "households", "categorical", ("owned", "rented"))
    with pytest.raises(SchemaError, match="cannot guide records that are households without members"):
        targets_of(Schema((*SCHEMA.attributes, tenure)), tables(), "households")


def test_every_target_stays() -> None:
    """No count is lost on the way to the region."""
    before = sum(float(np.nansum(m.targets)) for m in tables())
    assert sum(float(m.targets.sum()) for m in targets().margins) == pytest.approx(before)
