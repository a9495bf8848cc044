"""What the readers hand to the pipeline: one frozen value, whether from a project file or a PopulationSim folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from censemble.changes import Changes
from censemble.geography import Geography
from censemble.margins import Margin
from censemble.pool import Pool
from censemble.rules import RuleBook
from censemble.schema import Entity, Schema


@dataclass(frozen=True)
class SourceFile:
    """One input file: its role, its path as the user wrote it, and what it held when it was read."""

    role: str
    path: str
    sha256: str
    n_bytes: int


@dataclass(frozen=True)
class RunSettings:
    """Settings that change the result.

    Parameters
    ----------
    random_seed : int
        >= 0.
    max_expansion_factor : float or None
        Upper bound of calibrated weight / design weight, summed over the zones of a unit of
        `expansion_level`; None is no bound.
    expansion_level : str
        Geography level at which the bound holds; "" is the seed sample's own level.
    tol : float
        Counts; an exact control is met when it is within `tol` of its target.
    max_iter : int
        Newton steps of calibration.
    """

    random_seed: int = 0
    max_expansion_factor: float | None = None
    expansion_level: str = ""
    tol: float = 0.05
    max_iter: int = 200


@dataclass(frozen=True)
class GeneratorSettings:
    """What proposes the records.

    Parameters
    ----------
    kind : str
        One of `generators.registry`.
    records : int
        How many it proposes; 0 is all it has (the seed sample).
    options : mapping
        What its constructor is given.
    """

    kind: str = "seed_sample"
    records: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LanguageModelSettings:
    """What asking a language model may cost and where answers are kept; never an address or a key.

    Parameters
    ----------
    prices : mapping of str to mapping
        By model: "in" and "out", money per million tokens, as texts of decimal numbers.
    max_calls, max_tokens : int or None
        >= 0; None for no limit.
    max_cost : str or None
        Money, a decimal number.
    concurrency : int
        Calls at once, at most, >= 1.
    timeout : float
        Seconds for one call, > 0.
    answers : str
        File of questions and answers, relative to the project file.
    """

    prices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    max_calls: int | None = None
    max_tokens: int | None = None
    max_cost: str | None = None
    concurrency: int = 4
    timeout: float = 300.0
    answers: str = "answers.sqlite"


@dataclass(frozen=True)
class PersonaSettings:
    """How records become personas.

    Parameters
    ----------
    writer : {"template", "llm"}
        What writes the texts.
    embedder : str
        "static", "endpoint", or the folder of a model, relative to the project file.
    words : mapping of str to mapping
        By attribute, what somebody with a label does.
    patterns : mapping of str to str
        By attribute, a phrase with {value}.
    leave_out : tuple of str
        Attributes that no persona mentions.
    record, member : str
        Nouns for a record and for one of its members.
    limit : int or None
        Personas at most.
    cache : str
        File of embeddings, relative to the project file; "" keeps none.
    topics : mapping of str to mapping
        By attribute, how texts speak of it, for the checks of a language model's: see `personas.topics`.
    """

    writer: str = "template"
    embedder: str = "static"
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    patterns: Mapping[str, str] = field(default_factory=dict)
    leave_out: tuple[str, ...] = ()
    record: str = "household"
    member: str = "person"
    limit: int | None = None
    cache: str = ""
    topics: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class PopulationSimOutput:
    """PopulationSim's own output files, beside ours: names and columns as its settings ask."""

    household_id: str
    households_file: str
    household_columns: tuple[str, ...]
    persons_file: str
    person_columns: tuple[str, ...]
    summary_tables: tuple[str, ...]
    seed_household_id: str
    seed_level: str
    expanded_ids: bool


@dataclass(frozen=True)
class OutputSettings:
    """Which files to write and which columns they carry."""

    formats: tuple[str, ...] = ("parquet",)
    populationsim: PopulationSimOutput | None = None


@dataclass(frozen=True, eq=False)
class Inputs:
    """All inputs, checked and in memory.

    Parameters
    ----------
    name : str
    geography : Geography
    schema : Schema
        Declared attributes; empty for PopulationSim folders.
    seed_sample : Pool or None
        Survey records with their design weights; None where the generator needs none.
    margins : tuple of Margin
    settings : RunSettings
    outputs : OutputSettings
    files : tuple of SourceFile
    notes : tuple of str
        What the user should know: settings that are not honoured, tables not used.
    thresholds : mapping of str to float
        Report pass/fail limits by metric name.
    geojson : str
        Path of zone polygons, or "".
    geojson_id : str
        Property of a feature that holds the zone id.
    rules : RuleBook
        What generated records obey; the seed sample's own stay as they are.
    generator : GeneratorSettings
    language_model : LanguageModelSettings
    personas : PersonaSettings
    record_entity : {"households", "persons"}
        What a record is.
    origin : mapping of str to str
        Where they were read: a kind (project, populationsim, demo) and a path; empty for tables in memory.
    scenario : Changes or None
        What a scenario has changed in `margins`.
    """

    name: str
    geography: Geography
    schema: Schema
    seed_sample: Pool | None
    margins: tuple[Margin, ...]
    settings: RunSettings
    outputs: OutputSettings = field(default_factory=OutputSettings)
    files: tuple[SourceFile, ...] = ()
    notes: tuple[str, ...] = ()
    thresholds: Mapping[str, float] = field(default_factory=dict)
    geojson: str = ""
    geojson_id: str = ""
    rules: RuleBook = field(default_factory=RuleBook)
    generator: GeneratorSettings = field(default_factory=GeneratorSettings)
    language_model: LanguageModelSettings = field(default_factory=LanguageModelSettings)
    personas: PersonaSettings = field(default_factory=PersonaSettings)
    record_entity: Entity = "households"
    origin: Mapping[str, str] = field(default_factory=dict)
    scenario: Changes | None = None
