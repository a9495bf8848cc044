"""LLMSynthor: a language model proposes what the tables still miss; calibration settles the rest."""

from censemble.generators.llmsynthor.generator import LLMSynthor
from censemble.generators.llmsynthor.planning import Services

__all__ = ["LLMSynthor", "Services"]
