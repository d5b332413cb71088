"""The command line: `dlref sweep`, `dlref report`, `dlref verify`.

A package of its own, beside `dlref`: importing anything of dlref imports Keras, since a saved model can be loaded only
where the classes in it are known, and `dlref --help` must answer at once.

Exit codes: 0, done; 1, nothing succeeded (every trial failed, or an object of `verify`), or a sweep broke off; 2, the
command, a file or the storage cannot be used; 3, `sweep replay` got another result than recorded, or `sweep retest`
found the best trials stale; 130 and 143, ended by Ctrl-C and SIGTERM.
"""

import importlib.util
import os
from functools import partial
from typing import Any

import click

from dlref_cli.babysit import babysit
from dlref_cli.diagnose import diagnose
from dlref_cli.engine import Refused, engine, import_keras
from dlref_cli.signals import Interruption
from dlref_cli.sweep import sweep

BACKENDS = ("tensorflow", "jax")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dlref")
def main() -> None:
    """Compare the lectures' equations with Keras, and search hyperparameters."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


main.add_command(sweep)
main.add_command(babysit)
main.add_command(diagnose)


@main.command()
@click.argument("directory", type=click.Path())
def report(directory: str) -> None:
    """Write report.html of a sweep that is finished or interrupted."""
    engine(partial(_report, directory=directory))


@main.command()
@click.argument("target", metavar="[FILE.py:NAME]", required=False)
@click.option("--against", metavar="NAME", help="Compare FILE.py:NAME with this object of dlref.")
@click.option("--only", metavar="NAME", help="Only the rows whose name contains NAME.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--equations",
    is_flag=True,
    help="Compare each printed equation with its line of code, by SymPy (the extra `equations`).",
)
@click.option(
    "--record", metavar="PATH", type=click.Path(), help="Write a record of this run there."
)
@click.option(
    "--since", metavar="FILE", type=click.Path(), help="Show what changed since a record."
)
@click.option(
    "--backend", type=click.Choice(BACKENDS), help="[default: KERAS_BACKEND, or tensorflow]"
)
def verify(
    target: str | None,
    against: str | None,
    only: str | None,
    as_json: bool,
    equations: bool,
    record: str | None,
    since: str | None,
    backend: str | None,
) -> None:
    """Compare every object with Keras and with its equation, on this machine.

    With FILE.py:NAME and --against optimizers.Adam, compare your own Keras class or object with one of dlref: where it
    differs, from which step on, and which known mistake it looks like. Exit codes: 0, equal; 1, not; 2, cannot compare.
    """
    if bool(target) != bool(against):
        raise click.UsageError("FILE.py:NAME needs --against, and --against needs FILE.py:NAME.")
    if backend:
        os.environ["KERAS_BACKEND"] = backend
    os.environ["JAX_ENABLE_X64"] = "1"
    if target and against:
        engine(partial(_check, target=target, against=against, as_json=as_json))
    if equations:
        _needs("sympy", "equations")
        import_keras()
        from dlref.conformance.equations.verify import main as compare

        raise SystemExit(compare(only, as_json))
    words = {"only": only, "as_json": as_json, "record": record, "since": since}
    engine(partial(_verify, **words))


def _verify(_: Interruption, **words: Any) -> int:
    from dlref.conformance.verify import main as run

    return run(**words, begin=partial(import_keras, "keras_tuner"))


def _check(_: Interruption, target: str, against: str, as_json: bool) -> int:
    from dlref.conformance.checking import main as run

    return run(target, against, as_json)


def _needs(package: str, extra: str) -> None:
    if importlib.util.find_spec(package) is None:
        raise Refused(f"This needs {package}: pip install 'dlref[{extra}]'.")


def _report(_: Interruption, directory: str) -> int:
    from dlref.tuning.report.page import write_report
    from dlref.tuning.trials.load_sweep import load

    click.echo(write_report(load(directory)))
    return 0


if __name__ == "__main__":
    main()
