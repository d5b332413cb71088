"""What one compiled program does for all members: batched layers, dropout masks, flat weights, the train step.

Used elsewhere: `compile_cache`, `compiled_on_disk`, `fit_arguments`, `flat_weights`, `memory`, `mini_batches`,
`padding`, `stacking`, `threads`, `trial_models`.
Imports: `errors`, `populations.model`.
"""
