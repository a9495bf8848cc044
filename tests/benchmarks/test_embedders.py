"""The comparison of embedders."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

from censemble.personas.static_embedder import StaticEmbedder

Script = Callable[[str], ModuleType]


def test_auc_is_the_share_of_pairs_in_order(script: Script) -> None:
    """Of three with and two without: five of six pairs."""
    scores, has = np.array([0.9, 0.5, 0.7, 0.6, 0.1]), np.array([True, True, True, False, False])
    assert script("embedders").auc(scores, has) == pytest.approx(5 / 6)


def test_contrasts_speak_of_labels_that_there_are(script: Script) -> None:
    """And each has an opposite among the phrases."""
    made = script("embedders")
    for name, label, *_ in made.CONTRASTS:
        assert {label, made.OPPOSITE[name]} <= set(made.WORDS[name])
        assert made.OPPOSITE[name] != label


def test_figures(script: Script, capsys: pytest.CaptureFixture[str]) -> None:
    """In their own words the static embedder finds the people; the table says so."""
    made = script("embedders")
    found = made.figures_of(StaticEmbedder(), *made.travellers(150, 1))
    assert found.own_auc > 0.9
    assert found.macro > 0.8
    made.print_figures([found])
    assert "contrasts in the personas' own words" in capsys.readouterr().out
