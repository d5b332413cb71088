"""Why trials failed, and what was trained together."""

import re
from collections import defaultdict

from dlref.tuning.report.bilingual_text import Words, safe
from dlref.tuning.report.trials_table import link
from dlref.tuning.trials.records import Sweep, Trial

MOST_NUMBERS = 30  # trials named in a group of failures
MOST_TRACES = 3  # different tracebacks shown in a group
NUMBER = re.compile(r"\d+(\.\d+)?")


def failures(sweep: Sweep) -> str:
    """The reasons, alike ones together, most frequent first; the tracebacks folded."""
    groups = defaultdict(list)
    for trial in sweep.failures:
        groups[trial.status, NUMBER.sub("0", trial.reason)].append(trial)
    return "".join(_failure(group) for group in sorted(groups.values(), key=len, reverse=True))


def _failure(trials: list[Trial]) -> str:
    first = trials[0]
    numbers = ", ".join(link(t.number, str(t.number)) for t in trials[:MOST_NUMBERS])
    if len(trials) > MOST_NUMBERS:
        numbers += ", …"
    others = len({trial.reason for trial in trials}) - 1
    alike = Words(" (and {count} alike)", " (비슷한 이유 {count}가지 더)").format(count=others)
    title = f"<b>{len(trials)}</b> × {safe(first.reason)}{alike.html() if others else ''}"
    traces = list(dict.fromkeys(t.message.partition("\n")[2].strip() for t in trials))
    shown = [f"<pre>{safe(trace)}</pre>" for trace in traces if trace][:MOST_TRACES]
    named = Words("Trials", "시도").html()
    return (
        f'<details class="failure"><summary>{title}</summary>'
        f"<p>{named}: {numbers}</p>{''.join(shown)}</details>"
    )
