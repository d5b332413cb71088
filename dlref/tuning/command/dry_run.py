"""`dlref sweep --dry-run`: what would be searched, which trials would be trained together, and what it would cost.

The first trials are drawn and their models built, as the sweep itself would do it, in a study that is thrown away.
"""

import tempfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dlref.tuning.command.flops import flops, metric
from dlref.tuning.command.hardware import readable
from dlref.tuning.command.options import Inputs, Options, prepare
from dlref.tuning.command.replay_trial import Checking
from dlref.tuning.command.run_search import fit_arguments, make_tuner
from dlref.tuning.command.space_table import space_table
from dlref.tuning.errors import cause
from dlref.tuning.populations.model.unsupported import Unsupported
from dlref.tuning.populations.program import memory
from dlref.tuning.populations.program.trial_models import TrialModel, group
from dlref.tuning.populations.training.trial_builder import TrialBuilder
from dlref.tuning.report.terminal_summary import make_console
from dlref.tuning.samplers.one_minus import shown
from dlref.tuning.tuner import Search

LOOKED_AT = 64  # trials whose models are built
BACKWARD = 2  # a gradient costs about twice what the forward pass does


@dataclass
class Look:
    """What the first trials are."""

    trial_models: list[TrialModel] = field(default_factory=list)
    alone: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))  # by reason
    failed: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    parameters: dict[int, int] = field(default_factory=dict)  # by number
    flops: dict[int, int] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)  # bytes in a population


def show(options: Options, check_interruption: Callable[[], None]) -> int:
    """Prints the space, the groups of the first trials and the cost; trains and writes nothing.

    Returns:
        The exit code: 0, or 1 if the model could not be built for any of the trials.

    Raises:
        SweepError: if the model, the data or an option cannot be used.
    """
    found = prepare(options)
    settings, console = found.settings, make_console()
    with tempfile.TemporaryDirectory() as folder:
        inside = replace(settings, directory=str(Path(folder) / "plan"))
        throwaway = replace(options, storage=None)
        tuner = make_tuner(throwaway, replace(found, settings=inside), Checking(check_interruption))
        trials = tuner.oracle.claim(min(settings.trials, LOOKED_AT))
        look = look_at(tuner, trials, found, check_interruption)
        space = tuner.oracle.get_space().space
        tuner.oracle.close()
    console.print(
        Text(
            f"{settings.target}: {settings.trials} trials of {settings.epochs} epochs, {settings.search} search "
            f"for {' and '.join(settings.objectives)}, seed {settings.seed}. Nothing is trained or written."
        ),
        soft_wrap=True,
    )
    console.print(space_table(space))
    console.print(group_table(look, len(trials)))
    print_cost(console, look, settings.trials)
    return 0 if look.parameters else 1


def look_at(
    tuner: Search, trials: list[Any], found: Inputs, check_interruption: Callable[[], None]
) -> Look:
    """Builds the trials' models and takes them apart."""
    look, data, arguments = Look(), found.data, fit_arguments(found)
    builder = TrialBuilder(tuner, Search, (data.x_train, data.y_train), arguments)
    for trial in trials:
        check_interruption()
        number = int(trial.trial_id)
        try:
            hp = tuner.oracle.get_space()
            hp.values = dict(trial.hyperparameters.values)
            model = tuner.hypermodel.build(hp)
            tuner.oracle.update_space(hp)  # it may declare more for these values
            look.parameters[number] = model.count_params() if model.built else 0
            forward = flops(model)
            examples = (1 + BACKWARD) * len(data.x_train) + len(data.x_val)
            look.flops[number] = forward * examples * found.settings.epochs
            trial_models = builder.trial_models(trial)
            look.trial_models += trial_models[:1]
            model.optimizer.build(model.trainable_variables)
            fit = builder.fits[trial_models[0].batch_size]
            look.sizes[number] = memory.bytes_per_member(SimpleNamespace(model=model), fit)
        except Unsupported as reason:
            look.alone[str(reason)].append(number)
        except (Exception, SystemExit) as error:
            look.parameters.pop(number, None)
            look.failed[f"{type(error).__name__}: {cause(error)}"].append(number)
    for number, reason in builder.alone(look.trial_models).items():
        look.alone[reason].append(number)
    look.trial_models = [
        member for member in look.trial_models if member.number not in builder.alone([member])
    ]
    return look


def group_table(look: Look, count: int) -> Table:
    """Which of the first trials would be trained together, and which alone and why."""
    table = Table(title=f"The first {count} trials", title_justify="left")
    for column in ("trained", "with", "trials", "mini-batch", "parameters", "memory"):
        table.add_column(column, justify="left" if column in ("trained", "with") else "right")
    groups = group(look.trial_models, {})
    names = separating([[member.values for member in members] for members in groups])
    for members in groups:
        numbers = [member.number for member in members]
        size = len(numbers) * max(look.sizes[number] for number in numbers)
        how = "together" if len(numbers) > 1 else "in a population of one"
        batch = str(members[0].batch_size)
        shared = ", ".join(f"{shown(n, 0)[0]} {members[0].values.get(n)}" for n in names)
        parameters = _span(look, numbers)
        table.add_row(how, Text(shared), str(len(numbers)), batch, parameters, readable(size))
    for reason, numbers in look.alone.items():
        how = Text(f"one by one: {reason}")
        table.add_row(how, "", str(len(numbers)), "", _span(look, numbers), "")
    for reason, numbers in look.failed.items():
        table.add_row(Text(f"not at all: {reason}"), "", str(len(numbers)), "", "", "")
    return table


def separating(groups: list[list[dict[str, Any]]]) -> list[str]:
    """The hyperparameters in which groups differ, and the trials of none of them do.

    Example:
        >>> separating([[{"layers": 2, "rate": 0.1}, {"layers": 2, "rate": 0.2}], [{"layers": 3, "rate": 0.1}]])
        ['layers']
    """
    names = dict.fromkeys(name for values in groups for each in values for name in each)
    found = {name: [{each.get(name) for each in values} for values in groups] for name in names}
    return [
        name
        for name, values in found.items()
        if all(len(each) == 1 for each in values) and len(set.union(*values)) > 1
    ]


def print_cost(console: Console, look: Look, trials: int) -> None:
    """What all trials would cost, if the others are like those that were looked at."""
    if not look.flops:
        console.print("No model could be built.")
        return
    mean = sum(look.flops.values()) / len(look.flops)
    console.print(
        f"Cost: about {metric(mean)}FLOP a trial, {metric(mean * trials)}FLOP in all "
        "(matrix products and convolutions, the backward pass twice the forward)."
    )
    free = memory.available()
    console.print(f"Free memory: {readable(free)}, of which populations take half at most.")


def _span(look: Look, numbers: list[int]) -> str:
    counts = [look.parameters[number] for number in numbers if number in look.parameters]
    if not any(counts):
        return ""
    low, high = min(counts), max(counts)
    return f"{low:,}" if low == high else f"{low:,} ... {high:,}"
