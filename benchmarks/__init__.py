"""How fast the objects of dlref are, as ratios to the Keras built-ins: `python -m benchmarks`."""
