"""A sweep from the command to the report: `dlref sweep`."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, replace
from typing import Any

from rich.console import Console
from rich.text import Text

from dlref.tuning.command import workers
from dlref.tuning.command.events import Events, JsonLog
from dlref.tuning.command.options import Inputs, Options, prepare
from dlref.tuning.command.progress_display import Progress
from dlref.tuning.command.run_search import train
from dlref.tuning.command.sweep_directory import open_directory
from dlref.tuning.errors import SweepError
from dlref.tuning.report.page import write_report
from dlref.tuning.report.terminal_summary import make_console, print_summary
from dlref.tuning.trials.load_sweep import load
from dlref.tuning.trials.records import Settings, Sweep, add_command

DONE, NOTHING_SUCCEEDED = 0, 1


def run(options: Options, check_interruption: Callable[[], None], overwrite: bool = False) -> int:
    """Runs a sweep, or goes on with it, and reports on it.

    Args:
        options: what is asked for.
        check_interruption: called often; raises `KeyboardInterrupt` to end the sweep.
        overwrite: deletes the sweep that is in the directory. Defaults to `False`.

    Returns:
        The exit code: 0, or 1 if no trial succeeded or the sweep broke off.

    Raises:
        SweepError: if the model, the data, an option, the directory or the storage cannot be used.
        KeyboardInterrupt: on Ctrl-C and SIGTERM; every trial that has ended is kept.
    """
    count = options.processes
    if count > 1:
        workers.leave_gpus_alone()
    found = prepare(options)
    sweep = open_directory(found.settings, overwrite, options.storage)
    found = replace(found, settings=sweep.settings)
    console = make_console(options.quiet, stderr=options.log_json == "-")
    with ExitStack() as stack:
        progress = Progress(console, sweep, shared=bool(options.storage))
        sinks: list[Any] = [progress]
        if options.log_json:
            sinks.append(stack.enter_context(JsonLog(options.log_json)))
        events = Events(sinks, check_interruption, sweep.settings.metric)
        introduce(events, console, sweep)
        try:
            with progress:
                broken = _train(options, found, events, count)
        except KeyboardInterrupt:
            events.send("interrupted")
            raise
        finally:
            if ended := progress.progress_state.ended_here:
                add_command(sweep.settings.directory, ended, progress.progress_state.seconds)
        if broken:
            print_broken(broken, sweep.settings)
            return NOTHING_SUCCEEDED
        return finish(load(options.directory, storage=options.storage), console, events)


def _train(options: Options, found: Inputs, events: Events, count: int) -> str:
    """Trains what is left; what broke it off, or nothing.

    Raises:
        SweepError: if it could not even begin.
    """
    if count > 1:
        return workers.run(options, count, events)
    search = train(options, found, events)
    try:
        search()
    except SweepError as error:
        return str(error)
    return ""


def introduce(events: Events, console: Console, sweep: Sweep) -> None:
    """Says what is about to be done."""
    settings = sweep.settings
    chosen = ("target", "directory", "trials", "epochs", "seed", "search", "objectives", "workers")
    content = {name: value for name, value in asdict(settings).items() if name in chosen}
    events.send("started", **content, ended=len(sweep.ended))
    what = f"{settings.target}: {settings.trials} trials of {settings.epochs} epochs"
    how = f"{settings.search} search for {' and '.join(settings.objectives)}"
    bounds = f" with {' and '.join(settings.subject_to)}" if settings.subject_to else ""
    console.print(Text(f"{what}, {how}{bounds}, seed {settings.seed}"), soft_wrap=True)
    for note in sweep.notes:
        console.print(Text(note), soft_wrap=True)
    if sweep.trials:
        there = f"{len(sweep.ended)} of {settings.trials} trials are there already."
        console.print(Text(f"{settings.directory}: {there}"), soft_wrap=True)


def finish(sweep: Sweep, console: Console, events: Events) -> int:
    """Writes the report of a sweep that has ended and prints its summary."""
    report = write_report(sweep)
    print_summary(console, sweep)
    if len(sweep.trials) < sweep.settings.trials:
        console.print(
            f"The search space holds no values but those of these {len(sweep.trials)} trials."
        )
    console.print(Text(f"Report: {report}"), soft_wrap=True)
    best = sweep.best[0] if sweep.best else None
    states = ("finished", "diverged", "failed", "pruned")
    events.send(
        "ended",
        trials=len(sweep.trials),
        **{state: sum(trial.status == state for trial in sweep.trials) for state in states},
        best=best and best.number,
        score=best and best.score,
        report=report,
    )
    return DONE if best else NOTHING_SUCCEEDED


def print_broken(reason: str, settings: Settings) -> None:
    """Says on stderr why a sweep broke off, and how to go on."""
    console = Console(stderr=True, highlight=False)
    console.print(Text(f"Error: {reason}"), soft_wrap=True)
    console.print(Text("What has ended is kept. Go on with:"), soft_wrap=True)
    console.print(Text(f"  {settings.command()}"), soft_wrap=True)
