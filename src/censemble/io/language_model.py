"""The section `language_model` of the project file: what asking may cost, and where answers are kept.

Which model is asked, where, and with what key is no matter of the project file: these are read from the environment, so
that a file that is shared or published holds no key, and a run elsewhere asks whatever model is there.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from censemble.inputs import LanguageModelSettings
from censemble.io.section import Section

_ENVIRONMENT = (
    "Take it out of the file: address, model and key of a language model are read from the environment only "
    "(CENSEMBLE_LLM_BASE_URL, CENSEMBLE_LLM_MODEL, CENSEMBLE_LLM_KEY)."
)


class TokenPrice(Section):
    """What the tokens of one model cost, in any one currency."""

    sent: float = Field(alias="in", ge=0, allow_inf_nan=False, description="Money per million tokens sent.")
    received: float = Field(alias="out", ge=0, allow_inf_nan=False, description="Money per million tokens received.")


class LanguageModel(Section):
    """What asking a language model may cost. Address, model and key are in the environment only."""

    elsewhere: ClassVar = dict.fromkeys(
        ("key", "api_key", "apikey", "token", "secret", "base_url", "url", "address", "model", "name"), _ENVIRONMENT
    )

    prices: dict[str, TokenPrice] = Field(
        default_factory=dict,
        description="For models by name: `{in: 0.10, out: 0.40}`, money per million tokens. Without a price the cost "
        "is 0.",
    )
    max_calls: int | None = Field(
        default=None, ge=0, description="Calls at most, repairs included, in one run; left out: as many as are needed."
    )
    max_tokens: int | None = Field(default=None, ge=0, description="Tokens at most, sent and received, in one run.")
    max_cost: float | None = Field(
        default=None, ge=0, allow_inf_nan=False, description="Money at most in one run. Needs the model's price."
    )
    concurrency: int = Field(default=4, ge=1, le=256, description="Calls at once, at most, where several can be made.")
    timeout: float = Field(
        default=300.0, gt=0, allow_inf_nan=False, description="Seconds that one call may take before it is tried again."
    )
    answers: str = Field(
        default="answers.sqlite",
        min_length=1,
        description="File that keeps every question and answer, relative to the project file.",
    )

    def settings(self) -> LanguageModelSettings:
        """The same for the pipeline."""
        return LanguageModelSettings(
            prices={name: {"in": str(p.sent), "out": str(p.received)} for name, p in self.prices.items()},
            max_calls=self.max_calls,
            max_tokens=self.max_tokens,
            max_cost=None if self.max_cost is None else str(self.max_cost),
            concurrency=self.concurrency,
            timeout=self.timeout,
            answers=self.answers,
        )
