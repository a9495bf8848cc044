"""Asking for the joints that are missing: which pairs, one question for every 48 cells, and what the answers make."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from censemble.generators.llmsynthor.approximated_joints import ApproximatedJoint, raked
from censemble.generators.llmsynthor.dependencies import Group, covering
from censemble.generators.llmsynthor.joint_question import (
    SILENT,
    Side,
    joint_request,
    questions_of,
    read_shares,
    side_of,
)
from censemble.generators.llmsynthor.macro_statistics import Targets
from censemble.generators.tables_model import TablesModel
from censemble.llm import Client, Reply, Settings
from censemble.schema import Entity


def missing_pairs(targets: Targets, groups: Sequence[Group]) -> list[tuple[str, str]]:
    """Pairs of attributes in groups that no table counts together, of which no table counts the pair either."""
    pairs = dict.fromkeys(pair for g in groups if not g.table for pair in combinations(g.attributes, 2))
    return [pair for pair in pairs if not covering(targets, pair, of_members=_of_members(targets, pair))]


def _of_members(targets: Targets, pair: Sequence[str]) -> bool:
    """Whether one of two attributes is of members, so that a table of members would count them."""
    return targets.members is not None and any(a.name in pair for a in targets.members.attributes)


def approximate(
    client: Client,
    targets: Targets,
    groups: Sequence[Group],
    *,
    scenario: str,
    random_seed: int,
    settings: Settings,
) -> tuple[list[ApproximatedJoint], list[str]]:
    """Ask for the joints that are missing.

    Parameters
    ----------
    client : Client
        Is asked one question for every 48 cells, all at once.
    targets : Targets
        Whose model has the attributes that tables name.
    groups : sequence of Group
        As the model inferred them.
    scenario : str
        Plain words; "" for none.
    random_seed : int
        Of the model's draws.
    settings : Settings
        Of the model.

    Returns
    -------
    found : list of ApproximatedJoint
    notes : list of str
        A sentence for each pair that could not be approximated.
    """
    asked, notes = [], []
    for pair in missing_pairs(targets, groups):
        counted = "persons" if _of_members(targets, pair) else targets.entity
        sides = _sides(_model(targets, pair), pair, counted)
        if isinstance(sides, str):
            notes.append(f"llmsynthor: {pair[0]} by {pair[1]} is not approximated: {sides}.")
        else:
            asked += [(*sides, rows) for rows in questions_of(*sides)]
    replies = client.ask(
        [
            joint_request(r, c, rows, scenario=scenario, random_seed=random_seed * 1000, settings=settings)
            for r, c, rows in asked
        ]
    )
    found: list[ApproximatedJoint] = []
    answers: dict[tuple[str, str], list[tuple[Side, Side, range, Reply]]] = {}
    for (r, c, rows), reply in zip(asked, replies, strict=True):
        answers.setdefault((r.name, c.name), []).append((r, c, rows, reply))
    for (first, second), parts in answers.items():
        if all(reply.value is None for *_, reply in parts):
            notes.append(f"llmsynthor: {first} by {second} is not approximated: the answer could not be used.")
        else:
            found.append(_joint(parts, targets))
    return found, notes


def _sides(model: TablesModel, pair: tuple[str, str], counted: str) -> tuple[Side, Side] | str:
    """The attribute of more classes as rows, that of fewer as columns; or why they cannot be asked for."""
    sides = []
    for name in pair:
        if name not in model.names:
            return f"no table of {counted} names {name}"
        k = model.names.index(name)
        side = side_of(model.atoms[k], model.beliefs.marginal((k,)))
        if side is None:
            return f"some records have no value of {name}"
        sides.append(side)
    rows, columns = sorted(sides, key=lambda side: -len(side.labels))
    return (rows, columns) if questions_of(rows, columns) else "both have too many categories"


def _model(targets: Targets, pair: Sequence[str]) -> TablesModel:
    """The model that has both attributes, if any has."""
    return targets.members.model if targets.members and _of_members(targets, pair) else targets.model


def _joint(parts: Sequence[tuple[Side, Side, range, Reply]], targets: Targets) -> ApproximatedJoint:
    """Put the rows of all answers together; rows that no answer has follow the tables."""
    rows, columns = parts[0][:2]
    said = np.zeros((len(rows.labels), len(columns.labels)))
    reasons = []
    for _, _, asked, reply in parts:
        if reply.value is not None:
            said[list(asked)] = read_shares(reply.value, rows, columns, asked)
            reasons.append(str(reply.value["reason"]))
    given = np.where(said.sum(axis=1, keepdims=True) > 0, np.maximum(said, SILENT), columns.shares)
    shares = raked(given, rows.shares, columns.shares)
    pair = (rows.name, columns.name)
    entity: Entity = "persons" if _of_members(targets, pair) else targets.entity
    return ApproximatedJoint(rows, columns, " ".join(reasons), said, shares, entity, _model(targets, pair).n_all)
