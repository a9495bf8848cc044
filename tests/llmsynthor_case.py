"""Customers by sex, age and payment: tables typed by hand, and a model that answers by rote."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from censemble.expressions import Expression, all_of, always, between, is_in
from censemble.generators.llmsynthor import Services
from censemble.generators.llmsynthor.macro_statistics import Targets, targets_of
from censemble.generators.llmsynthor.planning import Planner
from censemble.generators.llmsynthor.proposal_form import Form
from censemble.llm import Client, FakeModel, Settings
from censemble.llm.fake import FakeCall
from censemble.margins import Cell, Margin
from censemble.proposal import region_weights
from censemble.schema import Attribute, Schema

SEX = Attribute("sex", "persons", "categorical", ("female", "male"))
AGE = Attribute("age", "persons", "numeric", unit="years", bins=(0, 20, 40, 60, 100))
PAYS = Attribute("pays", "persons", "categorical", ("card", "cash", "later"))
PET = Attribute("pet", "persons", "categorical", ("cat", "dog"))  # no table names it
SCHEMA = Schema((SEX, AGE, PAYS, PET))
SEXES = {label: is_in("sex", [k]) for k, label in enumerate(SEX.categories)}
AGES = {
    "0-19": between("age", 0, 20, include_high=False),
    "20-39": between("age", 20, 40, include_high=False),
    "40-59": between("age", 40, 60, include_high=False),
    "60-99": between("age", 60, 100, include_high=False),
}
PAYMENTS = {label: is_in("pays", [k]) for k, label in enumerate(PAYS.categories)}


def crossed(*sides: dict[str, Expression]) -> dict[str, Expression]:
    """Cells of a joint table."""
    found: dict[str, Expression] = {"": always()}
    for side in sides:
        found = {f"{a} {b}".strip(): all_of(x, y) for a, x in found.items() for b, y in side.items()}
    return found


def table(name: str, cells: dict[str, Expression], targets: Any, **more: Any) -> Margin:
    """An exact table of persons over one or more zones."""
    values = np.atleast_2d(np.array(targets, dtype=np.float64))
    listed = tuple(Cell(label, where, label) for label, where in cells.items())
    return Margin(name, "zone", "persons", listed, values, np.zeros_like(values), np.ones(len(listed)), **more)


def tables() -> list[Margin]:
    """A hundred customers in two zones; children never pay by card."""
    return [
        table("all", {"all": always()}, [[60], [40]], is_total=True),
        table("sex", SEXES, [[40, 20], [15, 25]]),
        table("age by pays", crossed(AGES, PAYMENTS), [[0, 10, 0, 20, 5, 5, 15, 10, 5, 5, 20, 5]]),
    ]


def targets() -> Targets:
    """The same over the region."""
    return targets_of(SCHEMA, tables(), "persons")


Chooser = Callable[[str, dict[str, Any], list[dict[str, Any]]], Any]


def everything(name: str, schema: dict[str, Any], gaps: list[dict[str, Any]]) -> Any:
    """All categories, whole ranges; where one category is asked for that of the first gap, else the first."""
    told = [gap[name] for gap in gaps if name in gap]
    if schema["type"] == "string":
        return told[0][0] if told else schema["enum"][0]
    if schema["items"]["type"] == "integer":
        return told[0] if told else [schema["items"]["minimum"], schema["items"]["maximum"]]
    return schema["items"]["enum"]


def answer_by_rote(call: FakeCall, choose: Chooser = everything) -> str:
    """Fill in the schema of a call; groups are the first two attributes, which go together by 80 to 20."""
    assert call.response_format is not None
    held = call.response_format.get("json_schema", call.response_format)  # the second form has it at the top
    properties = held["schema"]["properties"]
    if "groups" in properties:
        names = properties["groups"]["items"]["properties"]["attributes"]["items"]["enum"]
        return json.dumps({"groups": [{"reason": "They do.", "attributes": names[:2]}]})
    if "shares" in properties:
        rows = properties["shares"]["properties"].items()
        said = {
            row: {c: 80 if k == j % 2 else 20 for j, c in enumerate(one["properties"])}
            for k, (row, one) in enumerate(rows)
        }
        return json.dumps({"reason": "It is so.", "shares": said})
    text = call.messages[-1].text
    gaps = json.loads(text.split('<data name="gaps">')[1].split("</data>")[0]) if 'name="gaps"' in text else []
    made = {}
    for number, one in properties["proposals"]["properties"].items():
        own = gaps[int(number) - 1 :] + gaps
        record = {n: choose(n, s, own) for n, s in one["properties"]["record"]["properties"].items()}
        made[number] = {"reason": "They exist.", "record": record}
        if "num" in one["properties"]:
            made[number]["num"] = 10
    return json.dumps({"proposals": made})


def fake_client(answer: Callable[[FakeCall], str] = answer_by_rote) -> Client:
    """A client whose model answers by a function."""
    return Client(FakeModel(answer), concurrency=1)


def services(answer: Callable[[FakeCall], str] = answer_by_rote, **more: Any) -> Services:
    """Everything that the generator is given."""
    return Services(client=fake_client(answer), calibrate=region_weights, **more)


def planner(
    given: Services | None = None,
    *,
    completes_gaps: bool = True,
    n: int = 3,
    scenario: str = "",
    of: Targets | None = None,
) -> Planner:
    """A planner of the case."""
    found = of or targets()
    form = Form(found.attributes, completes_gaps)
    return Planner(found, form, given or services(), n=n, scenario="", settings=Settings(max_tokens=500))


def labels(attribute: Attribute, codes: Sequence[int]) -> list[str]:
    """Codes as labels."""
    return [attribute.categories[c] for c in codes]
