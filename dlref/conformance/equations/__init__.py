"""Compares each numbered equation of a docstring with the numbered statement that computes it, by SymPy."""
