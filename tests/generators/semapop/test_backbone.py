"""What backbones are given."""

from __future__ import annotations

import numpy as np

from censemble.generators.semapop.backbone import Curves


def test_curves_of_an_untrained_model_are_empty() -> None:
    """No points, no figures, and the first step is the best."""
    curves = Curves(np.zeros(0, np.int64))
    assert (dict(curves.figures), curves.best_step, curves.ending) == ({}, 0, "")
