"""Does a table give away the records that it was made from?

Everything is measured against records of the same population that the generator has not seen: being near to real
people is the aim of synthetic data, being nearer to those of the training sample is the leak.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from censemble.evaluation.comparison.attacks import Advantage, Known, attribute_inference, membership
from censemble.evaluation.comparison.copies import RareShare, rare_share, row_keys, share_found
from censemble.evaluation.comparison.measure import Ground, Measure, View
from censemble.evaluation.comparison.privacy_facts import FACTS
from censemble.evaluation.comparison.row_distances import Scale, nearest_distances, positions_of, scale_of
from censemble.evaluation.comparison.row_draws import draw_rows, effective_size, shared_attributes

N_MIN = 20  # records a side below which a share or an AUC says nothing
_KEY = 43


@dataclass(frozen=True)
class Effort:
    """How many rows are looked at; every row of one side is compared with every row of the other.

    Parameters
    ----------
    closest : int
        Synthetic rows whose closest records are sought.
    records : int
        Records of the training sample, and of the holdout, among which they are sought.
    attacked : int
        Records of each that the membership attack tries.
    held : int
        Synthetic rows that this attacker holds.
    guessed, guessed_from : int
        Records of each whose attributes are guessed, and the synthetic rows that these are guessed from.
    """

    closest: int = 5_000
    records: int = 20_000
    attacked: int = 2_500
    held: int = 100_000
    guessed: int = 1_500
    guessed_from: int = 10_000


def measure_privacy(
    ground: Ground, view: View, *, sensitive: Sequence[str] = (), effort: Effort | None = None
) -> list[Measure]:
    """Measure nearness to the training sample, copies, and how well two attacks do.

    Nothing here is a guarantee: see `privacy_facts.PLAIN_WORDS`. Not for training samples that are part of the holdout.

    Parameters
    ----------
    ground : Ground
        With the training sample; for all figures but exact copies also with a holdout of the same population.
    view : View
        A synthetic table.
    sensitive : sequence of str
        Attributes that are guessed; each in turn if empty.
    effort : Effort, optional
        Numbers of rows, drawn by the ground's random seed.
    """
    if ground.train is None:
        return _undefined("no training sample was given")
    real = [v for v in (ground.train, ground.holdout) if v is not None]
    lines, note = shared_attributes(*real, view)
    if not lines or not view.coded.weights.any():
        return _undefined("no attribute can be compared" if not lines else "no row has a weight above 0")
    keys = [*ground.once(("privacy", lines), lambda: [row_keys(v, lines) for v in real]), row_keys(view, lines)]
    copies = _exact_copies(keys, view, note)
    if ground.holdout is None:
        return [copies, *_undefined("needs a holdout: real records that the generator has not seen", but=copies)]
    n_least = min(v.coded.n_rows for v in (*real, view))
    if n_least < N_MIN:
        return [copies, *_undefined(f"needs {N_MIN} records a side, has {n_least}", but=copies)]
    sides = _Sides(ground.train, ground.holdout, view, scale_of(ground.train, lines), note)
    rng, effort = ground.rng(_KEY), effort or Effort()
    rare = _rare_copies(sides, keys, rng)
    if _is_of_holdout(view, keys, *rare):
        reason = "all its rows are records of the holdout, which is then no longer unseen"
        return [copies, *_undefined(reason, but=copies)]
    return [
        *_closest(sides, effort, rng),
        copies,
        _excess(*rare, sides),
        _membership(sides, effort, rng),
        *_inference(sides, effort, rng, sensitive),
    ]


@dataclass(frozen=True, eq=False)
class _Sides:
    """The three tables, and what of them is compared."""

    train: View
    holdout: View
    view: View
    scale: Scale
    note: str

    def drawn(self, view: View, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Draw real records, each as good as any other, or synthetic rows, by weight."""
        weights = view.coded.weights if view is self.view else np.ones(view.coded.n_rows)
        return draw_rows(weights, min(n, view.coded.n_rows), rng)

    def real_pair(self, n: int, rng: np.random.Generator) -> list[NDArray[np.int64]]:
        """Draw as many records of the training sample as of the holdout."""
        n = min(n, self.train.coded.n_rows, self.holdout.coded.n_rows)
        return [self.drawn(v, n, rng) for v in (self.train, self.holdout)]

    def known(self, view: View, rows: NDArray[np.int64]) -> Known:
        """Place rows on the scale."""
        codes = view.coded.codes[np.array(self.scale.lines)][:, rows]
        return Known(positions_of(view, self.scale, rows), np.ascontiguousarray(codes))

    def words(self, *parts: str) -> str:
        """Join what a reader must know."""
        return "; ".join(p for p in (*parts, self.note) if p)


def _undefined(reason: str, *, but: Measure | None = None) -> list[Measure]:
    known = {"attribute_inference", "" if but is None else but.metric}  # the first is given by attribute, and as a mean
    return [Measure(f.name, None, note=reason) for f in FACTS if f.name not in known]


def _exact_copies(keys: list[NDArray[np.uint64]], view: View, note: str) -> Measure:
    """Copies in the synthetic table; in the note, as what they can be judged by, those in the holdout."""
    train, made = keys[0], keys[-1]
    share = share_found(made, view.coded.weights, train)
    n = effective_size(view.coded.weights)
    words = note
    if len(keys) == 3 and len(keys[1]):
        beside = share_found(keys[1], np.ones(len(keys[1])), train)
        words = "; ".join(w for w in (f"of the holdout's own rows {beside:.3f} do", note) if w)
    return Measure("exact_copies", share, _binomial(share, n), words)


def _binomial(share: float, n: float) -> float:
    return float(np.sqrt(max(share * (1 - share), 0.0) / n))


def _closest(sides: _Sides, effort: Effort, rng: np.random.Generator) -> list[Measure]:
    made = positions_of(sides.view, sides.scale, sides.drawn(sides.view, effort.closest, rng))
    of_train, of_holdout = sides.real_pair(effort.records, rng)
    to_train, to_holdout = (
        nearest_distances(made, positions_of(v, sides.scale, rows), sides.scale)
        for v, rows in ((sides.train, of_train), (sides.holdout, of_holdout))
    )
    closer = np.where(to_train == to_holdout, 0.5, to_train < to_holdout)
    note = sides.words(f"{len(closer):,} rows against {len(of_train):,} records of each")
    return [
        Measure("dcr_median", float(np.median(to_train)), note=note),
        Measure("dcr_median_holdout", float(np.median(to_holdout)), note=note),
        Measure("dcr_share_closer_to_train", float(closer.mean()), float(closer.std() / np.sqrt(len(closer))), note),
    ]


def _rare_copies(
    sides: _Sides, keys: list[NDArray[np.uint64]], rng: np.random.Generator
) -> tuple[RareShare, RareShare]:
    """What the table has of the rare records of the training sample, and of as many records of the holdout."""
    train, holdout = (k[rows] for k, rows in zip(keys, sides.real_pair(len(keys[0]), rng), strict=False))
    made = np.unique(keys[2][sides.view.coded.weights > 0])
    return rare_share(train, holdout, made), rare_share(holdout, train, made)


def _excess(train: RareShare, holdout: RareShare, sides: _Sides) -> Measure:
    if train.share is None or holdout.share is None or train.error is None or holdout.error is None:
        return Measure("rare_copies_excess", None, None, "no record is the only one of its kind")
    note = (
        f"{train.share:.3f} of {train.n:,} in the training sample, {holdout.share:.3f} of {holdout.n:,} in the holdout"
    )
    error = float(np.hypot(train.error, holdout.error))
    return Measure("rare_copies_excess", train.share - holdout.share, error, sides.words(note))


def _is_of_holdout(view: View, keys: list[NDArray[np.uint64]], train: RareShare, holdout: RareShare) -> bool:
    """Whether a table was drawn from the holdout, as a fresh sample is: then its nearness to it says nothing.

    All its rows are there, and it has the holdout's rare records more often than chance would put them above those of
    the training sample. A table with few attributes has all its rows in both.
    """
    if share_found(keys[-1], view.coded.weights, keys[1]) < 1:
        return False
    if train.share is None or holdout.share is None or train.error is None or holdout.error is None:
        return False
    return holdout.share - train.share > 4 * float(np.hypot(train.error, holdout.error))


def _membership(sides: _Sides, effort: Effort, rng: np.random.Generator) -> Measure:
    of_train, of_holdout = sides.real_pair(effort.attacked, rng)
    made = sides.drawn(sides.view, effort.held, rng)
    auc, error = membership(
        positions_of(sides.train, sides.scale, of_train),
        positions_of(sides.holdout, sides.scale, of_holdout),
        positions_of(sides.view, sides.scale, made),
        sides.scale,
    )
    note = f"{len(of_train):,} records of each against {len(made):,} synthetic rows"
    return Measure("membership_auc", auc, error, sides.words(note))


def _inference(sides: _Sides, effort: Effort, rng: np.random.Generator, sensitive: Sequence[str]) -> list[Measure]:
    names = tuple(sides.view.coded.names[i] for i in sides.scale.lines)
    wanted = [n for n in names if not sensitive or n in sensitive]
    absent = [
        Measure(f"attribute_inference[{n}]", None, note="not in every table") for n in sensitive if n not in names
    ]
    if len(names) < 2 or not wanted:
        reason = "needs an attribute to guess and another to guess it from"
        return [*absent, *(Measure(m, None, note=reason) for m in _INFERENCE)]
    of_train, of_holdout = sides.real_pair(effort.guessed, rng)
    made = sides.known(sides.view, sides.drawn(sides.view, effort.guessed_from, rng))
    found = attribute_inference(
        sides.known(sides.train, of_train), sides.known(sides.holdout, of_holdout), made, sides.scale, names
    )
    kept = [a for a in found if a.attribute in wanted]
    size = f"{len(of_train):,} records of each, guessed from {made.codes.shape[1]:,} synthetic rows"
    each = [
        Measure(
            f"attribute_inference[{a.attribute}]",
            a.advantage,
            a.error,
            sides.words(f"{a.on_train:.3f} against {a.on_holdout:.3f}", size),
        )
        for a in kept
    ]
    return [*absent, *each, *_summaries(kept, sides.words(size))]


_INFERENCE = ("attribute_inference_mean", "attribute_inference_worst")


def _summaries(found: Sequence[Advantage], note: str) -> Iterator[Measure]:
    """Mean and worst; the attributes are guessed for the same records, so the mean is as uncertain as one of them."""
    mean = float(np.mean([a.advantage for a in found]))
    yield Measure(_INFERENCE[0], mean, float(np.mean([a.error for a in found])), note)
    worst = max(found, key=lambda a: a.advantage)
    yield Measure(_INFERENCE[1], worst.advantage, worst.error, f"{worst.attribute}; {note}")
