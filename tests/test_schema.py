"""Attributes and schemas refuse what cannot be."""

from __future__ import annotations

import pytest

from censemble.errors import SchemaError
from censemble.schema import Attribute, Roles, Schema

TENURE = Attribute("tenure", "households", "categorical", ("owned", "rented"))
AGE = Attribute("age", "persons", "numeric", unit="years", bins=(0, 18, 65, 120))


def test_codes_are_categories_or_bins() -> None:
    """A numeric attribute has one code a bin, others one a category, and none without bins."""
    assert (TENURE.n_codes, AGE.n_codes) == (2, 3)
    assert Attribute("income", "households", "numeric").n_codes == 0


@pytest.mark.parametrize("kind", ["categorical", "ordinal"])
def test_categories_are_needed(kind: str) -> None:
    """Only numbers do without categories."""
    with pytest.raises(SchemaError, match="needs categories"):
        Attribute("tenure", "households", kind)  # type: ignore[arg-type]


def test_repeated_categories_are_refused() -> None:
    """Two categories of one name could not be told apart."""
    with pytest.raises(SchemaError, match="repeated: owned, owned"):
        Attribute("tenure", "households", "categorical", ("owned", "owned"))


@pytest.mark.parametrize("bins", [(0, 0), (5, 3)])
def test_bins_must_increase(bins: tuple[float, ...]) -> None:
    """An empty bin or one turned round is refused."""
    with pytest.raises(SchemaError, match="must increase"):
        Attribute("age", "persons", "numeric", bins=bins)


def test_attributes_are_found_by_entity() -> None:
    """Households and persons may share a name; a wrong one comes with the right ones."""
    schema = Schema((TENURE, AGE, Attribute("tenure", "persons", "categorical", ("yes",))))
    assert schema.of("households") == (TENURE,)
    assert schema.find("persons", "tenure").categories == ("yes",)
    with pytest.raises(SchemaError, match="'agee' for persons; declared: age, tenure"):
        schema.find("persons", "agee")


def test_an_attribute_declared_twice_is_refused() -> None:
    """One name means one attribute of an entity."""
    with pytest.raises(SchemaError, match="declared twice"):
        Schema((TENURE, TENURE))


@pytest.mark.parametrize(
    ("roles", "says"),
    [
        (Roles(age="years"), "no attribute 'years'"),
        (Roles(relationship="role"), "no attribute 'role'"),
        (Roles(age="age", relationship="is", head=("boss",)), "boss: no labels of 'is'"),
    ],
)
def test_roles_name_what_is_there(roles: Roles, says: str) -> None:
    """A role that no attribute or label plays is refused."""
    relation = Attribute("is", "persons", "categorical", ("head", "child"))
    with pytest.raises(SchemaError, match=says):
        Schema((AGE, relation), roles)
