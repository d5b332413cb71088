"""The lectures' search scales in plain arithmetic: what share of the draws lies below a value.

Written from DLS-C2W3-ko alone; dlref never imports it.
"""

import math


def log_uniform_share(alpha, low, high):
    """alpha = 10^r with r uniform between a = log10(low) and b = log10(high)."""
    a, b = math.log10(low), math.log10(high)
    return (math.log10(alpha) - a) / (b - a)


def averaging_decay_share(beta, low, high):
    """beta = 1 - 10^r with r uniform: for 0.9...0.999 between -3 and -1."""
    a, b = math.log10(1 - high), math.log10(1 - low)
    return 1 - (math.log10(1 - beta) - a) / (b - a)


def window(beta):
    """About how many values an exponentially weighted average goes over."""
    return 1 / (1 - beta)
