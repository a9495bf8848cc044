"""Small projects of households and of persons, for every generator."""

from __future__ import annotations

from typing import Any

# llmsynthor asks a language model: it has tests of its own
KINDS = ("seed_sample", "bootstrap", "independent", "hot_deck", "bayesian_network", "maximum_entropy")

HOUSEHOLDS = {
    "censemble.yaml": """
        name: Four zones
        geography: {levels: [region, zone], crosswalk: {file: crosswalk.csv, columns: {region: REGION, zone: ZONE}}}
        seed_sample:
          households: {file: households.csv, id: ID, weight: WEIGHT, size: NP, carry: [NP]}
          persons: {file: persons.csv, household: ID, id: NO}
        generator: GENERATOR
        attributes:
          households:
            tenure: {column: TENURE, categories: {owned: 1, rented: 2}}
            size: {column: NP, kind: ordinal, categories: {"1": 1, "2": 2, 3 or more: ">=3"}}
          persons:
            sex: {column: SEX, categories: {female: f, male: m}}
            age: {column: AGE, kind: numeric, unit: years, bins: [0, 18, 100]}
        margins:
          - name: households
            of: households
            level: zone
            total: true
            table: {file: zones.csv, zone: ZONE}
            cells: [{column: HOUSEHOLDS}]
          - name: tenure
            of: households
            level: zone
            table: {file: zones.csv, zone: ZONE}
            cells: [{column: OWNED, where: {tenure: owned}}, {column: RENTED, where: {tenure: rented}}]
          - name: size
            of: households
            level: region
            table: {file: regions.csv, zone: REGION}
            cells:
              - {column: ONE, where: {size: "1"}}
              - {column: TWO, where: {size: "2"}}
              - {column: MORE, where: {size: 3 or more}}
          - name: age by sex
            of: persons
            level: region
            uncertainty: {tolerance: 2}
            table: {file: regions.csv, zone: REGION}
            cells:
              - {column: GIRLS, where: {sex: female, age: "<18"}}
              - {column: BOYS, where: {sex: male, age: "<18"}}
              - {column: WOMEN, where: {sex: female, age: ">=18"}}
              - {column: MEN, where: {sex: male, age: ">=18"}}
        run: {random_seed: 3}
    """,
    "crosswalk.csv": "ZONE,REGION\n01,N\n02,N\n03,S\n04,S\n",
    "zones.csv": "ZONE,HOUSEHOLDS,OWNED,RENTED\n01,30,20,10\n02,20,5,15\n03,10,5,5\n04,0,0,0\n",
    "regions.csv": "REGION,ONE,TWO,MORE,GIRLS,BOYS,WOMEN,MEN\nN,20,18,12,7,6,42,40\nS,4,3,3,2,2,8,7\n",
    "households.csv": "ID,WEIGHT,NP,TENURE\n"
    + "".join(f"h{i},{5 + i % 4},{1 + i % 4},{1 + i % 2 if i % 5 else 2}\n" for i in range(40)),
    "persons.csv": "ID,NO,SEX,AGE\n"
    + "".join(
        f"h{i},{k + 1},{'fm'[(i + k) % 2]},{(20 + (7 * i) % 60) if k < 2 else (3 * i + k) % 18}\n"
        for i in range(40)
        for k in range(1 + i % 4)
    ),
}

PERSONS = {
    "censemble.yaml": """
        name: Persons of four zones
        entity: person
        geography: {levels: [region, zone], crosswalk: {file: crosswalk.csv, columns: {region: REGION, zone: ZONE}}}
        seed_sample:
          persons: {file: persons.csv, id: ID, weight: WEIGHT, keep: "AGE < 100", carry: [NOTE]}
        generator: GENERATOR
        attributes:
          persons:
            sex: {column: SEX, categories: {female: f, male: m}}
            work: {column: WORK, categories: {at work: 1, not at work: 0}}
            age: {column: AGE, kind: numeric, unit: years, bins: [0, 18, 65, 100]}
        margins:
          - name: persons
            of: persons
            level: zone
            total: true
            table: {file: zones.csv, zone: ZONE}
            cells: [{column: PERSONS}]
          - name: sex
            of: persons
            level: zone
            table: {file: zones.csv, zone: ZONE}
            cells: [{column: WOMEN, where: {sex: female}}, {column: MEN, where: {sex: male}}]
          - name: work by age
            of: persons
            level: region
            uncertainty: {tolerance: 2}
            table: {file: regions.csv, zone: REGION}
            cells:
              - {column: YOUNG, where: {age: "<18"}}
              - {column: WORK, where: {age: 18..64, work: at work}}
              - {column: NONE, where: {age: 18..64, work: not at work}}
              - {column: OLD, where: {age: ">=65"}}
        run: {random_seed: 3}
    """,
    "crosswalk.csv": "ZONE,REGION\n01,N\n02,N\n03,S\n04,S\n",
    "zones.csv": "ZONE,PERSONS,WOMEN,MEN\n01,30,20,10\n02,20,5,15\n03,10,5,5\n04,0,0,0\n",
    "regions.csv": "REGION,YOUNG,WORK,NONE,OLD\nN,9,25,6,10\nS,2,5,1,2\n",
    "persons.csv": "ID,WEIGHT,SEX,AGE,WORK,NOTE\n"
    + "".join(
        f"p{i},{5 + i % 4},{'fm'[i % 2]},{(7 * i) % 97},{int(18 <= (7 * i) % 97 < 65 and i % 3 > 0)},n{i}\n"
        for i in range(80)
    ),
}


def project_of(files: dict[str, str], generator: str, *, sample: bool = True, **changes: str) -> dict[str, Any]:
    """Files of a project with one generator, without the seed sample if asked, with texts of it replaced."""
    text = files["censemble.yaml"].replace("GENERATOR", generator)
    if not sample:
        before, _, rest = text.partition("        seed_sample:")
        text = before + rest[rest.index("        generator:") :]
    for old, new in changes.items():
        text = text.replace(old, new)
    return {**files, "censemble.yaml": text}
