"""The plots of one number per trial: the history, the trade-off of two metrics, slices."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from dlref.tuning.report.bilingual_text import Words, label, safe
from dlref.tuning.report.plots import (
    BLUE,
    GREY,
    ORANGE,
    Plot,
    Spots,
    add_strip,
    drawn,
    numbers,
    score_axis,
    scores,
)
from dlref.tuning.report.scales import Scale, is_number
from dlref.tuning.trials.objectives import Bound
from dlref.tuning.trials.records import Sweep, Trial

TRIAL = Words("trial", "시도")
OUTSIDE = Words("outside the bounds", "제약 조건 위반")
POINT = "#%{customdata}: %{y:.5~g}<extra></extra>"
TITLE = ("layout", "xaxis", "title", "text")


def history(sweep: Sweep) -> Plot:
    """Every trial's score in the order of their numbers, and the best so far."""
    figure = go.Figure()
    words: Spots = {TITLE: TRIAL}
    trials = drawn(sweep.best)
    groups = (
        (Words("finished", "완료"), [t for t in trials if t.feasible], BLUE, "circle"),
        (OUTSIDE, [t for t in trials if not t.feasible], GREY, "circle-open"),
    )
    for words_of_group, group, color, sign in groups:
        if group:
            words[("data", len(figure.data), "name")] = words_of_group
            figure.add_scatter(
                x=numbers(group),
                y=np.array(scores(group)),
                customdata=numbers(group),
                mode="markers",
                marker={"color": color, "symbol": sign, "size": 6},
                hovertemplate=POINT,
            )
    steps = _best_so_far(sweep)
    if steps:
        words[("data", len(figure.data), "name")] = Words("best so far", "그때까지의 최고")
        line = {"shape": "hv", "color": ORANGE, "width": 2}
        x, y = numbers(steps), scores(steps)
        last = max(trial.number for trial in sweep.trials)
        figure.add_scatter(
            x=[*x, last], y=[*y, y[-1]], mode="lines", line=line, hoverinfo="skip", showlegend=True
        )
    figure.update_xaxes(dtick=1 if len(sweep.trials) <= 20 else None, tickformat="d")
    figure.update_yaxes(score_axis(sweep.settings.metric, scores(sweep.best)))
    add_strip(figure, sweep.trials, numbers, words)
    return Plot(safe(sweep.settings.metric), figure, words, height=380)


def _best_so_far(sweep: Sweep) -> list[Trial]:
    """The trials that were better than all before them: within the bounds first, then by score."""
    sign = 1 if sweep.settings.objective.startswith("max:") else -1
    steps: list[Trial] = []
    best: tuple[Any, ...] = ()
    for trial in sorted(sweep.best, key=lambda trial: trial.number):
        merit = (trial.feasible, sign * (trial.score or 0.0))
        if not steps or merit > best:
            best = merit
            steps.append(trial)
    return steps


def trade_off(sweep: Sweep, front: list[Trial]) -> Plot | None:
    """The first objective against the second, or else against the first metric that has a bound."""
    settings = sweep.settings
    bounds = {bound.metric: bound for bound in map(Bound.parse, settings.subject_to)}
    others = [objective.partition(":")[2] for objective in settings.objectives[1:]]
    others += [metric for metric in bounds if metric != settings.metric]
    second = others[0] if others else ""
    trials = [trial for trial in drawn(sweep.best) if is_number(trial.metrics.get(second))]
    if not trials:
        return None
    figure = go.Figure()
    words: Spots = {}
    front = sorted(front, key=lambda trial: trial.metrics.get(second, 0.0))
    groups = (
        (Words("finished", "완료"), [t for t in trials if t.feasible], BLUE, "circle"),
        (OUTSIDE, [t for t in trials if not t.feasible], GREY, "circle-open"),
        (Words("Pareto front", "파레토 프런트"), front, ORANGE, "diamond"),
    )
    for words_of_group, group, color, sign in groups:
        if group:
            words[("data", len(figure.data), "name")] = words_of_group
            figure.add_scatter(
                x=np.array([trial.metrics.get(second, np.nan) for trial in group]),
                y=np.array(scores(group)),
                customdata=numbers(group),
                mode="lines+markers" if group is front and len(others) == 1 else "markers",
                line={"color": color, "width": 1.5, "dash": "dot"},
                marker={"color": color, "symbol": sign, "size": 9 if group is front else 6},
                hovertemplate="#%{customdata}: %{x:.5~g}, %{y:.5~g}<extra></extra>",
            )
    edge = {"color": ORANGE, "width": 1.5, "dash": "dash"}
    if second in bounds:
        figure.add_vline(x=bounds[second].limit, line=edge)
    if settings.metric in bounds:
        figure.add_hline(y=bounds[settings.metric].limit, line=edge)
    figure.update_xaxes(score_axis(second, [trial.metrics[second] for trial in trials]))
    figure.update_yaxes(score_axis(settings.metric, scores(trials)))
    figure.update_layout(showlegend=True)
    return Plot(f"{safe(settings.metric)} · {safe(second)}", figure, words, height=380)


def slices(sweep: Sweep, searched: list[Scale]) -> list[Plot]:
    """One plot per hyperparameter: the scores over its values, on its scale."""
    return [_slice(sweep, scale) for scale in searched]


def _slice(sweep: Sweep, scale: Scale) -> Plot:
    figure = go.Figure()
    words: Spots = {}
    trials = [trial for trial in drawn(sweep.best) if scale.at(trial) is not None]
    best = [trial for trial in trials if trial.number == sweep.best[0].number]
    trials = trials[len(best) :]
    said = scale.discrete or scale.kind == "one_minus"  # the coordinate is not what is to be shown
    for group, color, size in ((trials, BLUE, 5), (best, ORANGE, 11)):
        figure.add_scatter(
            x=scale.spread(group),
            y=np.array(scores(group)),
            customdata=numbers(group),
            text=[label(trial.values[scale.name]) for trial in group] if said else None,
            mode="markers",
            marker={"color": color, "size": size, "opacity": 0.9 if len(group) < 300 else 0.5},
            hovertemplate=f"#%{{customdata}}: %{{{'text' if said else 'x:.5~g'}}}, %{{y:.5~g}}"
            "<extra></extra>",
        )
    for zoom in sweep.zooms:
        if zoom["name"] == scale.stored and not scale.discrete:
            low, high = zoom["new"]
            figure.add_vrect(low, high, fillcolor=ORANGE, opacity=0.12, line_width=0, layer="below")
    figure.update_xaxes(scale.axis())
    figure.update_yaxes(score_axis(sweep.settings.metric, scores(sweep.best)))
    there = [trial for trial in sweep.trials if scale.at(trial) is not None]
    add_strip(figure, there, scale.spread, words)
    figure.update_layout(showlegend=False)
    return Plot(safe(scale.name), figure, height=280)
