"""Careless readers that are planted in the library, each of which some case must show."""

DEFECTS = {}
