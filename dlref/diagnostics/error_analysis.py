r"""Error analysis: the causes of wrong predictions counted, and how much curing each could gain.

Source: Flowchart C3.

$$ s = \frac{1}{n} \sum_i t_i \tag{1} $$
$$ c = e\, s \tag{2} $$
$$ f = \frac{e}{n} \sum_i t_i\, u_i \tag{3} $$
$$ B = T^\top T \tag{4} $$
$$ r = \frac{e}{n} \sum_i v_i \tag{5} $$

Someone has looked at $n$ (`n`) examples that the model gets wrong and tagged each with its causes: $t$ (`t`), a column
of the table $T$ (`T`) for each cause, is 1 where the cause is one of the example's. $u$ is 1 where the example has at
most one cause, and $v$ where it has none. $s$ is the share of a cause. Of an error $e$ (`e`) it can cost no more than
the ceiling $c$, and its cure gains the floor $f$ at least: whether an example with two causes is right once one of them
is cured, nobody knows. $B$ counts the examples that have both of two causes, and $r$ is the error that is left when all
causes are cured.

Keras has nothing of this. Equals `numpy.mean` of the tags.
"""

from typing import Any

import numpy as np

from dlref import _checks
from dlref.diagnostics.error_analysis_report import Cause, ErrorAnalysis
from dlref.diagnostics.tags import table


def error_analysis(tags: Any, error: float = 1.0, causes: Any = None) -> ErrorAnalysis:
    r"""Counts the causes of errors, and says which one to work on first.

    Args:
        tags: a row for each wrong example and a column for each cause: a data frame, a dictionary of columns, or the
            path of a CSV file with their names first. A tag is 1, True, x or yes, and none 0, False, no or nothing.
        error: the error on the dev set, in [0, 1]. Defaults to 1.0, so that ceilings are shares of all errors.
        causes: the names of the columns to read. Defaults to None, which is all.

    Returns:
        Counts, shares with their intervals, ceilings and overlaps; `print` shows them as a table.

    Raises:
        TypeError: if an argument has the wrong type.
        ValueError: if there is no example or no cause, or a cell is neither a tag nor none.

    Example:
        >>> found = error_analysis({"dog": [1, 0, 0, 1], "blurry": [0, 1, 0, 1]}, error=0.1)
        >>> [(each.name, each.count, each.ceiling) for each in found.causes]
        [('dog', 2, 0.05), ('blurry', 2, 0.05)]
        >>> found.verdict, found.overlaps["dog", "blurry"]
        ('not enough examples', 1)
    """
    e = _checks.real("error_analysis", "error", error, "[0, 1]")
    names, T = table(tags, causes)
    n, t = len(T), T
    kinds = np.sum(T, 1, keepdims=True)
    u, v = kinds <= 1, kinds == 0
    s = np.sum(t, 0) / n  # (1)
    c = e * s  # (2)
    f = e / n * np.sum(t * u, 0)  # (3)
    B = T.T @ T  # (4)
    r = e / n * np.sum(v)  # (5)
    order = np.argsort(-B.diagonal(), kind="stable")
    found = [Cause(names[j], int(B[j, j]), n, *map(float, (s[j], c[j], f[j]))) for j in order]
    overlaps = {
        (names[j], names[k]): int(B[j, k])
        for j in range(len(names))
        for k in range(len(names))
        if j != k
    }
    return ErrorAnalysis(tuple(found), overlaps, n, e, float(r))
