"""Households and persons for Knoxville, Tennessee, from the data in the package."""

import censemble

inputs = censemble.demo_inputs()
print(f"{inputs.name}: {inputs.geography.n_zones} zones, {inputs.seed_sample.n_records:,} survey households")
result = censemble.run(inputs, out="knoxville")
print("Verdict:", result.facts["verdict"]["status"])
for sentence in result.facts["verdict"]["sentences"]:
    print("-", sentence)
print(result.households.to_pandas()[["household_id", "block_group", "tenure", "size", "income"]].head())
