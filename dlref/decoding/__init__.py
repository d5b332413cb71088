"""Decoding: from the probabilities of a network to a whole sequence, and what is at fault where that is wrong."""

from dlref.decoding.beam_search import beam_search, greedy_search
from dlref.decoding.beam_search_errors import beam_search_errors, score_sequence
from dlref.decoding.cached_decoders import cached_decoders
from dlref.decoding.ctc import ctc_beam_search, ctc_greedy_search
from dlref.decoding.sampling import sample_sequences

__all__ = [
    "beam_search",
    "beam_search_errors",
    "cached_decoders",
    "ctc_beam_search",
    "ctc_greedy_search",
    "greedy_search",
    "sample_sequences",
    "score_sequence",
]
