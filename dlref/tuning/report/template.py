"""The page around a report's sections, in which no script runs but its own two, and no style holds but its own."""

import base64
import hashlib
from functools import cache
from importlib import resources
from string import Template

FILES = resources.files("dlref.tuning.report")
# Plotly fills an empty <style>, empties the style of a colour bar, and makes exponents small. The latter two are
# attributes, which a policy names by their hash too where it says 'unsafe-hashes'.
OF_PLOTLY = ("", "font-size:70%")


def fill(*, title: str, purpose: str, overview: str, contents: str, sections: str) -> str:
    """The page as one string, of parts that are HTML already."""
    style, script, plotly = map(_read, ("page.css", "page.js", "plotly/plotly-cartesian.min.js"))
    return Template(_read("page.html")).substitute(
        title=title,
        style=style,
        plotly=plotly,
        script=script,
        scripts=" ".join(map(_digest, (plotly, script))),
        styles=" ".join(["'unsafe-hashes'", *map(_digest, ("\n" + style, *OF_PLOTLY))]),
        purpose=purpose,
        overview=overview,
        contents=contents,
        sections=sections,
    )


@cache
def _read(name: str) -> str:
    return FILES.joinpath(name).read_text("utf-8")


@cache
def _digest(text: str) -> str:
    """As a Content-Security-Policy names a script that may run, or a style that holds."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
