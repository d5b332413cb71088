"""Parallel coordinates: each finished trial is a line through its values and its score.

Plain lines of a scatter plot, since plotly's own parallel coordinates need WebGL and the whole of plotly.js; `page.js`
keeps the lines through what is dragged over.
"""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from dlref.tuning.report.bilingual_text import label
from dlref.tuning.report.learning_curves import by_rank
from dlref.tuning.report.plots import Plot, by_score, drawn, numbers, scores, spans
from dlref.tuning.report.scales import Scale
from dlref.tuning.trials.records import Sweep

MISSING = -0.12  # place of a hyperparameter that a trial does not have


def parallel(sweep: Sweep, searched: list[Scale]) -> Plot:
    """One line per trial, coloured by rank."""
    trials = drawn(by_score(sweep))
    found = np.clip(scores(trials), -3e38, 3e38).tolist()
    kind = "log" if spans(found) else "linear"
    axes = [(scale, [scale.at(trial) for trial in trials]) for scale in searched]
    axes.append((Scale(sweep.settings.metric, kind, min(found), max(found)), found))
    places = np.column_stack([_places(scale, coordinates) for scale, coordinates in axes])
    lines = np.column_stack([places.round(4), np.full(len(trials), np.nan)])  # with gaps
    figure, count = go.Figure(), len(axes)
    for group, color in by_rank(np.arange(len(trials))):
        figure.add_scatter(
            x=[*range(count), count - 1] * len(group),
            y=lines[group].ravel().tolist(),
            customdata=np.repeat(numbers(trials)[group], count + 1),
            mode="lines",
            line={"color": color, "width": 1},
            hovertemplate="#%{customdata}<extra></extra>",
            showlegend=False,
        )
    names = [label(scale.name) for scale, _ in axes]
    ends = [-0.6, count - 0.8]
    figure.update_xaxes(tickvals=[*range(count)], ticktext=names, side="top", range=ends)
    low = min(0.0, places.min()) - 0.05
    figure.update_yaxes(visible=False, fixedrange=True, range=[low, 1.05])
    notes = [note for x, axis in enumerate(axes) for note in _ticks(x, *axis)]
    margin = {"t": 40, "r": 16, "b": 8, "l": 16}
    figure.update_layout(annotations=notes, dragmode="select", margin=margin)
    return Plot("", figure, height=440, width=100 * count)


def _places(scale: Scale, coordinates: list[float | None]) -> np.ndarray:
    has = np.array([at is not None for at in coordinates], bool)
    places = np.full(len(coordinates), MISSING)
    places[has] = scale.places([at for at in coordinates if at is not None])
    return places


def _ticks(x: int, scale: Scale, coordinates: list[float | None]) -> list[dict[str, Any]]:
    """What stands beside an axis."""
    values, texts = scale.ticks()
    ticks = [*zip(scale.places(values).tolist(), texts, strict=True)]
    ticks += [(MISSING, "–")] if None in coordinates else []
    side = {"showarrow": False, "xanchor": "right", "font": {"size": 11}}
    return [{"x": x, "y": round(y, 4), "text": text, **side} for y, text in ticks]
