"""Tables about a population in, people who add up to those tables out."""

__version__ = "0.1.0"
