"""What a language model is told when it is asked what a scenario changes. Texts of the user's are not here."""

from __future__ import annotations

MOST_CHANGES = 6

TASK = f"""The block "scenario" describes a situation in a population. Say as at most {MOST_CHANGES} changes what it
does to the records of the population: which become more, and which fewer. Everything that you do not name stays as it
is. In each change:
- "reason": in at most twelve words, why, and which records: where, when, of what sort.
- "kind": "more" or "fewer".
- "records": how many, as a whole number. A number of records that the scenario states must be used as it is. If it
  states none, estimate what is realistic; the block "population" says how many there are in all.
- "speaks_of": every attribute of the block "attributes" of which the scenario says something for these records: place,
  time, sort.
- "where": for each attribute of "speaks_of" what it says: of categories a list, spelled exactly; of numbers [lowest,
  highest]. Nothing else.
The block "mentioned" lists what the scenario names word by word. Name only direct consequences, each once. Records that
change from one category to another are a "fewer" and directly after it a "more" of the same number."""
PLACES = """
- "areas": where, by names of the block "areas"; leave it out if the scenario names none of them."""
SORTS = """
The answer has two lists: "households" for whole households that come or go with all their members, and "persons" for
persons that change while their households stay. Leave empty the list that is not needed."""
EXAMPLE = """

An example from another population, of 5,000 flats with the attributes street (Ash Lane, Elm Road), tenure (owned,
rented), rooms (1 to 9) and pet (cat, dog, none). Scenario: "300 owners of cats take dogs instead, and a block of small
flats for 120 tenants opens in Elm Road." Changes:
[{"reason": "Owners of cats give them away.", "kind": "fewer", "records": 300, "speaks_of": ["pet"],
"where": {"pet": ["cat"]}},
{"reason": "They take dogs instead.", "kind": "more", "records": 300, "speaks_of": ["pet"], "where": {"pet": ["dog"]}},
{"reason": "Small rented flats in Elm Road open.", "kind": "more", "records": 120,
"speaks_of": ["street", "tenure", "rooms"],
"where": {"street": ["Elm Road"], "tenure": ["rented"], "rooms": [1, 2]}}]."""
