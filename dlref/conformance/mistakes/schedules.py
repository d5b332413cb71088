"""Mistakes of the schedules."""

KNOWN: dict[str, dict[str, tuple[str, str]]] = {
    "schedules.InverseTimeDecay": {
        "inverse time decay by step": ("self.epoch(step)", "step"),
    },
    "schedules.ExponentialDecay": {
        "exponential decay from the first epoch on": ("self.epoch(step)", "self.epoch(step) + 1"),
    },
    "schedules.InverseSqrtDecay": {
        "k / epoch, as Flowchart prints it": ("ops.sqrt(t)", "t"),
        "inverse root from t = 0": ("self.epoch(step) + 1", "self.epoch(step)"),
    },
    "schedules.StaircaseDecay": {
        "staircase drops each epoch": (" // epochs_per_drop", ""),
    },
    "schedules.ManualDecay": {
        "manual decay one step late, as in Keras": ("self.epoch(step)", "self.epoch(step - 1)"),
    },
}  # fmt: skip
