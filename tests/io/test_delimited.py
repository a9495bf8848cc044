"""Tests of CSV reading: encodings, delimiters, headers, comments, ragged rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from censemble.errors import Problem
from censemble.io.sources import read_table


def _read(path: Path, data: bytes, **options: object) -> tuple[dict[str, list[str]] | None, list[Problem]]:
    path.write_bytes(data)
    problems: list[Problem] = []
    table, _ = read_table(path, role="zones", problems=problems, **options)  # type: ignore[arg-type]
    return (None if table is None else table.to_pydict()), problems


@pytest.mark.parametrize("comment", ["", "#"])
def test_byte_order_mark_is_not_part_of_the_first_column(tmp_path: Path, comment: str) -> None:
    """A UTF-8 byte-order mark, as spreadsheets write it, is dropped."""
    table, problems = _read(tmp_path / "a.csv", "\ufeffzone,n\nä,5\n".encode(), comment=comment)
    assert problems == []
    assert table == {"zone": ["ä"], "n": ["5"]}


@pytest.mark.parametrize(
    ("data", "where", "found"),
    [
        ("zone,n\na,5\n".encode("utf-16"), "", "UTF-16 text"),
        ("zone,n\na,5\nß,6\n".encode("cp1252"), "line 3", "the byte 0xDF, as in Windows or Latin-1 text"),
        (b"PK\x03\x04\x00\x00spreadsheet", "", "a binary file"),
    ],
)
def test_other_encodings_are_refused(tmp_path: Path, data: bytes, where: str, found: str) -> None:
    """Text that is not UTF-8 is refused with the line of the first wrong byte."""
    table, problems = _read(tmp_path / "a.csv", data)
    assert table is None
    assert [(p.code, p.where, p.found) for p in problems] == [("encoding", where, found)]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"zone,n\n"])
def test_empty_files_are_refused(tmp_path: Path, data: bytes) -> None:
    """Nothing at all and a header without rows are both said to be empty."""
    table, problems = _read(tmp_path / "a.csv", data)
    assert table is None
    assert [p.code for p in problems] == ["empty-file"]


@pytest.mark.parametrize(("mark", "word"), [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")])
def test_wrong_delimiter_is_named_before_the_file_is_parsed(tmp_path: Path, mark: str, word: str) -> None:
    """A large file with another delimiter is refused from its first line."""
    line = mark.join(["zone", "n", "m"]) + "\n"
    table, problems = _read(tmp_path / "a.csv", line.encode() * 200_000, columns=["zone"])
    assert table is None
    assert [(p.code, p.found) for p in problems] == [("delimiter", word)]


def test_missing_and_repeated_columns_are_all_named(tmp_path: Path) -> None:
    """Every missing column is one problem, with the nearest name; a repeated one is too."""
    table, problems = _read(tmp_path / "a.csv", b"zone,n,n\na,1,2\n", columns=["Zone", "count", "n"])
    assert table is None
    assert [p.code for p in problems] == ["missing-column", "missing-column", "duplicate-column"]
    assert problems[0].found == "none; the nearest is 'zone'"


def test_repeated_columns_nobody_asked_for_are_fine(tmp_path: Path) -> None:
    """A repeated column is no problem when it is not read."""
    table, problems = _read(tmp_path / "a.csv", b"zone,n,n\na,1,2\n", columns=["zone"])
    assert (table, problems) == ({"zone": ["a"]}, [])


def test_ragged_rows_are_counted(tmp_path: Path) -> None:
    """Lines with too many or too few fields are refused, by line number."""
    table, problems = _read(tmp_path / "a.csv", b"zone,n\na,1\nb,1,234\nc\n")
    assert table is None
    assert [(p.code, p.found) for p in problems] == [("ragged-rows", "line 3 with 3, line 4 with 1")]


def test_comments_are_dropped_outside_quotes_only(tmp_path: Path) -> None:
    """Comment lines, blank lines and ends of lines go; a mark inside quotes stays."""
    data = b'# made by hand\nzone,label # note\n\na,"no # comment"\n# b,c\nd,e # f\n'
    table, problems = _read(tmp_path / "a.csv", data, comment="#")
    assert problems == []
    assert table == {"zone": ["a", "d"], "label": ["no # comment", "e "]}


def test_headers_are_stripped_and_quotes_kept_together(tmp_path: Path) -> None:
    """Blanks around column names go; quoted separators and line ends stay inside their cell."""
    table, problems = _read(tmp_path / "a.csv", b'\n zone , n\r\n"a, b","1\n2"\r\n')
    assert problems == []
    assert table == {"zone": ["a, b"], "n": ["1\n2"]}
