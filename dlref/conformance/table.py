"""The conformance table, whole: what tests, documentation and `dlref verify` read."""

from dlref.conformance import functions, layers, optimizers, schedules, tuning

ROWS = [*functions.ROWS, *layers.ROWS, *optimizers.ROWS, *schedules.ROWS, *tuning.ROWS]
