"""The page of a steering: what moved, what moved along, how real records would have it, and whether to believe it.

It renders facts (counterfactual.json) and computes no figure but ratios of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from censemble.evaluation.counterfactual_support import FEW, level_of, says_of
from censemble.evaluation.curves import Curves, Series, draw_curves, even_axis
from censemble.evaluation.templating import page_templates
from censemble.evaluation.wording import NO_BREAK, clipped, multiple, percent, ratio, whole

LONGEST = 900  # characters of a persona
N_ATTRIBUTES = 40
N_STATEMENTS = 3  # of those that a text is read as
STRENGTH = "strength, %"


def render(facts: Mapping[str, Any]) -> str:
    """Write the page of a steering.

    Parameters
    ----------
    facts : mapping
        counterfactual.json; `populations`, `examples` and `project` may be missing.

    Returns
    -------
    str
        A self-contained HTML page in UTF-8, without scripts and without references to other files.
    """
    environment = page_templates()
    environment.filters.update({"whole": whole, "percent": percent, "ratio": ratio, "clipped": clipped})
    attributes = facts["attributes"]
    return environment.get_template("counterfactual.html.j2").render(
        project=facts.get("project", ""),
        steering=facts["steering"],
        words=words_of(facts["steering"]),
        readings=[read_as(reading) for reading in facts.get("readings", ())],
        watched=facts["watched"],
        label=label_of(facts["watched"]),
        support={"cautions": (), **facts["support"]},
        level=level_of(facts["support"]),
        tone={"supported": "", "hardly supported": " warn"}.get(level_of(facts["support"]), " fail"),
        says=says_of(facts["support"]).partition(":")[0].rstrip("."),
        tiles=list(_tiles(facts)),
        charts=list(_charts(facts)),
        rows=_rows(facts),
        attributes=[_attribute(a) for a in attributes[:N_ATTRIBUTES]],
        n_hidden=max(0, len(attributes) - N_ATTRIBUTES),
        populations=facts.get("populations"),
        calibrated=_calibrated(facts),
        examples=[_example(e) for e in facts.get("examples", ())],
        n_personas=facts["n_personas"],
        n_records=facts["n_records"],
        few=FEW,
        random_seed=facts.get("random_seed"),
        longest=LONGEST,
    )


def words_of(steering: Mapping[str, Any]) -> str:
    """What was asked, in a line.

    Examples
    --------
    >>> words_of({"towards": ["cycles"], "away": ["drives"], "set": {}})
    'cycles, rather than: drives'
    >>> words_of({"towards": [], "away": [], "set": {"mode": "bike"}})
    'mode: bike'
    """
    if steering["set"]:
        return ", ".join(f"{name}: {label}" for name, label in steering["set"].items())
    towards = " / ".join(steering["towards"])
    return f"{towards}, rather than: {' / '.join(steering['away'])}" if steering["away"] else towards


def read_as(reading: Mapping[str, Any]) -> str:
    """How a text was understood, in a line.

    Examples
    --------
    >>> read_as({"text": "cycles", "statements": ["cycles to work", "cycles"], "likeness": 0.8, "personas": 1200})
    '"cycles" is read as: cycles to work / cycles (cosine 0.80, said by 1,200 personas)'
    """
    told = " / ".join(reading["statements"][:N_STATEMENTS])
    more = " / ..." if len(reading["statements"]) > N_STATEMENTS else ""
    likeness = f"cosine {reading['likeness']:.2f}, said by {reading['personas']:,} personas"
    return f'"{reading["text"]}" is read as: {told}{more} ({likeness})'


def label_of(watched: Mapping[str, Any]) -> str:
    """The watched label with its attribute; open bins in words.

    Examples
    --------
    >>> label_of({"attribute": "trips", "label": "5 to below inf"})
    'trips: 5 or more'
    >>> label_of({"attribute": "trips", "label": "-inf to below 2"})
    'trips: below 2'
    """
    label = str(watched["label"])
    label = f"{label.removesuffix(' to below inf')} or more" if label.endswith(" to below inf") else label
    return f"{watched['attribute']}: {label.replace('-inf to below', 'below')}"


def times_null(row: Mapping[str, Any]) -> float | None:
    """Side effects given the watched label, in multiples of the same figure of a random direction."""
    return row["given_watched"] / row["null_given"] if row["null_given"] and row["given_watched"] is not None else None


def _tiles(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    response, last = facts["response"], facts["side_effects"][-1]
    label = label_of(facts["watched"])
    yield f"{percent(response['shares'][0])} → {percent(response['shares'][-1])}", f"{label}, strength 0 to full"
    yield ratio(response["spearman"]), "Spearman's rho of strength and response"
    times = times_null(last)
    yield "–" if times is None else f"{multiple(times)}{NO_BREAK}×", "side effects: times those of a random direction"
    yield percent(last["agreement"]), "agreement with real records reweighted to the same share"


def _charts(facts: Mapping[str, Any]) -> Iterator[tuple[Curves, str]]:
    response, rows = facts["response"], facts["side_effects"]
    at = [round(100 * s) for s in facts["strengths"]]
    ends = list(zip(response["low"], response["high"], strict=True))
    lines = [Series("steered", tuple(zip(at, response["shares"], strict=True)), tuple(ends))]
    lines += [
        Series(f"random directions, {name}", ((0, response["shares"][0]), *zip(at[1:], shares, strict=True)))
        for name, shares in (
            ("lowest", [r["null_share_low"] for r in rows]),
            ("highest", [r["null_share_high"] for r in rows]),
        )
        if None not in shares
    ]
    most = max(max(y for _, y in line.points) for line in lines)
    axis = even_axis(max(most, *response["high"]), _axis_percent)
    yield (
        draw_curves(lines, axis, x_title=STRENGTH, y_title=f"Share of {label_of(facts['watched'])}"),
        "Upright lines: 95 % of bootstrapped sets of personas.",
    )
    effects = [
        Series(name, ((0, 0.0), *zip(at[1:], (r[key] for r in rows), strict=True)))
        for name, key in (
            ("steered", "raw"),
            ("steered, given the watched label", "given_watched"),
            ("random direction, given it", "null_given"),
            ("the farthest of them", "null_given_largest"),
        )
        if all(r[key] is not None for r in rows)
    ]
    if effects:
        axis = even_axis(max(y for line in effects for _, y in line.points), _axis_percent)
        yield (
            draw_curves(effects, axis, x_title=STRENGTH, y_title="How far the other attributes move"),
            "Mean total variation: the share of records that are in another category.",
        )


def _axis_percent(share: float) -> str:
    return f"{100 * share:g}{NO_BREAK}%"


def _rows(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    response = facts["response"]
    first = {"strength": 0.0, "share": response["shares"][0]}
    both = zip([first, *facts["side_effects"]], response["low"], response["high"], strict=True)
    return [{**row, "low": low, "high": high} for row, low, high in both]


def _attribute(attribute: Mapping[str, Any]) -> dict[str, Any]:
    times = times_null(attribute)
    return {
        **attribute,
        "attribute": clipped(attribute["attribute"], 60),
        "times": "–" if times is None else multiple(times),
    }


def _calibrated(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Attributes of the finished populations, the farthest first."""
    rows: Sequence[dict[str, Any]] = (facts.get("populations") or {}).get("attributes", ())
    return sorted(rows, key=lambda a: -float(a["total_variation"]))[:N_ATTRIBUTES]


def _example(example: Mapping[str, Any]) -> dict[str, Any]:
    """A persona with both records: attributes a row, what differs marked."""
    before, after = example["before"], example["after"]
    rows = []
    for k in range(max(len(before), len(after))):
        first, then = (one[k] if k < len(one) else {} for one in (before, after))
        names = first or then
        rows += [
            {
                "name": clipped(name if len(before) == len(after) == 1 else f"{name} ({k + 1})", 60),
                "before": clipped(first.get(name, "–"), 80),
                "after": clipped(then.get(name, "–"), 80),
                "differs": first.get(name) != then.get(name),
            }
            for name in names
        ]
    return {
        "persona": clipped(example["persona"], LONGEST),
        "rows": rows,
        "n_same": sum(not r["differs"] for r in rows),
    }
