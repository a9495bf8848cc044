"""Drafts of attributes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from censemble.io.attribute_drafts import MAX_ATTRIBUTES, draft_attributes, labels_of, scalar
from censemble.io.file_facts import FileFacts
from censemble.io.guesses import guess_files
from censemble.io.yaml_text import read_yaml


def drafted(columns: dict[str, list[Any]], labels: dict[tuple[str, str], str]) -> tuple[dict[str, Any], str]:
    n = len(next(iter(columns.values())))
    table = pa.table({"hh_id": [f"h{i}" for i in range(n)], "weight": [1] * n, **columns})
    text = "\n".join(draft_attributes(guess_files([FileFacts(Path("h.csv"), "h.csv", table)]), labels))
    return read_yaml(text, source="draft").content["attributes"]["households"], text


def test_labels_and_codes_that_mean_nothing() -> None:
    """Known labels are used, codes of one label go together, and those labelled N/A are missing."""
    labels = {("TEN", "0"): "N/A (vacant)", ("TEN", "1"): "owned", ("TEN", "2"): "owned"}
    found, _ = drafted({"TEN": ["0", "1", "2", "3.0"]}, labels)
    assert found["ten"] == {"column": "TEN", "categories": {"owned": [1, 2], "TEN 3": 3}, "missing": [0]}


def test_measurements_get_bins() -> None:
    """Numbers with many values are numeric, with increasing bins that hold them all."""
    found, text = drafted({"INC": list(range(-50, 950, 10))}, {})
    bins = found["inc"]["bins"]
    assert found["inc"]["kind"] == "numeric"
    assert bins == sorted(set(bins))
    assert bins[0] <= -50
    assert bins[-1] > 940
    assert "# guess: a measurement" in text


def test_too_many_columns_are_listed() -> None:
    """Beyond the first twelve, columns are named in a comment."""
    found, text = drafted({f"C{i}": [1, 2, 1] for i in range(MAX_ATTRIBUTES + 2)}, {})
    assert len(found) == MAX_ATTRIBUTES
    assert "# 2 more columns could be attributes: C12, C13" in text


def test_no_label_file() -> None:
    """Files without labels give none."""
    assert labels_of([FileFacts(Path("a.csv"), "a.csv", pa.table({"code": ["1"]}))]) == {}


@pytest.mark.parametrize(
    "text", ["true", "null", "01", "a: b", "- x", "1.5", "", "a#b", "yes", "[x]", "it's", 'a "b"', "é"]
)
def test_texts_survive_yaml(text: str) -> None:
    """Whatever a label is, it comes back from YAML as the same text."""
    assert read_yaml(f"{{{scalar(text)}: [{scalar(text)}]}}", source="s").content == {text: [text]}
