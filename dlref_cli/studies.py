"""The subcommands of `dlref sweep`, for a sweep that runs or is over."""

from functools import partial
from typing import Any

import click

from dlref_cli.engine import engine
from dlref_cli.signals import Interruption

SOURCE = click.argument("source", metavar="DIRECTORY|URL")
STUDY = click.option("--study", metavar="NAME", help="Which one, if a database holds several.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
SAVE = click.option(
    "--save",
    type=click.Path(),
    metavar="FILE.keras",
    help="Save the model too; FILE.weights.h5: its weights.",
)
STORAGE = click.option(
    "--storage",
    metavar="URL",
    envvar="DLREF_STORAGE",
    show_envvar=True,
    help="The database, for a sweep that is kept in one.",
)


@click.command()
@SOURCE
@STUDY
@STORAGE
@AS_JSON
def status(**words: Any) -> None:
    """Show how far a sweep is: trials, workers, the best so far, failures."""
    engine(partial(_status, **words))


@click.command()
@click.argument("form", type=click.Choice(["csv"]))
@SOURCE
@STUDY
@STORAGE
@click.option("--output", type=click.Path(), metavar="FILE", help="[default: standard output]")
def export(**words: Any) -> None:
    """Write all trials as a table: values, metrics, reasons of failures.

    The CSV is RFC 4180; a text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    engine(partial(_export, **words))


@click.command()
@SOURCE
@STUDY
@AS_JSON
@SAVE
@STORAGE
def best(**words: Any) -> None:
    """Show the best trial with its hyperparameters; --save builds its model with its best weights."""
    engine(partial(_best, **words))


@click.command()
@SOURCE
@click.argument("number", type=click.IntRange(0))
@SAVE
@STORAGE
def replay(**words: Any) -> None:
    """Train a trial again from its number, and compare with what is recorded. Exit code 3: they differ."""
    engine(partial(replay_trial, **words))


@click.command()
@SOURCE
@click.option(
    "--data",
    required=True,
    type=click.Path(),
    help="New data: a .npz file, or a table with the columns of the sweep's.",
)
@click.option(
    "--top", default=5, show_default=True, type=click.IntRange(1), help="How many of the best."
)
@AS_JSON
@click.option(
    "--save", type=click.Path(), metavar="FILE.keras", help="Save the best model, trained again."
)
@STORAGE
def retest(**words: Any) -> None:
    """Try the best trials on new data, as they are and trained again. Exit code 3: they have gone stale.

    Each model is measured with the weights it has, and with weights trained on the new data. A model is stale if the
    new weights are better. The ranking is stale if another trial now beats the best one. Differences that chance
    explains do not count (95 %).
    """
    engine(partial(_retest, **words))


COMMANDS = (status, export, best, replay, retest)


def _status(
    _: Interruption, source: str, study: str | None, storage: str | None, as_json: bool
) -> int:
    from dlref.tuning.command.status import show
    from dlref.tuning.trials.load_sweep import load

    return show(load(source, study, storage), as_json)


def _export(
    _: Interruption,
    form: str,
    source: str,
    study: str | None,
    storage: str | None,
    output: str | None,
) -> int:
    from dlref.tuning.command.export_csv import to_csv
    from dlref.tuning.trials.load_sweep import load

    text = {"csv": to_csv}[form](load(source, study, storage))
    if output is None:
        click.echo(text.encode(), nl=False)
    else:
        with open(output, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
    return 0


def _best(
    _: Interruption,
    source: str,
    study: str | None,
    storage: str | None,
    as_json: bool,
    save: str | None,
) -> int:
    from dlref.tuning.command.replay_trial import check_name, save_model
    from dlref.tuning.command.status import show_best
    from dlref.tuning.trials.load_sweep import load

    check_name(save)
    sweep = load(source, study, storage)
    code = show_best(sweep, as_json)
    if save and sweep.best:
        save_model(sweep, sweep.best[0].number, storage, save)
    return code


def replay_trial(
    interruption: Interruption,
    source: str,
    number: int,
    storage: str | None = None,
    save: str | None = None,
) -> int:
    """What `--replay` and `replay` do."""
    from dlref.tuning.command.replay_trial import replay
    from dlref.tuning.trials.load_sweep import load

    sweep = load(source, storage=storage)
    return replay(sweep, number, storage, save, interruption.check)


def _retest(
    interruption: Interruption,
    source: str,
    storage: str | None,
    **words: Any,
) -> int:
    from dlref.tuning.command.retest import retest as run
    from dlref.tuning.trials.load_sweep import load

    sweep = load(source, storage=storage)
    return run(sweep, storage=storage, check_interruption=interruption.check, **words)
