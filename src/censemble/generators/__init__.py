"""Generators: what proposes candidate records. Each gives a pool with prior weights and provenance."""

from censemble.generators.bayesian_network import BayesianNetwork
from censemble.generators.bootstrap import Bootstrap
from censemble.generators.hot_deck import HotDeck
from censemble.generators.independent import Independent
from censemble.generators.protocol import Conditions, Generator
from censemble.generators.seed_sample import SeedSample
from censemble.generators.semapop.population_model import SemaPop

__all__ = ["BayesianNetwork", "Bootstrap", "Conditions", "Generator", "HotDeck", "Independent", "SeedSample", "SemaPop"]
