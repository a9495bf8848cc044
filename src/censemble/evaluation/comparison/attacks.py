"""Two attacks on a synthetic table by somebody who holds real records: were they in the training sample, what else?

Both know the synthetic table and look for its rows nearest to a person. Records of the training sample and as many
of the holdout are attacked alike: what succeeds on both is knowledge about the population, only the difference is
knowledge about the training sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.comparison.ranking import auc_and_error
from censemble.evaluation.comparison.row_distances import Positions, Scale, nearest_distances, neighbours_votes


def membership(members: Positions, others: Positions, synthetic: Positions, scale: Scale) -> tuple[float, float]:
    """Attack by distance: whoever is near a synthetic row is taken for a member of the training sample.

    As in Chen, Yu, Zhang and Fritz (2020), "GAN-Leaks", with full access to the synthetic table alone. 0.5 is
    guessing.

    Parameters
    ----------
    members, others : ndarray of int16, shape (n_attributes, n)
        Rows of the training sample and of the holdout.
    synthetic : ndarray of int16, shape (n_attributes, m)
        Rows of the synthetic table.
    scale : Scale
        That all were placed on.

    Returns
    -------
    (auc, error) : float, float
    """
    near = [-nearest_distances(rows, synthetic, scale) for rows in (members, others)]
    return auc_and_error(near[0], near[1])


@dataclass(frozen=True)
class Advantage:
    """How much better an attribute is guessed for the training sample than for the holdout.

    Parameters
    ----------
    attribute : str
        Which is guessed from all others.
    advantage : float
        Difference of the shares guessed right, in [-1, 1].
    error : float
        Its standard error.
    on_train, on_holdout : float
        Shares guessed right.
    """

    attribute: str
    advantage: float
    error: float
    on_train: float
    on_holdout: float


@dataclass(frozen=True, eq=False)
class Known:
    """Rows as positions for distances, and as codes to be guessed.

    Parameters
    ----------
    positions, codes : ndarray of int16, shape (n_attributes, n)
        Of the same rows.
    """

    positions: Positions
    codes: NDArray[np.int16]


def attribute_inference(
    train: Known, holdout: Known, synthetic: Known, scale: Scale, names: tuple[str, ...]
) -> list[Advantage]:
    """Guess each attribute of real records from the synthetic rows that are nearest in all other attributes.

    After Stadler, Oprisanu and Troncoso (2022), "Synthetic data: anonymisation groundhog day", in its simplest form.
    Numeric attributes are guessed by bin.

    Parameters
    ----------
    train, holdout : Known
        Records whose attributes are guessed.
    synthetic : Known
        What the attacker holds.
    scale : Scale
        That all were placed on.
    names : tuple of str
        Of the attributes; at least two.
    """
    n_codes = int(synthetic.codes.max()) + 1
    right = [
        neighbours_votes(rows.positions, synthetic.positions, synthetic.codes, scale, n_codes) == rows.codes
        for rows in (train, holdout)
    ]
    found = []
    for i, name in enumerate(names):
        on_train, on_holdout = float(right[0][i].mean()), float(right[1][i].mean())
        error = float(np.sqrt(sum(r[i].var() / len(r[i]) for r in right)))
        found.append(Advantage(name, on_train - on_holdout, error, on_train, on_holdout))
    return found
