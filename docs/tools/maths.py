"""Python-Markdown extension: KaTeX at build time, on what pymdownx.arithmatex (generic) marked.

The page gets HTML, and MathML that is named by its words (speech.py), and needs no JavaScript; an error in the TeX ends
the build.
"""

import atexit
import functools
import html
import re
from pathlib import Path

from markdown import Extension, Markdown
from markdown.postprocessors import Postprocessor
from speech import spoken
from words import WORDS

KATEX = Path(__file__).with_name("katex") / "katex.min.js"
MARKED = re.compile(r'<(span|div) class="arithmatex">(?:\\\((.*?)\\\)|\\\[(.*?)\\\])</\1>', re.S)


# Strict, but for the classes that `symbols.py` gives to symbols.
RENDER = """
function render(tex, displayMode) {
  const strict = (code) => code === "htmlExtension" ? "ignore" : "error";
  const trust = (context) => context.command === "\\\\htmlClass";
  return katex.renderToString(tex, {displayMode, throwOnError: true, strict, trust});
}"""


@functools.cache
def engine():
    """A JavaScript engine with KaTeX loaded."""
    from py_mini_racer import MiniRacer

    context = MiniRacer()
    # Collected after the threads have ended, it waits for its own for ever (Python 3.13).
    atexit.register(context.close)
    context.eval("var self = globalThis;" + KATEX.read_text("utf-8") + RENDER)
    return context


@functools.cache
def render(tex: str, display: bool, language: str = "en") -> str:
    """HTML and MathML of a formula, in an element of its own so that search can leave it out."""
    try:
        out = spoken(engine().call("render", tex, display), language)
    except Exception as error:
        # What follows the first line is KaTeX's own source.
        raise ValueError(f"KaTeX cannot read {tex!r}: {str(error).splitlines()[0]}") from None
    label = WORDS[language]["equation"]
    # A long formula scrolls sideways, so the keyboard must reach it.
    block = f' class="math-block" tabindex="0" role="group" aria-label="{label}"' if display else ""
    return f"<tex-math{block} data-pagefind-ignore>{out}</tex-math>"


class Render(Postprocessor):
    """Puts rendered formulas in place of the marked ones."""

    language = "en"

    def run(self, text: str) -> str:
        def replace(match: re.Match) -> str:
            inline, display = match[2], match[3]
            tex = html.unescape(inline if display is None else display).strip()
            return render(tex, display is not None, self.language)

        return MARKED.sub(replace, text)


class Maths(Extension):
    """The extension; `language` names the formulas to a screen reader."""

    def __init__(self, **kwargs):
        self.config = {"language": ["en", "language of the page"]}
        super().__init__(**kwargs)

    def extendMarkdown(self, md: Markdown) -> None:
        processor = Render(md)
        processor.language = self.getConfig("language")
        md.postprocessors.register(processor, "maths", -10)


def makeExtension(**kwargs) -> Maths:
    return Maths(**kwargs)
