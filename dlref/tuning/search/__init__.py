"""How a tuner trains the trials that it claimed: in populations, one by one, or once more.

Used elsewhere: `replay`, `single_trials`, `space_changes`, `trial_batch`.
Imports: `errors`, `listener`, `populations.model`, `populations.program`, `populations.training`, `samplers`,
`storage`, `study`, `trials`.
"""
