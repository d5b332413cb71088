"""Highlighted code, one element for each line, as the theme's script expects it."""

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_for_filename


def lines(code: str, file: str = "code.py") -> list[str]:
    """HTML of each line of a file, its newline included."""
    lexer = get_lexer_for_filename(file, stripnl=False)
    return highlight(code, lexer, HtmlFormatter(nowrap=True)).splitlines(keepends=True)


def box(lines: list[str]) -> str:
    """The lines in the theme's box, which the keyboard must reach where it scrolls."""
    return f'<div class="language-python highlight"><pre tabindex="0"><code>{"".join(lines)}</code></pre></div>'
