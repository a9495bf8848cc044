"""Answers drawn at random from the schema of a call: valid always, sensible never."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from censemble.llm.fake import FakeCall


def random_value(schema: Mapping[str, Any], rng: np.random.Generator) -> Any:
    """A value that a schema allows; two whole numbers are a range that ends where it begins or later."""
    kind = schema["type"]
    if "enum" in schema:
        return schema["enum"][int(rng.integers(len(schema["enum"])))]
    if kind == "integer":
        return int(rng.integers(schema["minimum"], schema["maximum"] + 1))
    if kind == "string":
        return "by chance"[: schema.get("maxLength", 99)]
    if kind == "object":
        return {name: random_value(one, rng) for name, one in schema["properties"].items()}
    assert kind == "array", schema
    n = int(rng.integers(schema["minItems"], schema["maxItems"] + 1))
    if "enum" in schema["items"]:
        return sorted(rng.choice(schema["items"]["enum"], n, replace=False).tolist())
    made = [random_value(schema["items"], rng) for _ in range(n)]
    return sorted(made) if schema["items"]["type"] == "integer" else made


def random_answers(random_seed: int = 0) -> Callable[[FakeCall], str]:
    """A function for `FakeModel`: the same call gets the same answer."""

    def answer(call: FakeCall) -> str:
        assert call.response_format is not None
        rng = np.random.default_rng([random_seed, call.random_seed])
        return json.dumps(random_value(call.response_format["json_schema"]["schema"], rng))

    return answer
