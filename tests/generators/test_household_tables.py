"""Models of households and of the persons who live in them."""

from __future__ import annotations

import pytest
from tables_case import SCHEMA, SEX_AGE, TENURE, households, margin, persons

from censemble.errors import SchemaError
from censemble.generators.household_tables import household_models
from censemble.generators.tables_model import atoms_by_entity
from censemble.schema import Attribute, Schema


def test_persons_start_from_their_households() -> None:
    """What person tables name of households links both models; sizes come from the labels and the mean."""
    tables = [*households(), *persons(), margin("tenants", "persons", TENURE, [[150, 80]])]
    atoms = atoms_by_entity(SCHEMA, tables, apart=frozenset({"size"}))
    found = household_models(SCHEMA, atoms, tables, size="size")
    assert found.linked == ("tenure",)
    assert found.persons is not None
    assert found.sizes is not None
    assert found.persons.n_all == 230
    # 35 households of one, 30 of two, 35 of three or more make 200; 30 persons more in 35 households
    assert found.sizes.more == pytest.approx(30 / 35)


def test_households_alone_have_no_persons() -> None:
    """Neither declared nor counted."""
    alone = Schema(SCHEMA.of("households"))
    found = household_models(alone, atoms_by_entity(alone, households()), households())
    assert found.persons is None


def test_a_total_of_households_is_needed() -> None:
    """The message names the generator that asked."""
    tables = [margin("age by sex", "persons", SEX_AGE, [[30, 90, 40, 70]])]
    with pytest.raises(SchemaError, match="llmsynthor: no table counts all households"):
        household_models(SCHEMA, atoms_by_entity(SCHEMA, tables), tables, generator="llmsynthor")


def test_a_size_attribute_has_labels() -> None:
    """A number of persons as a number is refused, with what to declare."""
    numeric = Schema((Attribute("size", "households", "numeric", bins=(1, 9)), *SCHEMA.of("persons")))
    tables = [households()[0], *persons()]
    atoms = atoms_by_entity(numeric, tables, apart=frozenset({"size"}))
    with pytest.raises(SchemaError, match="'size' is numeric; a size attribute has labels"):
        household_models(numeric, atoms, tables, size="size")
