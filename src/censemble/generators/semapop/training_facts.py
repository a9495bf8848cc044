"""What a trained model tells of itself: facts for the manifest and the report, tables beside the population."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from censemble.generators.semapop.fitted_model import Learnt
from censemble.generators.semapop.persona_choice import Personas
from censemble.generators.semapop.record_draws import DrawCounts


def facts_of(learnt: Learnt, counts: DrawCounts) -> dict[str, Any]:
    """Settings, personas, how training went, and what was drawn, in JSON types."""
    settings, bank = learnt.settings, learnt.bank
    return {
        "model": learnt.backbone.name,
        "model_settings": learnt.backbone.settings(),
        "settings": settings.facts(),
        "conditioning": settings.conditioning,
        "loosened": settings.is_loosened,
        "writer": bank.writer,
        "embedder": bank.embedder,
        "width": learnt.space.width,
        "survey": dict(learnt.about),
        "leakage": dict(learnt.leakage),
        "writing": dict(learnt.writing),
        "members": learnt.flat.most_members,
        "best_step": int(learnt.curves.best_step),
        "ending": learnt.curves.ending,
        "draws": asdict(counts),
    }


def told_tables(learnt: Learnt, personas: Personas, texts: Sequence[str]) -> dict[str, pa.Table]:
    """Tables to be written beside a population.

    Parameters
    ----------
    learnt : Learnt
        What was trained.
    personas : Personas
        Those that records were drawn from.
    texts : sequence of str
        Of the personas.

    Returns
    -------
    dict of str to pyarrow.Table
        "personas": persona, text, weight. "training": a row a point of the curves: step, then a column a figure.
    """
    told = {
        "persona": pa.array(personas.ids, pa.string()),
        "text": pa.array(texts, pa.string()),
        "weight": personas.weights,
    }
    curves = learnt.curves
    return {"personas": pa.table(told), "training": pa.table({"step": curves.steps, **curves.figures})}
