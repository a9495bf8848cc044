"""The report's section on a trained model: the facts of `trained_model` as curves and rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from censemble.evaluation.curves import Axis, Curves, Series, draw_curves
from censemble.evaluation.wording import clipped, percent, whole

LONGEST = 600  # characters of a persona
_CAPTIONS = {
    "validation": "Of records that were kept apart. Look for a curve that no longer improves: training ended in time.",
    "": "Mean of the steps before each point.",
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
    }


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
