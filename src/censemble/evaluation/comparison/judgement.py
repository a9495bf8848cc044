"""Everything that a comparison found, and the few figures to look at first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from censemble.evaluation.comparison.measure import MetricFacts
from censemble.evaluation.comparison.scoreboard import FRESH, Figure, Standing, base_name

# What a reader wants first, in the order of the questions: near in numbers, possible, told apart, useful, private.
HEADLINE = (
    "srmse_1way",
    "srmse_2way",
    "srmse_3way",
    "tv_2way",
    "cramers_v_mae",
    "precision",
    "recall",
    "f1",
    "impossible_pairs",
    "categories_lost",
    "rule_violations",
    "no_adult",
    "size_mismatch",
    "query_error_mean",
    "c2st_gap",
    "c2st_auc",
    "dcr_share_closer_to_train",
    "membership_auc",
)
LINES = ("table", "metric", "value", "floor", "low", "high", "note", "times_floor")


@dataclass(frozen=True)
class TableFacts:
    """A table of the comparison as the page presents it.

    Parameters
    ----------
    name : str
        The user's name, or the yardstick's.
    is_yardstick : bool
        Made by the judge.
    n_records : int
        Households where there are any, rows otherwise.
    n_seeds : int
        How many random seeds it was given for.
    gaps : tuple of str
        What could not be compared, or is odd.
    floor : str
        Name of the fresh sample that stands beside it: of its size, without what it lacks.
    """

    name: str
    is_yardstick: bool
    n_records: int
    n_seeds: int
    gaps: tuple[str, ...] = ()
    floor: str = FRESH


@dataclass(frozen=True)
class TablePair:
    """How far the joint table of two attributes is from the reference's, beside the fresh sample's.

    Parameters
    ----------
    table, entity, first, second : str
        Which pair of which table.
    tv, floor : float or None
        Total variation, and that of the fresh sample.
    auc, auc_floor : float or None
        How well rows are told from real ones by the pair alone; None where no classifiers were asked for.
    note : str
        Cramer's V and provenance, in words.
    """

    table: str
    entity: str
    first: str
    second: str
    tv: float | None
    floor: float | None
    auc: float | None = None
    auc_floor: float | None = None
    note: str = ""

    def lines(self, prefix: str) -> Iterator[dict[str, Any]]:
        """Objects of compare.json: the total variation, and the AUC if there is one."""
        of = f"[{self.first}, {self.second}]"
        for name, value, floor in (("pair_tv", self.tv, self.floor), ("pair_auc", self.auc, self.auc_floor)):
            if name == "pair_tv" or value is not None:
                yield dict.fromkeys(LINES) | {
                    "table": self.table,
                    "metric": f"{prefix}{name}{of}",
                    "value": value,
                    "floor": floor,
                    "note": self.note,
                    "times_floor": value / floor if value is not None and floor else None,
                }


@dataclass(frozen=True, eq=False)
class Judgement:
    """What a comparison found.

    Parameters
    ----------
    tables : tuple of TableFacts
        Yardsticks first.
    figures : tuple of Figure
        Every metric of every table.
    standings : tuple of Standing
        Who is best at each metric, if anybody.
    pairs : tuple of TablePair
        Of the user's tables.
    metrics : mapping of str to MetricFacts
        What each metric is, by its name without brackets.
    about : mapping
        Names, sizes, binning, notes and files of the comparison, as text.
    """

    tables: tuple[TableFacts, ...]
    figures: tuple[Figure, ...]
    standings: tuple[Standing, ...]
    pairs: tuple[TablePair, ...]
    metrics: Mapping[str, MetricFacts]
    about: Mapping[str, Any] = field(default_factory=dict)

    def lines(self) -> list[dict[str, Any]]:
        """Figures, pairs and gaps as compare.json holds them."""
        gaps = [
            dict.fromkeys(LINES) | {"table": t.name, "metric": "gap", "note": gap}
            for t in self.tables
            for gap in t.gaps
        ]
        several = len({p.entity for p in self.pairs}) > 1 or any(f.metric.startswith("persons.") for f in self.figures)
        pairs = [line for p in self.pairs for line in p.lines(f"{p.entity}." if several else "")]
        return [asdict(f) for f in self.figures] + pairs + gaps

    def figure(self, table: str, metric: str) -> Figure:
        """One figure.

        Raises
        ------
        KeyError
            There is none of that table and metric; the message lists the metrics of the table.
        """
        for found in self.figures:
            if (found.table, found.metric) == (table, metric):
                return found
        known = ", ".join(f.metric for f in self.figures if f.table == table)
        raise KeyError(f"no figure {metric!r} for table {table!r}; there are: {known or 'none'}")

    def headline(self) -> list[str]:
        """Metrics to look at first, of those that were measured for any table."""
        measured = dict.fromkeys(f.metric for f in self.figures if f.value is not None)
        return sorted(
            (m for m in measured if base_name(m) in HEADLINE and ("[" not in m or base_name(m) == "query_error_mean")),
            key=lambda m: (HEADLINE.index(base_name(m)), m),
        )
