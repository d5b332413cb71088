"""Diagnoses: what is wrong with a model or its training, told by numbers of the lectures."""

from dlref.diagnostics.gradient_check import gradient_check
from dlref.diagnostics.symmetric_units import symmetric_units

__all__ = ["gradient_check", "symmetric_units"]
