"""report.html: a sweep on one page that needs no network.

Every text comes escaped: a hyperparameter's name and an exception's message are the user's, not the page's.
"""

from collections import Counter
from html import escape
from importlib import resources
from math import log10
from pathlib import Path
from string import Template
from typing import Any

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from dlref.tuning.records import Sweep, Trial, shown
from dlref.tuning.summary import format_value

BEST = 20
GREY = "#888888"  # readable on white and on black
FAINT = "rgba(136, 136, 136, 0.3)"
PAGE = Template(resources.files("dlref.tuning").joinpath("report_template.html").read_text("utf-8"))


def write_report(sweep: Sweep) -> Path:
    """Writes `report.html` into the sweep's directory and returns its path."""
    path = Path(sweep.settings.directory) / "report.html"
    temporary = path.with_suffix(".tmp")
    temporary.write_text(render(sweep), encoding="utf-8", errors="xmlcharrefreplace")
    temporary.replace(path)
    return path


def render(sweep: Sweep) -> str:
    """The page as one string."""
    settings = sweep.settings
    title = escape(f"Sweep {settings.directory}")
    versions = settings.versions | {
        "backend": settings.backend,
        "seed": settings.seed,
        "started": settings.started,
    }
    return PAGE.substitute(
        title=title,
        grey=GREY,
        plotly=get_plotlyjs(),
        overview=_overview(sweep),
        best=_best_table(sweep),
        history=_plot(_history(sweep), "history"),
        panels="".join(_plot(_panel(sweep, hp), f"hp{i}") for i, hp in enumerate(_declared(sweep))),
        failures=_failures(sweep.failures),
        command=escape(settings.command()),
        versions=_rows([(name, version) for name, version in versions.items()]),
    )


def _overview(sweep: Sweep) -> str:
    counts = Counter(trial.status for trial in sweep.trials)
    parts = ", ".join(f"{number} {status}" for status, number in counts.most_common())
    direction, _, metric = sweep.settings.objective.partition(":")
    size = {"max": "largest", "min": "smallest"}[direction]
    return escape(
        f"{len(sweep.trials)} of {sweep.settings.trials} trials: {parts or 'none'}. The {size} {metric} is best."
    )


def _best_table(sweep: Sweep) -> str:
    head = "".join(
        f"<th>{escape(name)}</th>" for name in ("trial", sweep.settings.metric, *sweep.names)
    )
    rows = [
        (trial.number, trial.score, *(trial.values.get(name, "") for name in sweep.names))
        for trial in sweep.best[:BEST]
    ]
    return f"<table><tr>{head}</tr>{_rows(rows)}</table>"


def _failures(failures: list[Trial]) -> str:
    rows = "".join(
        f"<tr><td>{trial.number}</td><td><details><summary>{escape(trial.reason)}</summary>"
        f"<pre>{escape(trial.message)}</pre></details></td></tr>"
        for trial in failures
    )
    return f'<table class="failures">{rows}</table>' if rows else "None."


def _rows(rows: list[tuple[Any, ...]]) -> str:
    cells = ("".join(f"<td>{escape(format_value(cell))}</td>" for cell in row) for row in rows)
    return "".join(f"<tr>{row}</tr>" for row in cells)


def _history(sweep: Sweep) -> go.Figure:
    finished = sorted(sweep.best, key=lambda trial: trial.number)
    better = max if sweep.settings.objective.startswith("max:") else min
    scores = [trial.score or 0.0 for trial in finished]
    best = [better(scores[: i + 1]) for i in range(len(scores))]
    numbers = [trial.number for trial in finished]
    figure = go.Figure()
    figure.add_scatter(x=numbers, y=scores, mode="markers", name="trial")
    figure.add_scatter(x=numbers, y=best, mode="lines", line_shape="hv", name="best so far")
    figure.update_layout(
        xaxis={"title": "trial", "dtick": 1 if len(sweep.trials) <= 20 else None},
        yaxis_title=escape(sweep.settings.metric),
        height=360,
    )
    return figure


def _declared(sweep: Sweep) -> list[dict[str, Any]]:
    """The hyperparameters that have values to show, each once, as keras-tuner serializes them."""
    declared = {hp["config"]["name"]: hp["config"] for hp in sweep.space}
    return [config for name, config in declared.items() if shown(name, 0)[0] in sweep.names]


def _panel(sweep: Sweep, hp: dict[str, Any]) -> go.Figure:
    name = shown(hp["name"], 0)[0]
    trials = [trial for trial in sweep.best if name in trial.values]
    values = [trial.values[name] for trial in trials]
    figure = go.Figure()
    figure.add_scatter(
        x=[1 - value for value in values] if name != hp["name"] else values,
        y=[trial.score for trial in trials],
        customdata=[
            [trial.number, format_value(value)] for trial, value in zip(trials, values, strict=True)
        ],
        hovertemplate="trial %{customdata[0]}: %{customdata[1]}, %{y}<extra></extra>",
        mode="markers",
    )
    figure.update_layout(
        xaxis=_axis(hp, name), yaxis_title=escape(sweep.settings.metric), height=300
    )
    return figure


def _axis(hp: dict[str, Any], name: str) -> dict[str, Any]:
    """The whole range that was searched, on the scale it was drawn on."""
    axis: dict[str, Any] = {"title": {"text": escape(name)}}
    if "min_value" not in hp:
        return axis | {"type": "category"}
    low, high = hp["min_value"], hp["max_value"]
    if hp["sampling"] != "log":
        few = isinstance(low, int) and high - low <= 10
        return axis | {"type": "linear", "range": _padded(low, high), "dtick": 1 if few else None}
    axis |= {
        "type": "log",
        "range": _padded(log10(low), log10(high)),
        "dtick": 1,
        "exponentformat": "power",
    }
    if name != hp["name"]:  # 1 - beta, labelled with beta
        ticks = [10.0**-k for k in range(17)]
        labels = [format_value(1 - tick) for tick in ticks]
        return axis | {"range": axis["range"][::-1], "tickvals": ticks, "ticktext": labels}
    return axis | ({"tickvals": [2**k for k in range(63)]} if hp.get("step") == 2 else {})


def _padded(low: float, high: float) -> list[float]:
    margin = 0.04 * (high - low) or 0.5
    return [low - margin, high + margin]


def _plot(figure: go.Figure, identifier: str) -> str:
    clear = "rgba(0,0,0,0)"
    figure.update_layout(
        template="none",
        paper_bgcolor=clear,
        plot_bgcolor=clear,
        font_color=GREY,
        margin={"t": 20, "r": 20},
    )
    figure.update_xaxes(gridcolor=FAINT, zeroline=False, automargin=True)
    figure.update_yaxes(gridcolor=FAINT, zeroline=False, automargin=True)
    config = {"displaylogo": False, "responsive": True}
    return figure.to_html(config=config, include_plotlyjs=False, full_html=False, div_id=identifier)
