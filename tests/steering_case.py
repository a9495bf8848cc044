"""Travellers whose personas say everything, and a model that follows personas: what steering must move is known."""

from __future__ import annotations

import numpy as np
from semapop_case import Words, semapop

from censemble.generators.proposals import numbered, person_pool
from censemble.generators.semapop.backbone import Progress
from censemble.generators.semapop.population_model import SemaPop
from censemble.generators.semapop.services import Outside
from censemble.personas.bank import PersonaBank
from censemble.personas.template import TemplateWriter
from censemble.pool import Pool
from censemble.schema import Attribute, Schema

N = 400
SCHEMA = Schema(
    (
        Attribute("bike", "persons", "categorical", ("no", "yes")),
        Attribute("car", "persons", "categorical", ("no", "yes")),
        Attribute("sex", "persons", "categorical", ("female", "male")),
        Attribute("age", "persons", "numeric", bins=(0, 40, 100)),
    )
)


def travellers(*, id_prefix: str = "p") -> Pool:
    """Three in ten cycle; of them three in ten have a car, of the others nine in ten; nothing else depends."""
    rng = np.random.default_rng(4)
    bike = rng.random(N) < 0.3
    car = rng.random(N) < np.where(bike, 0.3, 0.9)
    columns = {
        "bike": bike.astype(np.int64),
        "car": car.astype(np.int64),
        "sex": rng.integers(0, 2, N),
        "age": rng.choice([20.0, 30.0, 50.0, 70.0], N),
    }
    return person_pool(columns, ids=numbered(id_prefix, N), total_weight=4000.0, generator="survey")


class TemplateWords(Words):
    """Template personas whose vectors add up their words'."""

    def bank(self, schema: Schema, pool: Pool, *, progress: Progress) -> PersonaBank:
        """A text for each distinct record."""
        told = TemplateWriter().write(schema, pool, np.arange(pool.n_records))
        texts, of_record = np.unique(told, return_inverse=True)
        weights = np.bincount(of_record.reshape(-1), weights=pool.prior_weights)
        return PersonaBank(
            tuple(texts.tolist()), self.embed(texts.tolist()), of_record.reshape(-1), weights, self.name, "template"
        )


def fitted() -> SemaPop:
    """The small model, fitted to the travellers."""
    return semapop(width=6, outside=Outside(personas=TemplateWords())).fit(SCHEMA, seed_sample=travellers())
