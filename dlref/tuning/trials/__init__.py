"""A trial's way through a study: claimed, reported, finished, ranked, and read again as a record.

Used elsewhere: `check_arguments`, `claim`, `finish`, `keywords`, `lineage`, `load_sweep`, `objectives`, `open_study`,
`oracle`, `pareto_front`, `ranking`, `records`, `trial_result`, `worker_session`.
Imports: `errors`, `listener`, `samplers`, `storage`.
"""
