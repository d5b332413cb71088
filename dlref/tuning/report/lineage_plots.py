"""Population-based training: which trials led to the best model, and what its hyperparameters were on the way."""

import itertools
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dlref.tuning.report.bilingual_text import Words, label, safe
from dlref.tuning.report.learning_curves import EPOCH, axis_over, line
from dlref.tuning.report.plots import GREY, ORANGE, Plot, Spots, compact, drawn
from dlref.tuning.report.scales import is_number, scales
from dlref.tuning.samplers.one_minus import shown
from dlref.tuning.trials.lineage import chain, values_in
from dlref.tuning.trials.records import Sweep, Trial

MOST = 3  # hyperparameters whose course is drawn
OTHERS = Words("all trials", "시도 전부")
TAKEN = Words("took over from another trial", "다른 시도를 이어받음")
BEST = Words("to the best model (#{number})", "최고 모델(#{number})에 이르는 길")

Segments = list[tuple[Trial, int, int]]  # a trial, from which of its epochs to which


def lineage(sweep: Sweep) -> list[Plot]:
    """The objective on the way to the best model, and the hyperparameters that changed; learning rates first."""
    if not any(trial.lineage for trial in sweep.trials) or not sweep.best:
        return []
    best = sweep.best[0]
    segments = _segments(sweep, best)
    courses = {name: _course(segments, name) for name in best.values}
    changed = [name for name, course in courses.items() if len(set(course)) > 1]
    changed = [name for name in changed if all(map(is_number, courses[name]))]
    changed.sort(key=lambda name: "learning_rate" not in name)
    logs = {scale.name for scale in scales(sweep) if scale.kind == "log"}
    plots = [_steps(n, courses[n], segments, best, n in logs) for n in changed[:MOST]]
    return [_objective(sweep, segments, best), *plots]


def _segments(sweep: Sweep, best: Trial) -> Segments:
    trials = {trial.number: trial for trial in sweep.trials}
    lineages = {number: trial.lineage for number, trial in trials.items()}
    epochs = len(best.curves.get(sweep.settings.metric, ()))
    epochs = epochs if best.best_epoch is None else best.best_epoch + 1
    found = chain(lineages, best.number, epochs)
    return [(trials[number], begin, end) for number, begin, end in found if number in trials]


def _objective(sweep: Sweep, segments: Segments, best: Trial) -> Plot:
    metric, figure, words = sweep.settings.metric, go.Figure(), Spots()
    there = [trial for trial in drawn(sweep.trials) if trial.curves.get(metric)]
    _add(figure, words, OTHERS, **line(there, metric), mode="lines", opacity=0.5)
    figure.data[-1].line = {"color": GREY, "width": 0.7}
    marks = [
        (change["epoch"] + 1, trial.curves[metric][change["epoch"]], trial.number, change["parent"])
        for trial in there
        for change in trial.lineage
        if change["epoch"] < len(trial.curves[metric])
    ]
    x, y, *numbers = map(list, zip(*marks, strict=True))
    marker = {"symbol": "diamond-open", "color": GREY, "size": 7}
    _add(
        figure, words, TAKEN, x=x, y=compact(np.array(y)), mode="markers", marker=marker,
        customdata=[list(pair) for pair in zip(*numbers, strict=True)],
        hovertemplate="#%{customdata[0]} ← #%{customdata[1]}: %{y:.5~g}<extra></extra>",
    )  # fmt: skip
    scores = [trial.curves[metric][begin:end] for trial, begin, end in segments]
    _way(figure, words, [*itertools.chain(*scores)], segments, best)
    kept = [*itertools.chain(*scores), *(trial.curves[metric][-1] for trial in there)]
    figure.update_yaxes(axis_over(metric, [value for value in kept if np.isfinite(value)]))
    return Plot(safe(metric), figure, words, height=380)


def _steps(name: str, course: list[Any], segments: Segments, best: Trial, log: bool) -> Plot:
    figure, words = go.Figure(), Spots()
    _way(figure, words, course, segments, best, shape="hv")
    figure.update_layout(showlegend=False)
    figure.update_yaxes(title_text=label(name), type="log" if log else "linear")
    return Plot(safe(name), figure, words, height=380)


def _course(segments: Segments, name: str) -> list[Any]:
    """The values of a hyperparameter, epoch by epoch, as they are shown."""
    found = []
    for trial, begin, end in segments:
        for epoch in range(begin, end):
            values = values_in(trial.lineage, trial.raw, epoch)
            found.append(dict(shown(*item) for item in values.items()).get(name))
    return found


def _way(
    figure: go.Figure, words: Spots, y: list[Any], segments: Segments, best: Trial, **style: Any
) -> None:
    """The way to the best model, with a mark where its weights went from one trial to another."""
    numbers = [trial.number for trial, begin, end in segments for _ in range(begin, end)]
    begins = {begin for _, begin, _ in segments[1:]}
    sizes = [9 if epoch in begins else 0 for epoch in range(len(y))]
    _add(
        figure, words, BEST.format(number=best.number), x=list(range(1, len(y) + 1)),
        y=compact(np.array(y, float)), mode="lines+markers", customdata=numbers,
        line={"color": ORANGE, "width": 3, **style},
        marker={"symbol": "diamond", "color": ORANGE, "size": sizes},
        hovertemplate="#%{customdata}: %{y:.5~g}<extra></extra>",
    )  # fmt: skip


def _add(figure: go.Figure, words: Spots, name: Words, **trace: Any) -> None:
    words[("data", len(figure.data), "name")] = name
    words[("layout", "xaxis", "title", "text")] = EPOCH
    figure.add_scatter(**{"hovertemplate": "#%{customdata}: %{y:.5~g}<extra></extra>", **trace})
    figure.update_xaxes(tickformat="d", rangemode="nonnegative")
