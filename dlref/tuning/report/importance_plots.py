"""The plots of several hyperparameters at once: importance and contours."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from dlref.tuning.report.bilingual_text import Words, label, safe
from dlref.tuning.report.importance import Importance
from dlref.tuning.report.plots import (
    BLUE,
    ORANGE,
    SCALE,
    Plot,
    Spots,
    compact,
    drawn,
    numbers,
    scores,
    spans,
)
from dlref.tuning.report.scales import Scale, log_ticks
from dlref.tuning.report.terminal_summary import format_value
from dlref.tuning.trials.records import Sweep, Trial

CELLS = 40  # of a contour plot, along each axis
NEAR = 0.05  # less weight than this around a place, and it stays empty
SHARE = Words("share of the importance", "중요도의 비율")


def importances(importance: Importance) -> Plot:
    """Bars, one of each evaluator, the most important hyperparameter at the top."""
    names = list(importance.ped_anova)[::-1]
    figure = go.Figure()
    rated = ((importance.fanova, "fANOVA", BLUE), (importance.ped_anova, "PED-ANOVA", ORANGE))
    for shares, evaluator, color in rated:
        figure.add_bar(
            x=[shares.get(name, 0.0) for name in names],
            y=[label(name) for name in names],
            orientation="h",
            name=evaluator,
            marker_color=color,
            hovertemplate="%{y}: %{x:.1%}<extra>" + evaluator + "</extra>",
        )
    figure.update_xaxes(tickformat=".0%", range=[0, 1.02])
    figure.update_layout(legend_traceorder="reversed", bargap=0.25)
    words: Spots = {("layout", "xaxis", "title", "text"): SHARE}
    return Plot("", figure, words, height=120 + 44 * len(names))


def contour(sweep: Sweep, across: Scale, up: Scale) -> Plot:
    """The average score of the trials near each place; blank where there are none."""
    trials = [t for t in sweep.best if None not in (across.at(t), up.at(t))]
    found = np.array(scores(trials))
    log = spans(found.tolist())
    columns, x = _weights(across, trials)
    rows, y = _weights(up, trials)
    weights = rows @ columns.T
    with np.errstate(all="ignore"):  # scores may be huge
        mean = (rows * (np.log10(found) if log else found)) @ columns.T / weights
    mean[weights < NEAR] = np.nan
    colors: dict[str, Any] = {"colorscale": SCALE, "hoverinfo": "skip"}
    colors["reversescale"] = sweep.settings.objective.startswith("min:")
    bar = _log_bar(mean) if log else {"tickformat": ".4~g"}
    colors["colorbar"] = bar | {"thickness": 10, "outlinewidth": 0, "xpad": 4}
    figure = go.Figure()
    if across.discrete or up.discrete:
        gaps = {"xgap": 2 * across.discrete, "ygap": 2 * up.discrete}
        figure.add_heatmap(x=x, y=y, z=compact(mean), **gaps, **colors)
    else:
        lines = {"width": 0.5, "color": "#555555"}
        figure.add_contour(x=x, y=y, z=compact(mean), line=lines, ncontours=12, **colors)
    some = drawn(trials)
    edge = {"width": 0.7 if len(some) < 300 else 0.4, "color": "#333333"}
    figure.add_scatter(
        x=across.spread(some),
        y=up.spread(some),
        customdata=numbers(some),
        text=[format_value(score) for score in scores(some)],
        mode="markers",
        marker={"size": 4 if len(some) < 300 else 2.5, "color": "#ffffff", "line": edge},
        hovertemplate="#%{customdata}: %{text}<extra></extra>",
    )
    figure.update_xaxes(across.axis())
    figure.update_yaxes(up.axis())
    return Plot(f"{safe(across.name)} · {safe(up.name)}", figure, height=360)


def _weights(scale: Scale, trials: list[Trial]) -> tuple[np.ndarray, np.ndarray]:
    """How much each trial counts at each place of the axis, and the coordinates of the places."""
    found = [scale.at(trial) for trial in trials]
    if scale.discrete:  # there is nothing between two values
        indices = np.arange(len(scale.labels))
        return np.isclose(indices[:, None], np.array(found, float)).astype(float), indices
    grid = np.linspace(0, 1, CELLS)
    width = 0.29 * len(trials) ** (-1 / 6)  # Scott's rule for two dimensions
    near = np.exp(-0.5 * ((grid[:, None] - scale.places(found)) / width) ** 2)
    return near, scale.coordinates(grid)


def _log_bar(exponents: np.ndarray) -> dict[str, Any]:
    ticks = log_ticks(*(10 ** end(exponents) for end in (np.nanmin, np.nanmax)))
    return {"tickvals": np.log10(ticks), "ticktext": [f"{tick:.3g}" for tick in ticks]}
