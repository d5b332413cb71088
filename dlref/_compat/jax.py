"""JAX."""

from dlref._compat import Name
from dlref._compat.keras import of_variables

VARIABLES = of_variables("jax")
RANDOM = "keras.src.backend.jax.random"
DRAWS = (
    Name(RANDOM, "normal", "shape, mean, stddev, dtype, seed"),
    Name(RANDOM, "uniform", "shape, minval, maxval, dtype, seed"),
    Name(RANDOM, "truncated_normal", "shape, mean, stddev, dtype, seed"),
)
