"""Every error a user can meet, and how several problems become one message.

CensembleError              exit status 1
├── ConfigError             2   the project file or a setting
├── InputError              2   the data files: all problems of all inputs at once
├── ExpressionError         2   an expression that is not in the small language
├── SchemaError             2   attributes and categories
├── MarginError             2   a target table
├── InfeasibleError         3   targets that contradict each other (holds the diagnosis)
├── ConvergenceError        4   a solve that did not end well (holds the result)
├── OutputError             5   the disk or the folder said no
├── VerificationError       6   a published number that the files do not give
└── LanguageModelError      7   a language model that does not answer
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with one input, in the four parts a user needs.

    Parameters
    ----------
    source : str
        The file, table or setting, as the user knows it.
    where : str
        Row, zone, column or cell; may be empty.
    expected, found : str
        Short phrases.
    action : str
        The one thing to do next.
    code : str
        A stable, hyphenated name for the kind of problem (for scripts and tests).

    Examples
    --------
    >>> print(Problem("households.csv", "row 12", "a number", "'abc'", "Correct the cell.", "not-a-number"))
    households.csv: row 12: expected a number, found 'abc'. Correct the cell.
    """

    source: str
    where: str
    expected: str
    found: str
    action: str
    code: str

    def __str__(self) -> str:
        place = f"{self.source}: {self.where}" if self.where else self.source
        return f"{place}: expected {self.expected}, found {self.found}. {self.action}"


class CensembleError(Exception):
    """Base of all errors raised on purpose.

    Parameters
    ----------
    message : str
        The sentence to show.
    problems : iterable of Problem
        What is wrong, one by one; listed under the message.
    """

    exit_status = 1

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        self.message = message
        self.problems: tuple[Problem, ...] = tuple(problems)
        lines = [message, *(f"  {i}. {p}" for i, p in enumerate(self.problems, 1))]
        super().__init__("\n".join(lines))


class ConfigError(CensembleError):
    """The project file, settings file or command line cannot be understood."""

    exit_status = 2


class InputError(CensembleError):
    """The data files hold problems; all of them are listed."""

    exit_status = 2


class ExpressionError(CensembleError):
    """An expression that is not in the small language of `censemble.expressions`."""

    exit_status = 2


class SchemaError(CensembleError):
    """Attributes or categories that contradict each other."""

    exit_status = 2


class MarginError(CensembleError):
    """A target table that cannot be used as declared."""

    exit_status = 2


class InfeasibleError(CensembleError):
    """No weights can meet all exact controls.

    Parameters
    ----------
    diagnosis : object
        What contradicts what, and the smallest relaxation (`censemble.calibration.Diagnosis`).
    """

    exit_status = 3

    def __init__(self, message: str, diagnosis: Any) -> None:
        super().__init__(message)
        self.diagnosis = diagnosis


class ConvergenceError(CensembleError):
    """A solve stalled or ran out of iterations; `result` holds what it reached."""

    exit_status = 4

    def __init__(self, message: str, result: Any) -> None:
        super().__init__(message)
        self.result = result


class OutputError(CensembleError):
    """The outputs could not be written; nothing half-written was left."""

    exit_status = 5


class VerificationError(CensembleError):
    """Published numbers differ from what inputs and outputs give."""

    exit_status = 6


class LanguageModelError(CensembleError):
    """A language model does not answer; what it has answered is kept.

    Parameters
    ----------
    kind : str
        Why, as `censemble.llm.CallFault` has it: "connection", "timeout", "rate", "key", ...; "unusable" where it
        answers, and nothing can be made of the answers.
    """

    exit_status = 7

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind
