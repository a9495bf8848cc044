"""The report's section on proposals: the facts of `provenance` as rows, bars and curves."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from censemble.evaluation.curves import Axis, Curves, Series, count_axis, draw_curves, share_axis
from censemble.evaluation.figures import Bar, bars
from censemble.evaluation.wording import clipped, number_of, percent, ratio, whole

N_LINES = 14  # of what a proposal allows
N_REASONS = 8
LONGEST = 300  # characters of a text that a language model wrote

_CURVES = (
    (
        "miss",
        "Records in wrong cells of the worst table",
        "As well as the best weights can meet the tables with what was proposed so far. Look for a curve that still "
        "falls at the end: more calls would help. A drop straight down after the last call is what was filled in.",
    ),
    (
        "unsupported",
        "Cells that ask for records and have none",
        "Proposals give support; a cell without any cannot be met by weights.",
    ),
    (
        "effective_size",
        "Effective sample size of the records tried",
        "Of the records drawn before each call, weighted to meet the tables. Look for a curve that falls: the tables "
        "then lean on ever fewer of them.",
    ),
)


def section_of(proposals: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the template of the section names.

    Parameters
    ----------
    proposals : mapping
        The "proposals" part of the facts.
    """
    spread, planning = proposals["spread"], proposals["planning"]
    refused = proposals["refused"]
    return {
        "proposals": proposals,
        "n_refused": sum(r["n"] for r in refused) or max((s.get("refused", 0) for s in planning), default=0),
        "refused_bars": reason_bars(refused),
        "curves_of_planning": list(_curves(planning)),
        "origins": list(_origins(spread)),
        "asked": _asked(planning),
        "model": clipped(str((proposals["language_model"] or {}).get("model") or ""), 80),
        "spent_rows": list(_spent(proposals["language_model"] or {})),
        "most_used": [
            {
                **row,
                "reason": clipped(row["reason"], LONGEST),
                "asked_for": clipped(row["asked_for"], LONGEST),
                "lines": list(allowed_lines(row["record"])),
            }
            for row in proposals["most_used"]
            if row["records"]
        ],
    }


def reason_bars(refused: Sequence[Mapping[str, Any]]) -> list[Bar]:
    """Rows for refused proposals; rare reasons are added up."""
    shown = [(clipped(str(r["reason"]), 40), int(r["n"])) for r in refused[:N_REASONS]]
    rest = sum(int(r["n"]) for r in refused[N_REASONS:])
    shown += [("other reasons", rest)] if rest else []
    return bars([text for text, _ in shown], [n for _, n in shown], ["near"] * len(shown))


def allowed_lines(record: str) -> Iterator[str]:
    """What a proposal allows, an attribute or a member a line; text that is no JSON as it is.

    Examples
    --------
    >>> list(allowed_lines('{"sex": ["male", "female"], "age": [20, 39]}'))
    ['sex: male, female', 'age: 20 to 39']
    >>> list(allowed_lines('{"record": {"tenure": ["rented"]}, "members": [{"who": "mother", "age": [30, 45]}]}'))
    ['tenure: rented', 'members 1: who mother; age 30 to 45']
    """
    try:
        lines = list(_lines(json.loads(record), ""))
    except ValueError:
        lines = [record]
    yield from (clipped(line, 160) for line in lines[:N_LINES])
    if len(lines) > N_LINES:
        yield f"and {len(lines) - N_LINES} more"


def _lines(value: Any, before: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _lines(inner, "" if name == "record" and isinstance(inner, Mapping) else str(name))
    elif isinstance(value, list) and any(isinstance(v, Mapping) for v in value):
        yield from (f"{before} {k}: {_member(inner)}" for k, inner in enumerate(value, 1))
    else:
        yield f"{before}: {_words(value)}" if before else _words(value)


def _member(value: Any) -> str:
    if not isinstance(value, Mapping):
        return _words(value)
    return "; ".join(f"{name} {_words(inner)}" for name, inner in value.items())


def _words(value: Any) -> str:
    if isinstance(value, list):
        is_range = len(value) == 2 and all(isinstance(v, int | float) and not isinstance(v, bool) for v in value)
        return f"{value[0]:g} to {value[1]:g}" if is_range else ", ".join(map(_words, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _curves(planning: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Curves, str]]:
    """One figure for each column; none for a run without calls."""
    for name, title, caption in _CURVES:
        points = tuple((int(s["call"]), float(s[name])) for s in planning if s.get(name) is not None)
        if name == "effective_size":
            points = tuple((x, y) for x, y in points if y > 0)  # before the first call there are no records
        if len({x for x, _ in points}) < 2 or (name != "miss" and not any(y for _, y in points)):
            continue
        axis: Axis = share_axis() if name == "miss" else count_axis(max(y for _, y in points))
        yield draw_curves([Series(title, points)], axis, x_title="calls", y_title=title), caption


def _origins(spread: Mapping[str, Any]) -> Iterator[tuple[str, int, float | None]]:
    rows = (
        ("proposals of the language model", "of_proposals"),
        ("beside them: in a gap, but allowed by no proposal", "beside"),
        ("places filled in from the tables", "of_filled_in"),
        ("elsewhere", "other"),
    )
    for text, name in rows:
        if spread[name] or name == "of_proposals":
            yield text, spread[name], spread[name] / spread["records"] if spread["records"] else None


def _asked(planning: Sequence[Mapping[str, Any]]) -> str:
    """How many calls for proposals were made, and how much is missing at the end."""
    if not planning:
        return ""
    last = planning[-1]
    made = number_of(int(last["call"]), "call")
    return f"After {made} for proposals, {percent(last['miss'])} of the records were in wrong cells of the worst table."


def _spent(spent: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    rows = (("calls", "Calls"), ("tokens_in", "Tokens sent"), ("tokens_out", "Tokens answered"))
    for name, text in rows:
        if spent.get(name) is not None:
            yield text, whole(spent[name])
    if spent.get("cost") is not None:
        yield "Cost, at the prices of the project file", ratio(float(spent["cost"]))
    for verdict, n in sorted((spent.get("verdicts") or {}).items()):
        yield f"Answers {verdict}", whole(n)
