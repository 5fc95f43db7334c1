"""`kubectl slab` as what people install: a wheel, one file, and krew's manifest."""
