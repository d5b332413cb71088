"""Diagnoses: what is wrong with a model or its training, told by numbers of the lectures."""
