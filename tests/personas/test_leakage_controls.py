"""Leakage of personas beside their controls."""

from __future__ import annotations

from dataclasses import dataclass, field

import generator_case
import numpy as np
from numpy.typing import NDArray

from censemble.personas.conditioning import make_bank
from censemble.personas.leakage import Leak
from censemble.personas.leakage_controls import leakage_facts, leaks_beside_controls
from censemble.personas.phrasing import Wording
from censemble.personas.static_embedder import StaticEmbedder
from censemble.personas.template import TemplateWriter
from censemble.pool import Pool
from censemble.schema import Schema

PEOPLE = generator_case.cases()[0]
EMBEDDER = StaticEmbedder()


@dataclass
class Terse:
    """Mentions the sex alone, as a language model might."""

    name: str = "terse"
    wording: Wording = field(default_factory=Wording)

    def write(self, schema: Schema, pool: Pool, records: NDArray[np.int64]) -> list[str]:
        """A sentence for each record."""
        return ["She lives here." if pool.persons["sex"][r] == 0 else "His home is far off." for r in records]


def test_another_writer_is_held_against_the_template() -> None:
    """What it does not mention is not read back from its texts, and is from the template's about the same records."""
    writer = Terse()
    bank = make_bank(PEOPLE.schema, PEOPLE.pool, writer=writer, embedder=EMBEDDER)
    leaks = leaks_beside_controls(bank, PEOPLE.schema, PEOPLE.pool, writer=writer, embedder=EMBEDDER, n_records=200)
    assert list(leaks) == ["text", "template", "shuffled", "one_hot", "kmeans", "none"]
    work = {name: {leak.attribute: leak for leak in several}["work"] for name, several in leaks.items()}
    assert work["template"].accuracy > 0.9 and work["text"].accuracy < 0.8
    assert {leak.rows for leak in work.values()} == {200}


def test_the_template_is_no_control_of_itself() -> None:
    """Its texts are what is measured; of many records as many are drawn as allowed, the same ones each time."""
    writer = TemplateWriter()
    bank = make_bank(PEOPLE.schema, PEOPLE.pool, writer=writer, embedder=EMBEDDER)
    first, second = (
        leaks_beside_controls(bank, PEOPLE.schema, PEOPLE.pool, writer=writer, embedder=EMBEDDER, n_records=90)
        for _ in range(2)
    )
    assert first == second and list(first) == ["text", "shuffled", "one_hot", "kmeans", "none"]


def test_means_are_missing_where_nothing_can_be_told_apart() -> None:
    """JSON has no NaN; rows say what guessing gives."""
    facts = leakage_facts({"text": (Leak("persons", "born", 1, 90, 1, 1, 1),)})
    assert facts["mean_over_categories"] == {"guessing": None, "text": None}
    assert facts["attributes"][0]["guessing"] == 1
    assert leakage_facts({})["attributes"] == []
