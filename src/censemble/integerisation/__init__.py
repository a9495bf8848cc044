"""Integerising: whole households from calibrated weights."""

from censemble.integerisation.search import Integerisation, integerise

__all__ = ["Integerisation", "integerise"]
