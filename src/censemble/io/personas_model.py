"""The section `personas` of the project file: how survey records become texts, and texts vectors.

Address, model and key of an endpoint are in the environment only, as those of language models are.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from censemble.inputs import PersonaSettings
from censemble.io.section import Section

_ENVIRONMENT = (
    "Take it out of the file: address, model and key of an endpoint for embeddings are read from the environment only "
    "(CENSEMBLE_EMBEDDINGS_BASE_URL, CENSEMBLE_EMBEDDINGS_MODEL, CENSEMBLE_EMBEDDINGS_KEY)."
)


class PersonaTopic(Section):
    """How texts speak of one attribute, so that what a language model writes can be held to the record."""

    counted: tuple[str, ...] = Field(default=(), description="Things whose number the attribute gives: `car`, `cars`.")
    claimed: tuple[str, ...] = Field(
        default=(), description="Words that are false where there is none (`0`, `no`, `none`, `never`): `bicycle`."
    )
    is_size: bool = Field(default=False, description="It counts the people of the household.")
    told: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="By label, words that may stand only with it: `rented home`."
    )


class Personas(Section):
    """How survey records become texts and vectors."""

    elsewhere: ClassVar = dict.fromkeys(("key", "api_key", "token", "secret", "base_url", "url", "model"), _ENVIRONMENT)

    writer: Literal["template", "llm"] = Field(
        default="template",
        description="`template`: sentences made of phrases, no model needed; `llm`: a language model writes them.",
    )
    embedder: str = Field(
        default="static",
        min_length=1,
        description="`static`: inside the package, English, no network; `endpoint`: a server, named in the "
        "environment; or the folder of a sentence-transformers model, relative to the project file.",
    )
    words: dict[str, dict[str, str]] = Field(
        default_factory=dict,
        description="For an attribute, by label (of a numeric one a number or range: `'0'`, `1..3`, `'>=4'`), what "
        "somebody with it does: `cycles to work most days`. {their} becomes her, his or their; `''` says nothing.",
    )
    patterns: dict[str, str] = Field(
        default_factory=dict, description="For an attribute a phrase with {value}: `drives {value} miles a week`."
    )
    leave_out: tuple[str, ...] = Field(default=(), description="Attributes that no persona mentions.")
    record: str = Field(default="household", min_length=1, description="Noun for a record: `household`.")
    member: str = Field(
        default="person", min_length=1, description="Noun for a member, or for a flat row: `person`, `trip`."
    )
    limit: int | None = Field(
        default=None, ge=1, description="Personas at most: records that are alike then share one. Left out: no limit."
    )
    cache: str = Field(
        default="", description="Parquet file that keeps embeddings, relative to the project file. Left out: none."
    )
    topics: dict[str, PersonaTopic] = Field(
        default_factory=dict,
        description="For an attribute, how texts speak of it: what a language model writes is checked by it. Left out: "
        "what its name tells.",
    )

    def settings(self) -> PersonaSettings:
        """The same for the pipeline."""
        return PersonaSettings(**self.model_dump())
