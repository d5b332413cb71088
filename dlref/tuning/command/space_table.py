"""A search space for people: each hyperparameter with its range and its scale."""

from typing import Any

from rich.table import Table
from rich.text import Text

from dlref.tuning.samplers.one_minus import ONE_MINUS, shown


def space_table(space: list[Any]) -> Table:
    """Each hyperparameter with its range and its scale."""
    table = Table(title="Space", title_justify="left")
    columns = ("hyperparameter", "range", "scale", "only if")
    conditional = any(hp.conditions for hp in space)
    for column in columns if conditional else columns[:-1]:
        table.add_column(column)
    for hp in space:
        name, _ = shown(hp.name, 0)
        conditions = " and ".join(
            f"{c.name} is {' or '.join(map(str, c.values))}" for c in hp.conditions
        )
        cells = [name, *describe(hp)] + ([conditions] if conditional else [])
        table.add_row(*(Text(cell) for cell in cells))
    return table


def describe(hp: Any) -> tuple[str, str]:
    """The range and the scale of a hyperparameter of keras-tuner.

    Example:
        >>> import keras_tuner
        >>> hp = keras_tuner.HyperParameters()
        >>> _ = hp.Float("rate", 0.001, 1.0, sampling="log"), hp.Int("batch", 32, 256, step=2, sampling="log")
        >>> [describe(each) for each in hp.space]
        [('0.001 ... 1', 'log'), ('32 ... 256', 'log, times 2')]
    """
    kind = type(hp).__name__
    if kind == "Fixed":
        return str(hp.value), "fixed"
    if kind in ("Choice", "Boolean"):
        return ", ".join(map(str, hp.values)), "one of them"
    low, high = hp.min_value, hp.max_value
    scale = {"log": "log", "reverse_log": "reverse log"}.get(hp.sampling, "linear")
    if hp.name.rpartition("/")[2].startswith(ONE_MINUS):
        low, high, scale = 1 - high, 1 - low, f"1 - {shown(hp.name, 0)[0]} on {scale}"
    if hp.step and hp.sampling == "log":
        scale += f", times {hp.step}"
    elif kind == "Int" or hp.step:
        scale += f", steps of {hp.step or 1}"
    return span(low, high), scale


def zoom_text(zooms: list[dict[str, Any]]) -> str:
    """Where a search from coarse to fine zooms in, and why, a line for each hyperparameter.

    Example:
        >>> why = "the best 3 of 6 trials have 0.02...0.05"
        >>> print(zoom_text([{"name": "rate", "scale": "log", "old": [0.001, 1.0], "new": [0.01, 0.1], "why": why}]))
        zooms in:
          rate  0.001 ... 1 -> 0.01 ... 0.1 (log; the best 3 of 6 trials have 0.02...0.05)
    """
    width = max(len(shown(zoom["name"], 0)[0]) for zoom in zooms)
    lines = ["zooms in:"]
    for zoom in zooms:
        name = shown(zoom["name"], 0)[0]
        old, new = (_range(zoom, zoom[which]) for which in ("old", "new"))
        lines.append(f"  {name:{width}}  {old} -> {new} ({zoom['scale']}; {zoom['why']})")
    return "\n".join(lines)


def _range(zoom: dict[str, Any], values: list[Any]) -> str:
    if zoom["scale"] == "choice":
        return ", ".join(map(str, values))
    low, high = sorted(shown(zoom["name"], value)[1] for value in values)
    return span(low, high)


def span(low: Any, high: Any) -> str:
    """A range of numbers."""
    return " ... ".join(f"{end:.5g}" for end in (low, high))
