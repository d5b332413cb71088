"""Diagnoses: what is wrong with a model or its training, told by numbers of the lectures."""

from dlref.diagnostics.gradient_check import gradient_check

__all__ = ["gradient_check"]
