"""`dlref sweep`: from its options to the report, with its progress, workers, replays and dry run.

Imports: `digits`, `errors`, `listener`, `population_based`, `populations.model`, `populations.program`,
`populations.training`, `report`, `samplers`, `storage`, `trials`, `tuner`.
"""
