"""Coarse to fine: where the search zoomed in, and why."""

import re
from typing import Any

from dlref.tuning.report.bilingual_text import Words, safe
from dlref.tuning.report.tables import table
from dlref.tuning.report.terminal_summary import format_value
from dlref.tuning.samplers.one_minus import shown
from dlref.tuning.trials.records import Sweep

HEAD = (
    Words("hyperparameter", "하이퍼파라미터"),
    Words("scale", "척도"),
    Words("searched before", "이전 범위"),
    Words("searched from then on", "새 범위"),
    Words("why", "이유"),
)
SCALES = {
    "log": Words("log", "로그"),
    "linear": Words("linear", "선형"),
    "reverse_log": Words("mirrored log", "뒤집은 로그"),
    "1 - beta": Words("1 − β, log", "1 − β, 로그"),
    "choice": Words("choice", "선택지"),
}
WHY = re.compile(r"the best (\d+) of (\d+) trials have (.*)", re.DOTALL)
REASON = Words(
    "the best {best} of {all} trials have {values}",
    "시도 {all}개 가운데 가장 좋은 {best}개의 값: {values}",
)


def zooms(sweep: Sweep) -> str:
    """Each hyperparameter that was narrowed: its old range, its new one, and the reason."""
    rows = []
    for zoom in sweep.zooms:
        ranges = [_range(zoom["name"], zoom[side], zoom["scale"]) for side in ("old", "new")]
        scale = SCALES.get(zoom["scale"])
        said = scale.html() if scale else safe(zoom["scale"])
        name = shown(zoom["name"], 0)[0]
        rows.append([safe(name), said, *ranges, _why(zoom["why"])])
    return table([words.html() for words in HEAD], rows, "zooms") if rows else ""


def _range(name: str, ends: list[Any], scale: str) -> str:
    if scale == "choice":
        return safe(", ".join(format_value(value) for value in ends))
    low, high = sorted(shown(name, end)[1] for end in ends)
    return f"{safe(low)} … {safe(high)}"


def _why(text: str) -> str:
    match = WHY.fullmatch(text)
    if not match:
        return safe(text)
    return REASON.format(best=match[1], all=match[2], values=match[3]).html()
