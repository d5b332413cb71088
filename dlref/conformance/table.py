"""The conformance table, whole: what tests, documentation and `dlref verify` read."""

from importlib import import_module

_AREAS = (
    "activations",
    "losses",
    "vision_losses",
    "metrics",
    "regularizers",
    "initializers",
    "averages",
    "layers",
    "activation_layers",
    "dropout_layers",
    "pooling_layers",
    "augmentation_layers",
    "convolution_layers",
    "adapting_layers",
    "optimizers",
    "second_order",
    "schedules",
    "callbacks",
    "stopping",
    "detection",
    "yolo",
    "models",
    "by_hand",
    "preprocessing",
    "transfer",
    "ensembles",
    "diagnostics",
    "size_diagnostics",
    "signal_diagnostics",
    "project_diagnostics",
    "choice_diagnostics",
    "tuning",
)
ROWS = [row for area in _AREAS for row in import_module(f"dlref.conformance.{area}").ROWS]
