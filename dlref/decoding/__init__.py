"""Decoding: from the probabilities of the next token to a whole sequence, and who is at fault where it is wrong."""

from dlref.decoding.beam_search import beam_search, greedy_search
from dlref.decoding.beam_search_errors import beam_search_errors, score_sequence

__all__ = ["beam_search", "beam_search_errors", "greedy_search", "score_sequence"]
