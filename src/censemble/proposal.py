"""What a generator proposes for a project: fitted, drawn, and kept where the rules allow it."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from censemble.calibration import calibrate
from censemble.change_tables import name_of
from censemble.controls import build_controls
from censemble.dataset import Dataset, Dependence, dataset_of_pool
from censemble.errors import SchemaError
from censemble.generators.independent import Independent
from censemble.generators.llmsynthor import LLMSynthor, Services
from censemble.generators.llmsynthor.macro_statistics import REGION
from censemble.generators.llmsynthor.planning import carried_over
from censemble.generators.maximum_entropy import MaximumEntropy
from censemble.generators.protocol import Generator
from censemble.generators.rare_cells import with_support
from censemble.generators.registry import LEARN_NO_DEPENDENCE, make_generator
from censemble.generators.seed_sample import SeedSample
from censemble.generators.semapop.population_model import SemaPop
from censemble.generators.semapop.services import Outside, PersonaMaker, silent
from censemble.geography import Geography
from censemble.inputs import Inputs
from censemble.llm import Client
from censemble.llm.totals import questions_of, totals_of, totals_words
from censemble.margins import Margin
from censemble.pool import Pool, join_pools, take_records
from censemble.project_personas import maker_of
from censemble.rules import RuleBook, checkable, obeying
from censemble.schema import Entity, Schema

Progress = Callable[[str, float], None]
FROM_TABLES = (MaximumEntropy.name, LLMSynthor.name)  # what cells ask for is possible to them
SPAWN_KEY = 30  # of the random stream of proposals, apart from every other stream of a run
ALONE = 0.01  # of the population: what tables without any survey are worth as evidence for what they do not fix
SOFTNESS = 1e-3  # of all records: standard deviation of a table while llmsynthor plans
PLANNING = 0.1  # of the population: evidence of the prior while llmsynthor plans; less would be stiffer than needed
PLANNING_STEPS = 40  # Newton steps: tables that cannot all be met have no sharp end
MAX_DRAWS = 20  # times the records asked for: rules that refuse more leave fewer records


@dataclass(frozen=True, eq=False)
class Proposal:
    """Candidate records, and what was refused on the way.

    Parameters
    ----------
    pool : Pool
    n_drawn : int
        Records drawn, those that were refused included.
    refused : mapping of str to int
        By rule; a record may break several.
    notes : tuple of str
        What the user should know.
    effective_size : float or None
        Real records that the proposal is worth as evidence; None where the pool is the survey itself.
    tables : mapping of str to pyarrow.Table
        What the generator tells of its work, to be written beside the pool.
    language_model : mapping of str to object
        What asking a language model came to, for the manifest; empty where none was asked.
    fitted : Generator or None
        What drew the records, to draw others with.
    about : mapping of str to object
        What a trained model says of itself and its draws, for the manifest; empty where none was trained.
    """

    pool: Pool
    n_drawn: int
    refused: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    effective_size: float | None = None
    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    language_model: Mapping[str, Any] = field(default_factory=dict)
    fitted: Generator | None = None
    about: Mapping[str, Any] = field(default_factory=dict)


def propose(
    inputs: Inputs,
    *,
    client: Client | None = None,
    progress: Progress | None = None,
    fitted: Generator | None = None,
    start: Generator | None = None,
) -> Proposal:
    """Fit the project's generator and draw its records.

    The seed sample is data and is proposed whole. Other generators are asked for `inputs.generator.records`; those
    that break a rule are left out and others drawn in their place, up to twenty times as many in all.

    Parameters
    ----------
    inputs : Inputs
        With a seed sample where the generator needs one.
    client : Client, optional
        Asks the language model, where the generator needs one.
    progress : callable, optional
        Told a phrase and the share of records in wrong cells while a language model is asked.
    fitted : Generator, optional
        Fitted to these inputs before, and not again: other records of the same generator, and no call to a model.
    start : Generator, optional
        Fitted to inputs that differ a little: a language model is asked about the difference only.

    Raises
    ------
    ConfigError
        No such generator, or one that asks a language model and was given none.
    LanguageModelError
        The language model does not answer.
    SchemaError
        It cannot learn from these inputs, or no record obeys the rules.
    """
    wanted = inputs.generator
    fitted = fitted or fit_generator(inputs, client=client, progress=progress, start=start)
    if isinstance(fitted, SeedSample):
        tables, asked = _asking(fitted, client)
        pool = fitted.pool()
        return Proposal(pool, pool.n_records, notes=_words(asked), tables=tables, language_model=asked, fitted=fitted)
    rng = np.random.default_rng(np.random.SeedSequence(inputs.settings.random_seed, spawn_key=(SPAWN_KEY,)))
    first = fitted.sample(wanted.records, rng)
    book, unchecked = checkable(inputs.rules, dataset_of_pool(first, inputs.schema, name=wanted.kind))
    parts, n_drawn, refused = _obeying(fitted, first, book, inputs, rng)
    notes = [*getattr(fitted, "notes_", ()), *unchecked.values()]
    pool = join_pools(parts)
    if not pool.n_records:
        counts = ", ".join(f"{name}: {n:,}" for name, n in refused.items())
        raise SchemaError(
            f"the generator {wanted.kind!r} drew {n_drawn:,} records and each breaks a rule ({counts}); "
            "correct the rules, raise generator.records (twenty times as many are drawn), or take another generator"
        )
    if pool.n_records < wanted.records:
        obey = f"only {pool.n_records:,} of {n_drawn:,} records drawn obey the rules"
        few = obey if book.rules else f"there are only {pool.n_records:,} records"
        notes.append(f"{wanted.kind}: {few}; {wanted.records:,} were asked for.")
    share = float(first.prior_weights.sum() / pool.prior_weights.sum())
    pool = replace(pool, prior_weights=pool.prior_weights * share)
    as_published = isinstance(fitted, LLMSynthor) and fitted.mode != "calibrated"  # its records are what came
    if (inputs.seed_sample is None or wanted.kind in FROM_TABLES) and not as_published:
        obedient = partial(_obedient, book, inputs.schema)
        pool, n_added = with_support(fitted, pool, inputs.schema, inputs.margins, rng=rng, obedient=obedient)
        if n_added:
            notes.append(f"{wanted.kind}: {n_added:,} records more, for cells that hardly any of the others is in.")
    effective = _effective_size(pool, inputs.seed_sample, wanted.kind)
    tables, asked = _asking(fitted, client)
    about = fitted.facts() if isinstance(fitted, SemaPop) else {}
    tables |= fitted.tables() if isinstance(fitted, SemaPop) else {}
    return Proposal(pool, n_drawn, refused, (*notes, *_words(asked)), effective, tables, asked, fitted, about)


def _asking(fitted: Generator, client: Client | None) -> tuple[dict[str, pa.Table], dict[str, Any]]:
    """Tables and totals of what was asked: by the generator, or before it about a scenario."""
    if client is None or not (client.asked or isinstance(fitted, LLMSynthor)):
        return {}, {}
    planned = fitted.tables() if isinstance(fitted, LLMSynthor) else {}
    return {**planned, "questions": questions_of(client)}, totals_of(client)


def _words(asked: Mapping[str, Any]) -> tuple[str, ...]:
    return (totals_words(asked),) if asked else ()


def fit_generator(
    inputs: Inputs,
    *,
    client: Client | None = None,
    progress: Progress | None = None,
    start: Generator | None = None,
    checkpoint: Path | None = None,
) -> Generator:
    """Make the project's generator and fit it.

    Parameters
    ----------
    inputs, client, progress, start
        As in `propose`.
    checkpoint : Path, optional
        File in which a generator that trains keeps its place.

    Raises
    ------
    ConfigError, LanguageModelError, SchemaError
        As `propose`.
    """
    wanted = inputs.generator
    services = Services(client, region_weights, _plain_rules(inputs), inputs.settings.random_seed, progress)
    if isinstance(start, LLMSynthor) and start.plan_ is not None:
        services = replace(services, start=carried_over(start.plan_), likeness=start.plan_.likeness)
    outside = Outside(_personas(inputs, client), region_weights, progress or silent, checkpoint)
    generator = make_generator(wanted.kind, wanted.options, services=services, outside=outside)
    if generator.needs_sample and inputs.seed_sample is None:
        raise SchemaError(f"the generator {wanted.kind!r} needs a seed sample; give one, or another generator")
    margins = inputs.margins
    if wanted.kind == Independent.name and inputs.scenario is not None:
        # The table of a change counts its records alone: nothing about one attribute follows from it.
        own = {name_of(change.id) for change in inputs.scenario.changes}
        margins = tuple(m for m in margins if m.name not in own)
    return generator.fit(inputs.schema, seed_sample=inputs.seed_sample, margins=margins)


def _personas(inputs: Inputs, client: Client | None) -> PersonaMaker | None:
    """Who makes personas, for the one generator that has any."""
    wanted = inputs.generator
    if wanted.kind != SemaPop.name:
        return None
    return maker_of(inputs, os.environ, client=client, conditioning=wanted.options.get("conditioning", "text"))


def _obedient(book: RuleBook, schema: Schema, pool: Pool) -> Pool:
    return obeying(book, pool, schema)[0]


def _effective_size(pool: Pool, seed_sample: Pool | None, kind: str) -> float:
    """Kish's effective size of the survey that was learnt from, never more than the pool's own.

    Tables alone are worth one record in a hundred: soft tables of zones then decide, and the prior steadies them.
    """
    own = _kish(pool)
    if seed_sample is None or kind in FROM_TABLES:
        return min(own, ALONE * float(pool.prior_weights.sum()))
    return min(own, _kish(seed_sample))


def _kish(pool: Pool) -> float:
    return float(pool.prior_weights.sum() ** 2 / (pool.prior_weights**2).sum())


def _obeying(
    fitted: Generator, first: Pool, book: RuleBook, inputs: Inputs, rng: np.random.Generator
) -> tuple[list[Pool], int, dict[str, int]]:
    """Keep what obeys the rules; draw again for what was refused, within bounds and while there is more."""
    wanted, n_drawn, n_kept = inputs.generator.records, 0, 0
    parts: list[Pool] = []
    refused: Counter[str] = Counter()
    batch, asked = first, wanted
    while True:
        kept, counts = obeying(book, batch, inputs.schema)
        refused.update(counts)
        n_drawn += batch.n_records
        parts.append(take_records(kept, np.arange(min(wanted - n_kept, kept.n_records))))
        n_kept += parts[-1].n_records
        if n_kept >= wanted or n_drawn >= MAX_DRAWS * wanted or batch.n_records < asked:
            return parts, n_drawn, dict(refused)
        likely = max(n_kept, 1) / n_drawn
        n_next = min(math.ceil(1.1 * (wanted - n_kept) / likely), MAX_DRAWS * wanted - n_drawn)
        asked, drawn = n_next, fitted.sample(n_next, rng)
        # Ids of a later draw repeat those of the first, and its weights sum to as much, however few it has.
        ids = pa.array([f"{i}.{len(parts) + 1}" for i in drawn.household_ids.to_pylist()], pa.string())
        alike = drawn.prior_weights * (drawn.n_records / first.n_records)
        batch = replace(drawn, household_ids=ids, prior_weights=alike)


def _plain_rules(inputs: Inputs) -> RuleBook:
    """Rules that proposed records can be asked: flat ones, or households with their persons."""
    flat = inputs.record_entity == "persons"
    entities: tuple[Entity, Entity] = ("households", "persons")
    columns = {e: {a.name: np.zeros(1) for a in inputs.schema.of(e)} for e in entities}
    has_members = not flat and bool(columns["persons"])
    one = Dataset(
        "records",
        inputs.schema,
        {} if flat else columns["households"],
        columns["persons"] if flat or has_members else {},
        np.zeros(0) if flat else np.ones(1),
        np.ones(1) if flat or has_members else np.zeros(0),
        np.zeros(1, np.int64) if has_members else np.zeros(0, np.int64),
    )
    return checkable(inputs.rules, one)[0]


def region_weights(pool: Pool, margins: Sequence[Margin]) -> NDArray[np.float64]:
    """Calibrate records to tables of one unit, as well as they can meet them: what llmsynthor's planning is given.

    Every table but the total may be missed by a thousandth of all records for one standard deviation, so that cells
    without records do not stop the others from being met.

    Parameters
    ----------
    pool : Pool
        At least one record.
    margins : sequence of Margin
        With one unit each.

    Returns
    -------
    ndarray of shape (n_records,), >= 0
    """
    total = float(pool.prior_weights.sum())
    soft = [m if m.is_total else replace(m, sd=np.maximum(m.sd, SOFTNESS * total)) for m in margins]
    one_zone = Geography((REGION,), (("all",),), (np.zeros(1, np.int32),))
    anywhere = replace(pool, area_level="", area=np.zeros(pool.n_records, np.int32))  # areas are parts of the region
    controls = build_controls(anywhere, soft, one_zone, effective_size=PLANNING * total)
    return calibrate(controls, throw=False, max_iter=PLANNING_STEPS).record_totals()


def beyond_tables(inputs: Inputs) -> Dependence:
    """Where the dependence of attributes comes from that no table counts together."""
    kind = inputs.generator.kind
    if kind == LLMSynthor.name:
        return "proposed"
    return "independent" if kind in LEARN_NO_DEPENDENCE else "learnt"
