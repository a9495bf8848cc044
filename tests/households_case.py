"""A hundred households of two tenures with their persons, a traveller's day, and what may be proposed of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from tables_case import SCHEMA, households, margin, persons, total

from censemble.expressions import between, is_in
from censemble.generators.conditions import Allowed
from censemble.generators.llmsynthor.composition_form import form_of
from censemble.generators.llmsynthor.compositions import Composition, Slot, sized
from censemble.generators.llmsynthor.macro_statistics import Box, Targets, targets_of
from censemble.generators.llmsynthor.member_targets import MemberOptions
from censemble.generators.llmsynthor.planning import Planner, Services
from censemble.llm import Client, FakeModel, Settings
from censemble.margins import Margin
from censemble.proposal import region_weights
from censemble.schema import Attribute, Schema

TENURE, SIZE, ROOMS = SCHEMA.of("households")
SEX, AGE, HOURS = SCHEMA.of("persons")
OWNED, RENTED = ({"tenure": Allowed(TENURE, frozenset([k]))} for k in (0, 1))
WOMAN, MAN = ({"sex": Allowed(SEX, frozenset([k]))} for k in (0, 1))
ADULT, CHILD = {"age": Allowed(AGE, low=18, high=99)}, {"age": Allowed(AGE, low=0, high=17)}
OPTIONS = MemberOptions(size="size", most=4)

TRIPS = Schema(
    (
        Attribute("trips", "households", "ordinal", ("1", "2", "3+")),
        Attribute("hour", "persons", "numeric", bins=(0, 24)),
        Attribute("purpose", "persons", "categorical", ("home", "work", "shop")),
        Attribute("mode", "persons", "categorical", ("car", "walk")),
    )
)


def tables() -> list[Margin]:
    """Tables of households and of persons; persons by tenure link the two."""
    tenants = {"owned": is_in("tenure", [0]), "rented": is_in("tenure", [1])}
    return [*households(), *persons(), margin("persons by tenure", "persons", tenants, [[167, 63]])]


def targets(**changes: Any) -> Targets:
    """Of the case."""
    options = MemberOptions(**{"size": "size", "most": 4, **changes})
    return targets_of(SCHEMA, tables(), "households", members=options)


def trip_tables() -> list[Margin]:
    """A hundred travellers, 220 trips."""
    numbers = {label: is_in("trips", [k]) for k, label in enumerate(("1", "2", "3+"))}
    hours = {f"{low}": between("hour", low, low + 8, include_high=False) for low in (0, 8, 16)}
    purposes = {label: is_in("purpose", [k]) for k, label in enumerate(("home", "work", "shop"))}
    return [
        total([100]),
        margin("trips", "households", numbers, [[20, 50, 30]]),
        margin("hour", "persons", hours, [[20, 110, 90]]),
        margin("purpose", "persons", purposes, [[100, 70, 50]]),
    ]


def said(box: Box, fixed: Box | None = None) -> Slot:
    """A member as a model says, beside what a gap fixed: nobody is excluded who has no value."""
    loose = {name: replace(allowed, or_missing=True) for name, allowed in box.items()}
    return Slot({**(fixed or {}), **loose}, frozenset(box))


def composed(found: Targets, box: Box | Slot, *slots: Box | Slot) -> Composition:
    """A composition with its size; what is no slot is fixed."""
    assert found.members is not None
    record, *members = (slot if isinstance(slot, Slot) else Slot(slot) for slot in (box, *slots))
    made = sized(found.members, record.box, members, said=record.said)
    assert made is not None
    return made


def planner(
    answer: Any, found: Targets | None = None, *, n: int = 3, completes_gaps: bool = True, **more: Any
) -> Planner:
    """A planner of the case."""
    of = found or targets()
    services = Services(client=Client(FakeModel(answer), concurrency=1), calibrate=region_weights, **more)
    form = form_of(of, OPTIONS, completes_gaps=completes_gaps)
    return Planner(of, form, services, n=n, scenario="", settings=Settings(max_tokens=500))


def rng(random_seed: int = 3) -> np.random.Generator:
    """A fresh stream."""
    return np.random.default_rng(random_seed)
