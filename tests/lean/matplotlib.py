"""Hides matplotlib from real processes: see tests/processes.py."""

raise ImportError("hidden")
