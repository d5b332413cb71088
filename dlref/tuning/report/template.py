"""The page around a report's sections, in which no script runs but its own two."""

import base64
import hashlib
from functools import cache
from importlib import resources
from string import Template

FILES = resources.files("dlref.tuning.report")


def fill(*, title: str, purpose: str, overview: str, contents: str, sections: str) -> str:
    """The page as one string, of parts that are HTML already."""
    style, script, plotly = map(_read, ("page.css", "page.js", "plotly/plotly-cartesian.min.js"))
    return Template(_read("page.html")).substitute(
        title=title,
        style=style,
        plotly=plotly,
        script=script,
        allowed=" ".join(map(_digest, (plotly, script))),
        purpose=purpose,
        overview=overview,
        contents=contents,
        sections=sections,
    )


@cache
def _read(name: str) -> str:
    return FILES.joinpath(name).read_text("utf-8")


@cache
def _digest(script: str) -> str:
    """As a Content-Security-Policy names a script that may run."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
