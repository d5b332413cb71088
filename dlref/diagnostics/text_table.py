"""A table for a terminal."""

from collections.abc import Sequence


def text_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table, its columns aligned.

    Example:
        >>> text_table([("layer", "std"), ("a", "0.5")])
        ['layer  std', 'a      0.5']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
