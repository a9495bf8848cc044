"""The contract cases: small problems, each with the one thing that makes it hard, and what must come out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hand_made import controls, level, three_levels

from censemble.controls import Controls

NAN = float("nan")
ONE_HOT_3 = np.eye(3)


@dataclass(frozen=True, eq=False)
class Case:
    """A problem and its answer.

    Parameters
    ----------
    name : str
    problem : Controls
    smallest : float
        Smallest total relaxation of exact targets, counts; 0: everything can hold.
    unsupported : tuple of str
        Labels of controls that no record can serve.
    """

    name: str
    problem: Controls
    smallest: float = 0.0
    unsupported: tuple[str, ...] = ()


def already_satisfied() -> Case:
    """The prior meets every target: the weights are the prior."""
    zone = level("zone", [0, 1, 2], [[10, 4, 6], [10, 4, 6]])
    problem = controls([[1, 1, 0], [1, 1, 0], [1, 0, 1]], zone, prior=[6.0, 2.0, 12.0], total=0)
    return Case("already satisfied", problem)


def one_zero_cell() -> Case:
    """A target of exactly zero keeps a kind of household out of one zone, not of the other."""
    zone = level("zone", [0, 1, 2], [[6, 0, 6], [6, 4, 2]])
    return Case("one zero cell", controls([[1, 1, 0], [1, 0, 1], [1, 0, 1]], zone, prior=[1.0, 2.0, 5.0], total=0))


def one_empty_zone() -> Case:
    """A zone without households takes no part, and its neighbours share the tract's persons."""
    tract = level("tract", [3], [[21]], units=[0, 0, 0])
    zone = level("zone", [0, 1, 2], [[4, 1, 3], [0, 0, 0], [6, 3, 3]])
    return Case("one empty zone", controls([[1, 1, 0, 1], [1, 0, 1, 2], [1, 0, 1, 4]], tract, zone, total=0))


def three_way_table() -> Case:
    """All 2 x 2 x 2 cells from the three two-way margins, as in Deming and Stephan's iterative fitting."""
    cells = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)])
    margins = [
        (cells[:, [a, b]] == (x, y)).all(axis=1) for a, b in ((0, 1), (0, 2), (1, 2)) for x in (0, 1) for y in (0, 1)
    ]
    incidence = np.column_stack([np.ones(8), *margins]).astype(float)
    truth = np.array([3.0, 5.0, 2.0, 8.0, 4.0, 6.0, 7.0, 1.0])
    zone = level("zone", list(range(13)), [truth @ incidence])
    return Case("three-way table", controls(incidence, zone, prior=[1.0, 2.0, 1.0, 3.0, 2.0, 1.0, 1.0, 1.0], total=0))


def households_and_persons() -> Case:
    """Persons count as often as the household holds them, and one household holds none."""
    zone = level("zone", [0, 1, 2, 3], [[10, 5, 12, 9], [8, 2, 9, 10]])
    incidence = [[1, 1, 1, 0], [1, 1, 2, 1], [1, 0, 0, 3], [1, 0, 3, 2], [1, 0, 0, 0]]
    return Case("households and persons", controls(incidence, zone, prior=[5.0, 3.0, 2.0, 2.0, 1.0], total=0))


def contradiction_over_levels() -> Case:
    """Every zone can hold alone, yet the tract wants 9 of what its two zones say are 3 and 3."""
    tract = level("tract", [1], [[9]], units=[0, 0])
    zone = level("zone", [0, 2], [[5, 2], [5, 2]])
    return Case("feasible alone, not together", controls([[1, 1, 0], [1, 0, 1]], tract, zone, total=0), smallest=3.0)


def one_record_pool() -> Case:
    """One record is every household: the only question is how many."""
    zone = level("zone", [0, 1], [[3, 6], [7, 14]])
    return Case("one-record pool", controls([[1, 2]], zone, prior=[40.0], total=0))


def two_areas() -> Case:
    """Records stay in their own area, though the region's table counts both."""
    region = level("region", [3], [[22]], units=[0, 0, 0])
    zone = level("zone", [0, 1, 2], [[4, 1, 3], [5, 2, 3], [6, 3, 3]])
    incidence = [[1, 1, 0, 0], [1, 0, 1, 1], [1, 0, 1, 4], [1, 1, 0, 1], [1, 0, 1, 2]]
    problem = controls(incidence, region, zone, record_area=[0, 0, 0, 1, 1], zone_area=[0, 0, 1], total=0)
    return Case("two areas", problem)


def three_nested_levels() -> Case:
    """Persons by county, cars by tract, households by zone."""
    return Case("three nested levels", three_levels())


def soft_and_contradictory() -> Case:
    """Two soft tables that differ meet where their standard deviations say; nothing is infeasible."""
    zone = level("zone", [0, 1, 2], [[20, 12, 11]], sd=[[0, 2, 1]])
    return Case("soft and contradictory", controls([[1, 1, 0], [1, 0, 1]], zone, prior=[2.0, 1.0], total=0))


def diagonal_table() -> Case:
    """Two packages of this field report success here: rows 6 and 4, columns 5 and 5, records on the diagonal only."""
    zone = level("zone", [0, 1, 2, 3], [[6, 4, 5, 5]])
    return Case("diagonal 2 x 2", controls([[1, 0, 1, 0], [0, 1, 0, 1]], zone), smallest=2.0)


def unsupported_cell() -> Case:
    """The table counts three households of a kind that the pool does not have."""
    zone = level("zone", [0, 1, 2], [[9, 6, 3]])
    problem = controls([[1, 1, 0], [1, 1, 0]], zone, total=0)
    return Case("unsupported cell", problem, smallest=6.0, unsupported=("zone: column 2",))


def missing_targets() -> Case:
    """A zone without a target for a cell leaves that cell to the prior and the other controls."""
    tract = level("tract", [3], [[24], [NAN]], units=[0, 0, 1])
    zone = level("zone", [0, 1, 2], [[8, 3, 5], [5, NAN, NAN], [4, 1, NAN]])
    incidence = [[1, 1, 0, 1], [1, 0, 1, 2], [1, 0, 1, 3]]
    return Case("missing targets", controls(incidence, tract, zone, prior=[2.0, 1.0, 3.0], total=0))


def duplicated_controls() -> Case:
    """The same cell twice: the equations are singular, the answer is not."""
    zone = level("zone", [0, 1, 2, 3], [[9, 4, 4, 5], [7, 2, 2, 5]])
    incidence = [[1, 1, 1, 0], [1, 0, 0, 1], [1, 0, 0, 1]]
    return Case("duplicated controls", controls(incidence, zone, prior=[1.0, 1.0, 2.0], total=0))


def no_household_total() -> Case:
    """Only persons are known: the number of households follows from the prior."""
    zone = level("zone", [0, 1], [[12, 9], [5, 7]])
    return Case("no household total", controls([[1, 0], [2, 1], [0, 1], [1, 3]], zone, prior=[3.0, 2.0, 4.0, 1.0]))


def on_the_edge() -> Case:
    """Feasible only with weights of zero, though no target is zero: large households must vanish."""
    zone = level("zone", [0, 1], [[6, 6]])
    return Case("on the edge", controls([[1, 1], [1, 1], [1, 3]], zone, prior=[1.0, 2.0, 3.0], total=0))


CASES = [
    make()
    for make in (
        already_satisfied,
        one_zero_cell,
        one_empty_zone,
        three_way_table,
        households_and_persons,
        contradiction_over_levels,
        one_record_pool,
        two_areas,
        three_nested_levels,
        soft_and_contradictory,
        diagonal_table,
        unsupported_cell,
        missing_targets,
        duplicated_controls,
        no_household_total,
        on_the_edge,
    )
]
