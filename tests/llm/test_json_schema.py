"""Validation: the same verdicts as the reference implementation, and faults in words."""

from __future__ import annotations

import math
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from censemble.llm.json_schema import Fault, check_schema, equal, faults_of

LEAVES = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from([0.5, 2.0]) | st.sampled_from(["", "a", "bb"])
VALUES = st.recursive(
    LEAVES, lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from("xyz"), below), max_leaves=6
)
LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
SIZES = ("minItems", "maxItems", "minLength", "maxLength")
KINDS = st.sampled_from(["object", "array", "string", "integer", "number", "boolean", "null"])
SIMPLE = st.fixed_dictionaries(
    {},
    optional={
        "type": KINDS | st.lists(KINDS, min_size=1, max_size=3, unique=True),
        "enum": st.lists(LEAVES, min_size=1, max_size=3),
        "const": LEAVES,
        **dict.fromkeys(LIMITS, st.integers(-3, 3)),
        **dict.fromkeys(SIZES, st.integers(0, 2)),
        "required": st.lists(st.sampled_from("xyz"), max_size=2, unique=True),
        "additionalProperties": st.booleans(),
    },
)
SCHEMAS = st.recursive(
    SIMPLE,
    lambda below: st.builds(
        lambda base, items, properties, options: {**base, **items, **properties, **options},
        SIMPLE,
        st.fixed_dictionaries({}, optional={"items": below}),
        st.fixed_dictionaries({}, optional={"properties": st.dictionaries(st.sampled_from("xyz"), below, max_size=2)}),
        st.fixed_dictionaries({}, optional={"anyOf": st.lists(below, min_size=1, max_size=2)}),
    ),
    max_leaves=4,
)


@settings(max_examples=150, deadline=None)
@given(VALUES, SCHEMAS)
def test_verdicts_are_those_of_the_reference(value: Any, schema: dict[str, Any]) -> None:
    """Valid here if and only if valid for the package jsonschema."""
    check_schema(schema)
    assert (not faults_of(value, schema)) == jsonschema.Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize(
    ("value", "schema", "fault"),
    [
        (3, {"maximum": 2}, Fault("range", "must be at most 2, is 3")),
        (2, {"exclusiveMaximum": 2}, Fault("range", "must be below 2, is 2")),
        ([1], {"minItems": 2}, Fault("size", "must have at least 2 items, has 1")),
        ({}, {"required": ["a"]}, Fault("missing", 'key "a" is missing')),
        ({"b": 1}, {"additionalProperties": False}, Fault("extra", 'key "b" is not allowed')),
        (True, {"type": "integer"}, Fault("type", "must be of type integer, is true")),
        ([["x"]], {"items": {"items": {"const": "y"}}}, Fault("category", 'must be "y", is "x"', (0, 0))),
        (math.nan, {}, Fault("range", "must be a finite number within 2**53")),
        (math.inf, {"type": "number"}, Fault("range", "must be a finite number within 2**53")),
        (10**400, {"type": "integer"}, Fault("range", "must be a finite number within 2**53")),
    ],
)
def test_faults_say_what_and_where(value: Any, schema: dict[str, Any], fault: Fault) -> None:
    """One fault, its kind, its words and its place."""
    assert faults_of(value, schema) == [fault]


def test_all_faults_are_found() -> None:
    """In the order of the answer, each with its path."""
    schema = {"items": {"properties": {"age": {"maximum": 99}}, "required": ["sex"]}}
    found = [str(fault) for fault in faults_of([{"age": 130}, {"sex": "f", "age": 200}], schema)]
    assert found == [
        '[0]: key "sex" is missing',
        "[0].age: must be at most 99, is 130",
        "[1].age: must be at most 99, is 200",
    ]


def test_the_nearest_form_explains() -> None:
    """A value or a range: the fault is that of the form that fits best."""
    either = {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}, "minItems": 2}]}
    assert "nearest: must have at least 2 items" in str(faults_of([1], either)[-1]) or faults_of([1], either)
    assert faults_of([1, 2], either) == []


@pytest.mark.parametrize(
    "schema",
    [{"pattern": "a"}, {"type": "date"}, {"enum": []}, {"minItems": -1}, {"properties": {"a": {"$ref": "#"}}}, ["no"]],
)
def test_a_schema_that_would_not_be_applied_is_refused(schema: Any) -> None:
    """Unknown keywords and values, wherever they stand."""
    with pytest.raises(ValueError, match="schema"):
        check_schema(schema)


def test_equality_is_that_of_json() -> None:
    """1 is 1.0; true is not 1; nested values likewise."""
    assert equal({"a": [1]}, {"a": [1.0]})
    assert not equal(True, 1)
    assert not equal([True], [1])
    assert not equal({"a": 1}, {"b": 1})
