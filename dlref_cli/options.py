"""The options of `dlref sweep`, which are the keys of its TOML file too."""

from collections.abc import Callable
from typing import Any

import click

SEARCHES = (
    "random",
    "coarse-to-fine",
    "tpe",
    "gp",
    "cmaes",
    "qmc",
    "grid",
    "nsga2",
    "nsga3",
    "pbt",
)
PRUNERS = ("none", "median", "successive-halving", "hyperband")


class Workers(click.ParamType):
    """A number of processes, or `auto`."""

    name = "N|auto"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        if value == "auto":
            return value
        try:
            count = int(value)
        except ValueError:
            count = 0
        if count < 1:
            self.fail(f"{value!r} must be a whole number from 1, or auto.", param, ctx)
        return count


COUNT = click.IntRange(1)
OPTIONS = (
    click.option(
        "--data",
        type=click.Path(),
        help="A .npz file with x_train, y_train, x_val, y_val, or x and y; or a .csv or .parquet file.",
    ),
    click.option(
        "--target",
        "target_column",
        metavar="COLUMN",
        help="The column of a .csv or .parquet file to predict; the others are the features.",
    ),
    click.option("--trials", default=20, show_default=True, type=COUNT, help="Models to train."),
    click.option("--epochs", default=10, show_default=True, type=COUNT, help="Epochs of each."),
    click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**32 - 1)),
    click.option(
        "--directory", type=click.Path(), help="Where the sweep is kept.  [default: sweeps/NAME]"
    ),
    click.option(
        "--objective",
        multiple=True,
        default=("val_accuracy",),
        show_default=True,
        help="A metric, or min:METRIC, max:METRIC. Give several to find the best trade-offs.",
    ),
    click.option(
        "--subject-to",
        multiple=True,
        metavar="METRIC<=NUMBER",
        help="A bound that a trial must keep to be best: latency_ms<=100, parameters<=1e5, or any metric.",
    ),
    click.option(
        "--search",
        default="random",
        show_default=True,
        type=click.Choice(SEARCHES),
        help="How values are chosen; pbt: population-based training, which changes them while models are trained.",
    ),
    click.option(
        "--pruner",
        default="none",
        show_default=True,
        type=click.Choice(PRUNERS),
        help="End trials that fall behind.",
    ),
    click.option(
        "--executions-per-trial",
        default=1,
        show_default=True,
        type=COUNT,
        help="How often each trial is trained; the results are averaged.",
    ),
    click.option(
        "--batch-size",
        type=COUNT,
        help="Mini-batch size, unless it is searched.  [default: Keras', 32]",
    ),
    click.option(
        "--early-stopping",
        type=COUNT,
        metavar="EPOCHS",
        help="End a trial that has not improved for this many epochs.",
    ),
    click.option(
        "--workers",
        default=1,
        show_default=True,
        type=Workers(),
        metavar="N|auto",
        help="Processes on this machine; auto: one for each GPU.",
    ),
    click.option(
        "--storage",
        metavar="URL",
        envvar="DLREF_STORAGE",
        show_envvar=True,
        help="A database that several machines share, postgresql://...; name it in the variable if it holds "
        "a password.  [default: a file in the directory]",
    ),
    click.option("--quiet", is_flag=True, help="Print nothing but errors."),
    click.option(
        "--log-json",
        type=click.Path(),
        metavar="FILE|-",
        help="Write every event as a line of JSON; -: to standard output.",
    ),
)


def sweep_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command these options, in this order."""
    for option in reversed(OPTIONS):
        function = option(function)
    return function
