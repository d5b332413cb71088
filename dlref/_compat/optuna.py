"""Optuna: the tables of its database, which its public storage fills row by row, and its random states."""

from typing import Any

from dlref._compat import Name

models: Any = Name("optuna.storages._rdb.models", "").needed()
LazyRandomState: Any = Name(
    "optuna.samplers._lazy_random_state", "LazyRandomState", "seed"
).needed()
