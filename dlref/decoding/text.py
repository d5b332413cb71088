"""What the decoding of CTC finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DecodedText:
    """Symbols, from 1 on, and their log-probability."""

    symbols: tuple[int, ...]
    log_probability: float
