"""What `train` and `sample` print."""

from __future__ import annotations

from pathlib import Path

import generator_case
import pytest
from semapop_case import Remembering, semapop

from censemble import model_terminal
from censemble.generators import SemaPop
from censemble.model_terminal import curve_lines, sample_shown

PEOPLE = generator_case.cases()[0]


def test_long_curves_are_thinned_and_keep_their_end() -> None:
    """A heading and at most eight points, evenly, the last one among them."""
    lines = curve_lines(list(range(1, 101)), {"loss": [1 / k for k in range(1, 101)]})
    assert len(lines) == 9 and lines[-1].split() == ["100", "0.01"] and lines[1].split() == ["1", "1"]
    assert curve_lines([], {}) == []


def test_a_sample_says_what_was_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """How many of what, where; nothing when quiet."""
    semapop().fit(PEOPLE.schema, seed_sample=PEOPLE.pool).save(tmp_path / "model")
    load = SemaPop.load
    monkeypatch.setattr(SemaPop, "load", lambda folder, outside: load(folder, outside=outside, backbone=Remembering()))
    options = {"closeness": None, "random_seed": 1}
    out = tmp_path / "people.csv"
    sample_shown(tmp_path / "model", 7, out, texts=[], options=options, embedder="static", quiet=False)
    assert capsys.readouterr().out == f"Wrote 7 persons to {out}.\n"
    sample_shown(tmp_path / "model", 7, out, texts=[], options=options, embedder="static", quiet=True)
    assert capsys.readouterr().out == ""
    assert model_terminal.N_POINTS == 8
