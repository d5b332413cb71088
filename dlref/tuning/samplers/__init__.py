"""The values of trial k: random and coarse-to-fine sampling, and Optuna's samplers and pruners by their names.

Used elsewhere: `brackets`, `declared_space`, `distributions`, `one_minus`, `sampler`, `factory`,
`gaussian_process`, `grid`, `perturbation`.
Imports: `errors`.
"""
