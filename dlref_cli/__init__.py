"""The command line: `dlref sweep`, `dlref report`, `dlref verify`.

A package of its own, beside `dlref`: importing anything of dlref imports Keras, since a saved model can be loaded only
where the classes in it are known, and `dlref --help` must answer at once.

Exit codes: 0, done; 1, nothing succeeded (every trial or a row of the proof failed); 2, a wrong command; 130 and
143, ended by Ctrl-C and SIGTERM.
"""

import os
from pathlib import Path
from typing import Any

import click

BACKENDS = ("tensorflow", "jax")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dlref")
def main() -> None:
    """Deep learning's lecture equations as Keras objects, proved and searched."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@main.command()
@click.argument("target")
@click.option(
    "--data", type=click.Path(), help="A .npz file with x_train, y_train, x_val, y_val, or x and y."
)
@click.option(
    "--trials", default=20, show_default=True, type=click.IntRange(1), help="Models to train."
)
@click.option(
    "--epochs", default=10, show_default=True, type=click.IntRange(1), help="Epochs of each."
)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**32 - 1))
@click.option(
    "--directory", type=click.Path(), help="Where the sweep is kept.  [default: sweeps/NAME]"
)
@click.option(
    "--objective",
    default="val_accuracy",
    show_default=True,
    help="A metric, or min:METRIC, max:METRIC.",
)
@click.option(
    "--overwrite", is_flag=True, help="Delete the sweep that is in the directory and start again."
)
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def sweep(target: str, directory: str | None, **options: Any) -> None:
    """Search hyperparameters at random.

    TARGET is `digits`, which searches a network for scikit-learn's handwritten digits, or FILE.py:FUNCTION, your own
    keras-tuner build(hp) or HyperModel, trained on --data. The same command goes on where it was interrupted.
    """
    from dlref_cli.signals import Interruption

    directory = directory or str(Path("sweeps") / _name(target))
    with Interruption() as interruption:
        try:
            code = _sweep(
                target=target, directory=directory, check_interruption=interruption.check, **options
            )
        except BaseException:
            # Code that is interrupted may raise something else, such as an ImportError.
            if not interruption.received:
                raise
            _say_interrupted(directory, options["quiet"])
            code = interruption.exit_code
    raise SystemExit(code)


@main.command()
@click.argument("directory", type=click.Path())
def report(directory: str) -> None:
    """Write report.html of a sweep that is finished or interrupted."""
    _import_keras()
    from dlref.tuning.records import SweepError, load
    from dlref.tuning.report import write_report

    try:
        click.echo(write_report(load(directory)))
    except (SweepError, OSError) as error:
        raise click.UsageError(str(error)) from error


@main.command()
@click.option("--only", metavar="NAME", help="Only the rows whose name contains NAME.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option(
    "--backend", type=click.Choice(BACKENDS), help="[default: KERAS_BACKEND, or tensorflow]"
)
def verify(only: str | None, as_json: bool, backend: str | None) -> None:
    """Prove every object on this machine: against Keras, and against the equation."""
    if backend:
        os.environ["KERAS_BACKEND"] = backend
    os.environ["JAX_ENABLE_X64"] = "1"
    _import_keras()
    from dlref.conformance.verify import main as run

    raise SystemExit(run(only, as_json))


def _sweep(**options: Any) -> int:
    _import_keras()
    from dlref.tuning.records import SweepError
    from dlref.tuning.sweep import run

    try:
        return run(**options)
    except (SweepError, OSError) as error:
        raise click.UsageError(str(error)) from error


def _import_keras() -> None:
    """Imports Keras without the lines TensorFlow writes to stderr meanwhile, which no setting of its own silences."""
    stderr = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        import keras  # noqa: F401
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nowhere)


def _say_interrupted(directory: str, quiet: bool) -> None:
    from dlref.tuning.records import SweepError, load
    from dlref.tuning.summary import make_console, print_interrupted

    try:
        print_interrupted(make_console(quiet), load(directory))
    except SweepError:
        click.echo("Interrupted before the first trial.", err=True)


def _name(target: str) -> str:
    """`digits` for digits, `model-build` for path/to/model.py:build."""
    file, _, function = target.rpartition(":")
    return f"{Path(file).stem}-{function}" if file else function


if __name__ == "__main__":
    main()
