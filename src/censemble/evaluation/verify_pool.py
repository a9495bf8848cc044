"""Verification, part 0: the records that were proposed: the survey itself, or what a generator left beside the outputs.

Generators are not run again here: their records are read from pool.parquet (and pool_persons.parquet), whose hashes the
manifest holds, so that verification needs neither their code nor the same numerical libraries.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.evaluation.ledger import Ledger
from censemble.evaluation.verify_records import places, read_frame
from censemble.inputs import Inputs
from censemble.pool import Pool
from censemble.schema import Attribute, Entity

if TYPE_CHECKING:
    import pandas as pd

Columns = dict[str, NDArray[Any]]


def read_pool(out: Path, inputs: Inputs, ledger: Ledger) -> Pool | None:
    """Find the records that the population was made from.

    Parameters
    ----------
    out : Path
        Folder of a run.
    inputs : Inputs
        Tell the generator and what a record is.
    ledger : Ledger
        Takes what is missing or broken.

    Returns
    -------
    Pool or None
        None where the files are too broken to go on.
    """
    if inputs.generator.kind == "seed_sample":
        return inputs.seed_sample
    ledger.unverified.append(
        f"pool.parquet: that the generator {inputs.generator.kind} proposes these records; run again and compare"
    )
    alone = inputs.record_entity == "persons"
    root = read_frame(out / "pool.parquet", ledger)
    people = root if alone else read_frame(out / "pool_persons.parquet", ledger)
    source = f"source_{inputs.record_entity[:-1]}"
    if root is None or people is None:
        return None
    needed = {source, "prior_weight", *(a.name for a in inputs.schema.of(inputs.record_entity))} - set(root.columns)
    needed |= {source, *(a.name for a in inputs.schema.of("persons"))} - set(people.columns)
    ledger.require(not needed, f"pool.parquet, pool_persons.parquet: columns are missing: {', '.join(sorted(needed))}")
    return None if needed else _pool(root, people, source, inputs, ledger)


def _pool(root: pd.DataFrame, people: pd.DataFrame, source: str, inputs: Inputs, ledger: Ledger) -> Pool:
    alone, n = inputs.record_entity == "persons", len(root)
    ids = root[source].astype(str)
    ledger.require_none(ids[ids.duplicated()], f"pool.parquet: {source} occurs twice")
    of = np.arange(n) if alone else places(ids.tolist(), people[source].astype(str))
    ledger.require(bool((of >= 0).all() and (np.diff(of) >= 0).all()), "pool_persons.parquet: not in the pool's order")
    households = {} if alone else _codes("households", root, "pool.parquet", inputs, ledger)
    persons = _codes("persons", people, "pool.parquet" if alone else "pool_persons.parquet", inputs, ledger)
    own = {source, "prior_weight", *(a.name for a in inputs.schema.attributes)}
    return Pool(
        households=households,
        persons={name: values[of] for name, values in households.items()} | persons,
        offsets=np.searchsorted(of, np.arange(n + 1)).astype(np.int64),
        prior_weights=root["prior_weight"].to_numpy(np.float64),
        household_ids=pa.array(ids.tolist(), pa.string()),
        household_extra=pa.table({}) if alone else _rest(root, own),
        person_extra=_rest(people, own),
        area_level="",
        area=np.zeros(n, dtype=np.int32),
        generator=inputs.generator.kind,
        record_entity=inputs.record_entity,
    )


def _codes(entity: Entity, frame: pd.DataFrame, file: str, inputs: Inputs, ledger: Ledger) -> Columns:
    return {a.name: _coded(a, frame, file, ledger) for a in inputs.schema.of(entity)}


def _coded(attribute: Attribute, frame: pd.DataFrame, file: str, ledger: Ledger) -> NDArray[Any]:
    """Codes of labels; a label that the schema does not have is a difference."""
    column = frame[attribute.name]
    if attribute.kind == "numeric":
        return np.asarray(column.to_numpy(np.float64))
    codes = places(attribute.categories, column)
    strange = (codes < 0) & column.notna().to_numpy()
    ledger.require_none(sorted(set(column[strange].astype(str))), f"{file}: {attribute.name}: no such category")
    return codes


def _rest(frame: pd.DataFrame, own: set[str]) -> pa.Table:
    return pa.table({name: pa.array(frame[name]) for name in frame.columns if name not in own})
