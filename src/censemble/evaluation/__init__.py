"""How good a population is: fit to the tables, joint distributions, diversity, the report, and its verification."""
