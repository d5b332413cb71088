"""The lecture's argument for random search, on this sweep: how many values of each hyperparameter it tried."""

from math import floor

import numpy as np
import plotly.graph_objects as go

from dlref.tuning.report.bilingual_text import Words, label
from dlref.tuning.report.plots import BLUE, GREY, ORANGE, Plot, drawn
from dlref.tuning.report.scales import Scale
from dlref.tuning.report.texts import GRID, HERE
from dlref.tuning.trials.records import Sweep


def coverage(sweep: Sweep, across: Scale, up: Scale) -> tuple[list[Plot], dict[str, int]]:
    """What this sweep tried of two hyperparameters, and what a grid of as many trials would have; with the counts."""
    trials = [t for t in sweep.ended if None not in (across.at(t), up.at(t))]
    side = floor(len(trials) ** 0.5)
    lattice = [_grid(scale, side) for scale in (across, up)]
    different = [len({scale.at(t) for t in trials}) for scale in (across, up)]
    counts = {
        "trials": len(trials),
        "across": different[0],
        "up": different[1],
        "grid_across": len(lattice[0]),
        "grid_up": len(lattice[1]),
    }
    some = drawn(trials)
    tried = [scale.places([scale.at(t) for t in some]) for scale in (across, up)]
    grid = [axis.ravel() for axis in np.meshgrid(*lattice)]
    plots = [_square(across, up, tried, BLUE, HERE), _square(across, up, grid, GREY, GRID)]
    return plots, counts


def _grid(scale: Scale, side: int) -> np.ndarray:
    if scale.discrete:
        last = len(scale.labels) - 1
        return scale.places(np.unique(np.linspace(0, last, side).round()))
    return (np.arange(side) + 0.5) / side


def _square(across: Scale, up: Scale, points: list[np.ndarray], color: str, title: Words) -> Plot:
    figure = go.Figure()
    x, y = points
    figure.add_scatter(x=x, y=y, mode="markers", marker={"color": color, "size": 5})
    edge = np.full(len(x), -0.07)
    for xs, ys, sign in ((x, edge, "line-ns-open"), (edge, y, "line-ew-open")):
        marker = {"symbol": sign, "color": ORANGE, "size": 8, "line_width": 1, "opacity": 0.6}
        figure.add_scatter(x=xs, y=ys, mode="markers", marker=marker)
    figure.update_traces(hoverinfo="skip", showlegend=False)
    for scale, update in ((across, figure.update_xaxes), (up, figure.update_yaxes)):
        ticks, texts = scale.ticks()
        update(
            title_text=label(scale.name),
            tickvals=scale.places(ticks),
            ticktext=texts,
            range=[-0.1, 1.05],
        )
    return Plot(title.html(), figure, height=360)
