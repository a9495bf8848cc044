"""Parts of a project that contradict each other."""

from __future__ import annotations

from typing import Any

import pytest
from small_project import PROJECT, project_with

from censemble.errors import ConfigError
from censemble.io.project import parse_project

CELL = {"column": "N", "where": {"tenure": "owned"}}


@pytest.mark.parametrize(
    ("changes", "code", "in_text"),
    [
        ({"geography__levels": ["county", "zone", "zone"]}, "repeated-level", "'zone' twice"),
        ({"geography__levels": ["county", "tract", "zone", "block"]}, "level-without-column", "'block'"),
        ({"geography__crosswalk__columns__blck": "B"}, "unknown-level", "'blck'"),
        ({"margins__1__level": "trct"}, "unknown-level", "Did you mean 'tract'? Known here: county, tract, zone."),
        ({"run__expansion_level": "puma"}, "unknown-level", "county, tract, zone"),
        ({"seed_sample__households__area": {"puma": "PUMA"}}, "unknown-level", "'puma'"),
        ({"seed_sample__households__keep": "OCC ="}, "bad-expression", "OCC ="),
        ({"seed_sample__households__keep": "__import__('os')"}, "bad-expression", "__import__"),
        ({"seed_sample__households__carry": ["tenure"]}, "reserved-name", "'tenure'"),
        ({"attributes__households__zone": {"column": "Z", "categories": {"a": 1}}}, "reserved-name", "'zone'"),
        ({"attributes__households__household_id": {"column": "Z", "categories": {"a": 1}}}, "reserved-name", "outputs"),
        ({"attributes__households__tenure__categories": {"a": [1, 2], "b": 2}}, "repeated-code", "'2' twice"),
        ({"attributes__households__tenure__missing": [3]}, "repeated-code", "'3' twice"),
        ({"attributes__persons__age__categories": {"a": 1}}, "kind-mismatch", "numeric"),
        ({"attributes__households__tenure__bins": [1, 2]}, "kind-mismatch", "categorical"),
        ({"attributes__persons__age__bins": [5, 1]}, "bad-attribute", "bins must increase"),
        ({"margins__1__name": "households"}, "repeated-margin", "'households' twice"),
        (
            {"margins__1__cells": [CELL], "margins__1__total": True, "margins__1__uncertainty": "exact"},
            "second-total",
            "",
        ),
        ({"margins__0__cells": [CELL]}, "bad-total", "without `where`"),
        ({"margins__0__level": "tract"}, "bad-total", "an exact margin does the same"),
        ({"margins__0__uncertainty": {"tolerance": 5}}, "bad-total", "an exact table"),
        ({"margins__1__cells": None}, "wide-or-long", "neither"),
        ({"margins__1__table__count": "n"}, "wide-or-long", "both"),
        ({"margins__1__table__attributes": {"income": "INC"}}, "wide-or-long", "wide"),
        ({"margins__2__table__values": {"sx": {"M": "male"}}}, "unknown-attribute", "Did you mean 'sex'?"),
        ({"margins__2__table__values__sex": {"M": "mal"}}, "unknown-category", "male, female"),
        ({"margins__2__uncertainty": "moe"}, "no-moe-column", "moe"),
        ({"margins__1__cells__0__moe": None}, "no-moe-column", "margins of error"),
        ({"margins__1__cells__0__where": {"incme": "<5"}}, "unknown-attribute", "Did you mean 'income'?"),
        ({"margins__1__cells__0__where": {"tenure": "ownd"}}, "unknown-category", "owned, rented"),
        ({"margins__1__cells__0__where": {"tenure": ">=2"}}, "range-on-labels", "ranges are for numeric"),
        ({"margins__1__cells__0__where": {"income": "5-10"}}, "not-a-range", "16..64"),
        ({"margins__1__cells__0__where": {"sex": "male"}}, "unknown-attribute", "income, size, tenure"),
        ({"roles": {"age": "agee"}}, "unknown-attribute", "roles.age: expected an attribute of persons, found 'agee'"),
        ({"roles": {"relationship": {"column": "sex", "head": "mail"}}}, "unknown-category", "Did you mean 'male'?"),
        ({"rules": [{"name": "r", "says": "R.", "rule": "agee < 3"}]}, "bad-rule", "did you mean 'age'?"),
        ({"rules": [{"name": "r", "says": "R.", "rule": "age < 3", "of": "households"}]}, "bad-rule", "any(age ...)"),
        ({"rules": [{"name": "r", "says": "R.", "rule": "age < 3"}] * 2}, "repeated-rule", "'r' twice"),
    ],
)
def test_each_contradiction_is_told(changes: dict[str, Any], code: str, in_text: str) -> None:
    """Every kind of contradiction has its code, and its message lists what is accepted."""
    with pytest.raises(ConfigError) as caught:
        parse_project(project_with(**changes))
    found = [p for p in caught.value.problems if p.code == code]
    assert found, [p.code for p in caught.value.problems]
    assert in_text in str(found[0])


def test_persons_need_a_persons_file() -> None:
    """Attributes and tables of persons are refused where there is no persons file."""
    with pytest.raises(ConfigError) as caught:
        parse_project(project_with(seed_sample__persons=None))
    assert [(p.where, p.code) for p in caught.value.problems] == [
        ("attributes.persons", "no-persons-file"),
        ("margins[age by sex].of", "no-persons-file"),
    ]


def test_households_alone_are_a_project() -> None:
    """Without persons file, attributes and tables a project of households is complete."""
    content = project_with(seed_sample__persons=None, attributes__persons=None)
    content["margins"] = content["margins"][:2]
    assert parse_project(content).seed_sample.persons is None


def test_tables_of_persons_may_name_household_attributes() -> None:
    """Persons by tenure is a table of persons with an attribute of the household."""
    margin = {**PROJECT["margins"][0], "name": "by tenure", "of": "persons", "total": False, "cells": [CELL]}
    content = project_with()
    content["margins"].append(margin)
    assert parse_project(content).margins[-1].of == "persons"
