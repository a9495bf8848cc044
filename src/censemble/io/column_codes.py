"""One column of any table, whoever made it, as codes or numbers of a declared attribute.

Nothing is refused here: what cannot be read is counted. Codes: -1 missing, `UNKNOWN_CODE` a value that is no category.
Numbers: NaN missing, infinite a cell that holds no finite number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from censemble.dataset import UNKNOWN_CODE
from censemble.io.attributes import as_texts, codes_of
from censemble.io.project_model import AttributeDeclaration
from censemble.io.scalars import parse_number

N_SHOWN = 3  # values that are no categories, named in the order of their numbers of rows
_WHOLE = re.compile(r"(?<=\d)\.0+$")
Reading = Literal["codes", "labels", "numbers"]


@dataclass(frozen=True, eq=False)
class ReadColumn:
    """A column as the judge needs it.

    Parameters
    ----------
    values : ndarray of int16 or float64, shape (n_rows,)
    reading : {"codes", "labels", "numbers"}
        How the cells were understood.
    n_missing : int
        Blank cells and declared missing codes.
    n_undeclared : int
        Cells with a value that is no category, or no finite number.
    n_infinite : int
        Of these the infinities.
    shown : tuple of (str, int)
        The most frequent of the undeclared values, with their numbers of rows.
    """

    values: NDArray[Any]
    reading: Reading
    n_missing: int
    n_undeclared: int
    n_infinite: int = 0
    shown: tuple[tuple[str, int], ...] = ()

    @property
    def n_known(self) -> int:
        """Cells that hold a value of the attribute."""
        return len(self.values) - self.n_missing - self.n_undeclared


def read_column(column: pa.ChunkedArray, declared: AttributeDeclaration, *, prefer: Reading) -> ReadColumn:
    """Read a column by a declaration.

    Parameters
    ----------
    column : pyarrow.ChunkedArray of n rows
        Text, numbers or dictionary.
    declared : AttributeDeclaration
        Kind, categories with their codes, missing codes.
    prefer : {"codes", "labels"}
        Whether the cells of a categorical attribute should hold codes or labels; the other reading is taken where it
        leaves fewer cells undeclared.

    Examples
    --------
    >>> tenure = AttributeDeclaration(column="TEN", categories={"owned": [1, 2], "rented": 3})
    >>> found = read_column(pa.chunked_array([["1", "3", "", "free"]]), tenure, prefer="codes")
    >>> found.values.tolist(), found.shown
    ([0, 1, -1, -2], (('free', 1),))
    """
    if declared.kind == "numeric":
        return _read_numbers(column, declared)
    texts, index = encoded(column)
    other: Reading = "labels" if prefer == "codes" else "codes"
    first = _read_categories(texts, index, declared, prefer)
    if not first.n_undeclared:
        return first
    second = _read_categories(texts, index, declared, other)
    return second if second.n_undeclared < first.n_undeclared else first


def encoded(column: pa.ChunkedArray) -> tuple[list[str], NDArray[np.int64]]:
    """Split a column into its distinct texts and, for each row, which of them it holds.

    The last text is the blank, which null cells hold.

    Examples
    --------
    >>> texts, index = encoded(pa.chunked_array([[2.0, None, 2.0]]))
    >>> texts, index.tolist()
    (['2', ''], [0, 1, 0])
    """
    values = column.unify_dictionaries() if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    whole = values.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):  # no rows
        return [""], np.zeros(0, np.int64)
    texts = as_texts(whole.dictionary.to_pylist())
    index = pc.fill_null(whole.indices.cast(pa.int64()), len(texts)).to_numpy(zero_copy_only=False)
    return [*texts, ""], index


def _codes_of_labels(texts: Sequence[str], declared: AttributeDeclaration) -> NDArray[np.int32]:
    """Labels letter by letter; a whole number may have lost or gained its ``.0``."""
    code_of = {label.strip(): i for i, label in enumerate(declared.categories)} | {"": -1}

    return np.array([code_of.get(text, code_of.get(_WHOLE.sub("", text), UNKNOWN_CODE)) for text in texts], np.int32)


def _read_categories(
    texts: Sequence[str], index: NDArray[np.int64], declared: AttributeDeclaration, reading: Reading
) -> ReadColumn:
    code_of_text = codes_of(texts, declared) if reading == "codes" else _codes_of_labels(texts, declared)
    n_rows = np.bincount(index, minlength=len(texts))
    unknown = np.flatnonzero((code_of_text == UNKNOWN_CODE) & (n_rows > 0))
    counted = {texts[k]: int(n_rows[k]) for k in unknown.tolist()}
    return ReadColumn(
        values=code_of_text.astype(np.int16)[index],
        reading=reading,
        n_missing=int(n_rows[code_of_text == -1].sum()),
        n_undeclared=int(n_rows[unknown].sum()),
        n_infinite=sum(n for text, n in counted.items() if text.lstrip("+-").casefold() in ("inf", "infinity")),
        shown=_most_frequent(counted),
    )


def _read_numbers(column: pa.ChunkedArray, declared: AttributeDeclaration) -> ReadColumn:
    values = _floats(column)
    shown: tuple[tuple[str, int], ...] = ()
    wrong = np.zeros(len(column), dtype=bool)
    if values is None:
        texts, index = encoded(column)
        gone = {str(code) for code in declared.missing}
        parsed = [np.nan if text in gone else _float_of(text) for text in texts]
        bad = np.array([number is None for number in parsed])
        values = np.array([np.inf if number is None else number for number in parsed])[index]
        wrong = bad[index]
        n_rows = np.bincount(index, minlength=len(texts))
        shown = _most_frequent({texts[k]: int(n_rows[k]) for k in np.flatnonzero(bad & (n_rows > 0)).tolist()})
    codes = [code if not isinstance(code, str) else parse_number(code) for code in declared.missing]
    if listed := [code for code in codes if code is not None]:
        values = np.where(np.isin(values, listed), np.nan, values)
    infinite = np.isinf(values)
    return ReadColumn(
        values=values,
        reading="numbers",
        n_missing=int(np.isnan(values).sum()),
        n_undeclared=int(infinite.sum()),
        n_infinite=int((infinite & ~wrong).sum()),
        shown=shown,
    )


def _floats(column: pa.ChunkedArray) -> NDArray[np.float64] | None:
    """Numbers where every cell is one or blank, else None."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    try:
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            stripped = pc.utf8_trim_whitespace(column)
            column = pc.if_else(pc.equal(stripped, ""), pa.scalar(None, stripped.type), stripped)
        found = pc.fill_null(column.cast(pa.float64()), np.nan).combine_chunks()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    values: NDArray[np.float64] = np.array(found.to_numpy(zero_copy_only=False), dtype=np.float64)
    return values


def _float_of(text: str) -> float | None:
    try:
        return float(text or "nan") if "_" not in text else None
    except ValueError:
        return None


def _most_frequent(counted: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0])))[:N_SHOWN]
