from dataclasses import replace

import numpy as np
import pytest
from autoregressive_case import BLOCKS, lesson
from places_case import HOUSEHOLD_BLOCKS, household_lesson, households

from censemble.generators.semapop.autoregressive_members import Places, age_blocks, member_lesson, root_lesson
from censemble.generators.semapop.backbone import Sum


def slow_members(codes: np.ndarray) -> list[list[int]]:
    """Lines of members, one by one: household, first, place, second, the one before, the member."""
    nobody, found = [3, 2], []
    for place in (1, 2):
        for line in codes.tolist():
            people = [line[2 + 2 * p : 4 + 2 * p] for p in range(3)]
            if people[place] == nobody:
                continue
            seen = [people[p] if 1 <= p < place else nobody for p in (1, place - 1)]
            found.append([*line[:4], place - 1, *(code for one in seen for code in one), *people[place]])
    return found


def test_members_are_those_written_down_one_by_one() -> None:
    """Every member comes once, with what it is drawn given."""
    codes = households(200, 3)
    places = Places.of(HOUSEHOLD_BLOCKS, codes)
    rows, lines = places.members(codes)
    assert lines.tolist() == slow_members(codes)
    assert (codes[rows, :4] == lines[:, :4]).all()
    assert places.n_members.tolist() == [0, 1, 2]
    assert (lines.max(axis=0) < np.array(places.sizes)).all()


def test_records_without_members_have_no_places() -> None:
    """Where records are persons all blocks are the record's own."""
    places = Places.of(BLOCKS, lesson().training.codes)
    assert places.root == BLOCKS
    assert places.n_places == 0
    assert root_lesson(lesson(), places).blocks == BLOCKS


def test_shares_of_members_are_those_of_all_places() -> None:
    """Shares to be held are those of all persons but the first of each household; given blocks are not held."""
    given = household_lesson()
    places = Places.of(given.blocks, given.training.codes)
    found = member_lesson(given, places)
    x = found.training.codes[:, places.n_given]
    assert found.shares[places.n_given] == pytest.approx(np.bincount(x, minlength=3) / len(x))
    assert len(found.shares) == len(found.blocks) == len(places.sizes)
    assert len(found.training.weights) == len(found.training.personas) == len(x)


def test_the_household_keeps_its_own_blocks() -> None:
    """Codes and shares of the household's own blocks and of the first member, and nothing of the others."""
    given = household_lesson(100)
    own = root_lesson(given, Places.of(given.blocks, given.training.codes))
    assert [b.name for b in own.blocks] == ["tenure", "persons", "person 1: x", "person 1: y"]
    assert (own.validation.codes == given.validation.codes[:, :4]).all()
    assert own.shares == given.shares[:4]


def test_role_and_gap_come_before_the_age() -> None:
    """Numbers of the first one's age, then of role, gap and age of a member; nothing where no gap is known."""
    given = household_lesson(100)
    places = Places.of(given.blocks, given.training.codes)
    assert age_blocks(given, places) is None
    told = replace(given, age=Sum("x", "y", "", np.zeros((3, 2, 3))))
    assert age_blocks(told, places) == (2, (places.n_given + 1, places.n_given))
