"""A Keras model read for a population: its structure, its scalars, what its code depends on, and fast building.

Used elsewhere: `build_from_data`, `fast_build`, `global_state`, `keras_settings`, `scalar`, `structure`, `traversal`,
`unsupported`.
Imports: nothing of the engine.
"""
