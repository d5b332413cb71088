"""A population in training: its epochs, histories and checkpoints, and what is done where a model forbids it.

Used elsewhere: `changeable`, `checkpoint`, `epochs`, `exchange`, `population`, `trainer`, `trial_builder`,
`trial_history`.
Imports: `errors`, `listener`, `populations.model`, `populations.program`, `samplers`, `storage`, `trials`.
"""
