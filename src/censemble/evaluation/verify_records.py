"""Verification, part 1: the households and persons as published, against the survey and the crosswalk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.ledger import Ledger
from censemble.inputs import Inputs
from censemble.pool import Pool
from censemble.schema import Attribute, Entity

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Records:
    """Published households and persons, and the rows of the pool that they come from.

    Parameters
    ----------
    pool : Pool
        The seed sample, or what the generator proposed.
    households, persons : pandas.DataFrame
        As in the files; persons sorted by household and file order. Where records are persons both are persons.parquet:
        everybody is the only member of a household.
    record : ndarray of shape (n_households,)
        Row in the pool; -1 where the source is unknown.
    person_row : ndarray of shape (n_persons,)
        Row of the pool's persons; -1 where there is none.
    household_of_person : ndarray of shape (n_persons,)
        Row in `households`.
    """

    pool: Pool

    households: pd.DataFrame
    persons: pd.DataFrame
    record: NDArray[np.int64]
    person_row: NDArray[np.int64]
    household_of_person: NDArray[np.int64]

    @property
    def noun(self) -> str:
        """What a record is called: household or person."""
        return self.pool.record_entity[:-1]

    @property
    def file(self) -> str:
        """Name of the file that holds the records."""
        return f"{self.pool.record_entity}.parquet"


def read_records(out: Path, pool: Pool, inputs: Inputs, ledger: Ledger) -> Records | None:
    """Read and check the published files; None where they are too broken to go on."""
    noun = pool.record_entity[:-1]
    root = read_frame(out / f"{pool.record_entity}.parquet", ledger)
    alone = pool.record_entity == "persons"
    persons = root if alone else read_frame(out / "persons.parquet", ledger, optional=pool.n_persons == 0)
    if root is None or persons is None:
        return None
    needed = {f"{noun}_id", f"source_{noun}", *inputs.geography.levels} - set(root.columns)
    if not alone and len(persons.columns):
        needed |= {"person_id", "household_id"} - set(persons.columns)
    files = "persons.parquet" if alone else "households.parquet, persons.parquet"
    ledger.require(not needed, f"{files}: columns are missing: {', '.join(sorted(needed))}")
    if needed:
        return None
    records = _link(root, persons, pool, ledger)
    _check_geography(records, inputs, ledger)
    if not alone:
        _check_columns("households", records, inputs, ledger)
    _check_columns("persons", records, inputs, ledger)
    return records


def read_frame(path: Path, ledger: Ledger, *, optional: bool = False) -> pd.DataFrame | None:
    """Read a Parquet file; None, and a difference noted, where it is missing or broken."""
    import pandas as pd  # noqa: PLC0415 (only verification needs it)
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        frame: pd.DataFrame = pq.read_table(path).to_pandas()
    except FileNotFoundError:
        ledger.require(optional, f"{path.name}: the file is missing")
        return pd.DataFrame() if optional else None
    except (pa.ArrowInvalid, OSError) as error:
        ledger.require(False, f"{path.name}: cannot be read as Parquet ({error})")
        return None
    return frame


def _link(households: pd.DataFrame, persons: pd.DataFrame, pool: Pool, ledger: Ledger) -> Records:
    import pandas as pd  # noqa: PLC0415

    noun, file = pool.record_entity[:-1], f"{pool.record_entity}.parquet"
    ids = households[f"{noun}_id"]
    ledger.require_none(ids[ids.duplicated()], f"{file}: {noun}_id occurs twice")
    ledger.require((ids.to_numpy() == np.arange(len(ids)) + 1).all(), f"{file}: {noun}_id is not 1, 2, ...")
    known = pd.Series(np.arange(pool.n_records), index=[str(i) for i in pool.household_ids.to_pylist()])
    source = households[f"source_{noun}"].astype(str)
    record = source.map(known).fillna(-1).to_numpy(np.int64)
    ledger.require_none(source[record < 0], f"{file}: source_{noun} is not in the {pool_name(pool)}")
    if pool.record_entity == "persons":
        return Records(pool, households, persons, record, record, np.arange(len(record)))
    if not len(persons.columns):
        nothing = np.zeros(0, dtype=np.int64)
        return Records(pool, households, persons, record, nothing, nothing)
    ledger.require_none(
        persons["person_id"][persons["person_id"].duplicated()], "persons.parquet: person_id occurs twice"
    )
    row_of = pd.Series(np.arange(len(ids)), index=ids.to_numpy())
    row_of = row_of[~row_of.index.duplicated()]
    orphan = ~persons["household_id"].isin(row_of.index)
    ledger.require_none(persons["person_id"][orphan], "persons.parquet: persons without a household")
    persons = persons[~orphan].sort_values("household_id", kind="stable").reset_index(drop=True)
    of = persons["household_id"].map(row_of).to_numpy(np.int64)
    return Records(pool, households, persons, record, _person_rows(persons, of, record, pool, ledger), of)


def pool_name(pool: Pool) -> str:
    """What to call the pool in messages."""
    return "survey" if pool.generator == "seed_sample" else "pool"


def _person_rows(
    persons: pd.DataFrame, of: NDArray[np.int64], record: NDArray[np.int64], pool: Pool, ledger: Ledger
) -> NDArray[np.int64]:
    """Row in the pool of each person: the k-th of a household is the k-th of its source."""
    offsets = pool.offsets
    size = np.where(record >= 0, np.diff(offsets)[record], 0)
    found = np.bincount(of, minlength=len(record))
    ledger.compare_column("persons.parquet: persons", found, size, rows=_named("household", np.arange(len(record)) + 1))
    place = persons.groupby("household_id").cumcount().to_numpy()
    inside = (record[of] >= 0) & (place < size[of])
    return np.where(inside, offsets[:-1][record[of]] + place, -1)


def _check_geography(records: Records, inputs: Inputs, ledger: Ledger) -> None:
    """Every record's outer units are those of its zone, and the file is sorted by zone."""
    geography, frame, pool = inputs.geography, records.households, records.pool
    zone = places(geography.zones, frame[geography.levels[-1]].astype(str))
    ids = frame[f"{records.noun}_id"]
    rows = _named(records.noun, ids)
    ledger.require_none(ids[zone < 0], f"{records.file}: the zone is not in the crosswalk; {pool.record_entity}")
    ledger.require(bool((np.diff(zone) >= 0).all()), f"{records.file}: rows are not sorted by zone")
    for level, units, index in zip(geography.levels, geography.units, geography.unit_of_zone, strict=True):
        expected = np.array(units, dtype=object)[index[zone]]
        ledger.compare_column(f"{records.file}: {level}", frame[level], expected, rows=rows)
    if pool.area_level:
        area = geography.unit_of_zone[geography.level_index(pool.area_level)][zone]
        wrong = (records.record >= 0) & (pool.area[records.record] != area)
        ledger.require_none(ids[wrong], f"{records.file}: source from another area; {pool.record_entity}")


def _check_columns(entity: Entity, records: Records, inputs: Inputs, ledger: Ledger) -> None:
    """Attributes and carried columns are those of the source."""
    pool, is_root = records.pool, entity == records.pool.record_entity
    of_households = entity == "households"
    frame, row = (records.households, records.record) if of_households else (records.persons, records.person_row)
    if not len(frame.columns):
        return
    known = row >= 0
    rows = _named(entity[:-1], frame[f"{entity[:-1]}_id"][known])
    extra = pool.household_extra if of_households else pool.person_extra
    taken = {"household_id", "person_id", f"source_{records.noun}", *inputs.geography.levels}  # ours, not the survey's
    expected: dict[str, Any] = {} if is_root else {"per_num": _running_numbers(pool)[row[known]]}
    expected |= {n: extra[n].to_pandas().to_numpy(object)[row[known]] for n in extra.column_names if n not in taken}
    values = pool.households if of_households else pool.persons
    expected |= {a.name: labels_of(a, values[a.name])[row[known]] for a in inputs.schema.of(entity)}
    if is_root:
        expected["generator"] = np.full(int(known.sum()), pool.generator, dtype=object)
    else:
        own = records.record[records.household_of_person][known]
        expected["source_household"] = np.array(pool.household_ids.to_pylist(), dtype=object)[own]
    for name, column in expected.items():
        if name not in frame.columns:
            ledger.require(False, f"{entity}.parquet: column {name!r} is missing")
            continue
        ledger.compare_column(f"{entity}.parquet: {name}", frame[name][known], column, rows=rows)


def _running_numbers(pool: Pool) -> NDArray[np.int64]:
    """1, 2, ... within each household of the pool."""
    return np.arange(pool.n_persons) - np.repeat(pool.offsets[:-1], np.diff(pool.offsets)) + 1


def labels_of(attribute: Attribute, values: NDArray[Any]) -> NDArray[Any]:
    """Labels of codes (None where missing), numbers as they are."""
    if attribute.kind == "numeric":
        return np.asarray(values, dtype=object)
    return np.array([*attribute.categories, None], dtype=object)[np.asarray(values).astype(np.int64)]


def places(labels: Sequence[str], column: pd.Series[Any]) -> NDArray[np.int64]:
    """Position of each value among `labels`; -1 where it is none of them, or missing."""
    import pandas as pd  # noqa: PLC0415

    return np.asarray(pd.Index(labels).get_indexer(pd.Index(column)), dtype=np.int64)


def _named(noun: str, ids: Any) -> list[str]:
    return [f"{noun} {i}" for i in ids]
