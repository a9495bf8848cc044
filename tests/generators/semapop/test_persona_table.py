"""A user's table of personas."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from censemble.errors import InputError
from censemble.generators.semapop.persona_table import read_persona_table


def test_texts_and_weights_are_read(tmp_path: Path) -> None:
    """From CSV and Parquet; without a column of weights each counts alike; other columns do not matter."""
    (tmp_path / "a.csv").write_text('text,weight,note\n"Cycles, always.",2,x\nDrives.,0.5,y\n')
    texts, weights = read_persona_table(tmp_path / "a.csv")
    assert texts == ("Cycles, always.", "Drives.") and weights.tolist() == [2.0, 0.5]
    pq.write_table(pa.table({"text": ["Walks."]}), tmp_path / "b.parquet")
    texts, weights = read_persona_table(tmp_path / "b.parquet")
    assert texts == ("Walks.",) and weights.tolist() == [1.0]


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    """An empty text and two weights that are none, each with its row."""
    (tmp_path / "a.csv").write_text("text,weight\nWalks.,-1\n,2\nDrives.,\n")
    with pytest.raises(InputError) as caught:
        read_persona_table(tmp_path / "a.csv")
    assert [(p.where, p.code) for p in caught.value.problems] == [
        ("row 3", "empty-persona"),
        ("row 2", "persona-weight"),
        ("row 4", "persona-weight"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", "persona\nWalks.\n", "columns persona"),
        ("a.csv", "text\n", "no row"),
        ("a.txt", "text\nWalks.\n", "a file .txt"),
        ("a.parquet", "no table", "cannot be read"),
    ],
)
def test_what_is_no_table_of_personas_is_refused(tmp_path: Path, name: str, content: str, says: str) -> None:
    """The message says what was found."""
    (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=says):
        read_persona_table(tmp_path / name)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """With its path."""
    with pytest.raises(InputError, match=r"gone\.csv.*no such file"):
        read_persona_table(tmp_path / "gone.csv")
