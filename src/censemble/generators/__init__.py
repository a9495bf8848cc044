"""Generators: what proposes candidate records. Each gives a pool with prior weights and provenance."""

from censemble.generators.seed_sample import SeedSample

__all__ = ["SeedSample"]
