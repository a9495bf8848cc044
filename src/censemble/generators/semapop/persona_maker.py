"""Personas made by a writer and an embedder, as `services.PersonaMaker` asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from censemble.generators.semapop.backbone import Progress
from censemble.generators.semapop.services import AboutPersonas
from censemble.personas.bank import PersonaBank
from censemble.personas.conditioning import Conditioning, make_bank
from censemble.personas.embedder import Embedder
from censemble.personas.forgotten import bank_notes
from censemble.personas.leakage_controls import leakage_facts, leaks_beside_controls
from censemble.personas.llm_writer import LLMWriter
from censemble.personas.static_embedder import StaticEmbedder
from censemble.personas.template import TemplateWriter
from censemble.personas.writer import Writer
from censemble.personas.writing_report import WritingReport
from censemble.pool import Pool
from censemble.schema import Schema

MEASURED = 300  # records at most that leakage is measured on: some seconds


@dataclass(frozen=True, eq=False)
class StandardMaker:
    """Writes with `writer`, embeds with `embedder`.

    Parameters
    ----------
    writer : Writer
        Left out: the template.
    embedder : Embedder
        Left out: the one that comes with the package.
    conditioning : {"text", "one_hot", "kmeans", "shuffled", "none"}
        As in `personas.conditioning.make_bank`.
    limit : int or None
        Personas at most; None for one of each distinct combination.
    cache : Path or None
        File that keeps embeddings.
    """

    writer: Writer = field(default_factory=TemplateWriter)
    embedder: Embedder = field(default_factory=StaticEmbedder)
    conditioning: Conditioning = "text"
    limit: int | None = None
    cache: Path | None = None

    @property
    def name(self) -> str:
        """Name of the embedder."""
        return self.embedder.name

    def bank(self, schema: Schema, pool: Pool, *, progress: Progress) -> PersonaBank:
        """Make the personas of all records, one for each distinct combination of facts."""
        return make_bank(
            schema,
            pool,
            writer=self.writer,
            embedder=self.embedder,
            conditioning=self.conditioning,
            limit=self.limit,
            cache=self.cache,
            progress=progress,
        )

    def about(self, schema: Schema, pool: Pool, bank: PersonaBank, *, progress: Progress) -> AboutPersonas:
        """Leakage beside the controls; of texts what they forget, their language, and how many a model wrote."""
        leaks = leaks_beside_controls(
            bank,
            schema,
            pool,
            writer=self.writer,
            embedder=self.embedder,
            given=self.conditioning,
            n_records=MEASURED,
            progress=progress,
        )
        if self.conditioning not in ("text", "shuffled"):
            return AboutPersonas((), leakage_facts(leaks))
        told = bank_notes(bank, schema, pool, wording=self.writer.wording, embedder=self.embedder)
        if not isinstance(self.writer, LLMWriter):
            return AboutPersonas(told, leakage_facts(leaks))
        report = self.writer.report_
        return AboutPersonas((_written(report), *told), leakage_facts(leaks), report.as_dict())

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts, shape (n, width)."""
        return self.embedder.embed(texts)


def _written(report: WritingReport) -> str:
    """What asking a language model for personas came to."""
    return (
        f"personas: a language model was asked for {report.asked:,}; it wrote {report.valid:,} at once and "
        f"{report.repaired:,} when asked again, {report.refused + report.unasked:,} are the template's."
    )
