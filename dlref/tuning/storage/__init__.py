"""Optuna's tables in SQLite or PostgreSQL: read and written many rows at a time, with the workers that are alive.

Used elsewhere: `dead_workers`, `heartbeat`, `lock_files`, `read_rows`, `storage`, `trial_store`,
`whole_files`, `write_rows`.
Imports: `errors`.
"""
