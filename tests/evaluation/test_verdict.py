"""What the figures mean, in sentences."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from evaluation_case import COUNTS, SmallCase, make_case

from censemble.errors import ConfigError
from censemble.evaluation.verdict import judge_thresholds, pronounce
from censemble.evaluation.wording import percent
from censemble.inputs import Inputs


def _verdict(case: SmallCase, **changes: Any) -> dict[str, Any]:
    facts = copy.deepcopy(case.facts) | changes
    facts["thresholds"] = judge_thresholds(changes.get("limits", {"wape": 0.5}), facts)
    return pronounce(facts)


NOTHING_RELAXED = {"n": 0, "total": 0.0, "cells": []}


def test_pass_needs_limits_kept(small_case: SmallCase) -> None:
    """Totals exact, limits kept, nothing relaxed: pass."""
    verdict = _verdict(small_case, relaxations=NOTHING_RELAXED)
    assert verdict["status"] == "pass"
    assert verdict["sentences"][0].startswith("All 14 households with 34 persons are placed")


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"relaxations": {"n": 1, "total": 0.25, "cells": []}}, "warn", "1 target had to give way, by 0.25 counts"),
        ({"relaxations": NOTHING_RELAXED, "limits": {}}, "warn", "sets no limits"),
        (
            {"relaxations": NOTHING_RELAXED, "reproduce": {"calibration": {"status": "stalled", "sentence": "Stuck."}}},
            "warn",
            "Calibration did not converge: Stuck.",
        ),
        ({"limits": {"share_exact": 0.99}}, "fail", "must be at least 0.99"),
    ],
)
def test_what_must_be_known_is_said(small_case: SmallCase, changes: dict[str, Any], status: str, words: str) -> None:
    """Relaxations, a failed solve, absent limits and missed limits each show in status and sentence."""
    verdict = _verdict(small_case, **changes)
    assert verdict["status"] == status
    assert any(words in s for s in verdict["sentences"])


def test_what_a_generator_drew_is_not_laid_on_the_tables(small_case: SmallCase) -> None:
    """Differences to the survey are its own doing too; with the survey's own records there is none to name."""
    joints = {**small_case.facts["joints"], "n_pairs": 3, "median_total_variation": 0.1}
    joints["median_total_variation_noise"] = 0.01
    records = {**small_case.facts["records"], "has_survey": True}
    for generator, drawn in (("independent", True), ("seed_sample", False)):
        verdict = _verdict(small_case, joints=joints, records={**records, "generator": generator})
        assert any(f"the generator {generator} drew" in s for s in verdict["sentences"]) is drawn


def test_missed_total_fails(small_inputs: Inputs) -> None:
    """A zone with a wrong number of households fails, whatever the limits."""
    counts = COUNTS.copy()
    counts[0, 0] += 1
    case = make_case(replace(small_inputs, thresholds={"wape": 9.0}), counts)
    assert case.facts["verdict"]["status"] == "fail"
    assert (
        "15 households with 35 persons are placed where the tables ask for 14" in case.facts["verdict"]["sentences"][0]
    )


def test_no_total_is_said(small_inputs: Inputs) -> None:
    """Without a household total nobody claims that all are placed."""
    case = make_case(replace(small_inputs, margins=small_inputs.margins[1:]))
    assert "no table of all households" in case.facts["verdict"]["sentences"][0]


def test_worst_level_counts(small_case: SmallCase) -> None:
    """A limit is judged at the level that does worst."""
    rows = {r["metric"]: r for r in judge_thresholds({"share_exact": 0.1, "wape": 0.01}, small_case.facts)}
    assert rows["share_exact"]["level"] == "tract"
    own = [r["wape"] for r in small_case.facts["levels"][:2]]
    assert rows["wape"]["value"] == max(own)
    assert rows["wape"]["passed"] is False


def test_figure_that_does_not_exist_is_not_passed(small_inputs: Inputs) -> None:
    """A limit on margins of error that no table has cannot be judged, and says so."""
    margins = tuple(replace(m, moe=None) for m in small_inputs.margins)
    facts = make_case(replace(small_inputs, margins=margins, thresholds={"share_inside_moe": 0.9})).facts
    assert facts["thresholds"][0]["passed"] is None
    assert any("cannot be judged" in s for s in facts["verdict"]["sentences"])


def test_limits_on_records(small_case: SmallCase) -> None:
    """Expansion, reuse, effective size and joint distance can be limited too."""
    limits = {
        "largest_expansion_factor": 30,
        "largest_reuse": 3,
        "effective_sample_share": 0.5,
        "joint_total_variation": 1,
    }
    rows = {r["metric"]: r["passed"] for r in judge_thresholds(limits, small_case.facts)}
    assert rows == {
        "largest_expansion_factor": True, "largest_reuse": False, "effective_sample_share": True,
        "joint_total_variation": True,
    }  # fmt: skip


def _with_sums(case: SmallCase, share: float | None) -> list[dict[str, Any]]:
    """The levels of a case with sums over zones that have the given share inside their margin of error."""
    levels = copy.deepcopy(case.facts["levels"])
    for row in levels:
        if row["level"] != row["tables_of"]:
            row |= {"share_inside_moe": share, "n_with_moe": 20}
    return levels


@pytest.mark.parametrize(("share", "status"), [(0.3, "warn"), (0.5, "pass"), (0.95, "pass")])
def test_zones_that_do_not_add_up_are_told(small_case: SmallCase, share: float, status: str) -> None:
    """Sums over zones that are mostly outside their margin of error warn, however well the single zones do."""
    verdict = _verdict(small_case, relaxations=NOTHING_RELAXED, levels=_with_sums(small_case, share))
    (sentence,) = [s for s in verdict["sentences"] if s.startswith("Tables of level tract summed to level")]
    assert verdict["status"] == status
    assert f"{percent(share)} of 20 sums are inside" in sentence
    assert ("do not add up" in sentence) == (status == "warn")


def test_sums_without_margin_of_error_are_not_judged(small_case: SmallCase) -> None:
    """Where no sum has a margin of error nothing is said of sums, and a limit on them cannot be judged."""
    changes = {"relaxations": NOTHING_RELAXED, "levels": _with_sums(small_case, None)}
    verdict = _verdict(small_case, **changes, limits={"share_sums_inside_moe": 0.9})
    assert not any("summed to level" in s for s in verdict["sentences"])
    assert any("share_sums_inside_moe cannot be judged" in s for s in verdict["sentences"])


def test_the_worst_sums_are_limited(small_case: SmallCase) -> None:
    """A limit on sums is judged at the outer level that does worst, and names it."""
    levels = _with_sums(small_case, 0.8)
    facts = {**small_case.facts, "levels": levels}
    (row,) = judge_thresholds({"share_sums_inside_moe": 0.9}, facts)
    assert (row["value"], row["passed"]) == (0.8, False)
    assert row["level"] in {r["level"] for r in levels if r["level"] != r["tables_of"]}


def test_unknown_metric_lists_the_known(small_case: SmallCase) -> None:
    """A misspelt limit is refused with the accepted names."""
    with pytest.raises(ConfigError, match=r"no metric wapes; there are tae, wape"):
        judge_thresholds({"wapes": 0.1}, small_case.facts)


def test_sentences_follow_the_counts(small_inputs: Inputs) -> None:
    """The level's sentence quotes the level's figures."""
    case = make_case(small_inputs, np.where(COUNTS > 0, COUNTS, 0))
    tract = case.facts["levels"][1]
    sentence = next(s for s in case.facts["verdict"]["sentences"] if s.startswith("Level tract"))
    assert f"all differences together are {tract['tae']:g} of {tract['sum_target']:g} counted" in sentence
