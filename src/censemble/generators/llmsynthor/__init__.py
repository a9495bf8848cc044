"""LLMSynthor: a language model proposes what the tables still miss; calibration settles the rest."""

from censemble.generators.llmsynthor.generator import LLMSynthor
from censemble.generators.llmsynthor.member_targets import MemberOptions
from censemble.generators.llmsynthor.planning import Services

__all__ = ["LLMSynthor", "MemberOptions", "Services"]
