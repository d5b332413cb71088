"""report.html: a sweep on one page that needs no network, in English and Korean, light and dark.

Every text comes escaped: a hyperparameter's name and an exception's message are the user's, not the page's.

Used elsewhere: `terminal_summary`, `throughput`.
Imports: `samplers`, `trials`.
"""

import os
from pathlib import Path

from dlref.tuning.report.page import render
from dlref.tuning.trials.records import Sweep

__all__ = ["render", "write_report"]


def write_report(sweep: Sweep) -> Path:
    """Writes `report.html` into the sweep's directory and returns its path."""
    path = Path(sweep.settings.directory) / "report.html"
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(render(sweep), encoding="utf-8")
    temporary.replace(path)
    return path
