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
    min_gain: float = Field(default=1.0, ge=0, description="Log-likelihood that a split must gain.")
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


class Called(Section):
    """What a language model is told that households and persons are, where they are something else."""

    record: str = Field(default="household", description="Noun for a household: `traveller`.")
    member: str = Field(default="person", description="Noun for one of its persons: `trip`.")


class LLMSynthorGenerator(Section):
    """New records from the tables and a language model, without a seed sample."""

    kind: Literal["llmsynthor"] = Field(description="Needs tables and a language model.")
    records: int = _RECORDS
    mode: Literal["calibrated", "faithful", "marginals", "unguided", "direct"] = Field(
        default="calibrated",
        description="`calibrated`: the model gives support, calibration the weights; `faithful`: the published "
        "algorithm; `marginals`: the same without inferred dependences; `unguided`: the same without discrepancies; "
        "`direct`: record by record.",
    )
    calls: int = Field(default=20, ge=1, description="Calls of proposals, at most.")
    proposals: int = Field(default=5, ge=1, le=20, description="Proposals asked for in one call.")
    scenario: str = Field(default="", description="A situation in plain words.")
    tolerance: float = Field(
        default=0.005, gt=0, lt=1, description="Share of the records in wrong cells of any table at which asking ends."
    )
    temperature: float = Field(default=0.7, ge=0, le=2, description="Of the model's draws.")
    doubt: float = Field(
        default=0.1, ge=0, le=1, description="Prior of what no proposal allows, relative to the tables; 0: impossible."
    )
    approximate_missing_joints: bool = Field(
        default=False,
        description="Ask the model for joints that it says matter and no table counts: they guide, marked, and are "
        "never controls.",
    )
    size: str = Field(
        default="",
        description="Household attribute whose labels begin with the number of persons: `1`, `2`, `5 or more`.",
    )
    most_members: int = Field(
        default=8, ge=1, le=30, description="Persons of a household at most, where no label of `size` says how many."
    )
    ordered_by: str = Field(
        default="",
        description="Numeric or ordinal person attribute that never decreases along a household's list: departures.",
    )
    called: Called = Field(default=Called(), description="Nouns for the prompt, where records are no households.")
    ask_about: tuple[str, ...] = Field(
        default=(),
        description="Mode `calibrated`: attributes that the model is asked about; of others the tables decide. All if "
        "left out.",
    )


class SemaPopGenerator(Section):
    """New records from a model conditioned on personas: texts about the survey's records."""

    kind: Literal["semapop"] = Field(description="Needs a seed sample, and `pip install 'censemble[neural]'`.")
    records: int = _RECORDS
    model: Literal["autoregressive", "gan", "vae"] = Field(
        default="autoregressive", description="`gan` and `vae` are the published ones, `autoregressive` is ours."
    )
    model_options: dict[str, bool | int | float | str] = Field(
        default_factory=dict, description="Of the model: see [SemaPop](semapop.md#options-of-the-models)."
    )
    conditioning: Literal["text", "one_hot", "kmeans", "shuffled", "none"] = Field(
        default="text", description="What the model is given of a record: its persona, or a control."
    )
    choice: Literal["bootstrap", "density", "bank"] = Field(
        default="bootstrap",
        description="Personas that records are drawn from: the survey's, between them, yours.",
    )
    bank: str = Field(default="", description="Of `choice: bank`: a table with the columns `text` and `weight`.")
    closeness: float | None = Field(
        default=None, ge=0, le=1, description="How closely records follow their personas; left out: the model's own."
    )
    width: int | None = Field(
        default=None,
        ge=1,
        description="Columns that embeddings are projected to; left out: 32 of `gan` and `vae`, of `autoregressive` as "
        "many as keep 99.9 % of the variance, 128 at most.",
    )
    n_bins: int = Field(default=24, ge=2, description="Bins of numeric attributes.")
    most_members: int | None = Field(
        default=None, ge=1, description="Persons of a household at most; larger ones are not learnt from."
    )
    hold_to: Literal["sample", "targets"] = Field(
        default="sample", description="Whose shares training holds single attributes to."
    )
    loosened: bool | None = Field(
        default=None, description="Train with personas more and less close; left out: as the model does."
    )
    trained: str = Field(default="", description="Folder that `censemble train` wrote: nothing is trained.")


TRAINING = ("model", "model_options", "conditioning", "width", "n_bins", "most_members", "hold_to", "loosened")

KINDS = (
    "seed_sample",
    "bootstrap",
    "independent",
    "hot_deck",
    "bayesian_network",
    "maximum_entropy",
    "llmsynthor",
    "semapop",
)
NEED_SAMPLE = frozenset({"seed_sample", "bootstrap", "hot_deck", "bayesian_network", "semapop"})


def _kind_of(value: Any) -> str:
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    return f"generator:{kind}"


GeneratorDeclaration = Annotated[
    Annotated[SeedSampleGenerator, Tag("generator:seed_sample")]
    | Annotated[BootstrapGenerator, Tag("generator:bootstrap")]
    | Annotated[IndependentGenerator, Tag("generator:independent")]
    | Annotated[HotDeckGenerator, Tag("generator:hot_deck")]
    | Annotated[BayesianNetworkGenerator, Tag("generator:bayesian_network")]
    | Annotated[MaximumEntropyGenerator, Tag("generator:maximum_entropy")]
    | Annotated[LLMSynthorGenerator, Tag("generator:llmsynthor")]
    | Annotated[SemaPopGenerator, Tag("generator:semapop")],
    Discriminator(_kind_of),
]
