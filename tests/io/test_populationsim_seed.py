"""Tests of the seed tables of a PopulationSim folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from censemble.io.populationsim import read_populationsim

Tiny = Callable[..., Path]


def test_records_keep_file_order_and_their_persons(tiny_folder: Tiny) -> None:
    """Households stay in file order, zero weights go with a note, persons follow their household."""
    inputs = read_populationsim(tiny_folder())
    pool = inputs.seed_sample
    assert pool.household_ids.to_pylist() == [12, 11, 13, 14]
    assert pool.household_ids.type == pa.int64()
    assert pool.prior_weights.tolist() == [5, 6, 7, 8]
    assert pool.offsets.tolist() == [0, 1, 3, 4, 7]
    assert pool.persons["SEX"].tolist() == [2, 1, 2, 2, 2, 1, 1]
    assert pool.person_extra["JOB"].to_pylist() == ["smith", "clerk", "baker, pastry", "N", "", "clerk", "none"]
    assert pool.household_extra.to_pydict() == {"NP": [1, 2, 1, 3], "INC": [1000.5, None, 3000.0, 4000.0]}
    assert (pool.area_level, pool.area.tolist()) == ("PUMA", [0, 0, 1, 1])
    assert "households.csv: left out 1 of 5 households: design weight 0." in inputs.notes


def test_households_that_no_control_counts_are_left_out(tiny_folder: Tiny) -> None:
    """A vacant unit (size 0, outside every control) is no record of the pool."""
    folder = tiny_folder(
        households=("13,700", "19,700,9,0,0\n13,700"),
        controls=("(households.WGTP > 0) & (households.WGTP < np.inf)", "households.NP > 0"),
    )
    inputs = read_populationsim(folder)
    assert inputs.seed_sample.household_ids.to_pylist() == [12, 11, 13, 14]
    assert "households.csv: left out 1 of 6 households: no control counts them." in inputs.notes


def test_households_of_other_areas_are_left_out(tiny_folder: Tiny) -> None:
    """A seed record whose PUMA is not in the crosswalk is dropped with a note."""
    inputs = read_populationsim(tiny_folder(households=("13,700", "20,999,3,0,1\n13,700")))
    assert inputs.seed_sample.n_records == 4
    assert any("left out 1 of 6 households: their PUMA is not in the crosswalk" in n for n in inputs.notes)


def test_text_ids_stay_text(tiny_folder: Tiny) -> None:
    """Household ids that are not numbers are kept as they are."""
    inputs = read_populationsim(
        tiny_folder(households=("12,600", "2019HU012,600"), persons=("12,2,smith", "2019HU012,2,smith"))
    )
    assert inputs.seed_sample.household_ids.to_pylist() == ["2019HU012", "11", "13", "14"]


def test_all_columns_are_carried_when_none_are_named(tiny_folder: Tiny) -> None:
    """Without output_synthetic_population every usable column goes to the output, levels excepted."""
    inputs = read_populationsim(tiny_folder(settings=("output_synthetic_population:", "spare:")))
    assert inputs.seed_sample.household_extra.column_names == ["hh_id", "WGTP", "NP", "INC"]
    assert inputs.seed_sample.person_extra.column_names == ["hh_id", "SEX", "JOB"]
    assert any("every seed column is written" in n for n in inputs.notes)


def test_columns_that_are_not_there_are_noted(tiny_folder: Tiny) -> None:
    """An output column that the seed table lacks (or drops) is said, as PopulationSim says it."""
    inputs = read_populationsim(tiny_folder(settings=("[SEX, JOB]", "[SEX, JUNK, AGE]")))
    assert "persons.csv: no such columns to write: JUNK, AGE." in inputs.notes


def test_person_tables_are_optional(tiny_folder: Tiny) -> None:
    """A folder without persons and person controls is read."""
    folder = tiny_folder(settings=("- {tablename: persons,", "- {tablename: spare,"))
    controls = folder / "configs" / "controls.csv"
    kept = [line for line in controls.read_text().splitlines(keepends=True) if "persons" not in line]
    controls.write_text("".join(kept))
    pool = read_populationsim(folder).seed_sample
    assert (pool.n_records, pool.n_persons) == (4, 0)
