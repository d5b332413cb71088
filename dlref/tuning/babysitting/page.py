"""babysitter.html: a run on one page that needs no network, in English and Korean, light and dark.

It is drawn from the files of the run alone, while the run goes on or later; with the style of a sweep's report.
"""

import json
import os
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from dlref.tuning.babysitting.run import plain, read_events

REPORT = Path(__file__).parents[1] / "report"
BLUE, ORANGE, GREY, CLEAR = "#3b7dc4", "#e8700c", "#868c96", "rgba(0,0,0,0)"
UPDATE = ("update", "업데이트")
LOSS = ("Loss", "손실")
NAMES = {
    "loss": ("mini-batches", "미니배치"),
    "train": ("epoch, training set", "에포크, 훈련 집합"),
    "dev": ("epoch, development set", "에포크, 개발 집합"),
}
Words = tuple[str, str]


def write_page(directory: Path) -> Path:
    """Writes `babysitter.html` into the directory of a run and returns its path."""
    path = Path(directory) / "babysitter.html"
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(render(read_events(Path(directory)), Path(directory).name), "utf-8")
    temporary.replace(path)
    return path


def render(events: list[dict[str, Any]], name: str) -> str:
    """The page as one string."""
    from plotly.offline import get_plotlyjs  # a quarter of a second, at the end of a run

    template, style, script = (
        (REPORT / f"page.{kind}").read_text("utf-8") for kind in ("html", "css", "js")
    )
    changes = [event for event in events if event["kind"] == "change"]
    sections = [
        ("loss", LOSS, _figures([("loss", _loss(events), changes)])),
        ("rates", ("Learning rate and updates", "학습률과 업데이트"), _rates(events, changes)),
        ("advice", ("Advice", "조언"), _advice(events)),
        ("changes", ("Changes", "변경"), _changes(changes)),
    ]
    return Template(template).substitute(
        title=_safe(name),
        style=style,
        plotly=get_plotlyjs(),
        script=script,
        purpose=_both(("One run, as the babysitter saw it.", "베이비시터가 지켜본 훈련입니다.")),
        overview=_overview(events),
        contents="".join(f'<a href="#{key}">{_both(title)}</a>' for key, title, _ in sections),
        sections="".join(
            f'<section id="{key}"><h2>{_both(title)}</h2>{body}</section>'
            for key, title, body in sections
        ),
    )


def _loss(events: list[dict[str, Any]]) -> list[tuple[Words, list[Any], list[Any], str, str]]:
    """The lines of the loss: name, x, y, colour and kind."""
    samples = [e for e in events if e["kind"] == "sample" and e.get("loss") is not None]
    epochs = [e for e in events if e["kind"] == "epoch"]
    lines = [(NAMES["loss"], _column(samples, "step"), _column(samples, "loss"), GREY, "lines")]
    for key, metric, colour in (("train", "loss", BLUE), ("dev", "val_loss", ORANGE)):
        there = [e for e in epochs if metric in e["logs"]]
        values = [_number(e["logs"][metric]) for e in there]
        lines.append((NAMES[key], _column(there, "step"), values, colour, "lines+markers"))
    return [line for line in lines if line[1]]


def _rates(events: list[dict[str, Any]], changes: list[dict[str, Any]]) -> str:
    samples = [e for e in events if e["kind"] == "sample"]
    steps = _column(samples, "step")
    rate = (("learning rate", "학습률"), steps, _column(samples, "learning_rate"), BLUE, "lines")
    moving = [e for e in samples if "update_ratio" in e]
    name = ("update / weight, about 0.001 is usual", "업데이트 / 가중치, 보통 0.001쯤")
    ratio = (
        name,
        _column(moving, "step"),
        _column(moving, "update_ratio"),
        ORANGE,
        "lines",
    )
    return _figures([("rate", [rate], changes), ("ratio", [ratio], changes)], "two", "log")


def _figures(plots: list[Any], kind: str = "one", scale: str = "") -> str:
    return f'<div class="{kind}">{"".join(_figure(*plot, scale) for plot in plots)}</div>'


def _figure(identifier: str, lines: list[Any], changes: list[dict[str, Any]], scale: str) -> str:
    """A plot with its lines, and a vertical one at every change; the words in it by where they stand."""
    words: list[Any] = [[["layout", "xaxis", "title", "text"], list(UPDATE)]]
    data = []
    for name, x, y, colour, mode in lines:
        words.append([["data", len(data), "name"], list(name)])
        data.append({"x": x, "y": y, "mode": mode, "line": {"color": colour, "width": 1.6}})
    positive = [v for _, _, y, _, _ in lines for v in y if v is not None and v > 0]
    everything = [v for _, _, y, _, _ in lines for v in y if v is not None]
    wide = bool(positive) and len(positive) == len(everything)
    wide = wide and (scale == "log" or max(positive) > 30 * min(positive))
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
            "xaxis": axis | {"title": {"text": ""}},
            "yaxis": axis | ({"type": "log", "exponentformat": "power"} if wide else {}),
            "shapes": [
                mark | {"x0": e["step"], "x1": e["step"], "line": {"color": GREY, "dash": "dot"}}
                for e in changes
            ],
            "annotations": [_note(e, i) for i, e in enumerate(changes)],
        },
        "words": words,
    }
    data_json = json.dumps(plain(figure), separators=(",", ":"))
    for letter, code in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        data_json = data_json.replace(letter, code)
    return (
        f'<figure><div class="wide"><div class="plot" id="{identifier}" style="height:360px"></div></div>'
        f'<script type="application/json" id="{identifier}-data">{data_json}</script></figure>'
    )


def _note(event: dict[str, Any], row: int) -> dict[str, Any]:
    text = escape(f"{event['name']} = {_show(event['new'])}")
    place = {"x": event["step"], "y": 1 - 0.08 * (row % 4), "yref": "paper", "xanchor": "left"}
    return place | {"text": text, "showarrow": False, "yanchor": "top", "font": {"size": 11}}


def _overview(events: list[dict[str, Any]]) -> str:
    epochs = [e for e in events if e["kind"] == "epoch"]
    last = epochs[-1] if epochs else {"logs": {}}
    tiles = [(_both(("epochs", "에포크")), len(epochs))]
    tiles += [(_safe(name), _show(value)) for name, value in list(last["logs"].items())[:6]]
    shown = "".join(f"<div><dt>{name}</dt><dd>{_safe(value)}</dd></div>" for name, value in tiles)
    return f'<dl class="tiles">{shown}</dl>'


def _advice(events: list[dict[str, Any]]) -> str:
    rows = [
        [_safe(e["epoch"]), _safe(e["step"]), _both((e["en"], e["ko"]))]
        for e in events
        if e["kind"] == "advice"
    ]
    if not rows:
        return f"<p>{_both(('None: the run looks healthy.', '없습니다. 훈련이 순조롭습니다.'))}</p>"
    items = "".join(f"<p>{_where(epoch, step)}: {text}</p>" for epoch, step, text in rows)
    return items


def _changes(changes: list[dict[str, Any]]) -> str:
    if not changes:
        return f"<p>{_both(('None.', '없습니다.'))}</p>"
    heads = [("epoch", "에포크"), UPDATE, ("what", "항목"), ("from", "전"), ("to", "후")]
    head = "".join(f"<th>{_both(words)}</th>" for words in heads)
    rows = ""
    for event in changes:
        cells = [event["epoch"], event["step"], event["name"], event["old"], event["new"]]
        rows += "<tr>" + "".join(f"<td>{_safe(_show(cell))}</td>" for cell in cells) + "</tr>"
    return f'<div class="wide"><table><tr>{head}</tr>{rows}</table></div>'


def _where(epoch: str, step: str) -> str:
    return f"<b>{_both((f'epoch {epoch}, update {step}', f'에포크 {epoch}, 업데이트 {step}'))}</b>"


def _both(words: Words) -> str:
    return "".join(
        f'<span lang="{language}">{escape(text)}</span>'
        for language, text in zip(("en", "ko"), words, strict=True)
    )


def _column(events: list[dict[str, Any]], name: str) -> list[Any]:
    return [_number(event[name]) for event in events]


def _number(value: Any) -> Any:
    """A value for a plot: NaN and infinities, which are strings in the file, are gaps."""
    return None if isinstance(value, str) else value


def _show(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _safe(value: Any) -> str:
    return escape(str(value).encode("utf-8", "replace").decode())
