"""The report's section on a trained model: the facts of `trained_model` as curves and rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from censemble.evaluation.curves import Axis, Curves, Series, draw_curves
from censemble.evaluation.wording import clipped, percent, whole

LONGEST = 600  # characters of a persona
N_ATTRIBUTES = 40  # of the leakage table
_CONTROLS = {
    "text": "persona text",
    "template": "template text",
    "shuffled": "shuffled texts",
    "one_hot": "one-hot codes",
    "kmeans": "k-means clusters",
}
_CAPTIONS = {
    "validation": "Of records that were kept apart. Look for a curve that no longer improves: training ended in time.",
    "": "Mean of the steps before each point.",
}

_FOLLOWED = {
    True: "It need not repeat its persona: closeness says how much it follows.",
    False: "At closeness 0 the model does not look at the persona, and draws any record of the population.",
}


@dataclass(frozen=True)
class EvenAxis(Axis):
    """An axis with even steps from the first tick to the last; values may be below 0."""

    def along(self, value: float) -> float:
        """Place of a value, 0..1."""
        low, high = self.ticks[0], self.ticks[-1]
        return min(max((value - low) / (high - low), 0.0), 1.0)


def even_axis(values: Sequence[float]) -> EvenAxis:
    """Axis around some values, with round ticks.

    Examples
    --------
    >>> even_axis([0.21, 0.93]).ticks
    (0.2, 0.4, 0.6, 0.8, 1.0)
    >>> even_axis([3.0]).ticks
    (2.5, 2.75, 3.0, 3.25, 3.5)
    """
    low, high = min(values), max(values)
    if high - low < 1e-9 * max(abs(high), 1.0):
        low, high = low - 0.5, high + 0.5
    rough = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(s * power for s in (1, 2, 2.5, 5, 10) if s * power >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(round(k * step, 12) for k in range(first, last + 1))
    return EvenAxis(1.0, ticks, lambda value: f"{value:.4g}".replace("-", "\u2212"))


def training_section(training: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the template of the section names.

    Parameters
    ----------
    training : mapping
        The "training" part of the facts.
    """
    return {
        "training": training,
        "training_rows": list(_rows(training)),
        "training_curves": list(_curves(training["curves"])),
        "persona_examples": [{**e, "text": clipped(e["text"], LONGEST)} for e in training["examples"]],
        "persona_followed": _FOLLOWED[training["closeness"] != 0],
        "leakage": leakage_table(training.get("leakage") or {}),
        "leakage_missing": str(training["conditioning"]) != "none" and not training.get("leakage"),
    }


def leakage_table(leakage: Mapping[str, Any]) -> dict[str, Any] | None:
    """Rows of the leakage table, shares as they are shown; None where it was not measured.

    Parameters
    ----------
    leakage : mapping
        As `personas.leakage_controls.leakage_facts` gives it.

    Examples
    --------
    >>> facts = {"records": 90, "mean_over_categories": {"guessing": 0.5, "text": 0.8},
    ...          "attributes": [{"entity": "persons", "attribute": "sex", "guessing": 0.6, "read_back": {"text": 0.9}}]}
    >>> table = leakage_table(facts)
    >>> table["controls"], [share.split() for share in table["rows"][0][2]]
    (['persona text'], [['60.0', '%'], ['90.0', '%']])
    """
    if not leakage.get("attributes"):
        return None
    rows = leakage["attributes"]
    names = list(rows[0]["read_back"])
    means = leakage["mean_over_categories"]
    return {
        "records": whole(leakage["records"]),
        "controls": [_CONTROLS.get(name, name) for name in names],
        "rows": [
            (
                clipped(str(r["attribute"]), 60),
                str(r["entity"]),
                [percent(r["guessing"]), *(percent(r["read_back"][n]) for n in names)],
            )
            for r in rows[:N_ATTRIBUTES]
        ],
        "means": [_share(means[name]) for name in ("guessing", *names)],
        "hidden": whole(len(rows) - N_ATTRIBUTES) if len(rows) > N_ATTRIBUTES else "",
    }


def _share(value: float | None) -> str:
    return "–" if value is None else percent(value)


def _curves(curves: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Curves, str]]:
    for curve in curves:
        points = tuple((int(step), float(value)) for step, value in curve["points"])
        if len(points) < 2:
            continue
        name = str(curve["figure"])
        caption = _CAPTIONS["validation" if "validation" in name else ""]
        title = name[:1].upper() + name[1:]
        axis = even_axis([value for _, value in points])
        yield draw_curves([Series(title, points)], axis, x_title="training steps", y_title=title), caption


def _rows(training: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    survey, draws = training["survey"] or {}, training["draws"] or {}
    yield "Model", str(training["model"])
    yield "Given of a record", _given(training)
    yield "Personas drawn from", _CHOICES.get(str(training["choice"]), str(training["choice"]))
    if training["closeness"] is not None:
        yield "Closeness to the persona", f"{float(training['closeness']):g} of 1"
    yield from _writing(training.get("writing") or {})
    if survey:
        yield "Records of the survey", f"{whole(survey['records'])}, of which {whole(survey['validation'])} validate"
        yield "Worth, by their weights", f"{whole(round(survey['effective_size']))} records"
        yield "Different personas", whole(survey["personas"])
    yield "Weights kept", f"of step {whole(training['best_step'])}"
    yield "Training ended", str(training["ending"]) or "done"
    if draws.get("drawn"):
        yield "Records drawn", whole(draws["drawn"])
        yield "Refused as incomplete", percent(draws["incomplete"] / draws["drawn"])
        yield "Members beyond their number, left out", percent(draws["overfull"] / draws["drawn"])


def _writing(writing: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What came of asking a language model for personas."""
    if writing:
        yield "Personas asked of the language model", whole(writing["asked"])
        yield "Right at once, when asked again", f"{whole(writing['valid'])}, {whole(writing['repaired'])}"
        yield "Taken from the template instead", whole(writing["refused"] + writing["unasked"])


_CHOICES = {
    "bootstrap": "the survey’s training records, by weight",
    "density": "a density over the survey’s",
    "bank": "a table of your own",
}


def _given(training: Mapping[str, Any]) -> str:
    kind = str(training["conditioning"])
    if kind not in ("text", "shuffled"):
        return {"none": "nothing"}.get(kind, kind.replace("_", " "))
    dealt = ", dealt to the wrong records" if kind == "shuffled" else ""
    return f"its persona (written by {training['writer']}, embedded by {training['embedder']}){dealt}"
