"""Records as persona texts, and persona texts as vectors that condition a model."""
