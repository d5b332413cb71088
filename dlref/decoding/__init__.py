"""Decoding: from the probabilities that a network puts out to a whole sequence."""

from dlref.decoding.ctc import ctc_beam_search, ctc_greedy_search

__all__ = ["ctc_beam_search", "ctc_greedy_search"]
