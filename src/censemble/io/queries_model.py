"""The file of queries as a model: which keys there are, what they accept, what they mean.

What the formulas in it mean is checked by `censemble.io.queries_file`.
"""

from __future__ import annotations

from pydantic import BaseModel, Field

from censemble.io.section import Section
from censemble.schema import Entity


class QueryPart(BaseModel):
    """A part of the query file; as strict as a part of the project file, but none of its sections."""

    model_config = Section.model_config


class QueryDeclaration(QueryPart):
    """One number about a population: exactly one of `share`, `mean` and `median`."""

    name: str = Field(min_length=1, description="Short and unique, for tables: `multigenerational`.")
    says: str = Field(default="", description="One sentence for readers.")
    group: str = Field(default="", description="Queries of one group have a common mean error.")
    of: Entity | None = Field(
        default=None,
        description="Whose rows are counted. Left out: persons if a formula names one of their attributes outside "
        "`any`, `count` and the like, else households.",
    )
    share: str = Field(default="", description="A condition: the share of rows that meet it.")
    mean: str = Field(default="", description="A number: its mean over rows.")
    median: str = Field(default="", description="A number: its median over rows.")
    among: str = Field(default="", description="A condition: only rows that meet it count.")
    minus: str = Field(default="", description="A condition: the same over these rows is subtracted.")


class LabelDeclaration(QueryPart):
    """Something computed from records that nobody generates."""

    of: Entity | None = Field(default=None, description="Whose rows; guessed as for queries if left out.")
    value: str = Field(min_length=1, description="A number, or a condition.")
    cut: dict[str, str] = Field(default_factory=dict, description="Class and its range, as `'> 1'`; the first holds.")
    otherwise: str = Field(default="", description="Class of the other rows; needed with `cut`.")


class TaskDeclaration(QueryPart):
    """Something to predict."""

    name: str = Field(min_length=1, description="Short and unique, for tables.")
    predict: str = Field(min_length=1, description="A label of this file, or an attribute.")
    features: tuple[str, ...] = Field(
        default=(), alias="from", description="Attributes it is predicted from; left out, all others."
    )
    of: Entity | None = Field(default=None, description="Whose rows; left out, those of what is predicted.")


class QueriesFile(QueryPart):
    """A whole file of queries, labels and tasks."""

    define: dict[str, str] = Field(default_factory=dict, description="Names that stand for conditions or numbers.")
    queries: tuple[QueryDeclaration, ...] = Field(default=(), description="Numbers that tables are asked for.")
    labels: dict[str, LabelDeclaration] = Field(default_factory=dict, description="By name: what tasks may predict.")
    tasks: tuple[TaskDeclaration, ...] = Field(default=(), description="What is predicted.")
