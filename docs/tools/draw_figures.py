"""Draws every figure of the site, in both languages: build/docs/figures/{en,ko}/<area>/<concept>.svg.

A script docs/figures/<area>/<concept>.py defines `draw(text)`, which returns a matplotlib figure;
`text("step", "단계")` is the word of the language being drawn. Two processes draw them, which import Keras once each.
"""

import io
import re
import runpy
import sys
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot as plt
from source import ROOT

SCRIPTS = ROOT / "docs" / "figures"
INK = "#0a0b0c"  # stands for the page's text colour
# Each has a contrast of at least 3 on the light and on the dark page.
COLOURS = ("#3b7dd8", "#d1660a", "#2a9461", "#c24f9b", "#8a73d6", "#8b7a2f")
STYLE = {
    "figure.figsize": (5.6, 3.4),
    "figure.constrained_layout.use": True,
    "font.family": "sans-serif",
    "font.size": 10,
    "svg.fonttype": "none",
    "svg.hashsalt": "dlref",
    "savefig.transparent": True,
    "axes.prop_cycle": matplotlib.cycler(color=COLOURS),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "text.color": INK,
    **{f"axes.{key}": INK for key in ("edgecolor", "labelcolor", "titlecolor")},
    **{f"{axis}tick.{key}": INK for axis in "xy" for key in ("color", "labelcolor")},
}


def svg(figure, prefix: str) -> str:
    """The figure as inline SVG: the page's font and text colour, no metadata, identifiers of its own."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", text, flags=re.S)
    text = re.sub(
        r'(<svg[^>]*?) width="[^"]*"',
        r"\1",
        re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1),
        count=1,
    )
    text = re.sub(r"font-family: [^;]*; ", "", text).replace(INK, "currentColor")
    return re.sub(r'(id="|href="#|url\(#)', rf"\1{prefix}-", text)


def draw(script: Path, languages: tuple[str, ...] = ("en", "ko")) -> dict[str, str]:
    """The figure of one script in each language."""
    function: Callable = runpy.run_path(str(script))["draw"]
    prefix = "-".join(script.relative_to(SCRIPTS).with_suffix("").parts)
    drawn = {}
    for index, language in enumerate(languages):
        with matplotlib.rc_context(STYLE):
            figure = function(lambda english, korean, index=index: (english, korean)[index])
            drawn[language] = svg(figure, prefix)
            plt.close(figure)
    return drawn


def write(script: Path, output: Path) -> None:
    """Draws the figure of one script into the folder."""
    # The page's font has the Korean letters that matplotlib misses; it centres text without their widths.
    warnings.filterwarnings("ignore", "Glyph .* missing from font")
    for language, text in draw(script).items():
        file = output / language / script.relative_to(SCRIPTS).with_suffix(".svg")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


def main(output: Path) -> None:
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        list(pool.map(partial(write, output=output), sorted(SCRIPTS.rglob("*.py"))))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
