"""Mistakes of the scales that a sweep draws from."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "tuning.log_uniform": {
        "alpha on a linear scale": ('sampling="log"', 'sampling="linear"'),
    },
    "tuning.averaging_decay": {
        "beta on keras-tuner's reverse_log": ('sampling="log"', 'sampling="reverse_log"'),
    },
    "tuning.power_of_two": {
        "all whole numbers for powers of two": (', step=2, sampling="log"', ""),
    },
}  # fmt: skip
