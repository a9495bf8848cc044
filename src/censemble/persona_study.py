"""What `censemble personas` does: write and embed the personas of a survey, and measure what the vectors give away."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from censemble.errors import ConfigError
from censemble.inputs import Inputs
from censemble.io.output_folder import open_output
from censemble.model_client import answers_path
from censemble.persona_writers import asked_lines, writer_of
from censemble.personas.bank import PersonaBank
from censemble.personas.by_name import embedder_of, wording_of
from censemble.personas.conditioning import make_bank
from censemble.personas.distinct import distinct_personas
from censemble.personas.forgotten import bank_notes
from censemble.personas.leakage import Leak, mean_macro
from censemble.personas.leakage_controls import leaks_beside_controls
from censemble.personas.llm_writer import LLMWriter
from censemble.personas.template import TemplateWriter
from censemble.personas.writer import Writer
from censemble.plain_text import counted
from censemble.pool import Pool

N_EXAMPLES = 3
FEW = 50  # records, under which nothing can be said of what is read back
Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class PersonaStudy:
    """Personas of a survey and what they give away.

    Parameters
    ----------
    bank : PersonaBank
        Texts and vectors.
    record_ids : pyarrow.Array
        Of the records, as the survey has them.
    leaks : mapping of str to tuple of Leak
        By conditioning: "text" first, then the controls.
    notes : tuple of str
        How many personas there are, and what is to be said about them.
    """

    bank: PersonaBank
    record_ids: pa.Array
    leaks: Mapping[str, tuple[Leak, ...]]
    notes: tuple[str, ...]


def study(inputs: Inputs, environ: Mapping[str, str], *, progress: Progress | None = None) -> PersonaStudy:
    """Write and embed the personas of a project's survey, and read each attribute back from the vectors.

    Parameters
    ----------
    inputs : Inputs
        With a seed sample; `inputs.personas` says how.
    environ : mapping
        `os.environ`: where an endpoint for embeddings, and a language model, are.
    progress : callable, optional
        Told what is being done.

    Raises
    ------
    ConfigError
        No seed sample, or an embedder or language model that cannot be used.
    InputError
        As `make_bank`.
    LanguageModelError
        A model or an endpoint does not answer; what was answered is kept.
    """
    require_sample(inputs)
    with writer_of(inputs, environ) as writer:
        return _study(inputs, environ, writer, progress or (lambda _phrase, _value: None))


def _study(inputs: Inputs, environ: Mapping[str, str], writer: Writer, told: Progress) -> PersonaStudy:
    pool, settings, schema = require_sample(inputs), inputs.personas, inputs.schema
    folder = answers_path(inputs).parent
    embedder = embedder_of(settings.embedder, environ, folder=folder)
    bank = make_bank(
        schema,
        pool,
        writer=writer,
        embedder=embedder,
        limit=settings.limit,
        cache=folder / settings.cache if settings.cache else None,
        progress=told,
    )
    leaks = leaks_beside_controls(bank, schema, pool, writer=writer, embedder=embedder, progress=told)
    says = distinct_personas(schema, pool, writer.wording, limit=settings.limit).says
    notes = bank_notes(bank, schema, pool, wording=writer.wording, embedder=embedder)
    return PersonaStudy(
        bank, pool.household_ids, leaks, (says, *_about_writing(writer), *notes, *_about_inputs(inputs))
    )


def _about_inputs(inputs: Inputs) -> list[str]:
    """That there are no phrases, or too few records to read anything back."""
    settings, n = inputs.personas, require_sample(inputs).n_records
    notes = []
    if not settings.words and not settings.patterns:
        notes.append(
            "The project file has no phrases: texts follow rules of thumb. personas.words makes them read and embed "
            "better (docs/personas.md)."
        )
    if n < FEW:
        notes.append(f"{counted(n, 'record')} of the survey: too few to learn from, so that the table says nothing.")
    return notes


def _about_writing(writer: Writer) -> list[str]:
    """How a language model's texts came about."""
    if not isinstance(writer, LLMWriter):
        return []
    report, model = writer.report_, writer.client.model.name
    return [
        f"{model} was asked about {report.asked:,} personas: {report.valid:,} texts fit their record at once, "
        f"{report.repaired:,} when asked again; for {report.refused:,} that never did, and {report.unasked:,} that "
        f"were not asked, the template stands in. {report.with_inventions:,} texts say what the record does not."
    ]


def require_sample(inputs: Inputs) -> Pool:
    """The seed sample.

    Raises
    ------
    ConfigError
        There is none, or it is empty, or the schema declares no attribute.
    """
    if inputs.seed_sample is None or not inputs.seed_sample.n_records:
        raise ConfigError("Personas are written about survey records: name them under seed_sample in the project file.")
    if not inputs.schema.attributes:
        raise ConfigError("Personas need declared attributes: take a project file, which has them.")
    return inputs.seed_sample


def preview(inputs: Inputs, environ: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Texts of a few records that are spread over the survey; and how many personas there would be, and what to ask.

    The texts are the template's, also where a language model is to write: nothing is sent, nothing is written.

    Parameters
    ----------
    inputs : Inputs
        With a seed sample.
    environ : mapping
        `os.environ`, for the language model that would be asked.
    """
    pool = require_sample(inputs)
    writer = TemplateWriter(wording_of(inputs.personas))
    found = distinct_personas(inputs.schema, pool, writer.wording, limit=inputs.personas.limit)
    some = found.records[np.linspace(0, len(found.records) - 1, N_EXAMPLES + 2).astype(int)]
    texts = writer.write(inputs.schema, pool, np.unique(some))
    return texts, [found.says, *asked_lines(inputs, pool, found.records, environ)]


def leakage_rows(leaks: Mapping[str, tuple[Leak, ...]]) -> list[dict[str, Any]]:
    """One row for each attribute: the shares that guessing, the texts and each control read back.

    Examples
    --------
    >>> leakage_rows({"text": (Leak("persons", "sex", 2, 90, 0.6, 0.9, 0.8),)})[0]["text accuracy"]
    0.9
    """
    rows = []
    for several in zip(*leaks.values(), strict=True):
        first = several[0]
        row: dict[str, Any] = {n: getattr(first, n) for n in ("entity", "attribute", "categories", "rows", "majority")}
        for name, leak in zip(leaks, several, strict=True):
            row |= {f"{name} accuracy": leak.accuracy, f"{name} macro": leak.macro}
        rows.append(row)
    return rows


def write_study(found: PersonaStudy, out: Path) -> None:
    """Write personas.parquet, embeddings.parquet, leakage.csv, leakage.json and a manifest.

    Raises
    ------
    OutputError
        The disk or the folder said no; nothing half-written is left.
    """
    bank = found.bank
    texts = pa.array(bank.texts, pa.string()).take(pa.array(bank.of_record))
    flat = pa.array(bank.embeddings.reshape(-1))
    vectors = pa.ListArray.from_arrays(pa.array(np.arange(bank.n_personas + 1, dtype=np.int32) * bank.width), flat)
    rows = leakage_rows(found.leaks)
    with open_output(out) as folder:
        folder.table("personas", pa.table({"record": found.record_ids, "persona": bank.of_record, "text": texts}))
        folder.table("embeddings", pa.table({"text": list(bank.texts), "weight": bank.weights, "vector": vectors}))
        folder.text("leakage.csv", _csv(rows))
        folder.json("leakage.json", {"attributes": rows, "mean macro": _means(found.leaks)})
        manifest = {"writer": bank.writer, "embedder": bank.embedder, "personas": bank.n_personas}
        folder.json("manifest.json", {**manifest, "notes": list(found.notes), "outputs": folder.hashes()})


def study_lines(found: PersonaStudy) -> list[str]:
    """Notes, a few personas and the leakage table, as lines."""
    texts = [t for t in found.bank.texts if t]
    some = texts[:: max(1, len(texts) // N_EXAMPLES)][:N_EXAMPLES]
    return [*found.notes, "", *(line for t in some for line in (t, "")), *leakage_lines(found.leaks)]


def leakage_lines(leaks: Mapping[str, tuple[Leak, ...]]) -> list[str]:
    """The leakage table in columns: the share of records whose attribute is read back."""
    rows = leakage_rows(leaks)
    width = max([len(row["attribute"]) for row in rows] + [len("mean over categories")])
    head = f"{'read back (share of records)':<{width}}  guessing  " + "  ".join(f"{n:>8}" for n in leaks)
    lines = [
        f"{row['attribute']:<{width}}  {row['majority']:>8.2f}  "
        + "  ".join(f"{row[f'{n} accuracy']:>8.2f}" for n in leaks)
        for row in rows
    ]
    means = [f"{value:>8.2f}" if value is not None else f"{'':>8}" for value in _means(leaks).values()]
    return [head, *lines, f"{'mean over categories':<{width}}  {'':>8}  " + "  ".join(means)]


def _means(leaks: Mapping[str, tuple[Leak, ...]]) -> dict[str, float | None]:
    means = {name: mean_macro(found) for name, found in leaks.items()}
    return {name: None if np.isnan(value) else value for name, value in means.items()}


def _csv(rows: list[dict[str, Any]]) -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()
