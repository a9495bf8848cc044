"""Small tables for the shipped queries, with answers worked out by hand."""

from __future__ import annotations

import numpy as np
from made_up_views import view_of

from censemble.dataset import Dataset
from censemble.evaluation.comparison.measure import View
from censemble.schema import Attribute, Schema

RACES = ("White", "Black", "Indian", "Asian", "Combined")
SCHOOLS = ("Preschool", "Elementary", "High School", "Bachelor", "Master", "Doctorate")
WORK = ("Under 16", "Employed", "Unemployed", "Military")
HOUSEHOLDS = Schema(
    (
        Attribute("num_persons", "households", "ordinal", ("2", "3", "4", "5")),
        Attribute("housing_tenure", "households", "categorical", ("Owned", "Rented")),
        Attribute("householder_type", "households", "categorical", ("Couple", "Single Male", "Single Female")),
        Attribute("num_vehicles", "households", "ordinal", tuple("0123456")),
        Attribute("age", "persons", "numeric", bins=(0.0, 18.0, 65.0, 100.0)),
        Attribute("race", "persons", "categorical", RACES),
        Attribute("education", "persons", "ordinal", SCHOOLS),
        Attribute("employment", "persons", "categorical", WORK),
        Attribute("income", "persons", "numeric", bins=(0.0, 20000.0, np.inf)),
    )
)

# tenure, type, vehicles; persons as age, race, education, employment, income
FIVE = (
    (
        ("Owned", "Couple", 3),
        (
            (40, "White", "Bachelor", "Employed", 120_000),
            (38, "Black", "Master", "Employed", 100_000),
            (10, "White", "Elementary", "Under 16", 0),
        ),
    ),
    (
        ("Rented", "Single Female", 0),
        ((30, "Black", "High School", "Unemployed", 12_000), (5, "Black", "Elementary", "Under 16", 0)),
    ),
    (
        ("Owned", "Couple", 1),
        ((70, "White", "Master", "Unemployed", 15_000), (68, "White", "Doctorate", "Unemployed", 5_000)),
    ),
    (
        ("Rented", "Single Male", 0),
        (
            (45, "Asian", "Bachelor", "Employed", 40_000),
            (72, "Asian", "High School", "Unemployed", 8_000),
            (15, "Asian", "Elementary", "Under 16", 0),
        ),
    ),
    (
        ("Rented", "Couple", 2),
        ((25, "White", "Bachelor", "Employed", 50_000), (26, "White", "Bachelor", "Military", 30_000)),
    ),
)

# incomes 220, 12, 20, 48, 80 thousand; per person 73.3, 6, 10, 16, 40; mean ages 29.33, 17.5, 69, 44, 25.5
ANSWERS = {
    "income-black-member": 116_000.0,  # between the first and the second
    "multigenerational-non-white": 0.2,  # the fourth
    "poor-elder": 0.2,  # the third
    "poor-single-woman": 0.2,  # the second
    "more-dependants": 0.4,  # third and fourth
    "educated-jobless": 0.2,  # the third
    "both-employed": 1 / 3,  # the first of three couples
    "income-both-employed": 220_000 / 3,
    "age-owners-renters": (88 / 3 + 69) / 2 - (17.5 + 44 + 25.5) / 3,
    "mean-age": 88 / 3,
    "multigenerational": 0.2,  # the fourth
    "with-children": 0.6,
    "poor-without-vehicle": 0.2,  # the second
    "child-without-vehicle": 0.4,  # second and fourth
    "elder-without-vehicle": 0.2,  # the fourth
    "rich-three-vehicles": 0.2,  # the first
}


def five_households(*, vehicles_of_second: int = 0, weights: tuple[float, ...] = (1, 1, 1, 1, 1)) -> View:
    """The five households, seen as persons."""
    persons = [p for _, members in FIVE for p in members]
    links = np.repeat(np.arange(5), [len(members) for _, members in FIVE])
    vehicles = [h[2] for h, _ in FIVE]
    vehicles[1] = vehicles_of_second
    households = {
        "num_persons": np.array([len(m) - 2 for _, m in FIVE]),
        "housing_tenure": np.array([("Owned", "Rented").index(h[0]) for h, _ in FIVE]),
        "householder_type": np.array([("Couple", "Single Male", "Single Female").index(h[1]) for h, _ in FIVE]),
        "num_vehicles": np.array(vehicles),
    }
    columns = {
        "age": np.array([p[0] for p in persons], float),
        "race": np.array([RACES.index(p[1]) for p in persons]),
        "education": np.array([SCHOOLS.index(p[2]) for p in persons]),
        "employment": np.array([WORK.index(p[3]) for p in persons]),
        "income": np.array([p[4] for p in persons], float),
    }
    design = np.array(weights, float)
    return view_of(Dataset("five", HOUSEHOLDS, households, columns, design, design[links], links))


CATEGORIES = ("Electronics", "Apparel", "Food & Beverages", "Furniture & Appliances")
SHOP = Schema(
    (
        Attribute("age", "persons", "numeric", unit="years", bins=(18.0, 35.0, 55.0, 91.0)),
        Attribute("gender", "persons", "categorical", ("Male", "Female")),
        Attribute("location_tier", "persons", "categorical", ("Developed", "Developing")),
        Attribute("category", "persons", "categorical", CATEGORIES),
        Attribute("price", "persons", "numeric", bins=(0.0, 500.0, 2001.0)),
        Attribute("payment", "persons", "categorical", ("Online Payment", "Cash on Delivery")),
    )
)


def shop(rows: list[tuple[float, int, int, int, float, int]]) -> View:
    """Typed purchases: age, gender, tier, category, price, payment, labels as codes."""
    age, gender, tier, category, price, payment = (np.array(column) for column in zip(*rows, strict=True))
    columns = {"age": age.astype(float), "gender": gender, "location_tier": tier, "category": category}
    columns |= {"price": price.astype(float), "payment": payment}
    return view_of(Dataset("shop", SHOP, {}, columns, np.zeros(0), np.ones(len(age))))


def random_shop(n: int, rng: np.random.Generator) -> View:
    """Purchases whose price depends on the category."""
    category = rng.integers(4, size=n)
    price = np.clip(rng.normal(np.array([800.0, 200.0, 100.0, 400.0])[category], 150), 1, 2000)
    rest = {"gender": rng.integers(2, size=n), "location_tier": rng.integers(2, size=n)}
    columns = {"age": rng.integers(18, 90, size=n).astype(float), **rest, "category": category, "price": price}
    columns["payment"] = rng.integers(2, size=n)
    return view_of(Dataset("shop", SHOP, {}, columns, np.zeros(0), np.ones(n)))
