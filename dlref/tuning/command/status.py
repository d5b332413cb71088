"""What `dlref sweep status` and `dlref sweep best` print, for people and for machines."""

import json
from collections import Counter
from typing import Any

from rich.console import Console
from rich.text import Text

from dlref.tuning.command.events import plain
from dlref.tuning.report.terminal_summary import (
    best_table,
    format_value,
    make_console,
    print_failures,
)
from dlref.tuning.trials.records import Sweep, Trial

STATES = ("finished", "diverged", "failed", "pruned", "running", "waiting")


def show(sweep: Sweep, as_json: bool) -> int:
    """Prints how far a sweep is; returns the exit code 0."""
    if as_json:
        print(json.dumps(plain(progress_state(sweep)), indent=2))
        return 0
    console, settings = make_console(), sweep.settings
    counts = ", ".join(f"{n} {state}" for state, n in count(sweep).items() if n)
    objectives = " and ".join(settings.objectives)
    lines = [
        f"{settings.target}: {settings.search} search for {objectives}, seed {settings.seed}, "
        f"since {settings.started}",
        f"{len(sweep.ended)}/{settings.trials} trials: {counts or 'none yet'}",
    ]
    lines += [f"worker {name}: {n} running" for name, n in workers(sweep).items()]
    _print(console, lines)
    if sweep.best:
        console.print(best_table(sweep, console, count=3))
    print_failures(console, sweep)
    return 0


def show_best(sweep: Sweep, as_json: bool) -> int:
    """Prints the best trial; returns 0, or 1 if there is none.

    With several objectives there may be many, of which none is better than another in all.
    """
    if not sweep.best:
        print("null" if as_json else "no trial has finished")
        return 1
    best = sweep.best[0]
    if as_json:
        print(json.dumps(plain(record(best)), indent=2))
        return 0
    console = make_console()
    if len(sweep.settings.objectives) > 1:
        console.print(best_table(sweep, console))
    bounds = "" if best.feasible else f", outside {' and '.join(sweep.settings.subject_to)}"
    lines = [f"trial {best.number}{bounds}"]
    pairs = {**best.values, "": "", **best.metrics}
    width = max(map(len, pairs))
    lines += [f"  {name:{width}}  {format_value(value)}".rstrip() for name, value in pairs.items()]
    _print(console, lines)
    return 0


def progress_state(sweep: Sweep) -> dict[str, Any]:
    """How far a sweep is, as it goes into JSON."""
    settings = sweep.settings
    return {
        "target": settings.target,
        "search": settings.search,
        "objectives": settings.objectives,
        "subject_to": settings.subject_to,
        "seed": settings.seed,
        "started": settings.started,
        "asked": settings.trials,
        "trials": count(sweep),
        "workers": workers(sweep),
        "best": record(sweep.best[0]) if sweep.best else None,
    }


def count(sweep: Sweep) -> dict[str, int]:
    """How many trials are in each state."""
    found = Counter(trial.status for trial in sweep.trials)
    return {state: found[state] for state in STATES}


def workers(sweep: Sweep) -> dict[str, int]:
    """How many trials each worker trains."""
    running = (trial.worker for trial in sweep.trials if trial.status == "running")
    return dict(Counter(running))


def record(trial: Trial) -> dict[str, Any]:
    """A trial as it goes into JSON."""
    chosen = ("status", "score", "values", "metrics", "seconds", "feasible")
    return {"trial": trial.number} | {name: getattr(trial, name) for name in chosen}


def _print(console: Console, lines: list[str]) -> None:
    for line in lines:
        console.print(Text(line), soft_wrap=True)
