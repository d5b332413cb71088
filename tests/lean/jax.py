"""Hides JAX from real processes on TensorFlow: see tests/processes.py."""

raise ImportError("hidden")
