"""Formulas in words over records: read against a schema, computed on any table of it; see ``docs/rules.md``."""

from censemble.formulas.formula import Formula, numbers_of, read_formula, truth, unavailable

__all__ = ["Formula", "numbers_of", "read_formula", "truth", "unavailable"]
