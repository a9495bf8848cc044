"""One question about two attributes that no table counts together: of a hundred with this, how many have that?

Numbers are told in six classes of about equal count, labels as they are. A question has at most 48 cells, so that small
models keep their place; larger joints are asked in several questions, some rows each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from censemble.generators.atoms import Atoms
from censemble.generators.conditions import Allowed
from censemble.generators.llmsynthor.discrepancy import MAIN_BINS, shown
from censemble.generators.llmsynthor.macro_statistics import allowed_of
from censemble.llm import Message, Request, Settings, clean_labels, clean_text, data_block
from censemble.llm.data_text import LONGEST_TEXT

Float = NDArray[np.float64]

MOST_CELLS = 48  # of one question
SILENT = 0.25  # per cent that a cell of 0 whole per cent stands for
TASK = """You estimate how two attributes of a population go together, because no table counts them together.
The block "question" names both. For each entry of "given": of 100 records that have it, how many have each entry of
"shares_of"? Give whole numbers that sum to 100 for each entry of "given". "overall" tells what all records have, in per
cent: where the attributes depend on each other the numbers differ from it, and between the entries of "given".
- "reason": in at most twelve words, how the two depend on each other.
- "shares": for every entry of "given" the numbers.

An example from another population, of rooms given tenure:
{"reason": "Owners have more rooms.", "shares": {"owned": {"1 to 3": 20, "4 to 9": 80},
"rented": {"1 to 3": 75, "4 to 9": 25}}}"""


@dataclass(frozen=True, eq=False)
class Side:
    """The classes of one attribute that are told apart.

    Parameters
    ----------
    name : str
        Of the attribute.
    labels : tuple of str
        As prompts and answers have them.
    allowed : tuple of Allowed
        What each stands for.
    shares : ndarray of shape (n_classes,), summing to 1
        What the tables say of each.
    """

    name: str
    labels: tuple[str, ...]
    allowed: tuple[Allowed, ...]
    shares: Float


def side_of(atoms: Atoms, shares: Float) -> Side | None:
    """Classes of one attribute; None where some people have no value of it.

    Parameters
    ----------
    atoms : Atoms
        Of the attribute: what tables tell apart.
    shares : ndarray of shape (n_atoms,)
        Of the records, by the tables.
    """
    if atoms.may_be_missing:
        return None
    starts = _main_bins(shares) if atoms.attribute.kind == "numeric" else np.arange(atoms.n_atoms)
    bin_of = np.searchsorted(starts, np.arange(atoms.n_atoms), side="right") - 1
    masks = [bin_of == k for k in range(len(starts))]
    allowed = [found for mask in masks if (found := allowed_of(atoms, mask)) is not None]
    join = " to " if atoms.attribute.kind == "numeric" else " or "
    words = [join.join(map(str, shown(a))) for a in allowed]
    distinct = [word if words.count(word) == 1 else f"{word} ({k})" for k, word in enumerate(words, 1)]
    totals = np.array([shares[mask].sum() for mask in masks])
    return Side(
        atoms.attribute.name, tuple(clean_labels(distinct, longest=LONGEST_TEXT)), tuple(allowed), totals / totals.sum()
    )


def _main_bins(shares: Float) -> NDArray[np.int64]:
    """First atoms of at most six bins of about equal share; six atoms or fewer stay apart."""
    if len(shares) <= MAIN_BINS:
        return np.arange(len(shares))
    cumulated = np.cumsum(shares)
    inner = np.searchsorted(cumulated, cumulated[-1] * (np.arange(1, MAIN_BINS) / MAIN_BINS - 1e-9)) + 1
    return np.unique([0, *inner[inner < len(shares)]])


def questions_of(rows: Side, columns: Side) -> list[range]:
    """Rows of each question; none where the columns alone are too many for one."""
    n_columns, n_rows = len(columns.labels), len(rows.labels)
    each = MOST_CELLS // n_columns
    return [range(start, min(start + each, n_rows)) for start in range(0, n_rows, each)] if each else []


def joint_request(
    rows: Side, columns: Side, asked: Sequence[int], *, scenario: str, random_seed: int, settings: Settings
) -> Request:
    """Ask for the shares of the columns given each of some rows.

    Parameters
    ----------
    rows, columns : Side
        The two attributes.
    asked : sequence of int
        Rows.
    scenario : str
        Plain words; "" for none.
    random_seed : int
        Of the model's draw.
    settings : Settings
        Of the model.
    """
    number = {"type": "integer", "minimum": 0, "maximum": 100}
    row = _object(dict.fromkeys(columns.labels, number))
    shares = _object({rows.labels[k]: row for k in asked})
    schema = _object({"reason": {"type": "string", "maxLength": 120}, "shares": shares})
    overall = {label: round(100 * s) for label, s in zip(columns.labels, columns.shares.tolist(), strict=True)}
    told = {
        "attribute_given": _name(rows),
        "given": [rows.labels[k] for k in asked],
        "attribute_shared": _name(columns),
        "shares_of": list(columns.labels),
        "overall": overall,
    }
    blocks = [data_block("scenario", clean_text(scenario))] if scenario else []
    blocks.append(data_block("question", told))
    return Request(
        [Message("system", TASK), Message("user", "\n".join(blocks))], schema, "joint", random_seed, settings
    )


def read_shares(answer: dict[str, Any], rows: Side, columns: Side, asked: Sequence[int]) -> Float:
    """Whole per cent as answered, shape (n_asked, n_columns)."""
    return np.array([[answer["shares"][rows.labels[k]][label] for label in columns.labels] for k in asked], dtype=float)


def _name(side: Side) -> str:
    return clean_text(side.name, longest=LONGEST_TEXT)


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
