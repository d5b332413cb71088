"""`dlref sweep`: the options, the TOML file, and the subcommands mounted on it."""

import os
from functools import partial
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from dlref_cli import settings_file, studies
from dlref_cli.engine import engine
from dlref_cli.group import CommandGroup
from dlref_cli.options import sweep_options
from dlref_cli.signals import Interruption

GIVEN = (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT)
EPILOG = """\b
Exit codes:
  0    done, and at least one trial succeeded
  1    nothing succeeded, or the sweep broke off; ended trials are kept
  2    the command, a file or the storage cannot be used; nothing was trained
  3    replay: another result than recorded; retest: the best have gone stale
  130  ended by Ctrl-C, 143 by SIGTERM; ended trials are kept
"""


@click.group("sweep", cls=CommandGroup, epilog=EPILOG, no_args_is_help=False)
@click.argument("target")
@sweep_options
@click.option(
    "--overwrite", is_flag=True, help="Delete the sweep that is in the directory and start again."
)
@click.option(
    "--replay",
    type=click.IntRange(0),
    metavar="NUMBER",
    help="Train this trial again, and compare.",
)
@click.option(
    "--dry-run", is_flag=True, help="Show the space, the groups and the cost; train nothing."
)
@click.option("--no-cache", is_flag=True, help="On JAX, keep nothing compiled for the next run.")
@click.pass_context
def sweep(
    ctx: click.Context,
    target: str,
    overwrite: bool,
    replay: int | None,
    dry_run: bool,
    no_cache: bool,
    **options: Any,
) -> None:
    """Search hyperparameters: train many models, keep every result, and report.

    TARGET is `digits`, which searches a network for scikit-learn's handwritten digits; FILE.py:FUNCTION, your own
    keras-tuner build(hp) or HyperModel, trained on --data; or FILE.toml, which holds `target` and these options as
    keys, with `_` for `-`. An option given here overrides the file. The same command resumes an interrupted sweep.
    """
    if no_cache:
        os.environ["DLREF_NO_CACHE"] = "1"  # of the workers, too
    options["target"] = target
    if target.endswith(".toml"):
        given = {key for key in options if ctx.get_parameter_source(key) in GIVEN} - {"target"}
        found = settings_file.read(target, ctx.command.params)
        options |= {key: value for key, value in found.items() if key not in given}
    options["directory"] = options["directory"] or str(Path("sweeps") / default_name(target))
    if dry_run:
        engine(partial(_plan, options=options))
    if replay is not None:
        known = {"source": options["directory"], "storage": options["storage"]}
        engine(partial(studies.replay_trial, number=replay, **known))
    known = {name: options[name] for name in ("directory", "storage", "quiet", "log_json")}
    interrupted = partial(_say_interrupted, **known)
    engine(partial(_run, options=options, overwrite=overwrite), interrupted)


for command in studies.COMMANDS:
    sweep.add_command(command)


def default_name(target: str) -> str:
    """`digits` for digits, `model-build` for path/to/model.py:build, `sweep` for sweep.toml."""
    file, _, function = target.rpartition(":")
    return f"{Path(file).stem}-{function}" if file else Path(function).stem


def _run(interruption: Interruption, options: dict[str, Any], overwrite: bool) -> int:
    from dlref.tuning.command.options import Options
    from dlref.tuning.command.sweep import run

    return run(Options.make(options), interruption.check, overwrite)


def _plan(interruption: Interruption, options: dict[str, Any]) -> int:
    from dlref.tuning.command.dry_run import show
    from dlref.tuning.command.options import Options

    return show(Options.make(options), interruption.check)


def _say_interrupted(
    directory: str, storage: str | None, quiet: bool, log_json: str | None
) -> None:
    from dlref.tuning.errors import SweepError
    from dlref.tuning.report.terminal_summary import make_console, print_interrupted
    from dlref.tuning.trials.load_sweep import load

    try:
        console = make_console(quiet, stderr=log_json == "-")
        print_interrupted(console, load(directory, storage=storage))
    except SweepError:
        click.echo("Interrupted before the first trial.", err=True)
