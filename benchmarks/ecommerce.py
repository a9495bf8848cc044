"""The e-commerce records of LLMSynthor (arXiv 2505.14752, benchmark 1): the data generator and the published table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

CATEGORIES = ("Electronics", "Apparel", "Food & Beverages", "Furniture & Appliances")
LABELS = {
    "gender": ("Male", "Female"),
    "location_tier": ("Developed", "Developing"),
    "category": CATEGORIES,
    "payment": ("Online Payment", "Cash on Delivery"),
}
COLUMNS = ("age", "gender", "location_tier", "category", "price", "payment")
JOINTS = (("age", "gender", "category"), ("category", "price"), ("location_tier", "payment"))
AGE_SHARES = np.array([0.5, 0.45, 0.15])  # as printed; they sum to 1.1 and are divided by it
AGE_MEANS, AGE_SDS = np.array([24.0, 38.0, 55.0]), np.array([6.0, 15.0, 10.0])
PRICES = {"Electronics": (800, 1000), "Apparel": (100, 500), "Food & Beverages": (100, 400),
          "Furniture & Appliances": (200, 500)}  # fmt: skip
CHOICES = {  # age group, gender -> shares of CATEGORIES
    ("young", "Male"): (0.50, 0.25, 0.05, 0.20),
    ("young", "Female"): (0.20, 0.50, 0.05, 0.25),
    ("middle", "Male"): (0.20, 0.10, 0.50, 0.20),
    ("middle", "Female"): (0.10, 0.20, 0.55, 0.15),
    ("old", "Male"): (0.10, 0.10, 0.65, 0.15),
    ("old", "Female"): (0.10, 0.10, 0.60, 0.20),
}


def _truncated(
    rng: np.random.Generator, means: NDArray[np.float64], sds: NDArray[np.float64], low: float, high: float
) -> NDArray[np.float64]:
    """Normal numbers inside [low, high], by the inverse of the distribution."""
    below, above = stats.norm.cdf((low - means) / sds), stats.norm.cdf((high - means) / sds)
    return means + sds * stats.norm.ppf(below + rng.random(len(means)) * (above - below))


def draw_records(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw records of the Bayesian network as printed."""
    part = rng.choice(3, n, p=AGE_SHARES / AGE_SHARES.sum())
    age = _truncated(rng, AGE_MEANS[part], AGE_SDS[part], 18, 90)
    gender = rng.choice(LABELS["gender"], n, p=(0.45, 0.55))
    tier = rng.choice(LABELS["location_tier"], n, p=(0.4, 0.6))
    group = np.select([age < 35, age < 55], ["young", "middle"], "old")
    category = np.empty(n, dtype=object)
    for (of_age, of_gender), shares in CHOICES.items():
        rows = np.flatnonzero((group == of_age) & (gender == of_gender))
        category[rows] = rng.choice(CATEGORIES, len(rows), p=shares)
    means, sds = (np.array([PRICES[c][k] for c in category], dtype=np.float64) for k in (0, 1))
    price = _truncated(rng, means, sds, 0, 2000)
    online = rng.random(n) < np.where(tier == "Developed", 0.7, 0.4)
    payment = np.where(online, *LABELS["payment"])
    return pd.DataFrame(
        {"age": age, "gender": gender, "location_tier": tier, "category": category, "price": price, "payment": payment}
    )


@dataclass(frozen=True)
class Column:
    """One column of the published table."""

    name: str
    attributes: tuple[str, ...]
    kind: str  # "wasserstein", "tvd", "jsd"


TABLE = (
    Column("age Was", ("age",), "wasserstein"),
    Column("gender Tvd", ("gender",), "tvd"),
    Column("tier Tvd", ("location_tier",), "tvd"),
    Column("category Tvd", ("category",), "tvd"),
    Column("price Was", ("price",), "wasserstein"),
    Column("payment Tvd", ("payment",), "tvd"),
    Column("Jsd age,gender,category", JOINTS[0], "jsd"),
    Column("Jsd category,price", JOINTS[1], "jsd"),
    Column("Jsd tier,payment", JOINTS[2], "jsd"),
)
PUBLISHED = {
    "LLMSynthor GPT-4.1-nano": (1.13, 0.002, 0.002, 0.010, 12.762, 0.003, 0.071, 0.134, 0.007),
    "LLMSynthor Qwen2.5-7B": (1.03, 0.001, 0.013, 0.007, 8.691, 0.001, 0.089, 0.160, 0.021),
    "LLMSynthor Qwen2.5-3B": (0.93, 0.001, 0.002, 0.003, 14.367, 0.002, 0.082, 0.198, 0.139),
    "TabSyn": (1.196, 0.012, 0.007, 0.045, 114.12, 0.028, 0.083, 0.237, 0.027),
    "TVAE": (2.06, 0.008, 0.056, 0.054, 113.2, 0.017, 0.23, 0.245, 0.185),
    "CTGAN": (4.429, 0.117, 0.162, 0.080, 139.0, 0.088, 0.133, 0.298, 0.145),
    "GReaT": (2.862, 0.016, 0.039, 0.045, 169.9, 0.009, 0.087, 0.382, 0.038),
    "IPF": (5.27, 0.018, 0.026, 0.012, 140.0, 0.035, 0.117, 0.504, 0.113),
    "LLM in-context": (20.61, 0.026, 0.024, 0.441, 279.7, 0.163, 0.437, 0.591, 0.476),
}
PUBLISHED_REJECTED = {  # per cent of the records that the paper's rules refuse
    "LLMSynthor GPT-4.1-nano": 0.3, "LLMSynthor Qwen2.5-7B": 0.5, "LLMSynthor Qwen2.5-3B": 0.5, "TabSyn": 1.9,
    "TVAE": 1.7, "CTGAN": 5.1, "GReaT": 0.8, "IPF": 3.9, "LLM in-context": 0.1,
}  # fmt: skip


def measured(synthetic: pd.DataFrame, real: pd.DataFrame) -> tuple[float, ...]:
    """The columns of the table; joints as Jensen-Shannon distances (base 2) over six quantile bins of the real rows."""
    return tuple(_figure(column, synthetic, real) for column in TABLE)


def _figure(column: Column, synthetic: pd.DataFrame, real: pd.DataFrame) -> float:
    if column.kind == "wasserstein":
        name = column.attributes[0]
        return float(stats.wasserstein_distance(synthetic[name], real[name]))
    p, q = _shares(column, synthetic, real), _shares(column, real, real)
    p, q = p.align(q, fill_value=0.0)
    if column.kind == "tvd":
        return float((p - q).abs().sum() / 2)
    middle = (p + q) / 2
    return float(np.sqrt(max(0.0, (_entropy(p, middle) + _entropy(q, middle)) / 2)))


def _shares(column: Column, table: pd.DataFrame, real: pd.DataFrame) -> pd.Series:
    coded = {}
    for name in column.attributes:
        if name in LABELS:
            coded[name] = table[name].astype(str)
        else:
            inner = np.quantile(real[name], np.arange(1, 6) / 6)
            coded[name] = np.searchsorted(inner, table[name], side="right").astype(str)
    keys = pd.Series(["|".join(row) for row in zip(*coded.values(), strict=True)])
    return keys.value_counts(normalize=True)


def _entropy(p: pd.Series, q: pd.Series) -> float:
    held = p > 0
    return float((p[held] * np.log2(p[held] / q[held])).sum())


def broken_percent(table: pd.DataFrame) -> float:
    """Per cent of the records that break a plausibility rule. The paper does not print thresholds: these are ours."""
    of, age, price = table["category"], table["age"], table["price"]
    dear = of.isin(["Electronics", "Furniture & Appliances"])
    low = dear & (price < 1)  # R1: for nothing
    feast = (of == "Food & Beverages") & (age < 20) & (price > 1200)  # R2: extreme food of teenagers
    late = (of == "Electronics") & (age > 80) & (price > 1800)  # R3: ultra-expensive electronics of the very old
    return float(100 * (low | feast | late).mean())


def discount_propensity(table: pd.DataFrame) -> NDArray[np.str_]:
    """High above 1, else Mid: as printed Low cannot occur. Means and deviations by category are the table's own."""
    by = table.groupby("category")["price"]
    z = (table["price"] - by.transform("mean")) / by.transform("std").fillna(1.0).replace(0.0, 1.0)
    score = -np.tanh(z) + 0.01 * (table["age"] - 35) ** 2 / 100
    score += 0.5 * (table["payment"] == "Cash on Delivery") + 0.3 * (table["location_tier"] == "Developing")
    return np.where(score > 1, "High", np.where(score < -1, "Low", "Mid"))


def lifetime_value(table: pd.DataFrame) -> NDArray[np.str_]:
    """High above 20, Low below 10."""
    of_category = {"Electronics": 1.3, "Apparel": 1.1, "Food & Beverages": 0.9, "Furniture & Appliances": 1.4}
    pays = np.where(table["payment"] == "Online Payment", 1.2, 0.85)
    age = np.log(1 + (table["age"] - 35).abs()) + 1
    score = np.sqrt(table["price"]) * pays / age * table["category"].map(of_category).astype(float)
    return np.where(score > 20, "High", np.where(score < 10, "Low", "Mid"))


TASKS = {"discount_propensity": discount_propensity, "lifetime_value": lifetime_value}


def features(table: pd.DataFrame) -> NDArray[np.float64]:
    """Attributes as numbers: categories one by one, age and price divided by their ranges."""
    parts = [(table[name] == label).to_numpy(float) for name, labels in LABELS.items() for label in labels]
    return np.stack([*parts, table["age"].to_numpy() / 90, table["price"].to_numpy() / 2000], axis=1)


def classifiers() -> list[tuple[str, Any]]:
    """Logistic regression, tree, forest."""
    return [
        ("logistic regression", LogisticRegression(max_iter=2000)),
        ("tree", DecisionTreeClassifier(min_samples_leaf=5, random_state=0)),
        ("forest", RandomForestClassifier(100, min_samples_leaf=2, random_state=0)),
    ]


def limits(real_pairs: int, n: int, rng: np.random.Generator) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The noise floor (mean over pairs of fresh samples), and what a column may be: the larger of 1.25 times it and the
    best that LLMSynthor published.
    """
    pairs = [measured(draw_records(n, rng), draw_records(n, rng)) for _ in range(real_pairs)]
    floor = tuple(float(np.mean(values)) for values in zip(*pairs, strict=True))
    ours = [row for name, row in PUBLISHED.items() if name.startswith("LLMSynthor")]
    best = [min(values) for values in zip(*ours, strict=True)]
    return floor, tuple(max(1.25 * f, b) for f, b in zip(floor, best, strict=True))
