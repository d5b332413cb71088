"""A Keras model read for a population: its structure, its scalars, what its code depends on, and fast building.

Used elsewhere: `build_from_data`, `external_state`, `fast_build`, `keras_settings`, `layouts`, `model_spec`,
`scalar_tensor`, `traversal`, `unsupported`.
Imports: nothing of the engine.
"""
