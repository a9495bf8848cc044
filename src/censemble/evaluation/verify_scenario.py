"""Verification of a run with a scenario: its tables again, from the tables that were read and the records changed.

That a language model proposed these changes is not repeated: the records are an input of the run, kept in its folder.
Whether they are what the manifest says, and what they do to every table, is counted again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from censemble.change_tables import tables_of_changes
from censemble.changes import ADDED, CHANGE, FILES, ZONE, Change, Changes
from censemble.evaluation.ledger import Ledger
from censemble.evaluation.verify_records import places, read_frame
from censemble.evaluation.verify_tables import codes_of
from censemble.inputs import Inputs
from censemble.margins import Margin
from censemble.schema import Attribute, Entity

if TYPE_CHECKING:
    import pandas as pd


def with_scenario(out: Path, manifest: Mapping[str, Any], inputs: Inputs, ledger: Ledger) -> Inputs:
    """Give the inputs with the tables that a scenario changed; as they are where a run had none.

    Parameters
    ----------
    out : Path
        Folder of the run.
    manifest : mapping
        Its manifest.
    inputs : Inputs
        As they were read.
    ledger : Ledger
        Takes what the manifest says and the records do not show.
    """
    scenario = manifest.get("scenario")
    if not scenario:
        return inputs
    ledger.unverified.append(
        "changed_persons.parquet, changed_households.parquet: that a language model proposes these changes"
    )
    needed: set[Entity] = {change["of"] for change in scenario["changes"]}
    frames: dict[Entity, pd.DataFrame] = {}
    entities: tuple[Entity, ...] = ("households", "persons")
    for entity in entities:
        path = out / f"{FILES[entity]}.parquet"
        if entity in needed or path.is_file():
            frame = read_frame(path, ledger)
            if frame is not None and _complete(frame, entity, inputs, ledger):
                frames[entity] = frame
    for change in scenario["changes"]:
        if change["of"] in frames:
            _check_change(change, frames[change["of"]], inputs, ledger)
    own = [_own_table(change, inputs, ledger) for change in scenario["changes"] if change.get("there")]
    before = (*inputs.margins, *own)
    margins = tuple(_again(m, frames[m.entity], inputs) if m.entity in frames else m for m in before)
    return replace(inputs, margins=margins)


def _complete(frame: pd.DataFrame, entity: Entity, inputs: Inputs, ledger: Ledger) -> bool:
    missing = {CHANGE, ADDED, ZONE, *(a.name for a in inputs.schema.of(entity))} - set(frame.columns)
    ledger.require(not missing, f"{FILES[entity]}.parquet: columns are missing: {', '.join(sorted(missing))}")
    if missing:
        return False
    strange = ~frame[ZONE].astype(str).isin(inputs.geography.zones)
    ledger.require_none(sorted(set(frame[ZONE][strange].astype(str))), f"{FILES[entity]}.parquet: no such zone")
    return not strange.any()


def _check_change(change: Mapping[str, Any], frame: pd.DataFrame, inputs: Inputs, ledger: Ledger) -> None:
    """As many records as stated, each of the sort and in the place that is stated."""
    name = f"{FILES[change['of']]}.parquet: {change['id']}"
    rows = frame[frame[CHANGE] == change["id"]]
    sign = 1 if change["kind"] == "more" else -1
    ledger.compare(f"{name}: records", change["records"], len(rows))
    ledger.require(bool((rows[ADDED] == sign).all()), f"{name}: is not {change['kind']} throughout")
    for attribute, values in change["where"].items():
        declared = inputs.schema.find(change["of"], attribute)
        if declared.kind == "numeric":
            held = (rows[attribute] >= values[0]) & (rows[attribute] < values[1] + 1)
        else:
            held = rows[attribute].isin(values)
        ledger.require(bool(held.all()), f"{name}: {attribute} is not {values} throughout")
    if change["units"]:
        k = inputs.geography.level_index(change["level"])
        units = np.array(inputs.geography.units[k], dtype=object)[inputs.geography.unit_of_zone[k]]
        of_zone = dict(zip(inputs.geography.zones, units, strict=True))
        lives = rows[ZONE].astype(str).map(of_zone)
        ledger.require(bool(lives.isin(change["units"]).all()), f"{name}: is not in {change['units']} throughout")


def _own_table(change: Mapping[str, Any], inputs: Inputs, ledger: Ledger) -> Margin:
    """The table of one change, as it was without the scenario: what was there is in the manifest alone."""
    ledger.unverified.append(f"manifest.json: {change['id']}: what was there without the scenario")
    stated = {key: tuple(values) for key, values in change["where"].items()}
    parts = {key: change[key] for key in ("id", "reason", "kind", "of", "records", "level", "converts")}
    one = Change(**parts, where=stated, units=tuple(change["units"]))
    there = {one.id: change["there"]}
    (table,) = tables_of_changes(Changes("", (one,), there=there), schema=inputs.schema, geography=inputs.geography)
    return table


def _again(margin: Margin, frame: pd.DataFrame, inputs: Inputs) -> Margin:
    """A table with the changed records counted into it, cell by cell."""
    geography = inputs.geography
    zone = places(geography.zones, frame[ZONE].astype(str))
    unit = geography.unit_of_zone[geography.level_index(margin.level)][zone]
    columns: dict[str, Any] = {"": np.zeros(len(frame))}
    for attribute in _attributes(margin.entity, inputs):
        if attribute.name in frame.columns:
            columns[attribute.name] = codes_of(attribute, frame[attribute.name])
    targets = margin.targets.copy()
    for c, cell in enumerate(margin.cells):
        inside = np.asarray(cell.where.evaluate(columns), dtype=bool)
        counted = frame[ADDED][inside].groupby(unit[inside]).sum()
        targets[counted.index.to_numpy(), c] += counted.to_numpy()
    return replace(margin, targets=np.where(targets < 0, 0.0, targets))


def _attributes(entity: Entity, inputs: Inputs) -> tuple[Attribute, ...]:
    """Those that cells may name; an entity's own last, so that they win."""
    shared = inputs.schema.of("households")
    return shared if entity == "households" else (*shared, *inputs.schema.of("persons"))
