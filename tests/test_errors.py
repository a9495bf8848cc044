"""Errors: one message for all problems, one exit status for each kind, and the tree of the docstring."""

from __future__ import annotations

import re

import pytest

from censemble import errors

PROBLEM = errors.Problem("persons.csv", "row 3", "a number", "'x'", "Correct the cell.", "not-a-number")


def test_a_problem_reads_as_a_sentence() -> None:
    """Place, expected, found and what to do, in that order; no empty place."""
    assert str(PROBLEM) == "persons.csv: row 3: expected a number, found 'x'. Correct the cell."
    nowhere = errors.Problem("persons.csv", "", "rows", "none", "Check the file.", "empty-file")
    assert str(nowhere) == "persons.csv: expected rows, found none. Check the file."


def test_all_problems_are_in_one_message() -> None:
    """The message, then every problem with its number."""
    error = errors.InputError("2 problems", [PROBLEM, PROBLEM])
    assert str(error).splitlines() == ["2 problems", f"  1. {PROBLEM}", f"  2. {PROBLEM}"]
    assert error.problems == (PROBLEM, PROBLEM)


def documented() -> dict[str, int]:
    """Names and exit statuses in the module's docstring."""
    assert errors.__doc__ is not None
    tree = re.findall(r"(\w+Error) +(?:exit status )?(\d)", errors.__doc__)
    return {name: int(status) for name, status in tree}


def test_the_docstring_is_the_tree() -> None:
    """Every error class is drawn with its exit status, and nothing else is."""
    classes = {n: c for n, c in vars(errors).items() if isinstance(c, type) and issubclass(c, errors.CensembleError)}
    assert {name: c.exit_status for name, c in classes.items()} == documented()


@pytest.mark.parametrize("kind", [errors.ConvergenceError, errors.InfeasibleError])
def test_what_was_reached_is_kept(kind: type[errors.CensembleError]) -> None:
    """A solve that failed hands over its result, so that nothing need be computed again."""
    error = kind("no weights", "what was reached")  # type: ignore[arg-type]
    assert "what was reached" in vars(error).values()
