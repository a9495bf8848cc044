"""The base of everything that is read from YAML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A part of a file: unknown keys are refused, values do not change once read.

    `elsewhere` has keys that people look for here, each with the sentence that says where it belongs.
    """

    elsewhere: ClassVar[Mapping[str, str]] = {}

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)
