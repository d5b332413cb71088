"""`dlref diagnose errors.toml`: what holds a model back, from the errors of its sets.

The file has the words of `dlref.diagnostics.bias_variance`:

human = 0.01
train = 0.08
dev = 0.10

[examples]  # how many each error is measured on
dev = 1000
"""

import inspect

import click

from dlref_cli.engine import Refused, import_keras
from dlref_cli.settings_file import nearest, parse


@click.command()
@click.argument("file", type=click.Path())
@click.option("--language", type=click.Choice(("en", "ko")), default="en", show_default=True)
def diagnose(file: str, language: str) -> None:
    """Tell bias, variance, mismatch and overfitting to the dev set from errors.

    FILE is a TOML file with the errors, shares from 0 to 1: train and dev, and where they are known human, train_dev
    and test. A table [examples] says how many examples each of them is measured on.
    """
    settings = parse(file)
    import_keras()
    from dlref.diagnostics import bias_variance

    known = inspect.signature(bias_variance).parameters
    for name in settings:
        if name not in known:
            raise Refused(f"{file}: there is no key {name!r}.{nearest(name, list(known))}")
    for name in ("train", "dev"):
        if name not in settings:
            raise Refused(f"{file} must give the error of the {name} set, such as {name} = 0.08.")
    try:
        found = bias_variance(**settings)
    except (TypeError, ValueError) as error:
        raise Refused(f"{file}: {str(error).partition(': ')[2]}") from error
    click.echo(found.report(language))
