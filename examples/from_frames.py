"""Tables from memory instead of files: a pandas and an Arrow table stand for two files of the ten-line project."""

from pathlib import Path

import pandas as pd
import pyarrow as pa

import censemble

project = Path(__file__).parent / "minimal" / "censemble.yaml"
zones = pd.DataFrame({"ZONE": ["01", "02"], "REGION": ["R", "R"], "HOUSEHOLDS": [40, 10], "RENTED": [25, 0]})
households = pa.table({"ID": list("abcde"), "WEIGHT": [10, 8, 6, 9, 5], "TENURE": [1, 1, 2, 2, 2]})

inputs = censemble.read_project(project, frames={"zones.csv": zones, "households.csv": households})
result = censemble.run(inputs)  # no folder: nothing is written
print(result.households.to_pandas().groupby(["zone", "tenure"]).size())
