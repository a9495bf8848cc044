"""The section `generator` of the project file: what proposes records, and its options.

One model for each kind; the generators themselves are in `censemble.generators`, where `registry` has the same kinds.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from censemble.io.section import Section

_RECORDS = Field(default=50_000, ge=1, description="Records that it proposes; calibration chooses among them.")


class SeedSampleGenerator(Section):
    """The survey's own records with their design weights."""

    kind: Literal["seed_sample"] = Field(default="seed_sample", description="Needs a seed sample.")


class BootstrapGenerator(Section):
    """Records of the survey drawn by their weights, whole."""

    kind: Literal["bootstrap"] = Field(description="Needs a seed sample.")
    records: int = _RECORDS


class IndependentGenerator(Section):
    """Every attribute drawn by itself: what anything else must beat."""

    kind: Literal["independent"] = Field(description="Learns from the seed sample, or from tables where there is none.")
    records: int = _RECORDS


class HotDeckGenerator(Section):
    """Records of the survey with some attributes taken from a like record."""

    kind: Literal["hot_deck"] = Field(description="Needs a seed sample.")
    records: int = _RECORDS
    n_changed: int = Field(default=2, ge=1, description="Attributes that a record takes from another one.")
    n_bins: int = Field(default=10, ge=2, description="Bins of numeric attributes without any.")


class BayesianNetworkGenerator(Section):
    """New records from a network learnt from the survey."""

    kind: Literal["bayesian_network"] = Field(description="Needs a seed sample.")
    records: int = _RECORDS
    n_trees: int = Field(default=16, ge=1, description="Trees of each attribute's forest.")
    min_gain: float = Field(default=3.0, ge=0, description="Log-likelihood that a split must gain.")
    concentration: float = Field(default=2.0, ge=0, description="Records that a parent's shares count for in a leaf.")
    max_parents: int = Field(default=4, ge=0, description="Attributes that one attribute may depend on.")
    n_bins: int = Field(default=24, ge=2, description="Bins of numeric attributes.")


class MaximumEntropyGenerator(Section):
    """New records from the tables alone, without a seed sample."""

    kind: Literal["maximum_entropy"] = Field(description="Needs tables only.")
    records: int = _RECORDS
    size: str = Field(
        default="",
        description="Household attribute whose labels begin with the number of persons: `1`, `2`, `5 or more`.",
    )
    max_cells: int = Field(default=5_000_000, ge=1, description="Cells that the largest clique of tables may have.")


KINDS = (
    "seed_sample",
    "bootstrap",
    "independent",
    "hot_deck",
    "bayesian_network",
    "maximum_entropy",
)
NEED_SAMPLE = frozenset({"seed_sample", "bootstrap", "hot_deck", "bayesian_network"})


def _kind_of(value: Any) -> str:
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    return f"generator:{kind}"


GeneratorDeclaration = Annotated[
    Annotated[SeedSampleGenerator, Tag("generator:seed_sample")]
    | Annotated[BootstrapGenerator, Tag("generator:bootstrap")]
    | Annotated[IndependentGenerator, Tag("generator:independent")]
    | Annotated[HotDeckGenerator, Tag("generator:hot_deck")]
    | Annotated[BayesianNetworkGenerator, Tag("generator:bayesian_network")]
    | Annotated[MaximumEntropyGenerator, Tag("generator:maximum_entropy")],
    Discriminator(_kind_of),
]
