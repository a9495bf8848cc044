"""A handful of records at three strengths, whose figures can be reckoned by hand."""

from __future__ import annotations

from typing import Any

import numpy as np

from censemble.coding import CodedTable, coding_of
from censemble.evaluation.counterfactual_codes import CodedPool, Watched
from censemble.evaluation.counterfactual_facts import Draws, counterfactual_facts
from censemble.evaluation.counterfactual_support import Support
from censemble.schema import Attribute

BIKE = Watched("persons", "bike", "yes", (1,))
CODINGS = tuple(coding_of(Attribute(a, "persons", "categorical", ("no", "yes"))) for a in ("bike", "car"))
GOOD = Support(300.0, 400.0, 1.0, 1.0, 2.0, 0.0, 0.0)


def coded(bike: list[int], car: list[int], weights: list[float] | None = None) -> CodedPool:
    """Persons by themselves."""
    own = np.ones(len(bike)) if weights is None else np.array(weights)
    rows = np.arange(len(bike))
    return CodedPool({"persons": CodedTable(CODINGS, np.array([bike, car], np.int16), own)}, {"persons": rows}, own)


BEFORE = coded([1, 0, 0, 0], [0, 1, 1, 0])
HALF = coded([1, 1, 0, 0], [0, 0, 1, 0])
FULL = coded([1, 1, 1, 0], [0, 0, 1, 0])
CHANCE = coded([1, 0, 0, 0], [1, 1, 1, 0])
DRAWS = Draws((0.0, 0.5, 1.0), (BEFORE, HALF, FULL), ((BEFORE, CHANCE), (CHANCE, BEFORE)), np.array([0, 0, 1, 1]))
SURVEY = coded([1, 1, 0, 0, 0, 0], [0, 0, 1, 1, 1, 0], [1.0, 1, 2, 2, 2, 2])


def facts(support: Support = GOOD, draws: Draws = DRAWS) -> dict[str, Any]:
    """All figures."""
    return counterfactual_facts(
        draws, SURVEY, support=support, watched=BIKE, is_named=True, rng=np.random.default_rng(1)
    )
