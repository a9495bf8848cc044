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
    """Published households and persons, and the survey rows they come from.

    Parameters
    ----------
    households, persons : pandas.DataFrame
        As in the files; persons sorted by household and file order.
    record : ndarray of shape (n_households,)
        Row in the seed sample; -1 where the source is unknown.
    person_row : ndarray of shape (n_persons,)
        Row of the seed sample's persons; -1 where there is none.
    household_of_person : ndarray of shape (n_persons,)
        Row in `households`.
    """

    households: pd.DataFrame
    persons: pd.DataFrame
    record: NDArray[np.int64]
    person_row: NDArray[np.int64]
    household_of_person: NDArray[np.int64]


def read_records(out: Path, inputs: Inputs, ledger: Ledger) -> Records | None:
    """Read and check both files; None where they are too broken to go on."""
    households = read_frame(out / "households.parquet", ledger)
    persons = read_frame(out / "persons.parquet", ledger, optional=inputs.seed_sample.n_persons == 0)
    if households is None or persons is None:
        return None
    needed = {"household_id", "source_household", *inputs.geography.levels} - set(households.columns)
    needed |= ({"person_id", "household_id"} - set(persons.columns)) if len(persons.columns) else set()
    ledger.require(not needed, f"households.parquet, persons.parquet: columns are missing: {', '.join(sorted(needed))}")
    if needed:
        return None
    records = _link(households, persons, inputs, ledger)
    _check_geography(records, inputs, ledger)
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


def _link(households: pd.DataFrame, persons: pd.DataFrame, inputs: Inputs, ledger: Ledger) -> Records:
    import pandas as pd  # noqa: PLC0415

    pool = inputs.seed_sample
    ids = households["household_id"]
    ledger.require_none(ids[ids.duplicated()], "households.parquet: household_id occurs twice")
    ledger.require(
        (ids.to_numpy() == np.arange(len(ids)) + 1).all(), "households.parquet: household_id is not 1, 2, ..."
    )
    known = pd.Series(np.arange(pool.n_records), index=[str(i) for i in pool.household_ids.to_pylist()])
    source = households["source_household"].astype(str)
    record = source.map(known).fillna(-1).to_numpy(np.int64)
    ledger.require_none(source[record < 0], "households.parquet: source_household is not in the survey")
    if not len(persons.columns):
        nothing = np.zeros(0, dtype=np.int64)
        return Records(households, persons, record, nothing, nothing)
    ledger.require_none(
        persons["person_id"][persons["person_id"].duplicated()], "persons.parquet: person_id occurs twice"
    )
    row_of = pd.Series(np.arange(len(ids)), index=ids.to_numpy())
    row_of = row_of[~row_of.index.duplicated()]
    orphan = ~persons["household_id"].isin(row_of.index)
    ledger.require_none(persons["person_id"][orphan], "persons.parquet: persons without a household")
    persons = persons[~orphan].sort_values("household_id", kind="stable").reset_index(drop=True)
    of = persons["household_id"].map(row_of).to_numpy(np.int64)
    return Records(households, persons, record, _person_rows(persons, of, record, inputs, ledger), of)


def _person_rows(
    persons: pd.DataFrame, of: NDArray[np.int64], record: NDArray[np.int64], inputs: Inputs, ledger: Ledger
) -> NDArray[np.int64]:
    """Row in the survey of each person: the k-th of a household is the k-th of its source."""
    offsets = inputs.seed_sample.offsets
    size = np.where(record >= 0, np.diff(offsets)[record], 0)
    found = np.bincount(of, minlength=len(record))
    ledger.compare_column("persons.parquet: persons", found, size, rows=_named("household", np.arange(len(record)) + 1))
    place = persons.groupby("household_id").cumcount().to_numpy()
    inside = (record[of] >= 0) & (place < size[of])
    return np.where(inside, offsets[:-1][record[of]] + place, -1)


def _check_geography(records: Records, inputs: Inputs, ledger: Ledger) -> None:
    """Every household's outer units are those of its zone, and the file is sorted by zone."""
    geography, households = inputs.geography, records.households
    zone = places(geography.zones, households[geography.levels[-1]].astype(str))
    rows = _named("household", households["household_id"])
    ledger.require_none(
        households["household_id"][zone < 0], "households.parquet: the zone is not in the crosswalk; households"
    )
    ledger.require(bool((np.diff(zone) >= 0).all()), "households.parquet: rows are not sorted by zone")
    for level, units, index in zip(geography.levels, geography.units, geography.unit_of_zone, strict=True):
        expected = np.array(units, dtype=object)[index[zone]]
        ledger.compare_column(f"households.parquet: {level}", households[level], expected, rows=rows)
    pool = inputs.seed_sample
    if pool.area_level:
        area = geography.unit_of_zone[geography.level_index(pool.area_level)][zone]
        wrong = (records.record >= 0) & (pool.area[records.record] != area)
        ledger.require_none(
            households["household_id"][wrong], "households.parquet: source from another area; households"
        )


def _check_columns(entity: Entity, records: Records, inputs: Inputs, ledger: Ledger) -> None:
    """Attributes and carried columns are those of the source."""
    pool, is_root = inputs.seed_sample, entity == "households"
    frame, row = (records.households, records.record) if is_root else (records.persons, records.person_row)
    if not len(frame.columns):
        return
    known = row >= 0
    rows = _named(entity[:-1], frame[f"{entity[:-1]}_id"][known])
    extra = pool.household_extra if is_root else pool.person_extra
    taken = {"household_id", "person_id", "source_household", *inputs.geography.levels}  # ours, not the survey's
    expected: dict[str, Any] = {} if is_root else {"per_num": _running_numbers(pool)[row[known]]}
    expected |= {n: extra[n].to_pandas().to_numpy(object)[row[known]] for n in extra.column_names if n not in taken}
    values = pool.households if is_root else pool.persons
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
    """1, 2, ... within each survey household."""
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
