"""babysitter.html: a run on one page that needs no network, in English and Korean, light and dark.

It is drawn from the files of the run alone, while the run goes on or later; with the style of a sweep's report.
"""

import os
from html import escape
from pathlib import Path
from typing import Any

from dlref._stored import reading
from dlref.tuning.babysitting.plots import UPDATE, Words, loss_plot, rate_plots, show
from dlref.tuning.babysitting.run_directory import read_events
from dlref.tuning.report.bilingual_text import clean
from dlref.tuning.report.template import fill


def write_page(directory: Path) -> Path:
    """Writes `babysitter.html` into the directory of a run and returns its path.

    Raises:
        ValueError: if there is none, or its events are damaged.
    """
    path = Path(directory) / "babysitter.html"
    with reading(path.with_name("events.jsonl"), "the events of a run"):
        page = render(read_events(Path(directory)), Path(directory).name)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(page, "utf-8")
    temporary.replace(path)
    return path


def render(events: list[dict[str, Any]], name: str) -> str:
    """The page as one string."""
    changes = [event for event in events if event["kind"] == "change"]
    sections = [
        ("loss", ("Loss", "손실"), loss_plot(events, changes)),
        ("rates", ("Learning rate and updates", "학습률과 업데이트"), rate_plots(events, changes)),
        ("advice", ("Advice", "조언"), _advice(events)),
        ("changes", ("Changes", "변경"), _changes(changes)),
    ]
    return fill(
        title=_safe(name),
        purpose=f"<p>{_both(('One run, as the babysitter saw it.', '베이비시터가 지켜본 훈련입니다.'))}</p>",
        overview=_overview(events),
        contents="".join(f'<a href="#{key}">{_both(title)}</a>' for key, title, _ in sections),
        sections="".join(
            f'<section id="{key}"><h2>{_both(title)}</h2>{body}</section>'
            for key, title, body in sections
        ),
    )


def _overview(events: list[dict[str, Any]]) -> str:
    epochs = [e for e in events if e["kind"] == "epoch"]
    last = epochs[-1] if epochs else {"logs": {}}
    tiles = [(_both(("epochs", "에포크")), len(epochs))]
    tiles += [(_safe(name), show(value)) for name, value in list(last["logs"].items())[:6]]
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
        rows += "<tr>" + "".join(f"<td>{_safe(show(cell))}</td>" for cell in cells) + "</tr>"
    return f'<div class="wide"><table><tr>{head}</tr>{rows}</table></div>'


def _where(epoch: str, step: str) -> str:
    return f"<b>{_both((f'epoch {epoch}, update {step}', f'에포크 {epoch}, 업데이트 {step}'))}</b>"


def _both(words: Words) -> str:
    return "".join(
        f'<span lang="{language}">{_safe(text)}</span>'
        for language, text in zip(("en", "ko"), words, strict=True)
    )


def _safe(value: Any) -> str:
    return escape(clean(value))
