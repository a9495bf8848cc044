"""Records of a trained model as tables."""

from __future__ import annotations

from pathlib import Path

import generator_case
import numpy as np
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from semapop_case import SemaPop, semapop

from censemble.errors import ConfigError, OutputError
from censemble.model_sampling import draw_tables, paths_of, scarcity, write_tables

CASES = {case.name: case for case in generator_case.cases() if case.name in ("persons", "households")}


def model(name: str) -> SemaPop:
    """The small one, fitted."""
    return semapop().fit(CASES[name].schema, seed_sample=CASES[name].pool)


def test_persons_are_one_table_with_labels() -> None:
    """Ids, personas, labels of categories, numbers as they are; no weight, since all are alike."""
    drawn = draw_tables(model("persons"), 30, random_seed=1)
    assert list(drawn.tables) == ["persons"]
    table = drawn.tables["persons"]
    assert table.column_names[0] == "person_id" and {"persona", "sex", "age", "work"} < set(table.column_names)
    assert "prior_weight" not in table.column_names
    assert set(table["sex"].to_pylist()) <= {"female", "male"} and table.num_rows == 30


def test_households_are_two_tables_that_join() -> None:
    """Every person's household is there, in order, as often as its size."""
    drawn = draw_tables(model("households"), 40)
    homes, people = drawn.tables["households"].to_pylist(), drawn.tables["persons"].to_pylist()
    members = [row["household_id"] for row in people]
    assert members == [home["household_id"] for home in homes for _ in range(int(home["size"]))]
    assert people[0]["per_num"] == 1


def test_texts_are_drawn_in_turn_and_scarcity_is_told() -> None:
    """Persona text-1, text-2, text-1; a text of unknown words is far from everybody, and an example is shown."""
    people = model("persons")
    known = [people.bank_.texts[0], people.bank_.texts[5]]
    drawn = draw_tables(people, 3, texts=known, closeness=1.0)
    assert drawn.tables["persons"]["persona"].to_pylist() == ["text-1", "text-2", "text-1"]
    assert drawn.notes == () and drawn.nearness is not None and drawn.nearness.is_supported
    strange = draw_tables(people, 3, texts=["rides a dragon " * 9])
    assert "few such people" in strange.notes[0] and "sex=" in strange.notes[1]
    assert strange.nearness is not None and scarcity(strange.nearness) == strange.notes[0]


def test_the_random_seed_decides() -> None:
    """Equal seeds give equal tables."""
    people = model("persons")
    first, again, other = (draw_tables(people, 50, random_seed=s, closeness=0.3).tables["persons"] for s in (1, 1, 2))
    assert first.equals(again) and not first.equals(other)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_tables_are_written_whole(tmp_path: Path, suffix: str) -> None:
    """In a folder that is made; what is read again is what was drawn."""
    drawn = draw_tables(model("households"), 5)
    paths = write_tables(drawn, tmp_path / "new" / f"people{suffix}")
    assert [p.name for p in paths] == [f"people-households{suffix}", f"people-persons{suffix}"]
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == [p.name for p in paths]
    read = pacsv.read_csv if suffix == ".csv" else pq.read_table
    again = read(paths[0])
    assert np.array_equal(again["size"].to_numpy(), drawn.tables["households"]["size"].to_numpy())


def test_files_that_cannot_be_written_are_named(tmp_path: Path) -> None:
    """A name without a known ending; a folder that is a file."""
    with pytest.raises(ConfigError, match=r"\.csv or \.parquet"):
        paths_of(tmp_path / "people.xlsx", ["persons"])
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="could not be written"):
        write_tables(draw_tables(model("persons"), 2), tmp_path / "file" / "people.csv")
