"""Readers and writers: project files, PopulationSim folders, tables of any kind, exports."""
