"""compare: frames or files in, figures out, two files written or none."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from censemble.comparing import CompareOptions, compare, write_comparison
from censemble.errors import CensembleError, OutputError
from censemble.evaluation.comparison.judgement import LINES

QUICK = CompareOptions(classifiers=False)


def people(n: int, random_seed: int) -> pd.DataFrame:
    """Persons whose work depends on their age."""
    rng = np.random.default_rng(random_seed)
    age = rng.integers(0, 90, n)
    work = np.where((age > 15) & (age < 65) & (rng.uniform(size=n) < 0.7), "full", "none")
    return pd.DataFrame({"age": age, "sex": rng.choice(["female", "male"], n), "work": work})


def test_files_and_frames_give_the_same_figures(tmp_path: Path) -> None:
    """Where a table comes from does not matter."""
    frames = {"reference": people(600, 1), "mine": people(200, 2)}
    for name, frame in frames.items():
        frame.to_parquet(tmp_path / f"{name}.parquet")
    from_files = compare(tmp_path / "reference.parquet", {"mine": tmp_path / "mine.parquet"}, options=QUICK)
    from_frames = compare(frames["reference"], {"mine": frames["mine"]}, options=QUICK)
    assert from_files.lines() == from_frames.lines()
    assert from_files.figure("mine", "tv_1way").value > 0


def test_page_and_json_are_written(tmp_path: Path) -> None:
    """The JSON is a list of objects with the documented keys; the page stands beside it."""
    found = compare(people(400, 1), {"mine": [people(200, 2), people(200, 3)]}, train=people(100, 4), options=QUICK)
    write_comparison(found, tmp_path / "out")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["compare.html", "compare.json"]
    lines = json.loads((tmp_path / "out" / "compare.json").read_text("utf-8"))
    assert all(tuple(line) == LINES for line in lines)
    assert {line["table"] for line in lines} >= {"mine", "fresh sample", "training sample", "independent margins"}
    assert "mine against" in (tmp_path / "out" / "compare.html").read_text("utf-8")


def test_rules_and_queries_are_asked(tmp_path: Path) -> None:
    """A rule file and a query file add their figures."""
    (tmp_path / "rules.yaml").write_text(
        "rules:\n  - {name: young, says: Nobody under 16 works., rule: if age < 16 then work is none}\n"
    )
    (tmp_path / "queries.yaml").write_text(
        "queries:\n  - {name: workers, says: Share of workers., of: persons, share: work is full}\n"
    )
    broken = people(200, 2).assign(work="full")
    found = compare(
        people(400, 1),
        {"mine": broken},
        rules=tmp_path / "rules.yaml",
        queries=tmp_path / "queries.yaml",
        options=QUICK,
    )
    assert found.figure("mine", "rule_violations[young]").value == pytest.approx((broken["age"] < 16).mean())
    assert found.figure("fresh sample", "rule_violations[young]").value == 0
    real = (people(400, 1)["work"] == "full").mean()
    assert found.figure("mine", "query_error[workers]").value == pytest.approx((1 - real) / real)


def test_no_table_is_refused() -> None:
    """There must be something to judge."""
    with pytest.raises(CensembleError):
        compare(people(50, 1), {}, options=QUICK)


def test_an_unusable_folder_is_an_output_error(tmp_path: Path) -> None:
    """Nothing is written where a file is in the way."""
    (tmp_path / "out").write_text("a file")
    found = compare(people(60, 1), {"mine": people(50, 2)}, options=QUICK)
    with pytest.raises(OutputError):
        write_comparison(found, tmp_path / "out")


def test_the_page_says_where_the_floor_is_no_floor() -> None:
    """Without a holdout the fresh sample is of the reference; a small holdout makes a floor that hides faults."""
    real = people(400, 1)
    notes = compare(real, {"mine": real}, options=QUICK).about["notes"]
    assert any("flatters its precision" in note for note in notes)
    notes = compare(real, {"mine": real}, holdout=real.iloc[:100], options=QUICK).about["notes"]
    assert any("about 2.0 times too high" in note for note in notes)


def test_a_holdout_that_holds_the_training_sample_is_noticed() -> None:
    """Otherwise a table of copies would look as private as real records."""
    rng = np.random.default_rng(0)
    real = people(900, 1).assign(income=rng.normal(size=900))
    train, apart = real.iloc[:200], real.iloc[300:700]

    def says(holdout: pd.DataFrame) -> bool:
        notes = compare(real, {"mine": train}, train=train, holdout=holdout, options=QUICK).about["notes"]
        return any("seems to hold training records" in note for note in notes)

    assert says(pd.concat([apart, train])) and not says(apart)
