"""SemaPop: population models conditioned on personas (arXiv 2602.11569)."""
