"""The plots of a run's page: its loss, learning rate and updates, with a vertical line at every change.

They are plain data for plotly.js, which the style and the script of a sweep's report draw, each word in two languages.
"""

import json
from html import escape
from typing import Any

from dlref.tuning.babysitting.run_directory import plain

BLUE, ORANGE, GREY, CLEAR = "#3b7dc4", "#e8700c", "#868c96", "rgba(0,0,0,0)"
Words = tuple[str, str]
UPDATE = ("update", "업데이트")
NAMES = {
    "loss": ("mini-batches", "미니배치"),
    "train": ("epoch, training set", "에포크, 훈련 세트"),
    "dev": ("epoch, development set", "에포크, 개발 세트"),
}


def loss_plot(events: list[dict[str, Any]], changes: list[dict[str, Any]]) -> str:
    """The loss of the mini-batches and of the epochs."""
    samples = [e for e in events if e["kind"] == "sample" and e.get("loss") is not None]
    epochs = [e for e in events if e["kind"] == "epoch"]
    lines = [(NAMES["loss"], _column(samples, "step"), _column(samples, "loss"), GREY, "lines")]
    for key, metric, colour in (("train", "loss", BLUE), ("dev", "val_loss", ORANGE)):
        there = [e for e in epochs if metric in e["logs"]]
        values = [_number(e["logs"][metric]) for e in there]
        lines.append((NAMES[key], _column(there, "step"), values, colour, "lines+markers"))
    return _figures([("loss", [line for line in lines if line[1]], changes, 30, True)])


def rate_plots(events: list[dict[str, Any]], changes: list[dict[str, Any]]) -> str:
    """The learning rate, and the ratio of updates to weights."""
    samples = [e for e in events if e["kind"] == "sample"]
    rates = [(e["step"], e["learning_rate"]) for e in samples]
    rates += [(e["step"], e["new"]) for e in changes if e["name"] == "learning_rate"]
    steps, values = [list(column) for column in zip(*sorted(rates), strict=True)] or [[], []]
    rate = (("learning rate", "학습률"), steps, values, BLUE, "lines")
    moving = [e for e in samples if "update_ratio" in e]
    name = ("update / weight, about 0.001 is usual", "업데이트 / 가중치, 보통 0.001쯤")
    ratio = (name, _column(moving, "step"), _column(moving, "update_ratio"), ORANGE, "lines")
    return _figures([("rate", [rate], changes, 1), ("ratio", [ratio], changes, 1)], "two")


def _figures(plots: list[tuple[Any, ...]], kind: str = "one") -> str:
    return f'<div class="{kind}">{"".join(_figure(*plot) for plot in plots)}</div>'


def _figure(
    identifier: str,
    lines: list[Any],
    changes: list[dict[str, Any]],
    spread: float,
    named: bool = False,
) -> str:
    """A plot with its lines, and a vertical one at every change; the words in it by where they stand.

    The y axis is logarithmic where all values are positive and the largest is `spread` times the smallest; the
    changes are `named` in one plot.
    """
    words: list[Any] = [[["layout", "xaxis", "title", "text"], list(UPDATE)]]
    data = []
    end = max((x[-1] for _, x, _, _, _ in lines if x), default=1)
    shape = {"shape": "hv"} if identifier == "rate" else {}
    for name, x, y, colour, mode in lines:
        words.append([["data", len(data), "name"], list(name)])
        data.append({"x": x, "y": y, "mode": mode, "line": {"color": colour, "width": 1.6} | shape})
    positive = [v for _, _, y, _, _ in lines for v in y if v is not None and v > 0]
    everything = [v for _, _, y, _, _ in lines for v in y if v is not None]
    one_sign = bool(positive) and len(positive) == len(everything)
    wide = one_sign and max(positive) >= spread * min(positive)
    mark = {"type": "line", "yref": "paper", "y0": 0, "y1": 1}
    axis: dict[str, Any] = {"zeroline": False, "automargin": True}
    figure = {
        "data": data,
        "layout": {
            "paper_bgcolor": CLEAR,
            "plot_bgcolor": CLEAR,
            "font": {"color": GREY, "size": 12, "family": "system-ui, sans-serif"},
            "showlegend": True,
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "margin": {"t": 16, "r": 16, "b": 44, "l": 56},
            "xaxis": axis | {"title": {"text": ""}, "range": [0, end]},
            "yaxis": axis | ({"type": "log", "exponentformat": "power"} if wide else {}),
            "shapes": [
                mark | {"x0": e["step"], "x1": e["step"], "line": {"color": GREY, "dash": "dot"}}
                for e in changes
            ],
            "annotations": [_note(e, i, end) for i, e in enumerate(changes) if named],
        },
        "words": words,
    }
    data_json = _for_html(json.dumps(plain(figure), separators=(",", ":")))
    return (
        f'<figure><div class="wide"><div class="plot" id="{identifier}" data-height="360"></div></div>'
        f'<script type="application/json" id="{identifier}-data">{data_json}</script></figure>'
    )


def _for_html(text: str) -> str:
    for letter, code in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(letter, code)
    return text


def _note(event: dict[str, Any], row: int, end: int) -> dict[str, Any]:
    text = escape(f"{event['name']} = {show(event['new'])}")
    side = "left" if event["step"] < end / 2 else "right"
    place = {"x": event["step"], "y": 1 - 0.08 * (row % 4), "yref": "paper", "xanchor": side}
    return place | {"text": text, "showarrow": False, "yanchor": "top", "font": {"size": 11}}


def _column(events: list[dict[str, Any]], name: str) -> list[Any]:
    return [_number(event[name]) for event in events]


def _number(value: Any) -> Any:
    """A value for a plot: NaN and infinities, which are strings in the file, are gaps."""
    return None if isinstance(value, str) else value


def show(value: Any) -> str:
    """A value as the page has it."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
