"""Trips of a town, by hand: a model that answers with given changes, and tables that every change can be read off."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from censemble.expressions import Expression, all_of, always, between, is_in
from censemble.geography import Geography
from censemble.inputs import GeneratorSettings, Inputs, RunSettings
from censemble.llm import Client, FakeModel
from censemble.margins import Cell, Margin
from censemble.schema import Attribute, Schema

PLACES = ("Centre", "Harbour", "Stadium")
TO = Attribute("to", "persons", "categorical", PLACES)
MODE = Attribute("mode", "persons", "categorical", ("bus", "car", "foot"))
HOUR = Attribute("hour", "persons", "numeric", unit="hours", bins=(0, 6, 12, 20, 24))
SCHEMA = Schema((TO, MODE, HOUR))
GEOGRAPHY = Geography.from_columns(["region", "zone"], {"region": ["R", "R"], "zone": ["east", "west"]})
HOURS = [(0, 6), (6, 12), (12, 20), (20, 24)]
CONCERT = "There is a concert at the stadium from 20 to 24; 40 more people travel there."


def table(name: str, cells: dict[str, Expression], targets: Any, *, level: str = "region", **more: Any) -> Margin:
    """An exact table of trips."""
    values = np.atleast_2d(np.array(targets, dtype=np.float64))
    listed = tuple(Cell(label, where, label) for label, where in cells.items())
    return Margin(name, level, "persons", listed, values, np.zeros_like(values), np.ones(len(listed)), **more)


def margins() -> tuple[Margin, ...]:
    """Four hundred trips: where from (zones), where to by hour, mode."""
    to_by_hour = {
        f"{place} {low}": all_of(is_in("to", [k]), between("hour", low, high, include_high=False))
        for k, place in enumerate(PLACES)
        for low, high in HOURS
    }
    return (
        table("all", {"all": always()}, [[240], [160]], level="zone", is_total=True),
        table("to by hour", to_by_hour, [20, 60, 80, 40, 10, 40, 50, 20, 10, 30, 35, 5]),
        table("mode", {m: is_in("mode", [k]) for k, m in enumerate(MODE.categories)}, [120, 200, 80]),
    )


def inputs(**more: Any) -> Inputs:
    """Trips from the tables alone, by maximum entropy."""
    generator = GeneratorSettings("maximum_entropy", 3_000)
    return Inputs("Trips", GEOGRAPHY, SCHEMA, None, margins(), RunSettings(random_seed=3), generator=generator,
                  record_entity="persons", **more)  # fmt: skip


def change(kind: str, records: int, areas: dict[str, list[str]] | None = None, **where: Any) -> dict[str, Any]:
    """One change as a model answers."""
    made = {"reason": "They come.", "kind": kind, "records": records, "speaks_of": list(where), "where": where}
    return made | ({"areas": areas} if areas else {})


def client_of(changes: Sequence[dict[str, Any]], *, key: str = "changes", more: int = 0) -> Client:
    """A client whose model answers with these changes, and then `more` times with nothing usable."""
    other = {"households": [], "persons": []} if key != "changes" else {}
    return Client(FakeModel([json.dumps(other | {key: list(changes)}), *["no"] * more]), concurrency=1)
