"""What all plots have in common: their place in the page, their colours, and the axis of a score.

Texts and lines take their colours from the page's style, light or dark; data have colours that show on both.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil, log10
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.utils import PlotlyJSONEncoder

from dlref.tuning.report.bilingual_text import STATUSES, Words, label, script_json
from dlref.tuning.trials.records import Sweep, Trial

BLUE, ORANGE, RED, GREY = "#3b7dc4", "#e8700c", "#d6455d", "#868c96"
SCALE = [[0.0, "#3b74b9"], [0.5, "#99929c"], [1.0, ORANGE]]  # of scores: the best are orange
SIGNS = {"diverged": "x", "failed": "square-open", "pruned": "triangle-down-open"}
MOST = 2000  # trials in a plot; of more, the best half of that number and every nth other
CLEAR = "rgba(0,0,0,0)"


Spots = dict[tuple[str | int, ...], Words]  # where in a figure which words stand


@dataclass
class Plot:
    """A figure with its caption, and the words in it that depend on the language, by where they stand."""

    caption: str  # HTML
    figure: go.Figure
    words: Spots = field(default_factory=dict)
    height: int = 340
    width: int = 0  # at least; a narrower screen scrolls

    def html(self, identifier: str) -> str:
        """The element, and its data beside it, drawn when it comes into view."""
        style(self.figure)
        figure = json.loads(json.dumps(self.figure.to_plotly_json(), cls=PlotlyJSONEncoder))
        figure["words"] = [[path, words] for path, words in self.words.items()]
        dots = any("customdata" in trace for trace in figure["data"])
        focus = ' tabindex="0"' if dots else ""
        size = f'data-height="{self.height}"' + (
            f' data-width="{self.width}"' if self.width else ""
        )
        return (
            f"<figure><figcaption>{self.caption}</figcaption>"
            f'<div class="wide"><div class="plot" id="{identifier}" {size}{focus}></div></div>'
            f'<script type="application/json" id="{identifier}-data">{script_json(figure)}</script>'
            "</figure>"
        )


def style(figure: go.Figure) -> None:
    """Leaves the colours of texts and lines to the page."""
    figure.update_layout(
        template="none",
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        font={"color": GREY, "size": 12, "family": "system-ui, sans-serif"},
        hoverlabel={"font": {"family": "system-ui, sans-serif", "color": "#ffffff"}},
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
    )
    if not figure.layout.margin.l:
        figure.update_layout(margin={"t": 16, "r": 16, "b": 44, "l": 56})
    figure.update_xaxes(zeroline=False, automargin=True, title_standoff=8)
    figure.update_yaxes(zeroline=False, automargin=True, title_standoff=8)


def score_axis(name: str, scores: list[float]) -> dict[str, Any]:
    """The axis of a metric: logarithmic where it spans more than two powers of ten."""
    axis: dict[str, Any] = {"title": {"text": label(name)}}
    if spans(scores):
        axis |= {"type": "log", "exponentformat": "power"}
        axis["dtick"] = ceil((log10(max(scores)) - log10(min(scores))) / 6)
    return axis


def spans(scores: list[float]) -> bool:
    """Whether positive scores differ by more than two powers of ten."""
    return bool(scores) and min(scores) > 0 and max(scores) / 100 > min(scores)


def numbers(trials: list[Trial]) -> np.ndarray:
    """The trials' numbers, to be shown where the pointer is."""
    return np.array([trial.number for trial in trials], int)


def scores(trials: list[Trial]) -> list[float]:
    """The first objective of finished trials."""
    return [trial.score for trial in trials if trial.score is not None]


def by_score(sweep: Sweep) -> list[Trial]:
    """The finished trials by their score alone, whatever the bounds, best first."""
    sign = -1 if sweep.settings.objective.startswith("max:") else 1
    return sorted(sweep.best, key=lambda trial: (sign * (trial.score or 0.0), trial.number))


def compact(values: np.ndarray) -> np.ndarray:
    """The values with the seven digits that a plot can show, which take half the space."""
    finite = np.where(np.isfinite(values), values, np.nan)
    return np.clip(finite, -3e38, 3e38).astype("float32")


def drawn(trials: list[Trial]) -> list[Trial]:
    """At most `MOST` trials of a list that starts with the best: the best, and every nth other."""
    if len(trials) <= MOST:
        return trials
    rest = trials[MOST // 2 :]
    return trials[: MOST // 2] + rest[:: -(-len(rest) // (MOST // 2))]


def add_strip(
    figure: go.Figure,
    trials: list[Trial],
    spread: Callable[[list[Trial]], np.ndarray],
    words: Spots,
) -> None:
    """Marks the trials without a score on a strip below the plot, where `spread` says on its x axis."""
    for status, sign in SIGNS.items():
        ended = drawn([trial for trial in trials if trial.status == status])
        if not ended:
            continue
        words[("data", len(figure.data), "name")] = STATUSES[status]
        figure.add_scatter(
            x=spread(ended),
            y=np.zeros(len(ended), "int8"),
            yaxis="y2",
            mode="markers",
            marker={"symbol": sign, "color": GREY if status == "pruned" else RED, "size": 6},
            customdata=[[trial.number, label(trial.reason)] for trial in ended],
            hovertemplate="#%{customdata[0]} %{customdata[1]}<extra></extra>",
        )
        hidden = {"visible": False, "fixedrange": True, "domain": [0, 0.07], "range": [-1, 1]}
        figure.update_layout(
            yaxis2=hidden, yaxis_domain=[0.1, 1], xaxis_anchor="y2", showlegend=True
        )
