"""Two runs in one folder, and what compares them."""

from __future__ import annotations

from pathlib import Path

import pytest

import censemble
from censemble.errors import OutputError
from censemble.pipeline import make
from censemble.run_pairs import WITH, WITHOUT, PairFolder


def test_figures_come_last_and_old_ones_go_first(tmp_path: Path) -> None:
    """Both runs, page and figures are there; where a run cannot be written the figures of before are gone."""
    inputs = censemble.demo_inputs()
    made = make(inputs, accept_relaxation=True)
    folder = PairFolder(tmp_path, "page.html", "facts.json")
    folder.require()
    folder.publish((made, inputs), (made, inputs), page="<p>", facts={"a": 1})
    assert (tmp_path / "facts.json").read_text() == '{\n  "a": 1\n}\n'
    assert (tmp_path / "page.html").read_text() == "<p>"
    assert all((tmp_path / name / "manifest.json").is_file() for name in (WITHOUT, WITH))
    with pytest.raises(ValueError, match="JSON compliant"):
        folder.publish((made, inputs), (made, inputs), page="<p>", facts={"a": float("nan")})
    assert not (tmp_path / "facts.json").exists()


def test_a_file_in_the_way_is_found_before_the_work(tmp_path: Path) -> None:
    """A run's folder that is a file is named."""
    (tmp_path / WITH).write_text("mine")
    with pytest.raises(OutputError, match=WITH):
        PairFolder(tmp_path, "page.html", "facts.json").require()
    assert (tmp_path / WITH).read_text() == "mine"
