"""Two planners in the place of a language model, to tell what of a result is the method's and what the model's.

`knowing` answers every question from the real households: for each gap a household drawn at random from those that have
it, each number widened a little. It is the best model that there could be, and it reads the survey. `ignorant` gives
random answers that the schema allows: the worst model that the method does not refuse.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from household_judging import Frames

from censemble.llm.fake import FakeCall

Planner = Callable[[FakeCall], str]
Row = Mapping[str, Any]
YOUNG, YEARS, YOUNG_YEARS = 20, 4, 2  # how far around a real age an answer goes: less for the young
EARNINGS, LEAST = 0.3, 3_000  # the same for an income: share of it, and dollars at least


def ignorant(random_seed: int) -> Planner:
    """Answer anything that the schema allows."""
    rng = np.random.default_rng([random_seed, 30])

    def answer(call: FakeCall) -> str:
        return json.dumps(anything(_schema(call), rng))

    return answer


def anything(schema: Mapping[str, Any], rng: np.random.Generator) -> Any:
    """A random value of a schema; ranges begin before they end.

    Examples
    --------
    >>> anything({"type": "string", "enum": ["only"]}, np.random.default_rng(0))
    'only'
    """
    kind = schema["type"]
    if kind == "object":
        return {name: anything(part, rng) for name, part in schema["properties"].items()}
    if kind == "integer":
        return int(rng.integers(schema["minimum"], schema["maximum"], endpoint=True))
    if kind == "string":
        return str(rng.choice(schema["enum"])) if "enum" in schema else "anybody"
    items = schema["items"]
    if items["type"] == "integer":
        return sorted(anything(items, rng) for _ in range(2))
    if "enum" in items:
        n = int(rng.integers(1, len(items["enum"]), endpoint=True))
        return sorted(str(label) for label in rng.choice(items["enum"], n, replace=False))
    n = int(rng.integers(schema.get("minItems", 0), schema["maxItems"], endpoint=True))
    return [anything(items, rng) for _ in range(n)]


def knowing(frames: Frames, random_seed: int) -> Planner:
    """Answer from real households.

    Parameters
    ----------
    frames : (households, persons)
        As `household_judging.frames_of` gives them.
    random_seed : int
        Which of the households that have a gap is taken.
    """
    rng = np.random.default_rng([random_seed, 31])
    households = frames[0].astype(object).set_index("household_id").to_dict("index")
    members: dict[Any, list[Row]] = {key: [] for key in households}
    for row in frames[1].astype(object).to_dict("records"):
        members[row["household_id"]].append(row)

    def answer(call: FakeCall) -> str:
        asked = _schema(call)["properties"]
        if "proposals" not in asked:
            return json.dumps({name: alike(list(members.values()), name) for name in asked})
        gaps = json.loads(call.messages[-1].text.split('<data name="gaps">')[1].split("</data>")[0])
        made = {}
        for gap, (number, one) in zip(gaps, asked["proposals"]["properties"].items(), strict=True):
            order = rng.permutation(list(households))
            key, first = next(found for k in order if (found := has(gap, k, households[k], members[k])))
            made[number] = described(one["properties"], households[key], members[key], first)
        return json.dumps({"proposals": made})

    return answer


def alike(households: list[list[Row]], name: str) -> int:
    """Per cent of the households all members of which have the same value."""
    return round(100 * float(np.mean([len({m[name] for m in members}) == 1 for members in households])))


def has(gap: Mapping[str, Any], key: Any, household: Row, members: list[Row]) -> tuple[Any, int] | None:
    """The household and which member has the gap, counted from 0; None where it has not."""
    if not all(_inside(household[name], told) for name, told in gap.items() if name in household):
        return None
    wanted = gap.get("member", {})
    able = [k for k, m in enumerate(members) if all(_inside(m[name], told) for name, told in wanted.items())]
    return (key, able[0]) if able else None


def described(asked: Mapping[str, Any], household: Row, members: list[Row], first: int) -> dict[str, Any]:
    """A proposal around one real household."""
    made: dict[str, Any] = {
        "reason": "They exist.",
        "record": {name: [household[name]] for name in asked["record"]["properties"]},
    }
    if "members" in asked:
        made["members"] = [_around(m, asked["members"]["items"]["properties"]) for m in members]
    if "first" in asked:
        made["first"] = _around(members[first], asked["first"]["properties"])
    if "others" in asked:
        parts = asked["others"]["items"]["properties"]
        made["others"] = [_around(m, parts) for k, m in enumerate(members) if k != first]
    return made


def _around(member: Row, asked: Mapping[str, Any]) -> dict[str, Any]:
    return {name: "somebody" if name == "who" else _value(name, member[name], part) for name, part in asked.items()}


def _value(name: str, value: Any, schema: Mapping[str, Any]) -> list[Any]:
    items = schema["items"]
    if items["type"] != "integer":
        return [value]
    reach = (YOUNG_YEARS if value < YOUNG else YEARS) if name == "age" else max(LEAST, EARNINGS * value)
    if name == "income":
        reach = min(reach, value - 1) if value else 0  # some income is not none
    return [max(items["minimum"], int(value - reach)), min(items["maximum"], int(value + reach))]


def _inside(value: Any, told: list[Any]) -> bool:
    """Whether a gap tells a value: a range of numbers, or labels."""
    return told[0] <= value <= told[1] if isinstance(told[0], int) else value in told


def _schema(call: FakeCall) -> Mapping[str, Any]:
    assert call.response_format is not None
    found: Mapping[str, Any] = call.response_format["json_schema"]["schema"]
    return found
