"""What a steering moved, in lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from censemble.evaluation.counterfactual_page import label_of, read_as, times_null
from censemble.evaluation.counterfactual_support import FEW, says_of
from censemble.evaluation.wording import NO_BREAK, multiple, percent, ratio


def counterfactual_lines(facts: Mapping[str, Any]) -> Iterator[str]:
    """Response, monotonicity, side effects, agreement, and first of all whether the data support it.

    Parameters
    ----------
    facts : mapping
        counterfactual.json.
    """
    for line in _lines(facts):
        yield line.replace(NO_BREAK, " ")


def _lines(facts: Mapping[str, Any]) -> Iterator[str]:
    support = facts["support"]
    if support["reasons"] or support.get("cautions"):
        yield f"WARNING: {says_of(support)}"
    for reading in facts.get("readings", ()):
        yield read_as(reading)
    yield (
        f"the steered personas rest on {ratio(support['effective'])} effective records of the survey "
        f"({ratio(support['effective_before'])} without steering); {percent(support['beyond'])} are farther from any "
        f"surveyed persona than is usual ({percent(support['beyond_before'])} without)"
    )
    response, last = facts["response"], facts["side_effects"][-1]
    label = label_of(facts["watched"])
    yield f"{label}{'' if facts['watched']['is_named'] else ' (it moves most)'}, before calibration:"
    rows = zip(facts["strengths"], response["shares"], response["low"], response["high"], strict=True)
    for strength, share, low, high in rows:
        yield f"  strength {strength:4.2f}: {percent(share):>8}  (95 % {percent(low)} to {percent(high)})"
    yield (
        f"Spearman's rho {ratio(response['spearman'])}; {percent(response['personas_never_back'])} of personas never "
        "go back"
    )
    times = times_null(last)
    few = last["given_records"] < FEW
    yield (
        f"other attributes move {percent(last['raw'])}, {percent(last['given_watched'])} given the watched label"
        + ("" if times is None else f": {multiple(times)} times a random direction")
        + (f" (this rests on {last['given_records']:.0f} effective records and says little)" if few else "")
    )
    yield (
        f"distance to real records reweighted to the same share {percent(last['truth'])}; without steering "
        f"{percent(last['unsteered'])}; a fresh sample of them would have {percent(last['fresh'])}"
    )
    populations = facts.get("populations")
    if populations:
        yield (
            f"finished populations: {percent(populations['without'])} without steering, "
            f"{percent(populations['steered'])} with it"
        )
