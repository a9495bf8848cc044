"""The judge: tables in, yardsticks made, every family of metrics asked alike, one judgement out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from censemble.dataset import Dataset, Gap
from censemble.evaluation.comparison.dependence_classes import measure_dependence
from censemble.evaluation.comparison.every_pair import PairFigure, pair_figures
from censemble.evaluation.comparison.families import METRICS, Asked, Questions, families_of
from censemble.evaluation.comparison.fresh_support import measure_fresh_support
from censemble.evaluation.comparison.judgement import Judgement, TableFacts, TablePair
from censemble.evaluation.comparison.measure import Ground, Measure, View
from censemble.evaluation.comparison.scoreboard import FRESH, Figure, combined, figures_of, standings
from censemble.evaluation.comparison.told_apart import pair_separations
from censemble.evaluation.comparison.views import codings_of, view_of
from censemble.schema import Entity
from censemble.yardsticks import fresh_samples, n_records, parts, training_yardsticks, yardstick_size

Progress = Callable[[str, float], None]
UNLIKE = 1.1  # ratio of sizes beyond which figures of several random seeds differ by size as well


@dataclass(frozen=True, eq=False)
class Contest:
    """Real records, and the grounds that tables are measured on: one for each entity.

    Parameters
    ----------
    reference : Dataset
        The population, or a weighted survey of it.
    train, holdout : Dataset or None
        The sample that generators learnt from; real records that they have not seen.
    questions : Questions
        Rules, queries, and whether classifiers are trained.
    random_seed : int
        >= 0.
    grounds : mapping of entity to Ground
        The reference is coded and counted once.
    """

    reference: Dataset
    train: Dataset | None
    holdout: Dataset | None
    questions: Questions
    random_seed: int
    grounds: Mapping[Entity, Ground]

    def views(self, data: Dataset) -> Iterator[tuple[Ground, View]]:
        """See a table as rows of each entity, coded as the reference is; persons last."""
        for entity, ground in self.grounds.items():
            yield ground, self.view(data, entity)

    def view(self, data: Dataset, entity: Entity) -> View:
        """See a table as rows of one entity."""
        codings = self.grounds[entity].reference.coded.codings
        return view_of(data, entity, codings, random_seed=self.random_seed)

    def measure(self, data: Dataset) -> list[Measure]:
        """Ask every family about one table; names begin with the entity where tables have two."""
        return self._ask(list(self.views(data)), list(families_of(self.questions)))

    def measure_fresh(self, data: Dataset, n: int) -> list[Measure]:
        """Ask every family about a fresh sample that stands for one of `n` records.

        Families that test against the holdout get one part of the real records and test against the other; but parts
        of a reference may hold the training sample, and tell nothing of who is nearer to it.
        """
        families = list(families_of(self.questions))
        halved = [f for f in families if f.against_holdout and (self.holdout is not None or not f.about_training)]
        found = self._ask(list(self.views(data)), [f for f in families if f not in halved])
        for ground, view in self.views(data) if n_records(data) < n and not self._absent(data) else ():
            share = len(view.coded.weights) / n_records(data)
            better = {m.metric: m for m in measure_fresh_support(ground, view, n_rows=round(n * share))}
            prefix = self._prefix(view)
            found = [replace(better.get(m.metric.removeprefix(prefix), m), metric=m.metric) for m in found]
        real = self.reference if self.holdout is None else self.holdout
        real = replace(real, gaps=data.gaps)  # without what the tables beside it lack
        n_train = 0 if self.train is None else n_records(self.train)
        first, second = parts(real, n, n_train, random_seed=self.random_seed)
        sides = [(replace(g, holdout=self.view(second, e)), self.view(first, e)) for e, g in self.grounds.items()]
        return found + self._ask(sides, halved)

    def _ask(self, sides: Sequence[tuple[Ground, View]], families: Sequence[Asked]) -> list[Measure]:
        found: list[Measure] = []
        for ground, view in sides:
            for family in families:
                if not family.of_whole_table:
                    measured = family.measure(ground, view)
                    found += [replace(m, metric=self._prefix(view) + m.metric) for m in measured]
                elif view.entity == list(self.grounds)[-1]:
                    found += family.measure(ground, view)
        return found

    def _prefix(self, view: View) -> str:
        return f"{view.entity}." if len(self.grounds) > 1 else ""

    @staticmethod
    def _absent(data: Dataset) -> bool:
        return any(gap.whole_attribute for gap in data.gaps)


def contest_of(
    reference: Dataset,
    *,
    train: Dataset | None = None,
    holdout: Dataset | None = None,
    questions: Questions,
    random_seed: int = 0,
) -> Contest:
    """Prepare what tables are measured against.

    Parameters
    ----------
    reference : Dataset
        The population, or a weighted survey of it.
    train, holdout : Dataset, optional
        The sample that generators learnt from; real records that they have not seen.
    questions : Questions
        Rules, queries, and whether classifiers are trained.
    random_seed : int
        Of everything random in the measuring.
    """
    grounds: dict[Entity, Ground] = {}
    for entity in reference.entities:
        codings = codings_of(reference, entity)
        views = [
            None if data is None else view_of(data, entity, codings, random_seed=random_seed)
            for data in (reference, train, holdout)
        ]
        if views[0] is not None:
            grounds[entity] = Ground(views[0], views[1], views[2], random_seed)
    return Contest(reference, train, holdout, questions, random_seed, grounds)


@dataclass(frozen=True)
class Profile:
    """What yardsticks must have in common with a table: every figure depends on it.

    Parameters
    ----------
    n_records : int
        Size.
    absent : frozenset of str
        Attributes that cannot be compared; they are then left out of the yardsticks as well.
    """

    n_records: int
    absent: frozenset[str]

    def suffix(self, others: Sequence[Profile]) -> str:
        """What tells its yardsticks from those of other profiles."""
        size = f", {self.n_records:,} records" if len({p.n_records for p in others}) > 1 else ""
        without = f", without {', '.join(sorted(self.absent))}" if self.absent else ""
        return size + without


def profile_of(data: Dataset, reference: Dataset) -> Profile:
    """Size of a table, and the attributes that it lacks."""
    absent = frozenset(gap.attribute for gap in data.gaps if gap.whole_attribute)
    return Profile(yardstick_size(data, reference), absent)


def alike(found: Sequence[Dataset]) -> list[Dataset]:
    """Make the tables of one name comparable: what one random seed lacks is left out of all; sizes are told."""
    absent = tuple(dict.fromkeys(gap for d in found for gap in d.gaps if gap.whole_attribute))
    sizes = [n_records(d) for d in found]
    told: tuple[Gap, ...] = ()
    if max(sizes) > UNLIKE * min(sizes):
        says = (
            f"The tables of this name have from {min(sizes):,} to {max(sizes):,} records: their mean and its interval "
        )
        told = (Gap("persons", "", f"{says}hold the sizes too, and the floor is that of {sizes[0]:,}."),)
    return [replace(d, gaps=tuple(dict.fromkeys((*d.gaps, *absent, *told)))) for d in found]


def judge(contest: Contest, tables: Sequence[Dataset], *, progress: Progress | None = None) -> Judgement:
    """Measure tables and yardsticks, and set them side by side.

    Parameters
    ----------
    contest : Contest
        From `contest_of`.
    tables : sequence of Dataset
        Tables of one name are one generator's work for several random seeds.
    progress : callable(str, float), optional
        Told what is measured.
    """
    tell = progress or (lambda _phrase, _value: None)
    by_name: dict[str, list[Dataset]] = {}
    for data in tables:
        by_name.setdefault(data.name, []).append(data)
    by_name = {name: alike(found) for name, found in by_name.items()}
    profiles = {name: profile_of(found[0], contest.reference) for name, found in by_name.items()}
    figures: list[Figure] = []
    facts: list[TableFacts] = []
    floors: dict[Profile, dict[str, Measure]] = {}
    for profile in dict.fromkeys(profiles.values()):
        suffix = profile.suffix(list(profiles.values()))
        for name, made in _yardsticks(contest, profile):
            tell(f"measuring {name}{suffix}", 0.0)
            n = profile.n_records
            measured = [contest.measure_fresh(d, n) if name == FRESH else contest.measure(d) for d in made]
            if name == FRESH:
                floors[profile] = {m.metric: m for m in _combined(measured)}
            figures += figures_of(name + suffix, measured, floors[profile], METRICS)
            facts.append(TableFacts(name + suffix, True, n_records(made[0]), len(made), floor=FRESH + suffix))
    for name, found in by_name.items():
        tell(f"measuring {name}", 0.0)
        floor = floors[profiles[name]] | _dependence_floor(contest, found[0])
        measured = [contest.measure(d) for d in found]
        figures += figures_of(name, measured, floor, METRICS)
        gaps = tuple(dict.fromkeys(gap.says for d in found for gap in d.gaps))
        fresh = FRESH + profiles[name].suffix(list(profiles.values()))
        facts.append(TableFacts(name, False, n_records(found[0]), len(found), gaps, fresh))
    tell("comparing every pair", 0.0)
    real = {p: _fresh_pairs(contest, p) for p in floors}
    pairs = tuple(pair for name, found in by_name.items() for pair in _pairs(contest, found[0], real[profiles[name]]))
    return Judgement(tuple(facts), tuple(figures), tuple(standings(figures, METRICS, list(by_name))), pairs, METRICS)


def _yardsticks(contest: Contest, profile: Profile) -> Iterator[tuple[str, list[Dataset]]]:
    """The fresh sample first: it is the floor of the others."""
    n, seed = profile.n_records, contest.random_seed
    absent = tuple(Gap("persons", name, "", whole_attribute=True) for name in sorted(profile.absent))
    fresh = fresh_samples(contest.reference, contest.holdout, n, random_seed=seed)
    yield FRESH, [replace(d, gaps=(*d.gaps, *absent)) for d in fresh]
    for name, data in training_yardsticks(contest.reference, contest.train, n, random_seed=seed):
        yield name, [replace(data, gaps=(*data.gaps, *absent))]


def _fresh_like(contest: Contest, data: Dataset) -> Dataset:
    """One fresh sample with the gaps and the dependence classes of a table, so that it is measured as that is."""
    profile = profile_of(data, contest.reference)
    _, drawn = next(_yardsticks(contest, profile))
    return replace(drawn[0], dependence=data.dependence)


def _dependence_floor(contest: Contest, data: Dataset) -> dict[str, Measure]:
    """Floors of the figures by class of pairs: which pair is of which class is the table's own matter."""
    if not data.dependence:
        return {}
    prefix = "{}." if len(contest.grounds) > 1 else ""
    return {
        prefix.format(view.entity) + m.metric: m
        for ground, view in contest.views(_fresh_like(contest, data))
        for m in measure_dependence(ground, view)
    }


def _combined(measured: Sequence[Sequence[Measure]]) -> Iterator[Measure]:
    by_metric: dict[str, list[Measure]] = {}
    for measures in measured:
        for m in measures:
            by_metric.setdefault(m.metric, []).append(m)
    for found in by_metric.values():
        yield combined(found)


@dataclass(frozen=True)
class _Pairs:
    """Every pair of one view: its figures, and how well it tells synthetic rows from real ones."""

    figures: list[PairFigure]
    told: dict[frozenset[str], float]


def _pairs_of(contest: Contest, ground: Ground, view: View) -> _Pairs:
    return _Pairs(pair_figures(ground, view), _separations(contest, ground, view))


def _fresh_pairs(contest: Contest, profile: Profile) -> list[_Pairs]:
    """Pairs of a fresh sample by entity, once for all tables that it stands beside."""
    _, drawn = next(_yardsticks(contest, profile))
    return [_pairs_of(contest, ground, view) for ground, view in contest.views(drawn[0])]


def _pairs(contest: Contest, data: Dataset, fresh: Sequence[_Pairs]) -> Iterator[TablePair]:
    """Every pair of attributes of one table, with the figures of a fresh sample measured in the same way."""
    for (ground, view), real in zip(contest.views(data), fresh, strict=True):
        mine = _pairs_of(contest, ground, view)
        for found, floor in zip(mine.figures, real.figures, strict=True):
            pair = frozenset((found.first, found.second))
            yield TablePair(
                table=data.name,
                entity=view.entity,
                first=found.first,
                second=found.second,
                tv=found.tv,
                floor=floor.tv,
                auc=mine.told.get(pair),
                auc_floor=real.told.get(pair),
                note=_words(found),
            )


def _separations(contest: Contest, ground: Ground, view: View) -> dict[frozenset[str], float]:
    if not contest.questions.classifiers:
        return {}
    return {frozenset((p.first, p.second)): p.auc for p in pair_separations(ground, view)}


def _words(pair: PairFigure) -> str:
    source = {
        "constrained": "; constrained by a table",
        "learnt": "; learnt from a sample",
        "proposed": "; proposed by a language model",
        "independent": "; taken as independent",
    }.get(pair.source, "")
    return f"Cramer's V {pair.v_table:.3f}, in the reference {pair.v_reference:.3f}{source}"
