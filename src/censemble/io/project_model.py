"""The project file as a model: which keys there are, what they accept, what they mean.

Here are names, types and descriptions only. Reading YAML and telling a user what is wrong is in
`censemble.io.project`; whether the parts agree with each other is in `censemble.io.project_checks`.
The descriptions below are the reference in ``docs/project-file.md`` and in the published JSON Schema.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from censemble.io.generator_model import GeneratorDeclaration, SeedSampleGenerator
from censemble.io.language_model import LanguageModel
from censemble.io.personas_model import Personas
from censemble.io.scalars import Codes, Conditions, ToleranceText
from censemble.io.section import Section
from censemble.schema import Entity, Kind


class Crosswalk(Section):
    """The table that says which unit of every level each zone lies in: one row a zone."""

    file: str = Field(description="CSV, CSV.gz or Parquet file, relative to the project file.")
    columns: dict[str, str] = Field(description="For every level the column that holds its unit ids.")


class Polygons(Section):
    """Outlines for the maps in the report: of the zones, or of the places that an attribute's labels name."""

    file: str = Field(description="GeoJSON file with one feature a zone or place.")
    id: str = Field(description="Property of a feature that holds the zone id, or the label.")


class GeographyLevels(Section):
    """The nested geography."""

    levels: tuple[str, ...] = Field(min_length=1, description="Level names, outermost first; the last is the zone.")
    crosswalk: Crosswalk = Field(description="Which unit of every level each zone lies in.")
    polygons: Polygons | None = Field(default=None, description="Zone outlines for the report's map.")


class SeedHouseholds(Section):
    """The households of the survey."""

    file: str = Field(description="CSV, CSV.gz or Parquet file, one row a household.")
    id: str = Field(description="Column of the household id, unique.")
    weight: str = Field(description="Column of the design weight: how many households this one stands for, > 0.")
    size: str = Field(default="", description="Column of the household size, compared with the persons file.")
    area: dict[str, str] = Field(
        default_factory=dict,
        max_length=1,
        description="One level and the column that says where the record lives: it is used only there. "
        "Left out, a record may go anywhere.",
    )
    keep: str = Field(default="", description="Condition on this file's columns; households that fail it are left out.")
    carry: tuple[str, ...] = Field(default=(), description="Columns copied to the output untouched.")


class SeedPersons(Section):
    """The persons of the survey households; or, in a project of persons, the survey itself."""

    file: str = Field(description="CSV, CSV.gz or Parquet file, one row a person.")
    household: str = Field(
        default="", description="Column of the household id that the person belongs to. Not for projects of persons."
    )
    id: str = Field(
        default="",
        description="Column of the person's number; left out, persons are numbered from 1. In a project of persons "
        "the id, unique.",
    )
    weight: str = Field(
        default="",
        description="Projects of persons: column of the design weight, > 0; left out, each counts 1.",
    )
    area: dict[str, str] = Field(
        default_factory=dict, max_length=1, description="Projects of persons: as for seed households."
    )
    keep: str = Field(default="", description="Projects of persons: condition on this file's columns.")
    carry: tuple[str, ...] = Field(default=(), description="Columns copied to the output untouched.")


class SeedSample(Section):
    """The survey microdata that records are drawn from."""

    households: SeedHouseholds | None = Field(
        default=None, description="The households file. Not for projects of persons."
    )
    persons: SeedPersons | None = Field(default=None, description="The persons file, where there is one.")


class AttributeDeclaration(Section):
    """One attribute: the column it is read from and what its codes mean."""

    column: str = Field(
        default="", description="Column of the households or persons file. Needed where there is a seed sample."
    )
    kind: Kind = Field(default="categorical", description="What the values are.")
    categories: dict[str, Codes] = Field(
        default_factory=dict,
        description="Label and its code, codes, or range of numbers such as `'>=4'` or `2..5`, in the order of the "
        "labels. An unquoted number is compared as a number (1 is `1`, `01`, `1.0`), a quoted one letter by letter.",
    )
    unit: str = Field(default="", description="Unit of a numeric attribute, for the report.")
    bins: tuple[float, ...] = Field(
        default=(),
        description="Increasing edges that a numeric attribute is tabulated by: bin i is [edge i, edge i+1).",
    )
    missing: Codes = Field(
        default=(), description="Codes that mean no value. Blanks always do. A missing value counts in no cell."
    )


class Attributes(Section):
    """The attributes of households and persons."""

    households: dict[str, AttributeDeclaration] = Field(default_factory=dict, description="By attribute name.")
    persons: dict[str, AttributeDeclaration] = Field(default_factory=dict, description="By attribute name.")


class Relationship(Section):
    """What a person is to the head of the household."""

    column: str = Field(description="Attribute of persons, or the column it is read from.")
    head: Conditions = Field(description="Labels of the head.")
    partner: Conditions = Field(default=(), description="Labels of the head's partner.")
    child: Conditions = Field(default=(), description="Labels of the head's own children.")


class RolesDeclaration(Section):
    """Which person attributes say who is who in a household."""

    age: str = Field(default="", description="Attribute of the age in years, or its column; `age` when left out.")
    relationship: Relationship | None = Field(default=None, description="Who is the head, a partner, a child.")


class Tolerance(Section):
    """How far a result may be from the table, as one standard deviation."""

    tolerance: ToleranceText = Field(description="Counts (`5`) or percent of the target (`2%`, at least 0.5 count).")


def _uncertainty_form(value: Any) -> str:
    return "uncertainty:tolerance" if isinstance(value, dict | Tolerance) else "uncertainty:word"


Uncertainty = Annotated[
    Annotated[Literal["exact", "moe"], Tag("uncertainty:word")] | Annotated[Tolerance, Tag("uncertainty:tolerance")],
    Discriminator(_uncertainty_form),
]


class TargetTable(Section):
    """The file that holds a margin: wide (one column a cell) or long (one row a zone and cell)."""

    file: str = Field(description="CSV, CSV.gz or Parquet file.")
    zone: str = Field(description="Column of the unit ids of the margin's level.")
    moe_file: str = Field(default="", description="File of the margins of error, joined on `zone`, if another one.")
    count: str = Field(default="", description="Long tables: column of the counts.")
    moe: str = Field(default="", description="Long tables: column of the 90 % margins of error.")
    attributes: dict[str, str] = Field(default_factory=dict, description="Long tables: attribute and its column.")
    values: dict[str, dict[str, Conditions]] = Field(
        default_factory=dict,
        description="Long tables: for an attribute, what the table's texts mean (as in `where`); "
        "a text not listed is taken as it is.",
    )
    comment: str = Field(default="", max_length=1, description="Lines that begin with this character are skipped.")
    source: str = Field(default="", description="Where the table comes from, for the report.")
    date: str = Field(default="", description="What the table refers to in time, for the report.")


class CellDeclaration(Section):
    """One cell of a wide table."""

    column: str = Field(description="Column of the counts.")
    moe: str = Field(default="", description="Column of the 90 % margins of error.")
    where: dict[str, Conditions] = Field(
        default_factory=dict,
        description="Attribute and what it must be: a label, a list of labels, or for a numeric attribute a range: "
        "`16..64` (both ends in), `10000..<15000` (upper end out), `'<10000'`, `'>=75'`, `85`. Left out: every record.",
    )
    label: str = Field(default="", description="Name in the report; made from `where` if left out.")
    importance: float | None = Field(default=None, gt=0, description="Instead of the margin's importance.")
    uncertainty: Uncertainty | None = Field(default=None, description="Instead of the margin's uncertainty.")


class MarginDeclaration(Section):
    """One target table."""

    name: str = Field(min_length=1, description="Unique name, used in the report and in messages.")
    of: Entity = Field(description="What the table counts.")
    level: str = Field(description="Geography level of the table's rows.")
    total: bool = Field(
        default=False,
        description="The table counts every record (household; person in a project of persons) of each zone: met "
        "exactly, never relaxed.",
    )
    table: TargetTable = Field(description="Where the counts are.")
    uncertainty: Uncertainty = Field(
        default="exact",
        description="`exact`; `moe`: the 90 % margins of error of the census; or a tolerance of your own.",
    )
    importance: float = Field(
        default=1.0,
        gt=0,
        description="Relative. Where exact tables contradict each other the less important gives way.",
    )
    cells: tuple[CellDeclaration, ...] = Field(default=(), description="Wide tables: which column is which cell.")


class RuleDeclaration(Section):
    """Something that every household, or every person, obeys."""

    name: str = Field(min_length=1, description="Short and unique, for tables: `young-not-employed`.")
    says: str = Field(min_length=1, description="One sentence for readers.")
    of: Entity | None = Field(
        default=None,
        description="Whose rows are looked at. Left out: persons if the rule names one of their attributes outside "
        "`any`, `count` and the like, else households.",
    )
    rule: str = Field(min_length=1, description="The condition: `if age < 16 then employment is none`.")


def _rules_form(value: Any) -> str:
    return "rules:list" if isinstance(value, list | tuple) else "rules:file"


Rules = Annotated[
    Annotated[str, Tag("rules:file")] | Annotated[tuple[RuleDeclaration, ...], Tag("rules:list")],
    Discriminator(_rules_form),
]


class Run(Section):
    """Settings that change the result."""

    random_seed: int = Field(default=0, ge=0, description="Same inputs and same seed give the same bytes.")
    max_expansion_factor: float | None = Field(
        default=None, gt=0, description="Upper bound of calibrated weight / design weight; left out: none."
    )
    expansion_level: str = Field(default="", description="Level at which that bound holds; else the seed sample's own.")
    tol: float = Field(default=0.05, gt=0, description="Counts; an exact control is met when it is this close.")
    max_iter: int = Field(default=200, ge=1, description="Newton steps of calibration.")


class Outputs(Section):
    """Which files are written."""

    formats: tuple[Literal["parquet", "csv"], ...] = Field(
        default=("parquet",), description="Parquet is always written; `csv` may be added."
    )


class Report(Section):
    """What the report calls a pass."""

    thresholds: dict[str, float] = Field(default_factory=dict, description="Metric name and its limit.")


class Project(Section):
    """A whole project file."""

    name: str = Field(min_length=1, description="Title of the report.")
    geography: GeographyLevels = Field(description="Levels and crosswalk.")
    entity: Literal["household", "person"] = Field(
        default="household",
        description="What a record is: a household with its persons, or a flat row (person, trip, transaction).",
    )
    seed_sample: SeedSample | None = Field(
        default=None, description="Survey households and persons. Needed by most generators."
    )
    attributes: Attributes = Field(default_factory=Attributes, description="What the margins and outputs speak of.")
    roles: RolesDeclaration = Field(
        default_factory=RolesDeclaration,
        description="Who is who in a household: the Bayesian network and SemaPop then draw ages that fit each other.",
    )
    margins: tuple[MarginDeclaration, ...] = Field(min_length=1, description="The target tables.")
    generator: GeneratorDeclaration = Field(
        default_factory=SeedSampleGenerator, description="What proposes records. Left out: the seed sample itself."
    )
    language_model: LanguageModel = Field(
        default_factory=LanguageModel,
        description="What asking a language model may cost, and where answers are kept. Nothing else reads it.",
    )
    personas: Personas = Field(
        default_factory=Personas,
        description="How survey records become texts and vectors, for generators that learn from personas.",
    )
    rules: Rules = Field(default="", description="What records obey: a file of rules, or a list of them.")
    run: Run = Field(default_factory=Run, description="Random seed, limits and tolerance.")
    outputs: Outputs = Field(default_factory=Outputs, description="Files to write.")
    report: Report = Field(default_factory=Report, description="Pass and fail limits.")

    @property
    def record_entity(self) -> Entity:
        """What a record is, as margins call it."""
        return "persons" if self.entity == "person" else "households"
