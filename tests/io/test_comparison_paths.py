"""What the words of a comparison name."""

from __future__ import annotations

from pathlib import Path

import pytest

from censemble.errors import ConfigError
from censemble.io.comparison_paths import GivenTable, TablePath, given_of, table_arguments, table_path


def test_one_file_is_flat_even_with_a_comma_in_its_name(tmp_path: Path) -> None:
    """A file that is there is taken as it is called."""
    (tmp_path / "a,b.csv").write_text("x\n1\n")
    assert table_path("x.parquet", name="n").flat == Path("x.parquet")
    assert table_path(str(tmp_path / "a,b.csv"), name="n").flat == tmp_path / "a,b.csv"


def test_a_folder_holds_households_and_persons(tmp_path: Path) -> None:
    """Parquet goes before CSV; one part alone will do; a folder with neither is refused with what it holds."""
    for name in ("households.csv", "persons.parquet", "persons.csv"):
        (tmp_path / name).touch()
    assert table_path(str(tmp_path), name="n") == TablePath(
        "n", tmp_path / "households.csv", tmp_path / "persons.parquet"
    )
    (tmp_path / "households.csv").unlink()
    assert table_path(str(tmp_path), name="n").households is None
    other = tmp_path / "other"
    other.mkdir()
    (other / "trips.csv").touch()
    with pytest.raises(ConfigError, match=r"found trips\.csv"):
        table_path(str(other), name="n")


@pytest.mark.parametrize(("text", "found"), [("", "nothing"), ("a.csv,b.csv,c.csv", "3 files"), ("a.csv,", "an empty")])
def test_what_is_no_table(text: str, found: str) -> None:
    """Nothing, three files, and a file too few are refused."""
    with pytest.raises(ConfigError, match=found):
        table_path(text, name="n")


def test_all_bad_arguments_come_in_one_message() -> None:
    """No '=', no name, a path as a name, a taken name, no table: five problems at once."""
    with pytest.raises(ConfigError) as caught:
        table_arguments(["x.parquet", "=a.csv", "out/x.csv=a.csv", "Train=a.csv", "good=a.csv", "mine="])
    assert [(p.where, p.code) for p in caught.value.problems] == [
        ("'x.parquet'", "table-name"),
        ("'=a.csv'", "table-name"),
        ("'out/x.csv=a.csv'", "table-name"),
        ("'Train=a.csv'", "reserved-name"),
        ("", "table-path"),
    ]
    assert "mine=x.parquet" in caught.value.problems[0].action


def test_a_name_may_come_twice_and_a_path_may_hold_equals() -> None:
    """Several random seeds of one generator share their name; only the first '=' separates."""
    found = table_arguments(["mine=seed=1.csv", "mine=b.csv"])
    assert [(t.name, str(t.flat)) for t in found] == [("mine", "seed=1.csv"), ("mine", "b.csv")]


def test_labels_of_parts() -> None:
    """Files are called by their path, frames by the name of their table."""
    assert given_of(TablePath("n", Path("h.csv"), Path("p.csv")), role="table").label("persons") == "p.csv"
    assert GivenTable("n", "table", None, {"households": 1, "persons": 2}).label("persons") == "n (persons)"
    assert GivenTable("n", "table", object(), {}).label("persons") == "n"
