"""Diagnoses: what is wrong with a model or its training, told by numbers of the lectures."""

from dlref.diagnostics.activation_statistics import activation_statistics
from dlref.diagnostics.best_model import best_model
from dlref.diagnostics.bias_variance import bias_variance
from dlref.diagnostics.compare_f1 import compare_f1
from dlref.diagnostics.error_analysis import error_analysis
from dlref.diagnostics.gradient_check import gradient_check
from dlref.diagnostics.initial_loss import initial_loss
from dlref.diagnostics.layer_sizes import layer_sizes
from dlref.diagnostics.multiplications import multiplications
from dlref.diagnostics.same_distribution import same_distribution
from dlref.diagnostics.signal_propagation import signal_propagation
from dlref.diagnostics.symmetric_units import symmetric_units
from dlref.diagnostics.warn_on_rising_cost import WarnOnRisingCost

__all__ = [
    "activation_statistics",
    "best_model",
    "bias_variance",
    "compare_f1",
    "error_analysis",
    "gradient_check",
    "initial_loss",
    "layer_sizes",
    "multiplications",
    "same_distribution",
    "signal_propagation",
    "symmetric_units",
    "WarnOnRisingCost",
]
