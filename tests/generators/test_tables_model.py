"""The model of one entity's tables."""

from __future__ import annotations

import numpy as np
import pytest
import tables_case as case

from censemble.errors import SchemaError
from censemble.expressions import all_of, is_in
from censemble.generators.region_shares import region_tables
from censemble.generators.tables_model import atoms_by_entity, model_of, stated_size, visible_atoms


def test_attributes_that_tables_name_are_modelled() -> None:
    """Rooms are in no table and have no atoms; sizes keep all their labels."""
    atoms = atoms_by_entity(case.SCHEMA, case.households(), apart=frozenset({"size"}))
    assert [a.attribute.name for a in atoms["households"]] == ["tenure", "size"]
    assert atoms["persons"] == []
    assert atoms["households"][1].n_atoms == 3


def test_the_tables_are_met() -> None:
    """Size by tenure, pooled with tenure alone, has the shares of the tables; the total is the region's."""
    atoms = atoms_by_entity(case.SCHEMA, case.households())
    model = model_of(atoms["households"], case.households())
    assert model.n_all == 100
    assert model.names == ("tenure", "size")
    np.testing.assert_allclose(model.beliefs.marginal((0, 1)), [[0.1, 0.2, 0.3], [0.25, 0.1, 0.05]], atol=1e-9)
    assert model.disagreements() == []


def test_tables_that_disagree_are_named() -> None:
    """Two tables of tenure that cannot both hold: a sentence for each, with its largest miss."""
    odd = [
        *case.households(),
        case.margin("tenure again", "households", {**case.TENURE}, [[20, 80]]),
        case.margin("tenure by rooms", "households", rooms_by_tenure(), [[45, 45, 5, 5]]),
    ]
    model = model_of(atoms_by_entity(case.SCHEMA, odd)["households"], odd)
    assert any("'tenure by rooms'" in line and "% of all" in line for line in model.disagreements())


def rooms_by_tenure() -> dict[str, object]:
    """Cells of rooms by tenure."""
    return {f"{t} {r}": all_of(case.TENURE[t], is_in("rooms", [r])) for t in case.TENURE for r in (0, 1)}


def test_a_ring_of_tables_that_is_too_large_is_refused() -> None:
    """The attributes, their joint cells and the margins at fault are named, and what to do."""
    tables = [
        case.total([100]),
        *case.households()[2:],
        case.margin("rooms by tenure", "households", rooms_by_tenure(), [[25, 25, 25, 25]]),
    ]
    atoms = atoms_by_entity(case.SCHEMA, tables)["households"]
    with pytest.raises(SchemaError, match=r"6 cells would be needed; at most 5.*size by tenure") as caught:
        model_of(atoms, tables, max_cells=5)
    assert "raise generator.max_cells" in caught.value.message
    assert "all" not in caught.value.message.partition("link them:")[2].split(".")[0].split()


def test_household_attributes_in_tables_of_persons() -> None:
    """Persons by tenure: persons' tables may name it, with the atoms that household tables need."""
    by_tenure = case.margin("persons by tenure", "persons", case.TENURE, [[150, 80]])
    margins = [*case.households(), *case.persons(), by_tenure]
    atoms = atoms_by_entity(case.SCHEMA, margins)
    names = [a.attribute.name for a in visible_atoms(atoms, "persons")]
    assert names == ["sex", "age", "tenure", "size"]
    tables = region_tables([by_tenure], visible_atoms(atoms, "persons"))
    assert stated_size(tables, margins, "persons") == 230


def test_undeclared_columns_are_refused() -> None:
    """Raw columns of PopulationSim folders are not attributes; the declared ones are listed."""
    with pytest.raises(SchemaError, match=r"names 'NP'.*declared: age, hours"):
        atoms_by_entity(case.SCHEMA, [case.margin("m", "households", {"a": is_in("NP", [1])}, [[1]])])


def test_start_is_kept_where_tables_say_nothing() -> None:
    """A known joint of the root stays, but for the attribute that a table fixes."""
    tables = case.households()[:2]
    atoms = atoms_by_entity(case.SCHEMA, tables, apart=frozenset({"size"}))["households"]
    known = np.array([[0.2, 0.2, 0.1], [0.1, 0.2, 0.2]])
    model = model_of(atoms, tables, together=("tenure", "size"), start=(("tenure", "size"), known))
    np.testing.assert_allclose(model.beliefs.marginal((0, 1)), known / 0.5 * np.array([[0.6], [0.4]]), atol=1e-9)
