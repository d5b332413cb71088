"""Highlighted Python, one element for each line, as the theme's script expects it."""

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer


def lines(code: str) -> list[str]:
    """HTML of each line, its newline included."""
    return highlight(code, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)).splitlines(
        keepends=True
    )


def box(lines: list[str]) -> str:
    """The lines in the theme's box, which the keyboard must reach where it scrolls."""
    return f'<div class="language-python highlight"><pre tabindex="0"><code>{"".join(lines)}</code></pre></div>'
