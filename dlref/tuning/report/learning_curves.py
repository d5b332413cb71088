"""The learning curves of all trials: five lines with gaps, however many trials there are."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from dlref.tuning.report.bilingual_text import STATUSES, Words, safe
from dlref.tuning.report.plots import (
    GREY,
    ORANGE,
    RED,
    Plot,
    Spots,
    by_score,
    compact,
    drawn,
    numbers,
    score_axis,
)
from dlref.tuning.trials.records import Sweep, Trial

MOST_METRICS = 4
PARTS = (
    "#3b74b9",
    "#6f82ab",
    "#99929c",
    "#bf8560",
    ORANGE,
)  # of the finished trials, the worst first
EPOCH = Words("epoch", "에포크")
BEST = Words("best (#{number})", "최고(#{number})")


def curves(sweep: Sweep) -> list[Plot]:
    """The objectives and the losses of every trial, epoch by epoch."""
    there = dict.fromkeys(name for trial in sweep.trials for name in trial.curves)
    objectives = [objective.partition(":")[2] for objective in sweep.settings.objectives]
    losses = sorted((name for name in there if name.endswith("loss")), key=len)
    wanted = dict.fromkeys([*objectives, *losses])
    metrics = [name for name in wanted if name in there][:MOST_METRICS]
    return [_curves(sweep, metric) for metric in metrics]


def _curves(sweep: Sweep, metric: str) -> Plot:
    figure = go.Figure()
    words: Spots = {("layout", "xaxis", "title", "text"): EPOCH}
    kept: list[float] = []  # what the axis has to show: all but the diverged trials
    for name, group, color, width in _groups(sweep):
        group = [trial for trial in group if trial.curves.get(metric)]
        if not group:
            continue
        points = line(group, metric)
        if color != RED or not sweep.best:
            kept += points["y"][np.isfinite(points["y"])].tolist()
        if name:
            words[("data", len(figure.data), "name")] = name
        figure.add_scatter(
            **points,
            mode="lines" if max(points["x"]) > 2 else "markers",
            line={"color": color, "width": width},
            opacity=1 if width > 1 else 0.7,
            hovertemplate="#%{customdata}: %{y:.5~g}<extra></extra>",
            showlegend=name is not None,
        )
    figure.update_xaxes(tickformat="d", rangemode="nonnegative")
    figure.update_yaxes(axis_over(metric, kept))
    return Plot(safe(metric), figure, words, height=380)


def axis_over(metric: str, kept: list[float]) -> dict[str, Any]:
    """The axis of a metric, over these values and no others."""
    axis = score_axis(metric, kept)
    if kept:
        low, high = np.log10([min(kept), max(kept)]) if "type" in axis else (min(kept), max(kept))
        margin = 0.05 * (high - low) or 0.5
        axis["range"] = [low - margin, high + margin]
    return axis


def _groups(sweep: Sweep) -> list[tuple[Words | None, list[Trial], str, float]]:
    """The trials by how they ended and how good they were, the best on top."""
    best = drawn(by_score(sweep))
    thin = 1 if len(best) <= 50 else 0.7
    groups: list[tuple[Words | None, list[Trial], str, float]] = [
        (STATUSES[status], drawn([t for t in sweep.trials if t.status == status]), color, thin)
        for status, color in (("diverged", RED), ("pruned", GREY))
    ]
    groups += [(None, part, color, thin) for part, color in by_rank(best)]
    for trial in sweep.best[:1]:
        groups.append((None, [trial], "rgba(0, 0, 0, 0.75)", 6))  # sets it off from the others
        groups.append((BEST.format(number=trial.number), [trial], ORANGE, 3))
    return groups


def by_rank(best: Any) -> list[tuple[Any, str]]:
    """What is ordered from the best on, in a few parts with their colours, the worst part first."""
    parts = min(len(PARTS), max(1, len(best) // 5))
    ends = np.linspace(len(best), 0, parts + 1).astype(int)
    colors = np.linspace(0, len(PARTS) - 1, parts).astype(int)
    return [(best[ends[i + 1] : ends[i]], PARTS[color]) for i, color in enumerate(colors)]


def line(trials: list[Trial], metric: str) -> dict[str, np.ndarray]:
    """The curves of many trials as one line with gaps."""
    rows = [[*trial.curves[metric], np.nan] for trial in trials]
    values = np.concatenate([np.array(row, float) for row in rows])
    return {
        "x": np.concatenate([np.minimum(np.arange(len(row)) + 1, len(row) - 1) for row in rows]),
        "y": compact(values),
        "customdata": np.repeat(numbers(trials), [len(row) for row in rows]),
    }
