"""Text in both languages, and what a user's text must go through before it enters the page or a plot."""

import json
import re
from html import escape
from typing import Any, NamedTuple

from dlref.tuning.report.terminal_summary import format_value

LONGEST = 40  # of a name in a plot; tables show it whole


class Words(NamedTuple):
    """One text in English and in Korean."""

    en: str
    ko: str

    def format(self, **values: Any) -> "Words":
        """Fills in values, the same in both."""
        return Words(self.en.format(**values), self.ko.format(**values))

    def html(self) -> str:
        """Both, of which the page shows one."""
        english, korean = (escape(clean(text)) for text in self)
        return f'<span lang="en">{english}</span><span lang="ko">{korean}</span>'


STATUSES = {
    "finished": Words("finished", "완료"),
    "diverged": Words("diverged", "발산"),
    "failed": Words("failed", "실패"),
    "pruned": Words("pruned", "조기 중단"),
    "running": Words("running", "실행 중"),
    "waiting": Words("waiting", "대기 중"),
}


def clean(text: Any) -> str:
    """The text without what no file may hold: halves of surrogate pairs, control characters."""
    text = str(text).encode("utf-8", "replace").decode()
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "\N{REPLACEMENT CHARACTER}", text)


def safe(value: Any) -> str:
    """A user's value as HTML."""
    return escape(clean(format_value(value)))


def label(value: Any) -> str:
    """A user's value in a plot, which reads tags and entities as a page does; a long one loses its middle."""
    text = clean(format_value(value))
    half = LONGEST // 2
    return escape(text if len(text) <= LONGEST else f"{text[: half - 1]}…{text[-half:]}")


def script_json(value: Any) -> str:
    """JSON that a <script> can hold: nothing in it ends the element."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
