"""Leakage of personas beside that of their controls, on a bounded number of records; and the same as plain values.

text      the vectors of the texts, whoever wrote them
template  those of the template's texts about the same records, where a language model wrote
one_hot, kmeans, shuffled, none   see `conditioning`
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from censemble.personas.bank import PersonaBank
from censemble.personas.conditioning import Conditioning, make_bank, shuffled
from censemble.personas.embedder import Embedder
from censemble.personas.leakage import MOST_ROWS, RANDOM_SEED, Leak, leakage, mean_macro
from censemble.personas.template import TemplateWriter
from censemble.personas.writer import Writer
from censemble.pool import Pool, take_records
from censemble.schema import Schema

WITHOUT_TEXT: tuple[Conditioning, ...] = ("one_hot", "kmeans", "none")
DIGITS = 4
Progress = Callable[[str, float], None]


def leaks_beside_controls(
    bank: PersonaBank,
    schema: Schema,
    pool: Pool,
    *,
    writer: Writer,
    embedder: Embedder,
    given: Conditioning = "text",
    n_records: int = MOST_ROWS,
    progress: Progress | None = None,
) -> dict[str, tuple[Leak, ...]]:
    """Read each attribute back from persona vectors and from their controls, all of the same records.

    Not for comparing surveys: what can be read back grows with the number of records that a probe learns from.

    Parameters
    ----------
    bank : PersonaBank
        Of the records of the pool, as `given` says.
    schema : Schema
        Whose attributes are asked for.
    pool : Pool
        The seed sample.
    writer : Writer
        Of the bank's texts; its wording says what the controls show.
    embedder : Embedder
        Of the bank's vectors; embeds the template's texts where a language model wrote.
    given : {"text", "one_hot", "kmeans", "shuffled", "none"}
        What the bank's vectors are made from; those that need texts are left out where it has none.
    n_records : int
        Records at most, drawn by a stream of its own that is always the same.
    progress : callable, optional
        Told what is being done.

    Returns
    -------
    dict of str to tuple of Leak
        By control, what is given first; the same attributes in the same order in each.

    Examples
    --------
    >>> import censemble
    >>> from censemble.personas.static_embedder import StaticEmbedder
    >>> inputs, writer, embedder = censemble.demo_inputs(), TemplateWriter(), StaticEmbedder()
    >>> small = Schema(inputs.schema.of("households")[:2])
    >>> pool = take_records(inputs.seed_sample, np.arange(60))
    >>> bank = make_bank(small, pool, writer=writer, embedder=embedder)
    >>> list(leaks_beside_controls(bank, small, pool, writer=writer, embedder=embedder))
    ['text', 'shuffled', 'one_hot', 'kmeans', 'none']
    """
    rows = np.sort(np.random.default_rng(RANDOM_SEED).permutation(pool.n_records)[:n_records])
    some, own = take_records(pool, rows), replace(bank, of_record=bank.of_record[rows])
    template = TemplateWriter(writer.wording)

    def control(conditioning: Conditioning) -> PersonaBank:
        return make_bank(schema, some, writer=template, embedder=embedder, conditioning=conditioning, progress=progress)

    banks: dict[str, PersonaBank] = {given: own}
    if given == "text":
        banks |= {"template": control("text")} if writer.name != template.name else {}
        banks["shuffled"] = shuffled(own)
    banks |= {name: control(name) for name in WITHOUT_TEXT if name not in banks}
    return {name: leakage(one, schema, some, progress=progress) for name, one in banks.items()}


def leakage_facts(leaks: Mapping[str, tuple[Leak, ...]]) -> dict[str, Any]:
    """The table as JSON: a row an attribute with shares by control, and the mean over categories; `none` is guessing.

    Examples
    --------
    >>> facts = leakage_facts({"text": (Leak("persons", "sex", 2, 90, 0.6, 0.9, 0.8),)})
    >>> facts["attributes"]
    [{'entity': 'persons', 'attribute': 'sex', 'guessing': 0.6, 'read_back': {'text': 0.9}}]
    >>> facts["records"], facts["mean_over_categories"]
    (90, {'guessing': 0.5, 'text': 0.8})
    """
    shown = {name: several for name, several in leaks.items() if name != "none"}
    rows = [
        {
            "entity": several[0].entity,
            "attribute": several[0].attribute,
            "guessing": round(several[0].majority, DIGITS),
            "read_back": {name: round(leak.accuracy, DIGITS) for name, leak in zip(shown, several, strict=True)},
        }
        for several in zip(*shown.values(), strict=True)
    ]
    first: Sequence[Leak] = next(iter(shown.values()), ())
    guessing = [1 / leak.categories for leak in first if leak.categories > 1]
    means = {"guessing": float(np.mean(guessing)) if guessing else float("nan")}
    means |= {name: mean_macro(several) for name, several in shown.items()}
    return {
        "records": max((leak.rows for leak in first), default=0),
        "attributes": rows,
        "mean_over_categories": {k: None if np.isnan(v) else round(v, DIGITS) for k, v in means.items()},
    }
